"""Those who publish look after readers and feeds; writers see no reader."""

import json
from collections.abc import Iterator

import pytest

from db.engine import open_engine, open_sessions, reading
from db.store import audit, launches
from digest.chain import Line
from digest.model import Feed, Role, SubscriberState
from tests.doors.desk import PUBLISHER, WRITER, Browser, hires
from tests.doors.site import LiveSite, serve

SUBSCRIBERS = "/editor/subscribers"
FEEDS = "/editor/feeds"


@pytest.fixture
def site(sqlite_url: str) -> Iterator[LiveSite]:
    engine = open_engine(sqlite_url)
    with serve(open_sessions(engine)) as site:
        hires(site, PUBLISHER, Role.PUBLISHER)
        yield site
    engine.dispose()


@pytest.fixture
def publisher(site: LiveSite) -> Browser:
    return Browser(site).signs_in(PUBLISHER)


def last_line(site: LiveSite) -> Line:
    with reading(site.sessions) as session:
        return list(audit.lines(session))[-1]


def addresses(browser: Browser, asked: str = "") -> list[str]:
    return [row[0] for row in browser.get(f"{SUBSCRIBERS}{asked}").page.rows[1:]]


def test_readers_are_found_by_how_their_address_begins(publisher: Browser) -> None:
    for name in ("ada", "a_a", "bo"):
        publisher.site.has_reader(f"{name}@inbox.example")
    publisher.site.has_reader("adam@inbox.example", state=SubscriberState.BOUNCED)
    assert addresses(publisher, "?q=ADA") == ["ada@inbox.example", "adam@inbox.example"]
    assert addresses(publisher, "?q=a_") == ["a_a@inbox.example"]
    assert addresses(publisher, "?q=ad&state=bounced") == ["adam@inbox.example"]
    assert addresses(publisher, "?state=nonsense&after=adam@inbox.example") == ["bo@inbox.example"]


def test_a_long_list_goes_on_where_it_ended(publisher: Browser) -> None:
    for number in range(60):
        publisher.site.has_reader(f"reader{number:02}@inbox.example")
    page = publisher.get(SUBSCRIBERS).page
    (more,) = [link for link in page.links if "after=" in link]
    assert len(page.rows) - 1 == 50
    assert len(publisher.get(more).page.rows) - 1 == 10


def test_a_reader_is_unsubscribed_by_hand_with_a_reason(publisher: Browser) -> None:
    site = publisher.site
    number = site.has_reader("ada@inbox.example")
    at = f"{SUBSCRIBERS}/{number}"
    assert publisher.submits(f"{at}/unsubscribe", reason=" ").status == 422
    assert site.state("ada@inbox.example") is SubscriberState.ACTIVE
    publisher.submits(f"{at}/unsubscribe", reason="She wrote to us")
    assert site.state("ada@inbox.example") is SubscriberState.UNSUBSCRIBED
    assert "She wrote to us" in publisher.get(at).page.text()
    line = last_line(site)
    assert (line.who, line.act, line.what, line.ip) == (
        *(PUBLISHER, "unsubscribe", f"reader {number}"),
        "127.0.0.1",
    )


def test_an_address_is_suppressed_and_the_suppression_lifted(publisher: Browser) -> None:
    number = publisher.site.has_reader("ada@inbox.example")
    at = f"{SUBSCRIBERS}/{number}"
    publisher.submits(f"{at}/suppress")
    assert "an editor's wish" in publisher.get(at).page.text()
    publisher.submits(f"{at}/release")
    assert "an editor's wish" not in publisher.get(at).page.text()
    assert (last_line(publisher.site).who, last_line(publisher.site).act) == (PUBLISHER, "release")


def test_a_reader_is_erased_after_a_page_that_asks(publisher: Browser) -> None:
    site = publisher.site
    at = f"{SUBSCRIBERS}/{site.has_reader('ada@inbox.example')}"
    assert "cannot be undone" in publisher.get(f"{at}/erase").page.text()
    assert site.reader("ada@inbox.example")
    assert publisher.submits(f"{at}/erase").status == 303
    assert site.reader("ada@inbox.example") is None
    assert publisher.get(at).status == 404
    line = last_line(site)
    assert (line.who, line.act) == (PUBLISHER, "erase reader")
    assert "@" not in line.what


def test_the_data_of_a_reader_are_exported_and_that_is_noted(publisher: Browser) -> None:
    number = publisher.site.has_reader("ada@inbox.example")
    answer = publisher.submits(f"{SUBSCRIBERS}/{number}/export")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert json.loads(answer.body)["subscriber"][0]["email"] == "ada@inbox.example"
    assert last_line(publisher.site).act == "export reader"


def test_writers_see_no_reader(site: LiveSite) -> None:
    hires(site, WRITER, Role.WRITER)
    writer = Browser(site).signs_in(WRITER)
    assert writer.get(SUBSCRIBERS).status == 403
    assert SUBSCRIBERS not in writer.get("/editor").page.links


def test_a_feed_is_paused_and_gets_a_category(publisher: Browser) -> None:
    site = publisher.site
    with site.sessions.begin() as session:
        given = Feed(id=0, url="https://feeds.example/all.xml", kind="rss", title="All of it")
        number = launches.add_feed(session, given, site.clock()).id
    publisher.submits(f"{FEEDS}/{number}", wish="pause")
    publisher.submits(f"{FEEDS}/{number}", wish="category", category="Notes")
    with reading(site.sessions) as session:
        feed = launches.feed(session, number)
    assert (feed.paused, feed.category) == (True, "Notes")
    assert "paused" in publisher.get(FEEDS).page.text()
    assert (last_line(site).act, last_line(site).detail) == (
        "change feed",
        {"before": "", "after": "Notes"},
    )
    too_long = publisher.submits(f"{FEEDS}/{number}", wish="category", category="x" * 81)
    assert too_long.status == 422
    assert b"https://feeds.example/all.xml" in publisher.get(f"{FEEDS}/list.opml").body
