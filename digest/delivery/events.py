"""Read what Amazon SES says of a message: bytes to values, and never an exception.

One event may come in three spellings: as a configuration set publishes it (`eventType`), as an
identity's feedback (`notificationType`, without our tags), and through EventBridge (`detail-type`);
and each bare, or in the envelope of SNS that an SQS queue holds.
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Any

from digest.readers.feedback import DeliveryEvent, EventKind

LONGEST_NAME = 256  # of ids and types
LONGEST_DIAGNOSTIC = 300
MOST_RECIPIENTS = 50  # SES takes no more for one message
TYPES = ("bounceType", "delayType", "complaintFeedbackType")
GREETING = "Successfully validated SNS topic"  # what SES says to a topic that is new to it


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What is no event we know, with the reason; to be kept aside for a person."""

    reason: str
    body: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """What is all right and asks for nothing."""

    what: str


Reading = DeliveryEvent | Unreadable | Nothing

KINDS: Mapping[str, EventKind | None] = {
    "Send": EventKind.SEND,
    "Delivery": EventKind.DELIVERY,
    "Bounce": EventKind.BOUNCE,
    "Complaint": EventKind.COMPLAINT,
    "DeliveryDelay": EventKind.DELAY,
    "Reject": EventKind.REJECT,
    "Rendering Failure": EventKind.RENDERING_FAILURE,
    "Email Sent": EventKind.SEND,
    "Email Delivered": EventKind.DELIVERY,
    "Email Bounced": EventKind.BOUNCE,
    "Email Complaint Received": EventKind.COMPLAINT,
    "Complaint Received": EventKind.COMPLAINT,
    "Email Delivery Delayed": EventKind.DELAY,
    "Delivery Delayed": EventKind.DELAY,
    "Email Rejected": EventKind.REJECT,
    "Email Rendering Failed": EventKind.RENDERING_FAILURE,
    "Rendering Failed": EventKind.RENDERING_FAILURE,
    **dict.fromkeys(("Open", "Click", "Subscription"), None),
    **dict.fromkeys(("Email Opened", "Email Clicked", "Email Subscribed", "Subscribed"), None),
    "AmazonSnsSubscriptionSucceeded": None,
}
"""Every spelling SES has. None: we ask for none of these, and some account may send them."""

SECTIONS: Mapping[EventKind, tuple[str, str]] = {
    EventKind.SEND: ("send", ""),
    EventKind.DELIVERY: ("delivery", "recipients"),
    EventKind.BOUNCE: ("bounce", "bouncedRecipients"),
    EventKind.COMPLAINT: ("complaint", "complainedRecipients"),
    EventKind.DELAY: ("deliveryDelay", "delayedRecipients"),
    EventKind.REJECT: ("reject", ""),
    EventKind.RENDERING_FAILURE: ("failure", ""),
}
"""Where an event's own facts stand, and whom it concerns; else whom the message was for."""


def read(body: str) -> Reading:
    """One event, bare or in an envelope."""
    if body.lstrip().startswith(GREETING):
        return Nothing("SES has found the topic")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):  # not JSON, a number without end, brackets without end
        return Unreadable("it is not JSON", body)
    if not isinstance(found, dict):
        return Unreadable("it is not a JSON object", body)
    if found.get("Type") == "Notification" and "Message" in found:
        inner = found["Message"]
        if isinstance(inner, str):
            return read(inner)
        found = inner if isinstance(inner, dict) else {}
    elif found.get("Type") in ("SubscriptionConfirmation", "UnsubscribeConfirmation"):
        return Nothing("a queue is subscribed without being asked")
    return _event(found, body)


def _event(found: Mapping[str, Any], body: str) -> Reading:
    detail = _part(found, "detail") if "detail-type" in found else found
    name = _first(detail.get("eventType"), detail.get("notificationType"), found.get("detail-type"))
    if name not in KINDS:
        return Unreadable(f"no kind of event: {_line(name, 60)!r}" if name else "no event", body)
    kind = KINDS[name]
    if kind is None:
        return Nothing(f"{name} asks for nothing")
    mail, said = _part(detail, "mail"), _part(detail, SECTIONS[kind][0])
    message_id, at = (
        _name(mail.get("messageId")),
        moment(_first(said.get("timestamp"), mail.get("timestamp"))),
    )
    if not message_id or at is None:
        return Unreadable("no message id" if not message_id else "no time", body)
    return _assembled(kind, message_id, at, mail, said)


def _assembled(
    kind: EventKind, message_id: str, at: datetime, mail: Mapping[str, Any], said: Mapping[str, Any]
) -> DeliveryEvent:
    concerned = said.get(SECTIONS[kind][1]) or mail.get("destination")
    recipients = concerned if isinstance(concerned, list) else []
    first = recipients[0] if recipients and isinstance(recipients[0], dict) else {}
    return DeliveryEvent(
        kind=kind,
        message_id=message_id,
        at=at,
        recipients=_addresses(recipients),
        delivery=_number(_tag(mail, "delivery")),
        attempt=_number(_tag(mail, "attempt")),
        issue=_tag(mail, "issue"),
        type=_name(_first(*(said.get(name) for name in TYPES))),
        subtype=_name(_first(said.get("bounceSubType"), said.get("complaintSubType"))),
        status=_line(first.get("status"), 16),
        diagnostic=_line(
            _first(first.get("diagnosticCode"), said.get("reason"), said.get("errorMessage")),
            LONGEST_DIAGNOSTIC,
        ),
        feedback_id=_name(said.get("feedbackId")),
    )


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = whole.get(name)
    return found if isinstance(found, dict) else {}


def _first(*found: object) -> str:
    """The first that is a text with something in it, else ""."""
    for one in found:
        if isinstance(one, str) and one:
            return one
    return ""


def _line(found: object, longest: int) -> str:
    """A text in one line that every database can hold: no NUL, no half of a surrogate pair."""
    if not isinstance(found, str) or not found:
        return ""
    clean = "".join(sign if sign.isprintable() else " " for sign in found[: 4 * longest])
    return " ".join(clean.split())[:longest]


def _name(found: object) -> str:
    """An id or a type; "" for what is none, so that nothing is taken for another by being cut."""
    text = found if isinstance(found, str) else ""
    return text if len(text) <= LONGEST_NAME and text.isprintable() else ""


def _tag(mail: Mapping[str, Any], name: str) -> str:
    """A tag's value; SES makes a list of each."""
    values = _part(mail, "tags").get(name)
    return _name(values[0]) if isinstance(values, list) and values else ""


def _number(text: str) -> int | None:
    """What our tags hold: a number above 0 that an id of any database can have."""
    plain = text.isascii() and text.isdecimal() and len(text) <= 18
    return int(text) or None if plain else None


def _addresses(recipients: Sequence[object]) -> tuple[str, ...]:
    """Addresses without the names that may stand beside them, each once."""
    texts = [one.get("emailAddress") if isinstance(one, dict) else one for one in recipients]
    named = [_name(text) for text in texts[:MOST_RECIPIENTS]]
    bare = [parseaddr(one)[1] if "<" in one else one.strip() for one in named]
    return tuple(dict.fromkeys(one for one in bare if "@" in one))


def moment(text: str) -> datetime | None:
    """A moment as AWS writes it (ISO 8601), in UTC; None for what is none."""
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
