"""Feeds as they are: what is wrong with one stays with that one, and nothing is taken twice."""

import json
from hashlib import sha256
from typing import Any

import pytest

from db.engine import reading
from db.store import launches as store
from digest.model import Feed
from sources.workers import MOST_ENTRIES
from tests.feed_server import Answer
from tests.newsroom import Newsroom, a_product_hunt_feed

SHOW_HN = ("Mergewren – drafts release notes", "Inkmoor – writes alt texts")


def an_rss(*items: str) -> bytes:
    listed = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>Feed</title>{listed}</channel></rss>'.encode()


def an_item(title: str, link: str, guid: str = "") -> str:
    known_as = f"<guid>{guid}</guid>" if guid else ""
    return f"<title>Show HN: {title}</title><link>https://{link}.example/</link>{known_as}"


def a_json_feed(*items: dict[str, Any]) -> bytes:
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "\ud800", "items": items}
    return json.dumps(feed).encode()


WITHOUT_IDS = an_rss(*(an_item(title, f"tool{n}") for n, title in enumerate(SHOW_HN)))
ONE_ID = an_rss(*(an_item(title, f"tool{n}", "feed:1") for n, title in enumerate(SHOW_HN)))
BARE = an_rss(*(f"<title>Show HN: {title}</title>" for title in SHOW_HN))
MANY_SIGNS = "".join(map(chr, range(0x4E00, 0x4E00 + 9000)))  # no database can shorten it
LONG_PATH = "".join(sha256(bytes([n])).hexdigest() for n in range(200))
ALL_ALIKE = an_rss(*[an_item(SHOW_HN[0], "tool0", "feed:1")] * 3)
KNOWN_BY = {"/links": WITHOUT_IDS, "/one-id": ONE_ID, "/titles": BARE, "/thrice": ALL_ALIKE}


def feeds(newsroom: Newsroom) -> list[Feed]:
    with reading(newsroom.sessions) as session:
        return store.feeds(session)


# --- what entries are known by -------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(KNOWN_BY))
def test_each_entry_is_taken_once_whatever_it_is_known_by(newsroom: Newsroom, path: str) -> None:
    newsroom.follows(path, KNOWN_BY[path], kind="hackernews")
    tools = 1 if path == "/thrice" else 2
    [first] = newsroom.collects()
    assert (first.new, len(first.launches)) == (tools, tools)
    [again] = newsroom.collects()
    assert (again.new, again.launches, again.failure) == (0, (), "")


def test_an_entry_whose_title_is_mended_is_no_second_launch(newsroom: Newsroom) -> None:
    newsroom.follows(
        "/feed",
        Answer(an_rss(an_item("Mergwren – drafts notes", "tool", "feed:1"))),
        Answer(an_rss(an_item("Mergwren – drafts notes", "tool", "feed:1"))),
        Answer(an_rss(an_item("Mergewren – drafts release notes", "tool", "feed:1"))),
    )
    assert [len(newsroom.collects()[0].launches) for _ in range(2)] == [1, 0]


def test_an_archive_of_a_feed_gives_its_three_hundred_newest(newsroom: Newsroom) -> None:
    tools = [(f"Tool Number{n}", "Drafts release notes") for n in range(MOST_ENTRIES + 1)]
    newsroom.follows("/feed", a_product_hunt_feed(*tools))
    [report] = newsroom.collects()
    assert (report.entries, report.new) == (301, 300)
    kept = [launch.name for launch in report.launches]
    assert (kept[0], kept[-1], len(kept)) == ("Tool Number299", "Tool Number0", 300)


def test_what_no_database_takes_is_no_harm_to_this_feed_or_the_others(newsroom: Newsroom) -> None:
    odd = (
        {"id": "a\0b", "title": "Mergewren: drafts\0 notes", "url": "https://a.example/\0"},
        {"id": "\ud800", "title": "Draftloom: writes \udfff texts", "content_text": "\ud800"},
        {"id": MANY_SIGNS, "title": "Callhorn: answers the phone"},
        {"url": f"https://a.example/{LONG_PATH}", "title": "Querymoth: SQL from questions"},
        {"id": 7.5, "title": None, "url": ["https://a.example/"], "date_published": "0001-01-01"},
    )
    newsroom.follows("/odd", a_json_feed(*odd), kind="list")
    newsroom.follows("/good", WITHOUT_IDS, kind="hackernews")
    assert [(report.new, len(report.launches)) for report in newsroom.collects()] == [
        (5, 4),
        (2, 2),
    ]
    assert [report.new for report in newsroom.collects()] == [0, 0]


# --- answers -------------------------------------------------------------------------------


def test_what_a_server_says_of_a_version_is_said_back_byte_for_byte(newsroom: Newsroom) -> None:
    etag, modified = "W/\"a, b;  'c'\"", "yesterday,  or so"
    told = {"ETag": etag, "Last-Modified": modified}
    newsroom.follows(
        "/feed",
        Answer(WITHOUT_IDS),
        Answer(WITHOUT_IDS, headers=told),
        Answer(status=304),
        Answer(status=304, headers={"ETag": '"next"'}),
        Answer(status=304),
    )
    assert [newsroom.collects()[0].unchanged for _ in range(4)] == [False, True, True, True]
    asked = [
        (one.headers["If-None-Match"], one.headers["If-Modified-Since"])
        for one in newsroom.web.asked
    ]
    nothing, first = (None, None), (etag, modified)
    assert asked == [nothing, nothing, first, first, ('"next"', modified)]
    [feed] = feeds(newsroom)
    assert (feed.etag, feed.last_modified) == ('"next"', modified)


def test_a_feed_that_fails_keeps_its_failure_until_it_is_well_again(newsroom: Newsroom) -> None:
    url = newsroom.follows(
        "/ill",
        Answer(WITHOUT_IDS),
        Answer(WITHOUT_IDS, headers={"ETag": '"1"'}),
        Answer(b"busy", status=503),
        Answer(b"<html><body>We moved</body></html>"),
        Answer(status=304),
    )
    newsroom.follows("/well", ONE_ID)
    newsroom.collects()

    for failure in ("the server answered 503", "not a feed: it is an HTML page"):
        newsroom.clock.move(minutes=30)
        ill, well = newsroom.collects()
        assert (ill.failure, well.failure, well.unchanged) == (failure, "", False)
        kept = feeds(newsroom)[0]
        assert (kept.url, kept.failure, kept.etag) == (url, failure, '"1"')
        assert kept.checked_at == newsroom.clock()

    assert newsroom.collects()[0].unchanged
    assert [feed.failure for feed in feeds(newsroom)] == ["", ""]


def test_a_redirect_to_a_private_address_is_not_followed(newsroom: Newsroom) -> None:
    other_door = "http://127.0.0.2:1/metadata"  # allowed is the test's own server alone
    newsroom.follows(
        "/feed",
        Answer(WITHOUT_IDS),
        Answer(status=302, headers={"Location": other_door}),
    )
    [report] = newsroom.collects()
    assert report.failure.startswith("127.0.0.2 is a private address")
    assert feeds(newsroom)[0].failure == report.failure
    assert report.launches == ()
