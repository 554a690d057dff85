"""A message as SES puts it on the wire: Date, Message-ID and Feedback-ID are always SES's own."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from digest.standin.merging import Pairs

REGION = "us-east-1"
CRLF = b"\r\n"
LINE_END = re.compile(rb"\r\n|\r|\n")
NEXT_FIELD = re.compile(rb"\r\n(?![ \t])")
OVERRIDDEN = frozenset((b"date", b"message-id", b"return-path", b"bcc"))
POLICY = SMTP.clone(max_line_length=998)  # as in `readers.addressing`: no link is encoded


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One message as it was accepted. `data` is what would be on the wire; a mail whose template
    could not be filled has a `failure` and no bytes."""

    message_id: str
    at: datetime
    sender: str
    recipients: tuple[str, ...]
    tags: Mapping[str, str]
    configuration_set: str = ""
    data: bytes = b""
    failure: str = ""


def simple(head: Mapping[str, Sequence[str]], content: Mapping[str, str], headers: Pairs) -> bytes:
    """MIME from Subject, Text and Html. `head` holds From, To, Cc and Reply-To."""
    message = EmailMessage(policy=POLICY)
    for name, values in head.items():
        if values:
            message[name] = ", ".join(values)
    message["Subject"] = content.get("Subject", "")
    for header in headers:
        message[header["Name"]] = header["Value"]
    bodies = [
        (kind, content[part])
        for kind, part in (("plain", "Text"), ("html", "Html"))
        if part in content
    ]
    for place, (kind, text) in enumerate(bodies):
        put = message.add_alternative if place else message.set_content
        put(text, subtype=kind, cte="quoted-printable")
    return message.as_bytes()


def on_the_wire(data: bytes, message_id: str, at: datetime, tags: Mapping[str, str]) -> bytes:
    """The message with SES's own headers in place of ours, all lines ending as on the wire."""
    head, end, body = CRLF.join(LINE_END.split(data)).partition(CRLF + CRLF)
    own = {
        "Message-ID": f"<{message_id}@email.amazonses.com>",
        "Date": format_datetime(at),
        "Feedback-ID": feedback_id(tags),
        "X-SES-Outgoing": f"{at:%Y.%m.%d}-127.0.0.1",
    }
    kept = [field for field in NEXT_FIELD.split(head) if name_of(field) not in OVERRIDDEN]
    added = [f"{name}: {value}".encode() for name, value in own.items()]
    return CRLF.join([*kept, *added]) + (end or CRLF + CRLF) + body


def feedback_id(tags: Mapping[str, str]) -> str:
    """Gmail's a:b:c:SenderId, whose first two a sender may choose."""
    a, b = (tags.get(f"ses:feedback-id-{one}", "") for one in "ab")
    return f"{a}:{b}:1.{REGION}.stand-in:AmazonSES"


def fields(data: bytes) -> Iterator[tuple[str, str]]:
    """The headers of a message, unfolded."""
    for field in NEXT_FIELD.split(data.partition(CRLF + CRLF)[0]):
        name, _, value = field.decode("utf-8", "replace").partition(":")
        yield name, value.replace("\r\n", "").strip()


def name_of(field: bytes) -> bytes:
    return field.partition(b":")[0].strip().lower()
