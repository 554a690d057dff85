"""`digest serve`: the site and the clock in one process, started and stopped for real."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

from tests.shell import Shell

ROOT = Path(__file__).resolve().parents[2]


def test_it_answers_and_stops_when_it_is_told_to(tmp_path: Path) -> None:
    Shell(tmp_path).does("init")
    port = a_free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "digest.cli", "serve", "--port", str(port)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert answer(f"http://127.0.0.1:{port}/healthz", server) == b"ok"
    finally:
        server.send_signal(signal.SIGTERM)
        said, complained = server.communicate(timeout=30)
    assert server.returncode == 0, complained
    assert f"the site is at http://127.0.0.1:{port}/" in said
    assert "Traceback" not in complained


def test_a_port_that_is_taken_is_one_line_and_starts_nothing(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.does("init")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"cannot listen on 127.0.0.1:{port}" in shell.fails("serve", "--port", str(port))


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answer(url: str, server: subprocess.Popen[str]) -> bytes:
    """What the server answers once it is up."""
    for _ in range(200):
        assert server.poll() is None, server.communicate()
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                body: bytes = response.read()
                return body
        except URLError:
            time.sleep(0.1)
    raise AssertionError("the server did not come up within 20 seconds")
