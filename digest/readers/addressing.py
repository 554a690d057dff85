"""One reader's name and links on an approved rendering.

A message is built once for an issue and filled for each reader: building MIME anew for every
reader costs far more than sending it. What is the same for all is bytes before the first reader's
turn comes; the blocks that stay for a reader's topics decide which bytes, and each choice of
blocks is put together once. What remains for a reader is to fill in a few blanks.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from enum import StrEnum
from functools import lru_cache
from quopri import encodestring

from digest.errors import InputError
from digest.markers import (
    MARKERS,
    Marker,
    Topics,
    blocks,
    chosen_passages,
    kept,
    passages,
    shown,
)
from digest.model import Delivery, Issue, Message, Publication, Rendering
from digest.readers.links import Tokens

CRLF = b"\r\n"
SOFT_BREAK = b"=\r\n"
LONGEST_LINE = 76
# The usual 78 would make Python encode a long URL of List-Unsubscribe as RFC 2047 words, which
# mail services do not read: one-click would be dead. 998 is RFC 5322's hard limit.
ON_ONE_LINE = SMTP.clone(max_line_length=998)
# A dot-atom on both sides (RFC 5322, 3.4.1) within the 254 characters of RFC 5321: all that
# `addresses.address` lets in, and nothing that could end a header line.
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
RECIPIENT = re.compile(rf"(?=.{{3,254}}\Z){ATOM}(?:\.{ATOM})*@{ATOM}(?:\.{ATOM})*")
FORMS = 256  # choices of blocks at hand: all there are of eight topics
DAYS = 4096  # of consent, whose wording is at hand
SECONDS = 16  # of sending, likewise


class Blank(StrEnum):
    """Where one reader's own bytes go in the headers; `Marker` does so in the bodies."""

    TO = "to"
    DATE = "date"
    MESSAGE_ID = "message-id"
    TOKEN = "token"  # noqa: S105


Piece = bytes | Blank | Marker


class Form:
    """A message with blanks, to be filled again and again. Forms share the pieces they have."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        whole = list(pieces)
        self._blanks = [(i, one) for i, one in enumerate(whole) if not isinstance(one, bytes)]
        self._pieces = [one if isinstance(one, bytes) else b"" for one in whole]

    def filled(self, values: Mapping[Blank | Marker, bytes]) -> bytes:
        pieces = self._pieces.copy()
        for place, blank in self._blanks:
            pieces[place] = values[blank]
        return b"".join(pieces)


def letter(
    rendering: Rendering, publication: Publication, *, to: str, message_id: str, dated: datetime
) -> bytes:
    """A message of its own to one person, such as the one that asks to confirm: nobody's list,
    and made by a machine (RFC 3834), so that no holiday note answers it."""
    head = [*_head(rendering.subject, publication), line("Auto-Submitted", "auto-generated")]
    body = _body(_border(rendering), _pieces(rendering.text), _pieces(rendering.html))
    assert not any(isinstance(piece, Marker) for piece in body)
    return Form([*head, *body]).filled(_known(to, message_id, dated))


class Addressing:
    """Fills one reader's values into an issue's rendering, again and again."""

    def __init__(self, issue: Issue, rendering: Rendering, publication: Publication) -> None:
        bare(issue.id)  # told now, or it would be told of each reader
        self._issue = issue.id
        self._border = _border(rendering)
        self._head = [*_head(rendering.subject, publication), *_list_lines(publication)]
        self._text, self._html = passages(rendering.text), passages(rendering.html)
        both = {*self._text, *self._html}
        self._blocks = blocks(both)
        self._encoded = {passage: _pieces(passage.text) for passage in both}
        self._form = lru_cache(FORMS)(self._form_of)
        self._confirmed_on = lru_cache(DAYS)(lambda day: _encoded(confirmed_on(publication, day)))

    def address(
        self, delivery: Delivery, tokens: Tokens, dated: datetime, topics: Topics = frozenset()
    ) -> Message:
        """The finished message (RFC 5322 bytes, CRLF line ends) for one delivery to a reader of
        these topics, in lower case. Raises InputError where a value would break a header."""
        assert delivery.issue == self._issue
        confirmed_at = delivery.confirmed_at
        # The reader's own signature keeps apart what two databases number alike.
        message_id = f"{self._issue}.{delivery.id}.{tokens.leave.rpartition('.')[2][:12]}"
        values = _known(delivery.email, message_id, dated)
        values[Blank.TOKEN] = bare(tokens.leave)
        values[Marker.CONFIRMED_ON] = self._confirmed_on(confirmed_at and confirmed_at.date())
        for marker, token in marked(tokens).items():
            values[marker] = _encoded(token)
        data = self._form(kept(self._blocks, topics)).filled(values)
        return Message(delivery.id, delivery.email, data, self._issue, delivery.attempt)

    def _form_of(self, kept: frozenset[Topics]) -> Form:
        text, html = (
            [piece for passage in shown(part, kept) for piece in self._encoded[passage]]
            for part in (self._text, self._html)
        )
        return Form([*self._head, *_body(self._border, text, html)])


SAMPLE_EMAIL = "reader@inbox.example"


def sample(
    issue: Issue, rendering: Rendering, publication: Publication, tokens: Tokens, dated: datetime
) -> Message:
    """An issue's message to a reader nobody is, who confirmed on the very day."""
    reader = Delivery(
        id=0, issue=issue.id, subscriber=0, email=SAMPLE_EMAIL, confirmed_at=dated, attempt=1
    )
    return Addressing(issue, rendering, publication).address(reader, tokens, dated)


def marked(tokens: Tokens) -> dict[Marker, str]:
    """Where each token stands in the parts of a mail."""
    return {
        Marker.READER: tokens.leave,
        Marker.CHOOSER: tokens.choose,
        Marker.VOTER: tokens.vote,
    }


def confirmed_on(publication: Publication, day: date | None) -> str:
    """The day of a reader's consent in the publication's language: "November 22, 2026"."""
    language = publication.language
    return language.date(day) if day else language.gettext("an earlier day")


def filled(text: str, values: Mapping[Marker, str], topics: Topics = frozenset()) -> str:
    """A part of a rendering as a reader of these topics has it, for people to look at."""
    return "".join(
        MARKERS.sub(lambda found: values[Marker(found.group())], passage.text)
        for passage in chosen_passages(text, topics)
    )


# --- headers -------------------------------------------------------------------------------


def _head(subject: str, publication: Publication) -> list[Piece]:
    """The headers every message has. The Message-ID is the same for every attempt of a delivery,
    so that a receiver can tell a repeat."""
    domain = sender_domain(publication)
    return [
        *(line("From", publication.sender), b"To: ", Blank.TO, CRLF),
        *(line("Subject", subject), b"Date: ", Blank.DATE, CRLF),
        *(b"Message-ID: <", Blank.MESSAGE_ID, bare(f"@{domain}>"), CRLF),
        line("MIME-Version", "1.0"),
    ]


def sender_domain(publication: Publication) -> str:
    """The domain we write from, which every Message-ID ends in."""
    return parseaddr(publication.sender)[1].rpartition("@")[2]


def _known(to: str, message_id: str, dated: datetime) -> dict[Blank | Marker, bytes]:
    """What fills the blanks of `_head`."""
    return {
        Blank.TO: addressee(to).encode(),
        Blank.DATE: _date(dated.isoformat(timespec="seconds")),
        Blank.MESSAGE_ID: bare(message_id),
    }


def addressee(to: str) -> str:
    """The address, if a header can hold it; raises InputError if not."""
    if not RECIPIENT.fullmatch(to):
        raise InputError(f"{to!r} cannot stand in a header as an address")
    return to


def _list_lines(publication: Publication) -> list[Piece]:
    first, *others = (line(name, value) for name, value in list_headers(publication))
    return [first, b"List-Unsubscribe: ", *ways_to_leave(publication), CRLF, *others]


def list_headers(publication: Publication) -> tuple[tuple[str, str], ...]:
    """What says to every reader alike that this is a list, and how it is left."""
    return (
        ("List-Id", f"{publication.list_name} <{publication.list_id}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("Precedence", "bulk"),
    )


def ways_to_leave(publication: Publication) -> list[Piece]:
    """https first, mailto second where there is one (RFC 2369)."""
    ways: list[Piece] = [bare(f"<{publication.base_url}/unsubscribe/"), Blank.TOKEN, b">"]
    if publication.unsubscribe_mailto:
        mailto = bare(f", <mailto:{publication.unsubscribe_mailto}?subject=")
        ways += [mailto, Blank.TOKEN, b">"]
    return ways


def line(name: str, value: str) -> bytes:
    """A header as the library writes it: encoded where it holds more than ASCII."""
    head = EmailMessage(policy=ON_ONE_LINE)
    head[name] = value
    return head.as_bytes().removesuffix(CRLF)  # the empty line after a message's headers


def bare(value: str) -> bytes:
    """What a header must hold as it is: nothing reads an encoded link (RFC 2047, 5)."""
    if not (value.isascii() and value.isprintable()):
        raise InputError(f"{value!r} cannot stand in a header")
    return value.encode()


@lru_cache(SECONDS)
def _date(second: str) -> bytes:
    return format_datetime(datetime.fromisoformat(second)).encode()


# --- bodies --------------------------------------------------------------------------------


def _border(rendering: Rendering) -> str:
    return "=_" + hashlib.sha256(rendering.fingerprint.encode()).hexdigest()[:40]


def _body(border: str, text: Iterable[Piece], html: Iterable[Piece]) -> list[Piece]:
    """Content-Type and parts, text first: a client shows the last part that it can."""
    return [
        f'Content-Type: multipart/alternative; boundary="{border}"\r\n'.encode(),
        *(_part_head(border, "plain"), *text),
        *(_part_head(border, "html"), *html),
        f"\r\n--{border}--\r\n".encode(),
    ]


def _part_head(border: str, subtype: str) -> bytes:
    return (
        f"\r\n--{border}\r\n"
        f"Content-Type: text/{subtype}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode()


def _pieces(text: str) -> list[Piece]:
    """In quoted-printable, encoded in the pieces between markers. Each piece, and each value that
    is filled in, ends in a soft line break (RFC 2045, 6.7): a value starts a line of its own, and
    no line outgrows 76 characters whatever is filled in or left out."""
    pieces: list[Piece] = []
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
