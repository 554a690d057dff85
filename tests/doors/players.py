"""Three who play SES, ours among them, and what each says that it got."""

import json
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from typing import Any, NamedTuple, Protocol

import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.server import ThreadedMotoServer
from moto.ses.models import ses_backends

from digest.delivery.ses import ASKING, client
from tests.judges.install import MODULES
from tests.judges.node import node
from tests.standin import LiveSes, listening, point_boto3

SENDER = "verdicts@mail.shiporskip.example"


class Arrived(NamedTuple):
    """One mail as a player has it; `headers` in lower case."""

    message_id: str
    to: list[str]
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    raw: bytes = b""


class Player(Protocol):
    def arrived(self) -> list[Arrived]: ...


def parsed(message_id: str, to: list[str], raw: bytes) -> Arrived:
    message = message_from_bytes(raw, policy=default)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return Arrived(
        message_id,
        to,
        str(message["Subject"]),
        text.get_content().strip() if text else "",
        html.get_content().strip() if html else "",
        {name.lower(): str(value) for name, value in message.items()},
        raw,
    )


class Ours:
    def __init__(self, live: LiveSes) -> None:
        self._live = live

    def arrived(self) -> list[Arrived]:
        mails = self._live.asks("/_sent")["mails"]
        return [
            parsed(mail["messageId"], mail["to"], raw)
            for mail, raw in zip(mails, self._live.mails(), strict=True)
        ]


class Moto:
    """Keeps raw mails byte for byte, and of others little."""

    def arrived(self) -> list[Arrived]:
        sent: list[Any] = ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages
        return [
            parsed(one.id, list(dict.fromkeys(one.destinations)), one.raw_data.encode())
            for one in sent
        ]


class Local:
    """aws-ses-v2-local: templates in earnest, and the headers given with them."""

    def __init__(self, base: str) -> None:
        self._base = base

    def arrived(self) -> list[Arrived]:
        with urllib.request.urlopen(f"{self._base}/store", timeout=30) as answer:
            emails = json.load(answer)["emails"]
        return [
            Arrived(
                one["messageId"],
                one["destination"]["to"],
                one["subject"],
                one["body"].get("text", "").strip(),
                one["body"].get("html", "").strip(),
                {pair["name"].lower(): pair["value"] for pair in one.get("headers", ())},
            )
            for one in emails
        ]


@contextmanager
def ours(patch: pytest.MonkeyPatch) -> Iterator[Player]:
    with listening(patch) as live:
        yield Ours(live)


@contextmanager
def moto(patch: pytest.MonkeyPatch) -> Iterator[Player]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    point_boto3(patch, f"http://{host}:{port}")
    backend = ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"]
    backend.reset()
    domain = SENDER.partition("@")[2]
    backend.verify_domain(domain)
    client(ASKING).get_email_identity(EmailIdentity=domain)  # two first requests at once break it
    try:
        yield Moto()
    finally:
        server.stop()


@contextmanager
def local(patch: pytest.MonkeyPatch) -> Iterator[Player]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    program = MODULES / "aws-ses-v2-local" / "dist" / "cli.js"
    assert program.exists(), "run: python3 tests/judges/install.py"
    command = [node(), str(program), "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            _wait(port)
            point_boto3(patch, f"http://127.0.0.1:{port}")
            yield Local(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()


def _wait(port: int) -> None:
    for _ in range(400):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("it did not come up within 20 seconds")
