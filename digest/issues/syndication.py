"""Comparisons as a feed: RSS 2.0, Atom 1.0 and JSON Feed 1.1 with the same items.

The ids are ours and plain ASCII, `tag:<host>,2026:comparison/<slug>` (RFC 4151). Feed readers
may change any other text that serves as an id: feedparser, for one, decodes once more what
looks like UTF-8 read as Latin-1, ids included, and an item whose id changes is new to a reader.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from urllib.parse import quote, urlencode, urlsplit
from xml.etree import ElementTree as ET

from digest.issues.feed_content import article, clean, one_line
from digest.model import Comparison, Publication

# RFC 4151 wants a date on which the host was ours; it is part of every id and never changes.
TAG_DATE = "2026"

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

for _prefix, _namespace in (("atom", ATOM), ("content", CONTENT)):
    ET.register_namespace(_prefix, _namespace)


def rss(
    comparisons: Sequence[Comparison], publication: Publication, *, category: str = ""
) -> bytes:
    """RSS 2.0 in the order given; `category` names what the comparisons were chosen by."""
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    _put(channel, "title", feed_title(publication, category))
    _put(channel, "link", publication.base_url)
    _put(channel, "description", _description(publication, category))
    self_link = feed_url(publication, "xml", category)
    _put(channel, f"{{{ATOM}}}link", rel="self", type="application/rss+xml", href=self_link)
    if comparisons:
        _put(channel, "lastBuildDate", format_datetime(_newest(comparisons)))
    for comparison in comparisons:
        _rss_item(ET.SubElement(channel, "item"), comparison, publication)
    return _document(root)


def _rss_item(item: ET.Element, comparison: Comparison, publication: Publication) -> None:
    _put(item, "title", one_line(comparison.title))
    _put(item, "link", comparison_url(publication, comparison.slug))
    _put(item, "guid", entry_id(publication, comparison.slug), isPermaLink="false")
    _put(item, "pubDate", format_datetime(_utc(comparison.published_at)))
    if comparison.category:
        _put(item, "category", one_line(comparison.category))
    _put(item, "description", escape(clean(comparison.takeaway), quote=False))  # it is HTML
    _put(item, f"{{{CONTENT}}}encoded", article(comparison))


def atom(
    comparisons: Sequence[Comparison], publication: Publication, *, category: str = ""
) -> bytes:
    """Atom 1.0 (RFC 4287) in the order given."""
    feed = ET.Element("feed", xmlns=ATOM)
    self_link = feed_url(publication, "atom", category)
    _put(feed, "id", self_link)
    _put(feed, "title", feed_title(publication, category))
    _put(feed, "subtitle", _description(publication, category))
    _put(feed, "updated", _newest(comparisons).isoformat())
    _put(feed, "link", rel="self", type="application/atom+xml", href=self_link)
    _put(feed, "link", rel="alternate", type="text/html", href=publication.base_url)
    _put(_put(feed, "author"), "name", one_line(publication.name))
    for comparison in comparisons:
        _atom_entry(_put(feed, "entry"), comparison, publication)
    return _document(feed)


def _atom_entry(entry: ET.Element, comparison: Comparison, publication: Publication) -> None:
    link = comparison_url(publication, comparison.slug)
    _put(entry, "id", entry_id(publication, comparison.slug))
    _put(entry, "title", one_line(comparison.title))
    _put(entry, "link", rel="alternate", type="text/html", href=link)
    _put(entry, "published", _utc(comparison.published_at).isoformat())
    _put(entry, "updated", _utc(comparison.updated_at).isoformat())
    if comparison.category:
        _put(entry, "category", term=one_line(comparison.category))
    _put(entry, "summary", clean(comparison.takeaway))
    _put(entry, "content", article(comparison), type="html")


def json_feed(
    comparisons: Sequence[Comparison], publication: Publication, *, category: str = ""
) -> bytes:
    """JSON Feed 1.1 in the order given."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed_title(publication, category),
        "home_page_url": publication.base_url,
        "feed_url": feed_url(publication, "json", category),
        "description": _description(publication, category),
        "authors": [{"name": one_line(publication.name), "url": publication.base_url}],
        "items": [_json_item(comparison, publication) for comparison in comparisons],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def _json_item(comparison: Comparison, publication: Publication) -> dict[str, object]:
    tags = {"tags": [one_line(comparison.category)]} if comparison.category else {}
    return {
        "id": entry_id(publication, comparison.slug),
        "url": comparison_url(publication, comparison.slug),
        "title": one_line(comparison.title),
        "summary": clean(comparison.takeaway),
        "content_html": article(comparison),
        "date_published": _utc(comparison.published_at).isoformat(),
        "date_modified": _utc(comparison.updated_at).isoformat(),
        **tags,
    }


# --- names and addresses -------------------------------------------------------------------


def entry_id(publication: Publication, slug: str) -> str:
    """The id of a comparison in every format: it outlives a change of title, scheme or path."""
    host = (urlsplit(publication.base_url).hostname or "").encode("idna").decode()
    return f"tag:{host},{TAG_DATE}:comparison/{quote(slug, safe='')}"


def comparison_url(publication: Publication, slug: str) -> str:
    return f"{publication.base_url}/compare/{quote(slug, safe='')}"


def feed_url(publication: Publication, extension: str, category: str = "") -> str:
    query = f"?{urlencode({'category': category})}" if category else ""
    return f"{publication.base_url}/feed.{extension}{query}"


def feed_title(publication: Publication, category: str = "") -> str:
    return one_line(f"{publication.name}: {category}" if category else publication.name)


def _description(publication: Publication, category: str) -> str:
    about = f" in {category}" if category else ""
    return one_line(f"{publication.list_name}: new AI tools{about} beside the ones already judged")


# --- writing -------------------------------------------------------------------------------


def _put(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, tag, attributes)
    child.text = text or None
    return child


def _document(root: ET.Element) -> bytes:
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _newest(comparisons: Sequence[Comparison]) -> datetime:
    """When the feed last changed. An empty one never did, and Atom still asks for a date."""
    return max((_utc(comparison.updated_at) for comparison in comparisons), default=EPOCH)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
