"""Comparisons as a feed: RSS 2.0, Atom 1.0 and JSON Feed 1.1 with the same items.

The ids are ours and plain ASCII, `tag:<list id>,2026:comparison/<slug>` (RFC 4151). Feed readers
may change any other text that serves as an id: feedparser, for one, decodes once more what looks
like UTF-8 read as Latin-1, ids included, and an item whose id changes is new to a reader. They
are made from the List-Id, a name of the publication's that never changes; the site may move.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import NamedTuple
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

from digest.issues.feed_content import article, clean, one_line
from digest.language import gettext_noop
from digest.model import Comparison, Publication

# RFC 4151 wants a date on which the name was ours; it is part of every id and never changes.
TAG_DATE = "2026"

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

ABOUT = {
    False: gettext_noop("%(list)s: new AI tools beside the ones already judged"),
    True: gettext_noop("%(list)s: new AI tools in %(category)s beside the ones already judged"),
}

for _prefix, _namespace in (("atom", ATOM), ("content", CONTENT), ("dc", DUBLIN_CORE)):
    ET.register_namespace(_prefix, _namespace)


class Part(NamedTuple):
    """Which part of the archive a document holds: one category or "" for all, and which page of it
    (RFC 5005, section 3), counted from 1; `more` says that another follows."""

    category: str = ""
    page: int = 1
    more: bool = False


WHOLE = Part()


def rss(comparisons: Sequence[Comparison], publication: Publication, part: Part = WHOLE) -> bytes:
    """RSS 2.0 in the order given. It has no word for a change: `atom:updated` tells it."""
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    _put(channel, "title", feed_title(publication, part.category))
    _put(channel, "link", publication.base_url)
    _put(channel, "description", _description(publication, part.category))
    _put(channel, "language", publication.language.tag)
    for link in _links(publication, "xml", "application/rss+xml", part):
        _put(channel, f"{{{ATOM}}}link", **link)
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
    _put(item, f"{{{ATOM}}}updated", _utc(comparison.updated_at).isoformat())
    _put(item, f"{{{DUBLIN_CORE}}}creator", one_line(publication.name))  # <author> is an address
    if comparison.category:
        _put(item, "category", one_line(comparison.category))
    _put(item, "description", escape(clean(comparison.takeaway), quote=False))  # it is HTML
    _put(item, f"{{{CONTENT}}}encoded", article(comparison, publication.language))


def atom(comparisons: Sequence[Comparison], publication: Publication, part: Part = WHOLE) -> bytes:
    """Atom 1.0 (RFC 4287) in the order given."""
    feed = ET.Element("feed", {"xmlns": ATOM, XML_LANG: publication.language.tag})
    _put(feed, "id", feed_id(publication, part.category))
    _put(feed, "title", feed_title(publication, part.category))
    _put(feed, "subtitle", _description(publication, part.category))
    _put(feed, "updated", _newest(comparisons).isoformat())
    for link in _links(publication, "atom", "application/atom+xml", part):
        _put(feed, "link", **link)
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
    _put(entry, "content", article(comparison, publication.language), type="html")


def json_feed(
    comparisons: Sequence[Comparison], publication: Publication, part: Part = WHOLE
) -> bytes:
    """JSON Feed 1.1 in the order given."""
    next_page = {"next_url": feed_url(publication, "json", part, part.page + 1)}
    hub = {"hubs": [{"type": "WebSub", "url": publication.hub}]}
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed_title(publication, part.category),
        "home_page_url": publication.base_url,
        "feed_url": feed_url(publication, "json", part, part.page),
        **(next_page if part.more else {}),
        "description": _description(publication, part.category),
        "language": publication.language.tag,
        "authors": [{"name": one_line(publication.name), "url": publication.base_url}],
        **(hub if publication.hub else {}),
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
        "content_html": article(comparison, publication.language),
        "date_published": _utc(comparison.published_at).isoformat(),
        "date_modified": _utc(comparison.updated_at).isoformat(),
        **tags,
    }


# --- names and addresses -------------------------------------------------------------------


def entry_id(publication: Publication, slug: str) -> str:
    """The id of a comparison in every format: it outlives a change of title, host or path."""
    return f"tag:{publication.list_id},{TAG_DATE}:comparison/{quote(slug, safe='')}"


def feed_id(publication: Publication, category: str = "") -> str:
    """The id of a feed: the same for all its pages, wherever they are."""
    chosen = f"/{quote(category, safe='')}" if category else ""
    return f"tag:{publication.list_id},{TAG_DATE}:comparisons{chosen}"


def comparison_url(publication: Publication, slug: str) -> str:
    return f"{publication.base_url}/compare/{quote(slug, safe='')}"


def feed_url(publication: Publication, extension: str, part: Part = WHOLE, page: int = 1) -> str:
    asked = {"category": part.category} if part.category else {}
    query = urlencode(asked | ({"page": str(page)} if page > 1 else {}))
    return f"{publication.base_url}/feed.{extension}" + (f"?{query}" if query else "")


def feed_title(publication: Publication, category: str = "") -> str:
    return one_line(f"{publication.name}: {category}" if category else publication.name)


def _description(publication: Publication, category: str) -> str:
    named = {"list": publication.list_name, "category": category}
    return one_line(publication.language.gettext(ABOUT[bool(category)], **named))


def _links(
    publication: Publication, extension: str, kind: str, part: Part
) -> Iterator[dict[str, str]]:
    """The document itself, the hub that tells of its changes, and the pages around it."""
    pages = {"self": part.page}
    if part.page > 1:
        pages |= {"first": 1, "previous": part.page - 1}
    if part.more:
        pages |= {"next": part.page + 1}
    for rel, page in pages.items():
        address = feed_url(publication, extension, part, page)
        yield {"rel": rel, "type": kind, "href": address}
    if publication.hub:
        yield {"rel": "hub", "href": publication.hub}


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
