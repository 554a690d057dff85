"""Bytes of a feed document -> entries, whatever its format, encoding and faults."""

import calendar
import codecs
import re
from datetime import UTC, datetime
from io import BytesIO
from time import struct_time
from typing import Any

import feedparser

from digest.errors import SourceError
from digest.model import Document, Entry
from sources import jsonfeed, links, second_opinion, text

HTML_TYPES = ("text/html", "application/xhtml+xml")
# feedparser lets the builtin errors of its own lookups and conversions out on hostile documents:
# "&#99999999999;", "&#xD800;", a <gml:pos> where none belongs.
BREAKDOWNS = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)

_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)


def parse(url: str, body: bytes, content_type: str = "") -> Document:
    """Read a feed document; `SourceError` when the bytes are none.

    A faulty document that has entries is read. A feed without entries is a feed.
    """
    if jsonfeed.looks_like_json(body):
        return jsonfeed.read(url, body)
    if not _is_marked_up(body):
        raise SourceError(url, f"not a feed: {_what_it_is(body)}")
    first = _first_opinion(url, body, content_type)
    if first.entries:
        return first
    second = second_opinion.read(url, body)
    if second.entries:
        return second
    if not first.format:
        raise SourceError(url, f"not a feed: {_what_it_is(body)}")
    return first


def _is_marked_up(body: bytes) -> bool:
    """Whether a document starts with a tag or, after what a careless server let out, with an XML
    declaration. Parsers that repair everything find entries in any text that holds a tag."""
    start = body[:2048].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return start.startswith(b"<") or b"<?xml" in start


def _what_it_is(body: bytes) -> str:
    if not body.strip():
        return "the document is empty"
    head = body[:2000].lower()
    if b"<html" in head or b"<!doctype html" in head:
        return "it is an HTML page"
    return "no RSS, Atom, RDF or JSON Feed in it"


def _first_opinion(url: str, body: bytes, content_type: str) -> Document:
    """What feedparser makes of it; an empty document where it breaks down."""
    try:
        return _with_feedparser(url, body, content_type)
    except BREAKDOWNS:
        return Document()


def _with_feedparser(url: str, body: bytes, content_type: str) -> Document:
    # A stream: feedparser takes text for an address or a file name and would go and open it.
    # Its HTML cleaning and link mending are off, text.py keeps no HTML; it is 3 times faster so.
    read = feedparser.parse(
        BytesIO(body),
        response_headers=_headers(url, body, content_type),
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    return Document(
        title=_line(read.feed, "title"),
        link=links.absolute(url, dict.get(read.feed, "link", "")),
        format=read.get("version", ""),
        entries=tuple(_entry(url, item) for item in read.entries),
    )


def _headers(url: str, body: bytes, content_type: str) -> dict[str, str]:
    """What feedparser should believe: the document's address, and its charset.

    The media type is ours, since it would mistrust a prolog's charset under text/xml and never
    guess at all without one.
    """
    charset = _charset(body, content_type)
    told = f"; charset={charset}" if charset else ""
    return {"content-location": url, "content-type": f"application/xml{told}"}


def _charset(body: bytes, content_type: str) -> str:
    """The charset when the bytes prove it or the server says it; "" leaves it to the prolog.

    Bytes beyond ASCII that decode as UTF-8 are UTF-8, whatever servers and prologs say of them.
    """
    if body.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)):
        return ""
    if _is_utf8(body):
        return "utf-8"
    said = _CHARSET.search(content_type)
    return said[1] if said else ""


def _is_utf8(body: bytes) -> bool:
    try:
        return not body.isascii() and bool(body.decode())
    except UnicodeDecodeError:
        return False


# feedparser's own lookups answer "updated" with "published" and warn; `dict.get` does neither.


def _entry(url: str, item: dict[str, Any]) -> Entry:
    updated = _date(dict.get(item, "updated_parsed"))
    return Entry(
        guid=dict.get(item, "id", ""),
        link=links.absolute(url, dict.get(item, "link", "")),
        title=_line(item, "title"),
        paragraphs=_paragraphs(item),
        # A document that gives one date only means it: Atom must say "updated", and no other.
        published=_date(dict.get(item, "published_parsed")) or updated,
        updated=updated,
    )


def _paragraphs(item: dict[str, Any]) -> tuple[str, ...]:
    """Of the content; of the description where there is none."""
    details = [*dict.get(item, "content", ()), dict.get(item, "summary_detail") or {}]
    whole: dict[str, Any] = next((detail for detail in details if detail.get("value")), {})
    return text.paragraphs(whole.get("value", ""), html=_is_html(whole))


def _line(values: dict[str, Any], key: str) -> str:
    detail = dict.get(values, f"{key}_detail") or {}
    return text.one_line(detail.get("value") or "", html=_is_html(detail))


def _is_html(detail: dict[str, Any]) -> bool:
    return detail.get("type") in HTML_TYPES and text.looks_like_html(detail.get("value") or "")


def _date(utc: struct_time | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(utc), UTC) if utc else None
    except (ValueError, OverflowError, OSError):  # beyond the years a datetime knows
        return None
