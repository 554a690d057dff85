"""Entries of XML feeds that feedparser finds empty: prefixed elements, broken prologs."""

import re
from datetime import UTC, datetime
from typing import Any

import fastfeedparser

from digest.model import Document, Entry
from sources import links, text

# fastfeedparser compares each attribute of an element with all others, and each element's prefix
# with all there are: minutes of 5 MiB that are made for it, and nothing can interrupt it.
MOST_ATTRIBUTES = 1000
MOST_NAMESPACES = 1000

_LONG_TAG = re.compile(rb"<[^<]{%d,}" % MOST_ATTRIBUTES)


def read(url: str, body: bytes) -> Document:
    """What fastfeedparser makes of it; an empty document where it refuses."""
    if _is_laborious(body):
        return Document()
    try:
        # Bytes, never text: it would go and fetch text that starts with "http".
        feed = fastfeedparser.parse(body, include_media=False, include_enclosures=False)
    except (ValueError, RecursionError):
        return Document()
    channel = feed.get("feed") or {}
    base = links.absolute(url, channel.get("link") or "") or url
    return Document(
        title=_line(channel.get("title") or ""),
        link=links.absolute(url, channel.get("link") or ""),
        format="xml",
        entries=tuple(_entry(base, item) for item in feed.get("entries", ())),
    )


def _is_laborious(body: bytes) -> bool:
    letters = body.replace(b"\0", b"")  # of UTF-16
    return letters.count(b"xmlns") > MOST_NAMESPACES or any(
        tag[0].count(b"=") > MOST_ATTRIBUTES for tag in _LONG_TAG.finditer(letters)
    )


def _entry(base: str, item: dict[str, Any]) -> Entry:
    updated = _date(item.get("updated"))
    return Entry(
        guid=str(item.get("id") or ""),
        link=links.absolute(base, item.get("link") or ""),
        title=_line(item.get("title") or ""),
        paragraphs=_paragraphs(item),
        published=_date(item.get("published")) or updated,
        updated=updated,
    )


def _paragraphs(item: dict[str, Any]) -> tuple[str, ...]:
    contents = [part.get("value") or "" for part in item.get("content") or ()]
    whole = next(filter(None, contents), "") or item.get("description") or ""
    return text.paragraphs(whole, html=text.looks_like_html(whole))


def _line(title: str) -> str:
    return text.one_line(title, html=text.looks_like_html(title))


def _date(iso: str | None) -> datetime | None:
    """Its dates are ISO texts in UTC."""
    try:
        return datetime.fromisoformat(iso or "").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
