"""What a feed reader gets: feedparser stands for all of them."""

import json
import re
from datetime import UTC, datetime, timedelta
from gettext import NullTranslations
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import fastfeedparser
import feedparser
import pytest
from babel import Locale
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digest.issues.feed_content import article, clean, one_line
from digest.issues.syndication import Part, atom, entry_id, feed_id, json_feed, rss
from digest.language import Language
from digest.model import Comparison
from tests.makers import SUNDAY, a_comparison, a_publication, a_review, a_tool, an_unreviewed_tool

PUBLICATION = a_publication()
XML_FORMATS = [rss, atom]
FORMATS = [rss, atom, json_feed]

texts = st.text(max_size=40)
# What feedparser gives back letter by letter: beyond ASCII it may decode once more what looks
# like UTF-8 read as Latin-1, and an RSS title with tags it may take for HTML and clean.
ascii_texts = st.text(st.characters(max_codepoint=126), max_size=40)
plain_texts = st.text(st.characters(max_codepoint=126, exclude_characters="<>&"), max_size=40)


def parsed(document: bytes) -> Any:
    return feedparser.parse(document)


class Shouting(NullTranslations):
    """A language in which every message is said in capitals, its values left alone."""

    def gettext(self, message: str) -> str:
        return re.sub(r"%\(\w+\)S", lambda value: value[0].lower(), message.upper())


class Texts(HTMLParser):
    """The texts of an HTML fragment and the tags around them."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(fragment)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


# --- what an item says ---------------------------------------------------------------------


@pytest.mark.parametrize("write", XML_FORMATS)
def test_a_feed_reader_finds_a_comparison(write: Any) -> None:
    comparison = a_comparison(a_tool("Plainwright"), a_tool("Notekeel"))
    document = parsed(write([comparison], PUBLICATION))
    (entry,) = document.entries
    assert document.feed.title == "Ship or Skip"
    assert document.feed.link == "https://shiporskip.example"
    assert entry.title == "Plainwright vs Notekeel"
    assert entry.link == "https://shiporskip.example/compare/plainwright-vs-notekeel"
    assert entry.id == "tag:weekly.shiporskip.example,2026:comparison/plainwright-vs-notekeel"
    assert entry.published_parsed[:5] == (2026, 11, 22, 9, 0)
    assert entry.summary == comparison.takeaway
    assert "Decision table" in entry.content[-1].value
    assert [tag.term for tag in entry.tags] == ["Writing"]


def test_a_json_feed_says_the_same() -> None:
    comparison = a_comparison(a_tool("Plainwright"), a_tool("Notekeel"))
    feed = json.loads(json_feed([comparison], PUBLICATION))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "https://shiporskip.example/feed.json"
    assert feed["items"] == [
        {
            "id": "tag:weekly.shiporskip.example,2026:comparison/plainwright-vs-notekeel",
            "url": "https://shiporskip.example/compare/plainwright-vs-notekeel",
            "title": "Plainwright vs Notekeel",
            "summary": comparison.takeaway,
            "content_html": article(comparison),
            "date_published": "2026-11-22T09:00:00+00:00",
            "date_modified": "2026-11-22T09:00:00+00:00",
            "tags": ["Writing"],
        }
    ]


def test_an_rss_guid_is_no_link() -> None:
    document = ET.fromstring(rss([a_comparison()], PUBLICATION))
    assert [guid.get("isPermaLink") for guid in document.iter("guid")] == ["false"]


@pytest.mark.parametrize(("write", "extension"), [(rss, "xml"), (atom, "atom")])
def test_a_feed_of_a_category_links_to_itself(write: Any, extension: str) -> None:
    feed = parsed(write([], PUBLICATION, Part("R & D"))).feed
    assert feed.title == "Ship or Skip: R & D"
    assert [link.href for link in feed.links if link.rel == "self"] == [
        f"https://shiporskip.example/feed.{extension}?category=R+%26+D"
    ]


def test_a_feed_changed_when_its_newest_comparison_did() -> None:
    older = a_comparison(updated_at=SUNDAY)
    newer = a_comparison(updated_at=SUNDAY + timedelta(days=1))
    for write in XML_FORMATS:
        feed = parsed(write([newer, older], PUBLICATION)).feed
        assert feed.updated_parsed[:3] == (2026, 11, 23)


@pytest.mark.parametrize("write", XML_FORMATS)
def test_a_feed_without_comparisons_is_a_feed(write: Any) -> None:
    document = parsed(write([], PUBLICATION))
    assert not document.bozo
    assert document.entries == []
    assert document.feed.title == "Ship or Skip"


def test_a_json_feed_without_comparisons_is_a_feed() -> None:
    assert json.loads(json_feed([], PUBLICATION))["items"] == []


def test_an_empty_atom_feed_still_says_when_it_changed() -> None:
    assert parsed(atom([], PUBLICATION)).feed.updated == "1970-01-01T00:00:00+00:00"


@pytest.mark.parametrize("write", FORMATS)
def test_the_order_given_is_the_order_written(write: Any) -> None:
    comparisons = [a_comparison(slug=slug) for slug in ("b-vs-c", "a-vs-b", "c-vs-d")]
    written = write(comparisons, PUBLICATION).decode()
    places = [written.index(f"comparison/{slug}") for slug in ("b-vs-c", "a-vs-b", "c-vs-d")]
    assert places == sorted(places)


@pytest.mark.parametrize("write", FORMATS)
def test_the_same_comparisons_are_the_same_bytes(write: Any) -> None:
    assert write([a_comparison()], PUBLICATION) == write([a_comparison()], PUBLICATION)


def test_dates_of_any_zone_are_written_in_utc() -> None:
    from_elsewhere = datetime.fromisoformat("2026-11-22T10:00:00.123+01:00")
    here = datetime(2026, 11, 22, 9, tzinfo=UTC)
    for write in FORMATS:
        assert write([a_comparison(published_at=from_elsewhere)], PUBLICATION) == write(
            [a_comparison(published_at=here)], PUBLICATION
        )


# --- ids -----------------------------------------------------------------------------------


def test_an_id_is_ascii_whatever_the_slug() -> None:
    made = entry_id(PUBLICATION, "né/w?")
    assert made == "tag:weekly.shiporskip.example,2026:comparison/n%C3%A9%2Fw%3F"


@pytest.mark.parametrize("change", [{"base_url": "http://elsewhere.example"}, {"name": "Hold"}])
def test_an_id_outlives_a_change_of_address_and_name(change: dict[str, str]) -> None:
    now = a_publication(**change)
    assert entry_id(now, "a-vs-b") == entry_id(PUBLICATION, "a-vs-b")
    assert feed_id(now, "R & D") == feed_id(PUBLICATION, "R & D")


def test_the_feeds_of_two_categories_have_two_ids_and_their_pages_one() -> None:
    documents = [atom([], PUBLICATION, part) for part in (Part("A"), Part("B"), Part("B", 2))]
    first, second, third = (parsed(document).feed.id for document in documents)
    assert first != second == third


# --- what a document says of itself ------------------------------------------------------------


@pytest.mark.parametrize(("write", "extension"), [(rss, "xml"), (atom, "atom")])
def test_a_page_leads_to_those_around_it(write: Any, extension: str) -> None:
    links = parsed(write([], PUBLICATION, Part("Chat", 2, more=True))).feed.links
    address = f"https://shiporskip.example/feed.{extension}?category=Chat"
    led = {link.rel: link.href for link in links if link.rel not in ("self", "alternate")}
    assert led == {"first": address, "previous": address, "next": f"{address}&page=3"}
    assert parsed(write([], PUBLICATION)).feed.links[0].rel != "next"


def test_a_json_feed_leads_to_its_next_page_alone() -> None:
    page = json.loads(json_feed([], PUBLICATION, Part("Chat", 2, more=True)))
    assert page["feed_url"] == "https://shiporskip.example/feed.json?category=Chat&page=2"
    assert page["next_url"] == "https://shiporskip.example/feed.json?category=Chat&page=3"
    assert "next_url" not in json.loads(json_feed([], PUBLICATION, Part("Chat", 2)))


def test_every_format_names_the_hub_if_there_is_one() -> None:
    publication = a_publication(hub="https://hub.example/")
    for write in XML_FORMATS:
        links = parsed(write([], publication)).feed.links
        assert [link.href for link in links if link.rel == "hub"] == ["https://hub.example/"]
        assert b"hub" not in write([], PUBLICATION)
    hubs = [{"type": "WebSub", "url": "https://hub.example/"}]
    assert json.loads(json_feed([], publication))["hubs"] == hubs
    assert "hubs" not in json.loads(json_feed([], PUBLICATION))


@pytest.mark.parametrize("write", FORMATS)
def test_a_verdict_that_arrives_changes_when_an_item_was_updated_and_not_its_id(write: Any) -> None:
    later = a_comparison(updated_at=SUNDAY + timedelta(days=3))
    before, after = (fastfeedparser.parse(write([c], PUBLICATION)) for c in (a_comparison(), later))
    (old,), (new,) = before["entries"], after["entries"]
    assert (old["id"], old["published"]) == (new["id"], new["published"])
    assert (old["updated"][:10], new["updated"][:10]) == ("2026-11-22", "2026-11-25")


@pytest.mark.parametrize("write", FORMATS)
def test_a_feed_speaks_the_language_of_the_publication(write: Any) -> None:
    language = Language(Locale("de"), Shouting())
    document = write([a_comparison()], a_publication(language=language)).decode()
    for sentence in ("DECISION TABLE", "REVIEWER SCORECARD", "TO START: ", "NEW AI TOOLS BESIDE"):
        assert sentence in document
    tag = '"language": "de"' if write is json_feed else "de<" if write is rss else 'lang="de"'
    assert tag in document


# --- content -------------------------------------------------------------------------------


def test_the_content_holds_the_whole_comparison() -> None:
    comparison = a_comparison(
        a_tool("Plainwright", reviews=(a_review("builder", 85, text="Fast & tidy."),)),
        an_unreviewed_tool("Notekeel", pricing="$4 a month"),
    )
    text = Texts(article(comparison)).text
    for expected in (
        comparison.takeaway,
        comparison.why,
        "Drafts release notes from merged changes",
        "Community: 80% ship",
        "$4 a month",
        "85 · Ship",
        "Fast & tidy.",
        "Not reviewed yet",
    ):
        assert expected in text


def test_only_an_address_for_browsers_becomes_a_link() -> None:
    shady = a_tool("Plainwright", url="javascript:alert(1)")
    broken = a_tool("Notekeel", url="https://[")
    assert Texts(article(a_comparison(shady, broken))).links == []
    assert Texts(article(a_comparison(shady, a_tool("Notekeel")))).links == [
        "https://notekeel.example/"
    ]


def test_a_comparison_without_reviews_shows_no_empty_scorecard() -> None:
    pair = a_comparison(an_unreviewed_tool("Plainwright"), an_unreviewed_tool("Notekeel"))
    assert "Reviewer scorecard" not in article(pair)


# --- properties ----------------------------------------------------------------------------


def about(text: str) -> Comparison:
    """A comparison where one text stands in every place a text can stand."""
    fields = ("tagline", "description", "category", "pricing", "best_for")
    tool = a_tool(
        text,
        **dict.fromkeys(fields, text),
        url=f"https://plain.example/{text}",
        reviews=(a_review(text, text=text),),
    )
    return a_comparison(tool, a_tool("Notekeel"), slug="plainwright-vs-notekeel")


@settings(deadline=None)
@given(texts)
@example("Plain\x00wright \ud800 \ufffe \x1b[0m")
@example("]]><script>alert(1)</script>")
@example("caf\u00c3\u00a9")
@example("&amp;lt;")
def test_a_feed_reader_can_read_whatever_stands_in_a_tool(text: str) -> None:
    comparison = about(text)
    for write in XML_FORMATS:
        document = parsed(write([comparison], PUBLICATION))
        (entry,) = document.entries
        assert not document.bozo
        assert entry.id == "tag:weekly.shiporskip.example,2026:comparison/plainwright-vs-notekeel"
        assert entry.link == "https://shiporskip.example/compare/plainwright-vs-notekeel"
    (item,) = json.loads(json_feed([comparison], PUBLICATION))["items"]
    assert item["title"] == one_line(f"{text} vs Notekeel")


@settings(deadline=None)
@given(texts)
def test_the_document_itself_holds_the_title_letter_by_letter(text: str) -> None:
    comparison = about(text)
    in_rss = ET.fromstring(rss([comparison], PUBLICATION)).findtext("channel/item/title")
    in_atom = ET.fromstring(atom([comparison], PUBLICATION)).findtext("{*}entry/{*}title")
    assert in_rss == in_atom == one_line(comparison.title)


@settings(deadline=None)
@given(ascii_texts)
def test_an_atom_title_reaches_the_reader_as_it_is(text: str) -> None:
    (entry,) = parsed(atom([about(text)], PUBLICATION)).entries
    assert one_line(entry.title) == one_line(f"{text} vs Notekeel")


@settings(deadline=None)
@given(plain_texts)
def test_an_rss_title_without_markup_reaches_the_reader_as_it_is(text: str) -> None:
    (entry,) = parsed(rss([about(text)], PUBLICATION)).entries
    assert one_line(entry.title) == one_line(f"{text} vs Notekeel")


@given(texts)
def test_no_text_becomes_markup(text: str) -> None:
    found = Texts(article(about(text)))
    assert found.tags <= {
        "a", "em", "h3", "li", "p", "span", "strong", "table", "tbody", "td", "th", "thead", "tr",
        "ul",
    }  # fmt: skip
    assert clean(text) in found.text
