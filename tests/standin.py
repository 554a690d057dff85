"""The stand-in for SES, listening on loopback, and boto3 pointed at it."""

import base64
import json
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn

from digest.model import Message
from digest.standin.app import Cuttable, Options, Standin


class LiveSes:
    """What listens, and what it says of itself."""

    def __init__(self, base: str) -> None:
        self.base = base

    def asks(self, path: str) -> Any:
        with urllib.request.urlopen(self.base + path, timeout=30) as answer:
            return json.load(answer)

    @property
    def accepted(self) -> int:
        count: int = self.asks("/_sent")["accepted"]
        return count

    def mails(self) -> list[bytes]:
        """As they would be on the wire."""
        return [base64.b64decode(mail["raw"]) for mail in self.asks("/_sent?raw")["mails"]]

    def events(self) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = self.asks("/_events")["events"]
        return told


@contextmanager
def listening(patch: pytest.MonkeyPatch, **options: Any) -> Iterator[LiveSes]:
    """A stand-in until the end; `options` as `Options` has them, but fast by default."""
    standin = Standin(Options(**{"rate": 10_000, **options}))
    config = uvicorn.Config(standin.app, http=Cuttable, ws="none", port=0, log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the stand-in did not start"
        thread.join(0.005)
    base = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    point_boto3(patch, base)
    try:
        yield LiveSes(base)
    finally:
        server.should_exit = True
        thread.join()


def point_boto3(patch: pytest.MonkeyPatch, base: str) -> None:
    """Send what boto3 asks of AWS to an endpoint, as nobody."""
    for name in ("AWS_ENDPOINT_URL_SESV2", "AWS_ENDPOINT_URL_SNS"):
        patch.setenv(name, base)
    as_nobody(patch)


def as_nobody(patch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }.items():
        patch.setenv(name, value)
    patch.delenv("AWS_PROFILE", raising=False)


def a_message(to: str = "reader@inbox.example", delivery: int = 7, **lines: str) -> Message:
    """A message with all it needs; `lines` are headers, and replace those of the same name."""
    headers = {
        "From": "Ship or Skip <verdicts@mail.shiporskip.example>",
        "To": to,
        "Subject": "Verdicts",
        "Date": "Sun, 22 Nov 2026 09:00:00 +0000",
        "Message-ID": f"<2026-W47.{delivery}@mail.shiporskip.example>",
        **{name.replace("_", "-"): value for name, value in lines.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value)
    data = f"{head}\r\nHello.\r\n".encode()
    return Message(delivery, to, data, issue="2026-W47", attempt=1)
