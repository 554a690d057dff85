"""A message as SES puts it on the wire: Date, Message-ID and Feedback-ID are always SES's own."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from quopri import encodestring

from digest.standin.merging import Pairs

REGION = "us-east-1"
CRLF = b"\r\n"
LINE_END = re.compile(rb"\r\n|\r|\n")
NEXT_FIELD = re.compile(rb"\r\n(?![ \t])")
OVERRIDDEN = frozenset((b"date", b"message-id", b"return-path", b"bcc"))
LONGEST_LINE = 998
POLICY = SMTP.clone(max_line_length=LONGEST_LINE)  # as in `readers.addressing`: no link is encoded


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One message as it was accepted. `data` is what would be on the wire, or writes it when it is
    wanted (the whole or the head alone), which of most it never is; a mail whose template could
    not be filled has a `failure` and no bytes. `size` is what it takes in memory meanwhile."""

    message_id: str
    at: datetime
    sender: str
    recipients: tuple[str, ...]
    tags: Mapping[str, str]
    configuration_set: str = ""
    data: bytes | Callable[[bool], bytes] = b""
    size: int = 0
    failure: str = ""

    @property
    def whole(self) -> bytes:
        return self.data if isinstance(self.data, bytes) else self.data(True)

    @property
    def head(self) -> bytes:
        """What `fields` needs of it."""
        return self.data if isinstance(self.data, bytes) else self.data(False)


def simple(head: Mapping[str, Sequence[str]], content: Mapping[str, str], headers: Pairs) -> bytes:
    """MIME from Subject, Text and Html. `head` holds From, To, Cc and Reply-To."""
    listed = [(name, ", ".join(values)) for name, values in head.items() if values]
    own = [(header["Name"], header["Value"]) for header in headers]
    fields = [*listed, ("Subject", content.get("Subject", "")), *own, ("MIME-Version", "1.0")]
    parts = [_part(kind, content[name]) for name, kind in PARTS if name in content]
    if len(parts) > 1:
        fields.append(("Content-Type", f'multipart/alternative; boundary="{BORDER}"'))
        parts = [f"\r\n--{BORDER}\r\n".encode() + part for part in parts]
        parts = [*parts, f"\r\n--{BORDER}--\r\n".encode()]
    return b"".join([*(_field(*one) for one in fields), *(parts or [CRLF])])


PARTS = (("Text", "plain"), ("Html", "html"))
BORDER = "=_the-stand-in-has-one-border-alone_="


def _part(kind: str, text: str) -> bytes:
    encoded = encodestring(text.replace("\r\n", "\n").encode()).replace(b"\n", CRLF)
    head = f"Content-Type: text/{kind}; charset=utf-8\r\n"
    return f"{head}Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode() + encoded


@lru_cache(1024)
def _field(name: str, value: str) -> bytes:
    """A header with its line end, encoded where it holds more than ASCII."""
    if value.isascii() and value.isprintable() and len(name) + len(value) < LONGEST_LINE - 2:
        return f"{name}: {value}\r\n".encode()
    message = EmailMessage(policy=POLICY)
    message[name] = value
    return message.as_bytes().removesuffix(CRLF)


def on_the_wire(data: bytes, message_id: str, at: datetime, tags: Mapping[str, str]) -> bytes:
    """The message with SES's own headers in place of ours, all lines ending as on the wire."""
    ends = {data.count(CRLF), data.count(b"\r"), data.count(b"\n")}
    straight = data if len(ends) == 1 else CRLF.join(LINE_END.split(data))
    head, end, body = straight.partition(CRLF + CRLF)
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
