"""`digest serve`: the site and the clock in one process, started and stopped for real."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode

from digest.cli.machine import listening
from digest.readers.links import Purpose, Signing
from tests.makers import SUNDAY
from tests.shell import Shell

ROOT = Path(__file__).resolve().parents[2]


class Served:
    """A running `digest serve`; what it said is known once it has ended."""

    def __init__(self, folder: Path) -> None:
        Shell(folder).does("init")
        self.folder, port = folder, a_free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.said = self.complained = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "digest.cli", "serve", "--port", str(port)],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def answers(self, path: str, **form: str) -> tuple[int, bytes]:
        """Status and body, of a POST if there is a form."""
        body = urlencode(form).encode() if form else None
        try:
            with urllib.request.urlopen(self.url + path, body, timeout=30) as response:
                return response.status, response.read()
        except HTTPError as error:
            with error:
                return error.code, error.read()

    def wait(self) -> None:
        for _ in range(200):
            assert self.process.poll() is None, self.process.communicate()
            try:
                assert self.answers("/healthz") == (200, b"ok")
            except URLError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the server did not come up within 20 seconds")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.said, self.complained = self.process.communicate(timeout=60)


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """A `digest serve` that answers, until the end of the block."""
    served = Served(folder)
    try:
        served.wait()
        yield served
    finally:
        served.stop()


def test_it_answers_and_stops_when_it_is_told_to(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        status, page = served.answers("/")
        assert status == 200
        assert b"<h1>" in page
    assert served.process.returncode == 0, served.complained
    assert f"the site is at {served.url}/" in served.said
    assert "Traceback" not in served.complained


def test_its_log_tells_what_was_asked_and_nothing_that_is_a_reader_s(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        tokens = every_token(tmp_path)
        assert served.answers("/issues?q=a+private+question")[0] == 200
        assert served.answers("/subscribe", email="reader@inbox.example")[0] == 200
        for token in tokens:
            for path in ("/confirm", "/unsubscribe", "/preferences", "/vote", "/return"):
                served.answers(f"{path}/{token}")
                served.answers(f"{path}/{token}/", cut="short")
    log = served.complained
    assert " GET /issues 200 " in log
    assert " POST /subscribe 200 " in log
    assert log.count(" GET /unsubscribe/- ") == len(tokens)
    assert "private" not in log
    assert "inbox.example" not in log
    assert [token for token in tokens if token.rpartition(".")[2][:20] in log] == []


def test_a_crash_is_in_its_log_without_what_the_reader_typed(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        with closing(sqlite3.connect(tmp_path / "var" / "digest.db")) as database:
            database.execute("ALTER TABLE subscribers RENAME TO elsewhere")
            database.execute("ALTER TABLE comparisons RENAME TO elsewhere_too")
        status, page = served.answers("/compare/plainwright-vs-notekeel")
        assert status == 500
        assert b"Traceback" not in page
        assert b"comparisons WHERE" not in page
        # what a sign-up asks of the database comes after its answer
        assert served.answers("/subscribe", email="reader@inbox.example")[0] == 200
    assert "no such table: comparisons" in served.complained
    assert "no such table: subscribers" in served.complained
    assert "inbox.example" not in served.complained


def test_a_port_that_is_taken_is_one_line_and_starts_nothing(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.does("init")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"cannot listen on 127.0.0.1:{port}" in shell.fails("serve", "--port", str(port))


def test_an_answer_in_two_segments_does_not_wait_for_the_first_to_be_acknowledged() -> None:
    with listening("127.0.0.1", 0) as door, socket.create_connection(door.getsockname()):
        accepted, _ = door.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def every_token(folder: Path) -> list[str]:
    """One of each kind, signed with the key that `digest init` made there."""
    signing = Signing([(folder / "var" / "secret.key").read_text().strip()])
    lasting = [signing.token(1, purpose) for purpose in Purpose]
    return [*lasting, *(signing.dated_token(1, one, SUNDAY, "c0ffee") for one in Purpose)]


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
