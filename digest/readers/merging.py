"""An issue as one content for many readers, and each reader's values for it: Amazon SES puts them
in by itself (`SendBulkEmail` with an inline template), so that a mail is uploaded once for fifty.

SES fills `{{name}}` and escapes nothing; what it makes of other signs is Handlebars's affair: there
a backslash before `{{` means something, and a third brace does. So nothing of ours is left for it
to read. Braces and backslashes that stand together, or beside a variable, become variables too,
whose values are those very signs; values are not read again. One that is missing is no error at
SES but a mail that never comes: a content says which it needs, and each copy has just these.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from html import escape

from digest.errors import InputError
from digest.markers import MARKERS, Marker, Topics, blocks, kept, passages, shown
from digest.model import Content, Copy, Delivery, Issue, Message, Publication, Rendering
from digest.readers.addressing import (
    DAYS,
    FORMS,
    Addressing,
    Piece,
    addressee,
    bare,
    confirmed_on,
    line,
    list_headers,
    marked,
    ways_to_leave,
)
from digest.readers.links import Tokens

LARGEST = 900_000  # bytes of a content as JSON: with its readers it must stay below 1 MB
LONGEST_VALUE = 995  # characters of a header that SES takes

NAMES: Mapping[Marker, str] = {
    Marker.READER: "reader",
    Marker.CHOOSER: "chooser",
    Marker.VOTER: "voter",
    Marker.CONFIRMED_ON: "confirmed",
}
NUL = "\0"
IN_HTML = "_html"  # behind the name of a value that HTML has to have escaped
ESCAPED = frozenset({Marker.CONFIRMED_ON})  # tokens are letters and digits, alike in both
SIGNS: Mapping[str, str] = {"{": "lbrace", "}": "rbrace", "\\": "backslash"}
SIGN_VALUES = {name: sign for sign, name in SIGNS.items()}
RUN = re.compile(r"[{}\\]+")
VARIABLE = re.compile(r"\{\{([a-z_]+)\}\}")


class Merging:
    """As `Addressing`, for those who merge by themselves."""

    def __init__(self, issue: Issue, rendering: Rendering, publication: Publication) -> None:
        self._issue, self._subject = issue.id, rendering.subject
        self._text, self._html = passages(rendering.text), passages(rendering.html)
        self._blocks = blocks({*self._text, *self._html})
        self._sender = _value("From", publication.sender)
        self._headers = tuple((name, _value(name, one)) for name, one in list_headers(publication))
        self._ways = _around_token(ways_to_leave(publication))
        self._whole = Addressing(issue, rendering, publication)
        self._days = lru_cache(DAYS)(lambda day: _dated(publication, day))
        self._contents = lru_cache(FORMS)(self._content_of)
        self.content = lru_cache(FORMS)(lambda topics: self._contents(kept(self._blocks, topics)))

    def address(
        self, delivery: Delivery, tokens: Tokens, dated: datetime, topics: Topics = frozenset()
    ) -> Copy | Message:
        """The copy of one delivery to a reader of these topics, in lower case; the finished message
        where the content cannot be merged. Raises InputError where a value would break a
        header."""
        content = self.content(topics)
        if content is None:
            return self._whole.address(delivery, tokens, dated, topics)
        confirmed_at = delivery.confirmed_at
        known = self._days(confirmed_at and confirmed_at.date()) | {
            NAMES[marker]: token for marker, token in marked(tokens).items()
        }
        return Copy(
            delivery=delivery.id,
            recipient=addressee(delivery.email),
            content=content,
            values={name: known[name] for name in content.variables},
            headers=(("List-Unsubscribe", self._way(tokens.leave)),),
            issue=self._issue,
            attempt=delivery.attempt,
        )

    def _way(self, token: str) -> str:
        way = token.join(self._ways)
        if len(way) > LONGEST_VALUE:
            raise InputError(f"List-Unsubscribe is longer than {LONGEST_VALUE} characters")
        return way

    def _content_of(self, kept: frozenset[Topics]) -> Content | None:
        """None where it would be too large, or holds a NUL, which Handlebars cannot read."""
        text, html = (
            "".join(passage.text for passage in shown(part, kept))
            for part in (self._text, self._html)
        )
        parts = (template(self._subject), template(text), template(html, IN_HTML))
        if NUL in "".join(parts) or len(json.dumps(parts, ensure_ascii=False).encode()) > LARGEST:
            return None
        return Content(
            sender=self._sender,
            subject=parts[0],
            text=parts[1],
            html=parts[2],
            headers=self._headers,
            variables=variables(*parts),
        )


def template(text: str, suffix: str = "") -> str:
    """A part with its markers as variables, in which SES finds nothing else to read."""
    text = text.replace("\r\n", "\n")
    pieces, start = [], 0
    for found in MARKERS.finditer(text):
        pieces.append(_literal(text[start : found.start()], start > 0, before=True))
        marker = Marker(found.group())
        pieces.append(f"{{{{{NAMES[marker]}{suffix if marker in ESCAPED else ''}}}}}")
        start = found.end()
    return "".join([*pieces, _literal(text[start:], start > 0, before=False)])


def variables(*templates: str) -> frozenset[str]:
    """What the templates ask for. Raises InputError if anything else in them could be read as a
    variable, or asks for what no reader has."""
    asked = frozenset(name for one in templates for name in VARIABLE.findall(one))
    rest = "\n".join(VARIABLE.sub("", one) for one in templates)
    dated = {NAMES[marker] + IN_HTML for marker in ESCAPED}
    unknown = asked - {*NAMES.values(), *SIGN_VALUES, *dated}
    if unknown or "{{" in rest or "}}" in rest:
        raise InputError("the rendering cannot be made a template")
    return asked


def _literal(piece: str, after: bool, *, before: bool) -> str:
    """A stretch between variables: `after` one, or `before` one."""

    def covered(found: re.Match[str]) -> str:
        first, last = found.start() == 0, found.end() == len(piece)
        if len(found.group()) == 1 and not (first and after) and not (last and before):
            return found.group()
        return "".join(f"{{{{{SIGNS[sign]}}}}}" for sign in found.group())

    return RUN.sub(covered, piece)


def _around_token(pieces: Iterable[Piece]) -> list[str]:
    """The stretches between which the token goes."""
    stretches = [""]
    for piece in pieces:
        if isinstance(piece, bytes):
            stretches[-1] += piece.decode()
        else:
            stretches.append("")
    return stretches


def _dated(publication: Publication, day: date | None) -> dict[str, str]:
    """What is the same for all who confirmed on a day."""
    said, name = confirmed_on(publication, day), NAMES[Marker.CONFIRMED_ON]
    return {**SIGN_VALUES, name: said, name + IN_HTML: escape(said, quote=False)}


def _value(name: str, value: str) -> str:
    """A header's value in printable ASCII, encoded where it holds more."""
    written = line(name, value).decode().partition(":")[2].strip()
    return bare(written).decode()
