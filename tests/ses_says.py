"""Events as Amazon SES writes them, and notifications as Amazon SNS signs them."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from hypothesis import strategies as st

from digest.delivery.sns import string_to_sign
from digest.readers.feedback import EventKind as K
from tests.makers import SUNDAY

READER = "reader@inbox.example"
MESSAGE = "0102018f3c7a-0000-000000"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail-events"
CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"


def moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def an_event(
    name: str,
    *,
    message_id: str = MESSAGE,
    recipient: str = READER,
    at: datetime = SUNDAY,
    tags: Mapping[str, object] | None = None,
    **said: Any,
) -> dict[str, Any]:
    """An event as a configuration set publishes it. Tags go in as lists, as SES has them."""
    section, people = SECTIONS[name]
    part: dict[str, Any] = {"timestamp": moment(at), **said} if section != "send" else {}
    if people:
        part.setdefault(
            people,
            [recipient if people == "recipients" else {**PERSON[name], "emailAddress": recipient}],
        )
    return {
        "eventType": name,
        "mail": {
            "timestamp": moment(at),
            "messageId": message_id,
            "source": "verdicts@mail.shiporskip.example",
            "sendingAccountId": "123456789012",
            "destination": [recipient],
            "headersTruncated": False,
            "headers": [{"name": "From", "value": "verdicts@mail.shiporskip.example"}],
            "commonHeaders": {"subject": "Plainwright or Notekeel?"},
            "tags": {
                "ses:configuration-set": ["digest"],
                **{tag: [str(value)] for tag, value in (tags or {}).items()},
            },
        },
        section: part,
    }


SECTIONS = {
    "Send": ("send", ""),
    "Delivery": ("delivery", "recipients"),
    "Bounce": ("bounce", "bouncedRecipients"),
    "Complaint": ("complaint", "complainedRecipients"),
    "DeliveryDelay": ("deliveryDelay", "delayedRecipients"),
    "Reject": ("reject", ""),
    "Rendering Failure": ("failure", ""),
}
PERSON: Mapping[str, dict[str, str]] = {
    "Bounce": {"action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 unknown"},
    "Complaint": {},
    "DeliveryDelay": {"status": "4.4.1", "diagnosticCode": "smtp; 421 4.4.1 no answer"},
}


def a_bounce(
    type_: str = "Permanent",
    subtype: str = "General",
    *,
    status: str = "5.1.1",
    diagnostic: str = "smtp; 550 5.1.1 user unknown",
    feedback_id: str = "feedback-1",
    recipient: str = READER,
    **fields: Any,
) -> dict[str, Any]:
    person = {
        "emailAddress": recipient,
        "action": "failed",
        "status": status,
        "diagnosticCode": diagnostic,
    }
    told: dict[str, Any] = {
        "bounceType": type_,
        "bounceSubType": subtype,
        "feedbackId": feedback_id,
    }
    return an_event("Bounce", recipient=recipient, bouncedRecipients=[person], **told, **fields)


def a_complaint(feedback: str = "abuse", **fields: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"feedbackId": "feedback-2", "complaintSubType": None}
    return an_event("Complaint", **(told | {"complaintFeedbackType": feedback} | fields))


def as_feedback(event: dict[str, Any]) -> dict[str, Any]:
    """The same as an identity's feedback tells it: another word, and no tags."""
    mail = {name: value for name, value in event["mail"].items() if name != "tags"}
    told = {name: value for name, value in event.items() if name != "eventType"}
    return {"notificationType": event["eventType"]} | told | {"mail": mail}


BUS = {
    "Send": "Email Sent",
    "Delivery": "Email Delivered",
    "Bounce": "Email Bounced",
    "Complaint": "Email Complaint Received",
    "DeliveryDelay": "Email Delivery Delayed",
    "Reject": "Email Rejected",
    "Rendering Failure": "Email Rendering Failed",
}


def on_the_bus(event: dict[str, Any]) -> dict[str, Any]:
    """The same as EventBridge hands it on."""
    detail = {name: value for name, value in event.items() if name != "eventType"}
    return {
        "version": "0",
        "source": "aws.ses",
        "detail-type": BUS[event["eventType"]],
        "time": event["mail"]["timestamp"],
        "detail": detail,
    }


TAGS = {"delivery": 7, "attempt": 2, "issue": "2026-W47"}
EVENTS = {
    K.SEND: an_event("Send", tags=TAGS),
    K.DELIVERY: an_event("Delivery", tags=TAGS, processingTimeMillis=312),
    K.BOUNCE: a_bounce("Transient", "MailboxFull", tags=TAGS),
    K.COMPLAINT: a_complaint(tags=TAGS),
    K.DELAY: an_event("DeliveryDelay", delayType="MailboxFull", tags=TAGS),
    K.REJECT: an_event("Reject", reason="Bad content", tags=TAGS),
    K.RENDERING_FAILURE: an_event("Rendering Failure", errorMessage="no name", tags=TAGS),
}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@st.composite
def mangled_events(draw: st.DrawFn) -> str:
    """A good event with some of its values, anywhere, taken away or put in place of by others."""
    event = draw(st.sampled_from([*EVENTS.values(), *map(on_the_bus, EVENTS.values())]))
    whole = json.loads(json.dumps(event))
    for _ in range(draw(st.integers(1, 4))):
        part = whole
        while True:
            name = draw(st.sampled_from(sorted(part)))
            inner = part[name]
            if not isinstance(inner, dict) or not inner or draw(st.booleans()):
                break
            part = inner
        if draw(st.booleans()) and len(part) > 1:
            del part[name]
        else:
            part[name] = draw(json_values)
    text = json.dumps(whole)
    return json.dumps({"Type": "Notification", "Message": text}) if draw(st.booleans()) else text


anything = st.text() | json_values.map(json.dumps) | mangled_events()
"""What may be posted to us: nonsense, and what is nearly an event."""


class Amazon:
    """Signs as SNS does, with a key and a certificate of its own."""

    def __init__(self) -> None:
        self.fetched: list[str] = []

    @cached_property
    def key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @cached_property
    def certificate(self) -> bytes:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(7)
            .not_valid_before(SUNDAY - timedelta(days=100))
            .not_valid_after(SUNDAY + timedelta(days=200))
            .sign(self.key, hashes.SHA256())
        )
        return made.public_bytes(serialization.Encoding.PEM)

    def fetch(self, url: str) -> bytes:
        """What gets a certificate from its address."""
        self.fetched.append(url)
        return self.certificate

    def notification(self, message: object = "", **fields: Any) -> dict[str, Any]:
        """Signed; what `fields` says stands in it before it is signed. None leaves a field out."""
        text = message if isinstance(message, str) else json.dumps(message)
        usual = {
            "Type": "Notification",
            "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            "TopicArn": TOPIC,
            "Subject": "Amazon SES Email Event Notification",
            "Message": text,
            "Timestamp": moment(SUNDAY),
            "SignatureVersion": "2",
            "SigningCertURL": CERTIFICATE,
        }
        return self.signed({k: v for k, v in (usual | fields).items() if v is not None})

    def confirmation(self, **fields: Any) -> dict[str, Any]:
        usual = {
            "Type": "SubscriptionConfirmation",
            "Subject": None,
            "Token": "a-token",
            "SubscribeURL": "https://evil.example/subscribe",
        }
        return self.notification("You have chosen to subscribe.", **(usual | fields))

    def signed(self, fields: dict[str, Any]) -> dict[str, Any]:
        hashed = hashes.SHA1() if fields["SignatureVersion"] == "1" else hashes.SHA256()
        signature = self.key.sign(string_to_sign(fields), padding.PKCS1v15(), hashed)
        return fields | {"Signature": base64.b64encode(signature).decode()}


def body(fields: object) -> bytes:
    return json.dumps(fields).encode()
