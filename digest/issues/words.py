"""Texts of tools and editors, made fit to be read: cleaned, cut, wrapped, dated."""

import re
import textwrap
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from digest.markers import disarmed

Value = TypeVar("Value")

BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
# C0 and C1 controls, bidi embeddings, overrides and isolates, halves of surrogate pairs,
# and the code points that no document may hold.
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
SENTENCE_END = re.compile(r"[.!?][\"”’)]?\s+(?=[^\sa-z])")
SUBJECT_LIMIT = 78  # characters an inbox shows of a subject at most
PREHEADER_LEAST, PREHEADER_LIMIT = 40, 110
COLUMNS = 72


def plain(value: Value) -> Value:
    """The same value with every text in it, however deep, cleaned by `plain_text`."""
    cleaned: Any = value
    if isinstance(value, str) and not isinstance(value, Enum):
        cleaned = plain_text(value)
    elif isinstance(value, tuple):
        cleaned = tuple(map(plain, value))
    elif is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        cleaned = replace(value, **parts)
    result: Value = cleaned
    return result


def plain_text(text: str) -> str:
    """One line without invisible controls, in which no marker of ours stands."""
    line = UNPRINTABLE.sub("", BREAKS.sub(" ", text)).strip()
    return disarmed(line)


def lead(text: str) -> str:
    """The first sentence."""
    end = SENTENCE_END.search(text)
    return text[: end.end()].rstrip() if end else text


def rest(text: str) -> str:
    """What follows the first sentence."""
    end = SENTENCE_END.search(text)
    return text[end.end() :] if end else ""


def fitting(limit: int, text: str) -> str:
    """The text, cut at a word with an ellipsis if it is longer than `limit` characters."""
    if len(text) <= limit:
        return text
    words = text[:limit].rpartition(" ")[0]  # a blank at the very end means that all before fits
    return (words or text[: limit - 1]).rstrip(" ,.;:") + "…"


def capitalised(text: str) -> str:
    """With a capital first letter; the others stay as their owner wrote them."""
    return text[:1].upper() + text[1:]


def wrapped(text: str, indent: int = 0) -> str:
    """Lines of 72 columns; those after the first are indented. Links stay whole."""
    return textwrap.fill(
        text,
        COLUMNS,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
