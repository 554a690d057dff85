"""What the W3C's feed validator and the formats' own rules ask, of feeds with any text in them."""

import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import fastfeedparser
import feedparser
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from digest.issues.syndication import Part, atom, json_feed, rss
from digest.model import Comparison, Publication
from tests.makers import a_comparison, a_publication, a_review, a_tool

Write = Callable[[Sequence[Comparison], Publication, Part], bytes]

A = "{http://www.w3.org/2005/Atom}"
ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
RFC_822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000"
)
TAG = re.compile(r"tag:[a-z0-9.-]+,\d{4}(-\d\d){0,2}:[A-Za-z0-9%/._~-]+")  # RFC 4151
REGISTERED = {"self", "alternate", "hub", "first", "previous", "next"}
HOSTILE = ("]]><script>alert(1)</script>", "&amp;lt;", "\x00\ud800\ufffe", "/relative", "{{ x }}")

texts = st.text(max_size=30) | st.sampled_from(HOSTILE)
storable = texts.filter(lambda text: text.isascii() or text.isprintable())  # as a category is
parts = st.builds(Part, storable, st.integers(1, 3), st.booleans())


def about(number: int, text: str) -> Comparison:
    """A comparison where one text stands in every place a text can stand."""
    fields = ("tagline", "description", "category", "pricing", "best_for", "url")
    tool = a_tool(text, **dict.fromkeys(fields, text), reviews=(a_review(text, text=text),))
    return a_comparison(tool, a_tool("Notekeel"), slug=f"tool-{number}-vs-notekeel")


comparisons = st.lists(texts, max_size=4).map(
    lambda found: [about(number, text) for number, text in enumerate(found)]
)
publications = st.builds(
    a_publication,
    name=texts.filter(str.isprintable).filter(str.strip),
    list_name=texts.filter(str.isprintable).filter(str.strip),
    hub=st.sampled_from(["", "https://hub.example/"]),
)
any_feed = given(comparisons, publications, parts)


def absolute(address: str | None) -> bool:
    found = urlsplit(address or "")
    return found.scheme in ("http", "https") and bool(found.hostname) and " " not in str(address)


class Content(HTMLParser):
    """Holds the HTML of an item to what a validator asks of it."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(fragment)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        assert tag not in {"script", "style", "iframe", "object", "form", "base", "meta"}
        for name, value in attrs:
            assert name == "href"
            assert absolute(value)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(document: bytes) -> Any:
    """XML as a strict parser takes it: no recovery, no entities."""
    return etree.fromstring(document, etree.XMLParser(recover=False, resolve_entities=False))


def one(element: Any, tag: str) -> str:
    """The text of a child that must be there once."""
    (found,) = element.findall(tag)
    return found.text or ""


def check_links(links: Sequence[Any]) -> None:
    assert [link.get("rel") for link in links].count("self") == 1
    for link in links:
        assert link.get("rel") in REGISTERED
        assert absolute(link.get("href"))


# --- RSS 2.0 -------------------------------------------------------------------------------


@any_feed
@example([], a_publication(), Part())
def test_an_rss_document_is_valid(
    shown: list[Comparison], publication: Publication, part: Part
) -> None:
    root = read(rss(shown, publication, part))
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (channel,) = root
    for name in ("title", "description", "language"):
        assert one(channel, name).strip()
    assert absolute(one(channel, "link"))
    check_links(channel.findall(f"{A}link"))
    items = channel.findall("item")
    assert len(items) == len(shown)
    assert len({one(item, "guid") for item in items}) == len(items)
    for item in items:
        check_rss_item(item)


def check_rss_item(item: Any) -> None:
    assert one(item, "title")
    assert absolute(one(item, "link"))
    assert TAG.fullmatch(one(item, "guid"))
    assert item.find("guid").get("isPermaLink") == "false"
    published = one(item, "pubDate")
    assert RFC_822.fullmatch(published)
    assert parsedate_to_datetime(published) <= datetime.fromisoformat(one(item, f"{A}updated"))
    assert one(item, CREATOR).strip()
    assert item.find("author") is None  # it would have to be an e-mail address
    assert one(item, "description").strip()
    Content(one(item, "description"))
    Content(one(item, ENCODED))


# --- Atom ----------------------------------------------------------------------------------


@any_feed
@example([], a_publication(), Part())
def test_an_atom_document_is_valid(
    shown: list[Comparison], publication: Publication, part: Part
) -> None:
    feed = read(atom(shown, publication, part))
    assert feed.tag == f"{A}feed"
    check_atom_element(feed)
    assert one(feed.find(f"{A}author"), f"{A}name").strip()
    check_links(feed.findall(f"{A}link"))
    alternates = [link for link in feed.findall(f"{A}link") if link.get("rel") == "alternate"]
    assert len({(link.get("type"), link.get("hreflang")) for link in alternates}) == len(alternates)
    entries = feed.findall(f"{A}entry")
    assert len({one(entry, f"{A}id") for entry in entries} | {one(feed, f"{A}id")}) == (
        len(shown) + 1
    )
    for entry in entries:
        check_atom_element(entry)
        assert one(entry, f"{A}published") <= one(entry, f"{A}updated")
        (link,) = entry.findall(f"{A}link")
        assert (link.get("rel"), absolute(link.get("href"))) == ("alternate", True)
        assert one(entry, f"{A}summary").strip()
        assert entry.find(f"{A}content").get("type") == "html"
        Content(one(entry, f"{A}content"))


def check_atom_element(element: Any) -> None:
    """What a feed and an entry both must have."""
    assert TAG.fullmatch(one(element, f"{A}id"))
    assert one(element, f"{A}title").strip()
    assert RFC_3339.fullmatch(one(element, f"{A}updated"))
    for category in element.findall(f"{A}category"):
        assert category.get("term") is not None


# --- JSON Feed -----------------------------------------------------------------------------

FEED: dict[str, type] = {
    "version": str,
    "title": str,
    "home_page_url": str,
    "feed_url": str,
    "next_url": str,
    "description": str,
    "language": str,
    "authors": list,
    "hubs": list,
    "items": list,
}
ITEM: dict[str, type] = {
    "id": str,
    "url": str,
    "title": str,
    "summary": str,
    "content_html": str,
    "date_published": str,
    "date_modified": str,
    "tags": list,
}


@any_feed
@example([], a_publication(), Part())
def test_a_json_document_is_valid(
    shown: list[Comparison], publication: Publication, part: Part
) -> None:
    feed = json.loads(json_feed(shown, publication, part).decode("utf-8"))
    check_kinds(feed, FEED, optional={"next_url", "hubs"})
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert all(absolute(feed[name]) for name in FEED if name.endswith("_url") and name in feed)
    assert all(set(hub) == {"type", "url"} for hub in feed.get("hubs", []))
    assert all(author["name"].strip() for author in feed["authors"])
    assert len({item["id"] for item in feed["items"]}) == len(shown)
    for item in feed["items"]:
        check_kinds(item, ITEM, optional={"tags"})
        assert TAG.fullmatch(item["id"])
        assert absolute(item["url"])
        assert RFC_3339.fullmatch(item["date_published"])
        assert RFC_3339.fullmatch(item["date_modified"])
        Content(item["content_html"])


def check_kinds(found: dict[str, Any], kinds: dict[str, type], optional: set[str]) -> None:
    assert set(kinds) - optional <= set(found) <= set(kinds)
    for name, value in found.items():
        assert type(value) is kinds[name]
        assert name == "items" or value not in ("", [])


# --- other people's readers ----------------------------------------------------------------


@any_feed
@pytest.mark.parametrize("write", [rss, atom])
def test_feedparser_and_fastfeedparser_find_the_same_items(
    write: Write, shown: list[Comparison], publication: Publication, part: Part
) -> None:
    document = write(shown, publication, part)
    theirs = feedparser.parse(document)
    assert not theirs.bozo
    ids = [f"tag:weekly.shiporskip.example,2026:comparison/{one.slug}" for one in shown]
    assert [entry.id for entry in theirs.entries] == ids
    if shown:  # fastfeedparser takes a feed without items for none
        assert [entry["id"] for entry in fastfeedparser.parse(document)["entries"]] == ids


@given(comparisons.filter(bool), publications, parts)
def test_fastfeedparser_reads_the_json_feed(
    shown: list[Comparison], publication: Publication, part: Part
) -> None:
    found = fastfeedparser.parse(json_feed(shown, publication, part))["entries"]
    assert [entry["link"] for entry in found] == [
        f"https://shiporskip.example/compare/{one.slug}" for one in shown
    ]
