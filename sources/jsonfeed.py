"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/): bytes -> entries."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from digest.errors import SourceError
from digest.model import Document, Entry
from sources import links, text

_MARKS = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"


def looks_like_json(body: bytes) -> bool:
    """Whether the first character is a brace or a bracket, in any of Unicode's encodings."""
    return body.lstrip(_MARKS)[:1] in (b"{", b"[")


def read(url: str, body: bytes) -> Document:
    feed = _feed(url, body)
    home = links.absolute(url, _text(feed, "home_page_url"))
    return Document(
        title=_title(feed),
        link=home,
        format="json",
        entries=tuple(_entry(url, item) for item in feed["items"] if isinstance(item, dict)),
    )


def _feed(url: str, body: bytes) -> Mapping[str, Any]:
    try:
        feed: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SourceError(url, "not a feed: JSON that cannot be read") from error
    if not isinstance(feed, dict) or not _is_json_feed(feed):
        raise SourceError(url, "not a feed: JSON that is no JSON Feed")
    return feed


def _is_json_feed(feed: Mapping[str, Any]) -> bool:
    version = _text(feed, "version")
    return "jsonfeed.org/version/" in version and isinstance(feed.get("items"), list)


def _entry(url: str, item: Mapping[str, Any]) -> Entry:
    published, updated = _date(item, "date_published"), _date(item, "date_modified")
    return Entry(
        guid=_text(item, "id"),
        link=links.absolute(url, _text(item, "url") or _text(item, "external_url")),
        title=_title(item),
        paragraphs=_paragraphs(item),
        published=published or updated,
        updated=updated,
    )


def _title(values: Mapping[str, Any]) -> str:
    """A title on one line. It should be plain text, and yet some hold markup."""
    title = _text(values, "title")
    return text.one_line(title, html=text.looks_like_html(title))


def _paragraphs(item: Mapping[str, Any]) -> tuple[str, ...]:
    if html := _text(item, "content_html"):
        return text.paragraphs(html, html=True)
    return text.paragraphs(_text(item, "content_text") or _text(item, "summary"), html=False)


def _text(values: Mapping[str, Any], key: str) -> str:
    """The value as text. 1.0 allowed numbers as ids; anything else is left out."""
    value = values.get(key)
    return str(value) if isinstance(value, str | int | float) else ""


def _date(values: Mapping[str, Any], key: str) -> datetime | None:
    try:
        when = datetime.fromisoformat(_text(values, key).strip())
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
