"""One reader's name and links on an approved rendering.

A message is built once for an issue and filled for each reader: building MIME anew for every
reader costs far more than sending it. The bodies are quoted-printable, encoded in the pieces
between markers; each piece and each filled value ends in a soft line break (RFC 2045, 6.7), so a
value starts a line of its own and no line outgrows 76 characters whatever is filled in.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from quopri import encodestring

from digest.markers import Marker
from digest.model import Delivery, Issue, Message, Publication, Rendering

CRLF = b"\r\n"
SOFT_BREAK = b"=\r\n"
LONGEST_LINE = 76
# The usual 78 would make Python encode a long URL of List-Unsubscribe as RFC 2047 words, which
# mail services do not read: one-click would be dead. 998 is RFC 5322's hard limit.
ON_ONE_LINE = SMTP.clone(max_line_length=998)
MARKERS = re.compile("|".join(map(re.escape, Marker)))


def letter(
    rendering: Rendering, publication: Publication, *, to: str, message_id: str, dated: datetime
) -> bytes:
    """A message of its own to one person, such as the one that asks to confirm: nobody's list,
    and made by a machine (RFC 3834), so that no holiday note answers it."""
    head = _head(rendering.subject, publication, to, message_id, dated)
    head["Auto-Submitted"] = "auto-generated"
    pieces = _body(rendering)
    assert not any(isinstance(piece, Marker) for piece in pieces)
    return _bytes(head) + b"".join(piece for piece in pieces if isinstance(piece, bytes))


class Addressing:
    """Fills one reader's values into an issue's rendering, again and again."""

    def __init__(self, issue: Issue, rendering: Rendering, publication: Publication) -> None:
        self._issue = issue
        self._publication = publication
        self._subject = rendering.subject
        self._pieces = _body(rendering)

    def address(self, delivery: Delivery, token: str, dated: datetime) -> Message:
        """The finished message (RFC 5322 bytes, CRLF line ends) for one delivery."""
        values = {
            Marker.READER: token,
            Marker.CONFIRMED_ON: day(delivery.confirmed_at),
        }
        encoded = {marker: _encoded(value) for marker, value in values.items()}
        body = b"".join(
            encoded[piece] if isinstance(piece, Marker) else piece for piece in self._pieces
        )
        return Message(delivery.id, delivery.email, self._headers(delivery, token, dated) + body)

    def _headers(self, delivery: Delivery, token: str, dated: datetime) -> bytes:
        publication = self._publication
        # The reader's own signature keeps apart what two databases number alike.
        known_as = f"{delivery.issue}.{delivery.id}.{token.rpartition('.')[2][:12]}"
        head = _head(self._subject, publication, delivery.email, known_as, dated)
        head["List-Id"] = f"{publication.list_name} <{publication.list_id}>"
        head["List-Unsubscribe"] = leave_addresses(publication, token)
        head["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        head["Precedence"] = "bulk"
        return _bytes(head)


def _head(
    subject: str, publication: Publication, to: str, message_id: str, dated: datetime
) -> EmailMessage:
    """The headers every message has. The Message-ID is the same for every attempt of a delivery,
    so that a receiver can tell a repeat."""
    domain = parseaddr(publication.sender)[1].rpartition("@")[2]
    head = EmailMessage(policy=ON_ONE_LINE)
    head["From"] = publication.sender
    head["To"] = Address(addr_spec=to)
    head["Subject"] = subject
    head["Date"] = format_datetime(dated)
    head["Message-ID"] = f"<{message_id}@{domain}>"
    head["MIME-Version"] = "1.0"
    return head


def _bytes(head: EmailMessage) -> bytes:
    """The header lines alone; the body's own Content-Type line follows."""
    return head.as_bytes().removesuffix(CRLF)


def leave_addresses(publication: Publication, token: str) -> str:
    """The value of List-Unsubscribe: https first, mailto second where there is one (RFC 2369)."""
    targets = [f"{publication.base_url}/unsubscribe/{token}"]
    if publication.unsubscribe_mailto:
        targets.append(f"mailto:{publication.unsubscribe_mailto}?subject={token}")
    return ", ".join(f"<{target}>" for target in targets)


def day(moment: datetime | None) -> str:
    """A date as a reader reads it: "22 November 2026"; "an earlier day" when nobody noted it."""
    return f"{moment.day} {moment:%B %Y}" if moment else "an earlier day"


def filled(text: str, values: Mapping[Marker, str]) -> str:
    """A part of a rendering with markers filled, for people to look at."""
    return MARKERS.sub(lambda found: values[Marker(found.group())], text)


def _body(rendering: Rendering) -> list[bytes | Marker]:
    """Content-Type and parts, text first: a client shows the last part that it can."""
    border = "=_" + hashlib.sha256(rendering.fingerprint.encode()).hexdigest()[:40]
    return [
        f'Content-Type: multipart/alternative; boundary="{border}"\r\n'.encode(),
        *_part(border, "plain", rendering.text),
        *_part(border, "html", rendering.html),
        CRLF + f"--{border}--".encode() + CRLF,
    ]


def _part(border: str, subtype: str, text: str) -> list[bytes | Marker]:
    head = (
        f"\r\n--{border}\r\n"
        f"Content-Type: text/{subtype}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    return [head.encode(), *_pieces(text)]


def _pieces(text: str) -> list[bytes | Marker]:
    pieces: list[bytes | Marker] = []
    start = 0
    for found in MARKERS.finditer(text):
        pieces += [_encoded(text[start : found.start()]), Marker(found.group())]
        start = found.end()
    return [*pieces, _encoded(text[start:])]


def _encoded(text: str) -> bytes:
    """Quoted-printable that can stand before and after any other: it ends in a soft break."""
    if not text:
        return b""
    encoded = encodestring(text.replace("\r\n", "\n").encode()).replace(b"\n", CRLF)
    last = encoded[encoded.rfind(b"\n") + 1 :]
    if len(last) == LONGEST_LINE:  # no room for the soft break's own sign: break a little earlier
        cut = 3 if last[-3:-2] == b"=" else 1  # never inside an escape such as =C3
        encoded = encoded[:-cut] + SOFT_BREAK + encoded[-cut:]
    return encoded + SOFT_BREAK
