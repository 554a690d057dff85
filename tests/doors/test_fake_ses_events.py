"""The stand-in's events on their way: signed as SNS signs, to who has confirmed, or to a queue."""

import base64
import json
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import load_pem_x509_certificate
from moto.server import ThreadedMotoServer

from digest.delivery.ses import SENDING, client
from digest.standin.courier import TOPIC
from tests.standin import LiveSes, a_message, as_nobody, listening

# What SNS signs, as its own guide lists it for each type.
NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")

Envelope = dict[str, Any]


@contextmanager
def a_subscriber_over_http() -> Iterator[tuple[str, "Queue[Envelope]"]]:
    """An address that takes what is posted, and what it took."""
    took: Queue[Envelope] = Queue()

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            took.put(json.loads(self.rfile.read(size)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Hook) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/hooks/ses", took
        finally:
            server.shutdown()
            thread.join()


def sends(to: str = "reader@inbox.example") -> str:
    raw = {"Raw": {"Data": a_message(to).data}}
    message_id: str = client(SENDING).send_email(Content=raw, ConfigurationSetName="digest")[
        "MessageId"
    ]
    return message_id


def verifies(ses: LiveSes, envelope: Envelope, names: tuple[str, ...]) -> bool:
    """What a receiver does, with the certificate fetched from the stand-in itself."""
    path = envelope["SigningCertURL"].removeprefix("https://sns.us-east-1.amazonaws.com")
    with urllib.request.urlopen(ses.base + path, timeout=30) as answer:
        key = load_pem_x509_certificate(answer.read()).public_key()
    assert isinstance(key, RSAPublicKey)
    said = "".join(f"{name}\n{envelope[name]}\n" for name in names).encode()
    algorithm = {"1": hashes.SHA1(), "2": hashes.SHA256()}[envelope["SignatureVersion"]]
    try:
        key.verify(base64.b64decode(envelope["Signature"]), said, PKCS1v15(), algorithm)
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_subscriber_confirms_and_then_gets_signed_events(
    version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        a_subscriber_over_http() as (url, took),
        listening(monkeypatch, sns_url=url, signature=version) as ses,
    ):
        asked = took.get(timeout=30)
        assert (asked["Type"], asked["TopicArn"]) == ("SubscriptionConfirmation", TOPIC)
        assert verifies(ses, asked, CONFIRMATION)
        message_id = sends()
        boto3.client("sns").confirm_subscription(TopicArn=TOPIC, Token=asked["Token"])
        events = [notification(took) for _ in range(2)]
        for envelope in events:
            assert verifies(ses, envelope, NOTIFICATION)
            assert not verifies(ses, {**envelope, "Message": "{}"}, NOTIFICATION)
    told = [json.loads(envelope["Message"]) for envelope in events]
    assert {event["eventType"] for event in told} == {"Send", "Delivery"}
    assert {event["mail"]["messageId"] for event in told} == {message_id}


def notification(took: "Queue[Envelope]") -> Envelope:
    """The next one; the question is asked until the answer is there."""
    while (envelope := took.get(timeout=30))["Type"] != "Notification":
        continue
    return envelope


def test_nobody_confirms_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        a_subscriber_over_http() as (url, _),
        listening(monkeypatch, sns_url=url),
        pytest.raises(ClientError, match="no such topic or token"),
    ):
        boto3.client("sns").confirm_subscription(TopicArn=TOPIC, Token="guessed")


@pytest.fixture
def queue_url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    as_nobody(monkeypatch)
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", f"http://{host}:{port}")
    made = boto3.client("sqs").create_queue(QueueName="ses-events")["QueueUrl"]
    yield made
    server.stop()


def received(queue_url: str, count: int) -> list[Envelope]:
    queue = boto3.client("sqs")
    found: list[Envelope] = []
    while len(found) < count:
        answer = queue.receive_message(QueueUrl=queue_url, WaitTimeSeconds=5)
        found += [json.loads(one["Body"]) for one in answer.get("Messages", ())]
    return found


def test_a_queue_gets_what_sns_would_put_into_it(
    queue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(monkeypatch, queue_url=queue_url) as ses:
        sends("reader+bounce@inbox.example")
        envelopes = received(queue_url, 2)
        assert all(verifies(ses, envelope, NOTIFICATION) for envelope in envelopes)
    told = [json.loads(envelope["Message"])["eventType"] for envelope in envelopes]
    assert sorted(told) == ["Bounce", "Send"]


def test_what_nobody_takes_is_counted_and_holds_nothing_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("digest.standin.courier.PAUSE", 0)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with listening(monkeypatch, queue_url="http://127.0.0.1:9/queue") as ses:
        sends()
        wait(lambda: ses.asks("/_events")["dropped"] == 2)


def wait(until: Callable[[], bool]) -> None:
    for _ in range(600):
        if until():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen within 30 seconds")
