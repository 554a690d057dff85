"""What plays SES while a sender is measured: the stand-in that ships with the product, which looks
at every mail, or a receiver that looks at none (`benchmarks.sink`)."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SERVE = (
    "import sys; from digest.cli import main;"
    "main(['fake-ses', '--port', '0', '--rate', '1e6', '--daily', '-1', '--faults', sys.argv[1]])"
)


def program(service: str, latency_ms: int) -> list[str]:
    """What receives, every answer of which takes so long."""
    if service == "sink":
        return [sys.executable, "-m", "benchmarks.sink", str(latency_ms)]
    faults = f"every 1 hang {latency_ms / 1000}" if latency_ms else ""
    return [sys.executable, "-c", SERVE, faults]


@contextmanager
def receiving(service: str, latency_ms: int, folder: Path) -> Iterator[None]:
    """Something that plays SES; boto3 is pointed at it."""
    said = folder / "standin"
    with said.open("w") as log:
        process = subprocess.Popen(program(service, latency_ms), stdout=log, stderr=log)
    try:
        base = _base(said, process)
        os.environ |= {
            "AWS_ENDPOINT_URL_SESV2": base,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "none",
            "AWS_SECRET_ACCESS_KEY": "none",
        }
        yield
    finally:
        process.terminate()
        process.wait(30)


def _base(said: Path, process: "subprocess.Popen[bytes]") -> str:
    for _ in range(300):
        words = said.read_text().split()
        if "http://127.0.0.1" in " ".join(words):
            base = next(word for word in words if word.startswith("http://")).rstrip(";")
            with urllib.request.urlopen(f"{base}/_sent?after=999999999", timeout=30):
                return base
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit(f"the stand-in did not start: {said.read_text()}")


def uploaded(recipients: int) -> int:
    """Bytes a recipient that the stand-in was sent."""
    base = os.environ["AWS_ENDPOINT_URL_SESV2"]
    with urllib.request.urlopen(f"{base}/_sent?after=999999999", timeout=30) as answer:
        received: int = json.load(answer)["bytes"]
    return round(received / recipients)
