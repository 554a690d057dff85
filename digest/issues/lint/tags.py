"""MJML or HTML as a run of tags and the text between them, as strictly as MRML reads it.

Each token is read where the last one ended, so no depth of nesting costs more than its length.
"""

import re
from collections.abc import Iterator
from enum import Enum, auto
from functools import lru_cache
from typing import NamedTuple

TAG = re.compile(
    r"<(?P<closes>/?)(?P<name>[A-Za-z][\w:-]*+)"
    r"(?P<attributes>(?:\s++[^\s\"'<>/=]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'))?+)*+)"
    r"\s*+(?P<empty>/?)>"
)
ATTRIBUTE = re.compile(r"\s([^\s\"'<>/=]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'))?")
DOCTYPE = re.compile(r"<!doctype\b[^<>]*>", re.IGNORECASE)
ENTITY = re.compile(r"&(?:#\w+|[A-Za-z]\w*);")
OF_TEXT_ALONE = {"style", "script", "mj-style"}
UNREADABLE_TAG = "is no tag that can be read: it lacks a “>”, a quote, or a space before a name"


class Kind(Enum):
    OPENS = auto()
    CLOSES = auto()
    EMPTY = auto()  # closes itself: <mj-spacer />
    TEXT = auto()
    COMMENT = auto()
    DOCTYPE = auto()
    STRAY = auto()  # nothing that can be read; `text` says why


class Token(NamedTuple):
    kind: Kind
    at: int
    text: str  # the name of a tag; of anything else, what stands there
    attributes: str = ""


def tokens(source: str) -> Iterator[Token]:
    position = 0
    while position < len(source):
        token, position = _token(source, position)
        yield token
        if token.kind is Kind.OPENS and token.text in OF_TEXT_ALONE:
            end = _found(source, f"</{token.text}", position)
            yield Token(Kind.TEXT, position, source[position:end])
            position = end


def _token(source: str, at: int) -> tuple[Token, int]:
    """The token that starts here, and where the next one does."""
    if source[at] != "<":
        end = _found(source, "<", at)
        return Token(Kind.TEXT, at, source[at:end]), end
    if tag := TAG.match(source, at):
        closes, name, attributes, empty = tag.groups()
        kind = Kind.CLOSES if closes else Kind.EMPTY if empty else Kind.OPENS
        return Token(kind, at, name, attributes), tag.end()
    return _rarer_token(source, at)


def _rarer_token(source: str, at: int) -> tuple[Token, int]:
    if source.startswith("<!--", at):
        end = source.find("-->", at + 4)
        if end < 0:
            return Token(Kind.STRAY, at, "a comment is never closed"), len(source)
        return Token(Kind.COMMENT, at, source[at : end + 3]), end + 3
    if doctype := DOCTYPE.match(source, at):
        return Token(Kind.DOCTYPE, at, doctype[0]), doctype.end()
    return Token(Kind.STRAY, at, _why_stray(source[at : at + 40])), at + 1


def _why_stray(start: str) -> str:
    if re.match(r"</?[A-Za-z]", start):
        return f"“{start.split()[0]}” {UNREADABLE_TAG}"
    if start.startswith(("<!", "<?")):
        return f"“{start[:2]}” opens no comment and no doctype"
    return "“<” stands in text: write “&lt;”"


def _found(source: str, sought: str, start: int) -> int:
    at = source.find(sought, start)
    return len(source) if at < 0 else at


def names(written: str) -> frozenset[str]:
    return frozenset(written.split())


@lru_cache(maxsize=1024)
def pairs(attributes: str) -> tuple[tuple[str, str], ...]:
    """Names and values as they are written, duplicates too; a mail repeats its cells often."""
    return tuple((name, value[1:-1]) for name, value in ATTRIBUTE.findall(attributes))
