"""Only our topic is believed, and nothing is fetched for anybody else."""

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import SimpleQueue
from threading import Thread
from typing import Any

import boto3
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from digest.delivery.sns import Forged, Notification, Topic, string_to_sign
from tests.makers import SUNDAY
from tests.ses_says import CERTIFICATE, TOPIC, Amazon, body, moment


@pytest.fixture(scope="module")
def keys() -> Amazon:
    """One key for all tests: making one takes its time."""
    return Amazon()


@pytest.fixture
def amazon(keys: Amazon) -> Amazon:
    keys.fetched.clear()
    return keys


@pytest.fixture
def topic(amazon: Amazon) -> Topic:
    return Topic(TOPIC, amazon.fetch)


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("subject", [None, "Amazon SES Email Event Notification", "Ünïcode\n"])
def test_what_our_topic_signed_is_taken(
    topic: Topic, amazon: Amazon, version: str, subject: str | None
) -> None:
    said = amazon.notification("hello", SignatureVersion=version, Subject=subject)
    assert topic.verified(body(said), SUNDAY) == Notification("Notification", "hello")


@pytest.mark.parametrize("type_", ["SubscriptionConfirmation", "UnsubscribeConfirmation"])
@pytest.mark.parametrize("version", ["1", "2"])
def test_a_confirmation_brings_its_token(
    topic: Topic, amazon: Amazon, type_: str, version: str
) -> None:
    said = amazon.confirmation(Type=type_, SignatureVersion=version)
    found = topic.verified(body(said), SUNDAY)
    assert found == Notification(type_, "You have chosen to subscribe.", "a-token")


def test_a_certificate_is_fetched_once(topic: Topic, amazon: Amazon) -> None:
    for number in range(3):
        assert isinstance(
            topic.verified(body(amazon.notification(str(number))), SUNDAY), Notification
        )
    assert amazon.fetched == [CERTIFICATE]


def test_the_string_to_sign_has_a_name_and_a_value_a_line() -> None:
    fields = {
        "Type": "Notification",
        "MessageId": "id",
        "TopicArn": "arn",
        "Subject": "about",
        "Message": "hello\nthere",
        "Timestamp": "now",
        "UnsubscribeURL": "https://not.signed.example",
    }
    # https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html
    assert string_to_sign(fields) == (
        b"Message\nhello\nthere\nMessageId\nid\nSubject\nabout\nTimestamp\nnow\n"
        b"TopicArn\narn\nType\nNotification\n"
    )


Make = Callable[[Amazon], Mapping[str, Any]]


def signed(**fields: Any) -> Make:
    """A notification that Amazon truly signed, with these fields."""
    return lambda amazon: amazon.notification("x", **fields)


def tampered(**fields: Any) -> Make:
    """One whose fields were changed after it was signed; None takes a field away."""

    def make(amazon: Amazon) -> Mapping[str, Any]:
        changed = amazon.notification("x") | fields
        return {name: value for name, value in changed.items() if value is not None}

    return make


FOREIGN = "arn:aws:sns:eu-west-1:999999999999:mail-events"
OLD, NEW = moment(SUNDAY - timedelta(hours=1, seconds=1)), moment(SUNDAY + timedelta(hours=2))
AT_FIRST_SIGHT = {
    "a topic of somebody else's, truly signed": signed(TopicArn=FOREIGN),
    "our topic in another case": signed(TopicArn=TOPIC.upper()),
    "a replay after an hour": signed(Timestamp=OLD),
    "one of the future": signed(Timestamp=NEW),
    "no moment at all": signed(Timestamp="yesterday"),
    "no signature": tampered(Signature=None),
    "an empty signature": tampered(Signature=""),
    "no version": tampered(SignatureVersion=None),
    "a version of its own": tampered(SignatureVersion="3"),
    "a version that is no number": tampered(SignatureVersion="٢"),
    "no certificate": tampered(SigningCertURL=None),
    **{
        f"a certificate at {url}": tampered(SigningCertURL=url)
        for url in (
            "https://evil.example/SimpleNotificationService-0a.pem",
            CERTIFICATE.replace("https:", "http:"),
            CERTIFICATE.replace("eu-west-1", "us-east-1"),
            CERTIFICATE.replace(".com", ".com.evil.example"),
            CERTIFICATE.replace("sns.", "sns-"),
            CERTIFICATE.replace(".com/", ".com:444/"),
            CERTIFICATE.replace("https://", "https://evil.example@"),
            CERTIFICATE.replace("/Simple", "/bucket/Simple"),
            CERTIFICATE + "?x=1",
            CERTIFICATE + "\n",
            CERTIFICATE.replace("0123456789abcdef", "../evil"),
            "file:///etc/passwd",
        )
    },
}


@pytest.mark.parametrize("make", AT_FIRST_SIGHT.values(), ids=AT_FIRST_SIGHT)
def test_what_is_wrong_at_first_sight_has_nothing_fetched(
    topic: Topic, amazon: Amazon, make: Make
) -> None:
    found = topic.verified(body(make(amazon)), SUNDAY)
    assert isinstance(found, Forged)
    assert not found.malformed
    assert amazon.fetched == []


WRONGLY_SIGNED = {
    "another message": tampered(Message="y"),
    "another time": tampered(Timestamp=moment(SUNDAY + timedelta(minutes=1))),
    "another type": lambda amazon: amazon.confirmation() | {"Type": "Notification"},
    "a subject that was not signed": lambda amazon: (
        amazon.notification(Subject=None) | {"Subject": "x"}
    ),
    "a subject that is missing": tampered(Subject=None),
    "a signature that is no Base64": tampered(Signature="-"),
    "a signature of something": tampered(Signature=base64.b64encode(b"x" * 256).decode()),
    "another version": tampered(SignatureVersion="1"),
    "half of a surrogate pair": tampered(Subject="\ud800"),
}


@pytest.mark.parametrize("make", WRONGLY_SIGNED.values(), ids=WRONGLY_SIGNED)
def test_what_was_not_signed_like_this_is_refused(topic: Topic, amazon: Amazon, make: Make) -> None:
    assert topic.verified(body(make(amazon)), SUNDAY) == Forged("its signature is wrong")


def test_another_key_is_refused(topic: Topic) -> None:
    assert topic.verified(body(Amazon().notification("x")), SUNDAY) == Forged(
        "its signature is wrong"
    )


MALFORMED = [
    b"",
    b"\xff\xfe",
    b"not json",
    b"[" * 60_000,
    b"[]",
    b"null",
    b"{}",
    b'{"Type": "Notification"}',
    b'{"Type": "Greeting", "Message": "x"}',
    b'{"Type": ["Notification"]}',
    body({"eventType": "Bounce", "mail": {}}),  # raw delivery has no signature at all
]


@pytest.mark.parametrize("given", MALFORMED, ids=repr)
def test_what_is_no_notification_is_called_so(topic: Topic, amazon: Amazon, given: bytes) -> None:
    assert topic.verified(given, SUNDAY) == Forged("it is no notification", malformed=True)
    assert amazon.fetched == []


def test_a_message_that_is_no_text_is_no_notification(topic: Topic, amazon: Amazon) -> None:
    said = amazon.notification("x") | {"Message": {"eventType": "Bounce"}}
    assert topic.verified(body(said), SUNDAY) == Forged("it is no notification", malformed=True)


def test_sha_1_is_refused_once_sha_256_was_seen(topic: Topic, amazon: Amazon) -> None:
    old, new = amazon.notification("x", SignatureVersion="1"), amazon.notification("x")
    assert isinstance(topic.verified(body(old), SUNDAY), Notification)
    assert isinstance(topic.verified(body(new), SUNDAY), Notification)
    assert topic.verified(body(old), SUNDAY) == Forged(
        "its signature is of a version we do not take"
    )


def test_a_forged_version_2_does_not_shut_out_version_1(topic: Topic, amazon: Amazon) -> None:
    old, forged = amazon.notification("x", SignatureVersion="1"), amazon.notification("x")
    assert isinstance(topic.verified(body(forged | {"Message": "y"}), SUNDAY), Forged)
    assert isinstance(topic.verified(body(old), SUNDAY), Notification)


def test_sha_1_is_refused_from_the_first_if_the_settings_say_so(amazon: Amazon) -> None:
    strict = Topic(TOPIC, amazon.fetch, least_version=2)
    old = amazon.notification("x", SignatureVersion="1")
    assert isinstance(strict.verified(body(old), SUNDAY), Forged)
    assert amazon.fetched == []


def test_a_certificate_that_ran_out_proves_nothing(topic: Topic, amazon: Amazon) -> None:
    later = SUNDAY + timedelta(days=201)
    said = amazon.notification("x", Timestamp=moment(later))
    assert topic.verified(body(said), later) == Forged("its certificate is not valid at this time")


def test_a_certificate_that_cannot_be_had_refuses_and_is_asked_for_again(amazon: Amazon) -> None:
    answers: list[bytes | None] = [None, b"<html>no</html>", amazon.certificate]

    def fetch(url: str) -> bytes:
        if (answer := answers.pop(0)) is None:
            raise OSError("the server answered 302")
        return answer

    topic, said = Topic(TOPIC, fetch), body(amazon.notification("x"))
    assert topic.verified(said, SUNDAY) == Forged(
        "its certificate cannot be fetched: the server answered 302"
    )
    assert isinstance(topic.verified(said, SUNDAY), Forged)
    assert isinstance(topic.verified(said, SUNDAY), Notification)


@given(st.binary() | st.dictionaries(st.text(), st.text()).map(body))
def test_no_input_makes_the_verifier_fail(given: bytes) -> None:
    assert isinstance(Topic(TOPIC, Amazon().fetch).verified(given, SUNDAY), Forged)


def test_what_an_sns_of_another_hand_signs_is_taken() -> None:
    """moto's SNS signs by itself, as version 2. It leaves the subject out of what it signs, unlike
    Amazon, so there is none here."""
    with mock_aws(), listening() as (address, came):
        sns = boto3.client("sns", "eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
        arn = sns.create_topic(Name="mail-events")["TopicArn"]
        sns.subscribe(TopicArn=arn, Protocol="http", Endpoint=address)
        sns.publish(TopicArn=arn, Message="hello\nünïcode")
        said, now = came.get(timeout=20), datetime.now(UTC)
        topic = Topic(arn, lambda url: bytes(requests.get(url, timeout=5).content))
        assert topic.verified(said, now) == Notification("Notification", "hello\nünïcode")
        tampered = said.replace(b"hello", b"jello")
        assert topic.verified(tampered, now) == Forged("its signature is wrong")


@contextmanager
def listening() -> Iterator[tuple[str, SimpleQueue[bytes]]]:
    """A webhook that keeps what is posted to it."""
    came: SimpleQueue[bytes] = SimpleQueue()

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.put(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quietly."""

    with HTTPServer(("127.0.0.1", 0), Webhook) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", came
        finally:
            server.shutdown()
            thread.join()
