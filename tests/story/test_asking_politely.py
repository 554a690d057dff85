"""Feeds over days: asked when they are due, slower while they fail, and the editors hear of it."""

from itertools import pairwise

import pytest

from db.engine import reading
from db.store import launches
from digest import wiring
from digest.model import Feed
from tests.feed_server import Answer
from tests.newsroom import PUBLISHER, Newsroom, a_product_hunt_feed, part

FEED = a_product_hunt_feed(("Mergewren", "Drafts release notes from merged pull requests"))
MOVED = Answer(status=301, headers={"Location": "/new"})


@pytest.fixture
def following(newsroom: Newsroom) -> Newsroom:
    newsroom.hires()
    newsroom.follows("/feed", FEED, kind="blog")
    return newsroom


def the_feed(newsroom: Newsroom) -> Feed:
    with reading(newsroom.sessions) as session:
        [feed] = launches.feeds(session)
    return feed


def tick_through(newsroom: Newsroom, hours: int, minutes: int = 30) -> int:
    """Let the clock of the collect job tick every so many minutes; how often the feed was asked."""
    before = len(newsroom.web.asked)
    for _ in range(hours * 60 // minutes):
        wiring.tick(newsroom.parts, "collect")
        newsroom.clock.move(minutes=minutes)
    return len(newsroom.web.asked) - before


def test_a_feed_is_asked_about_once_an_hour(following: Newsroom) -> None:
    assert tick_through(following, hours=12, minutes=5) in range(10, 13)


def test_a_failing_feed_is_asked_less_and_less_and_recovers(following: Newsroom) -> None:
    following.web.script("/feed", Answer(status=500))
    assert tick_through(following, hours=48) < 10
    following.web.script("/feed", Answer(FEED))
    tick_through(following, hours=25)
    assert the_feed(following).failure == ""


def test_the_editors_are_told_once_after_three_days(following: Newsroom) -> None:
    following.web.script("/feed", Answer(status=404))
    tick_through(following, hours=24 * 5)
    [letter] = following.desk_mail()
    assert letter["To"] == PUBLISHER
    assert letter["Subject"] == "1 feed gives nothing any more"
    assert "the server answered 404" in part(letter, "plain")
    assert "the server answered 404" in part(letter, "html")
    assert the_feed(following).failing_since


@pytest.mark.slow
def test_a_feed_that_moved_for_good_is_asked_at_its_new_address(following: Newsroom) -> None:
    following.web.script("/feed", MOVED)
    following.web.script("/new", Answer(FEED))
    tick_through(following, hours=24 * 4)
    assert the_feed(following).url == following.web.url("/new")


@pytest.mark.slow
def test_a_move_to_an_address_that_is_followed_already_changes_nothing(
    following: Newsroom,
) -> None:
    following.follows("/new", FEED, kind="blog")
    following.web.script("/feed", MOVED)
    tick_through(following, hours=24 * 4)
    with reading(following.sessions) as session:
        urls = {feed.url for feed in launches.feeds(session)}
    assert urls == {following.web.url("/feed"), following.web.url("/new")}


def test_an_editor_who_asks_by_hand_gets_an_answer_at_once(following: Newsroom) -> None:
    following.collects()
    following.clock.move(minutes=1)
    asked = len(following.web.asked)
    following.collects()
    assert len(following.web.asked) == asked + 1
    assert the_feed(following).next_check_at


# --- what servers say ----------------------------------------------------------------------


def minutes_until_asked(newsroom: Newsroom, *, most_hours: int = 48) -> int:
    """How long the clock ticks, a minute at a time, until the feed is asked again."""
    asked = len(newsroom.web.asked)
    for minute in range(most_hours * 60):
        wiring.tick(newsroom.parts, "collect")
        if len(newsroom.web.asked) > asked:
            return minute
        newsroom.clock.move(minutes=1)
    return most_hours * 60


def after_an_answer(newsroom: Newsroom, answer: Answer) -> int:
    """Minutes until the feed is asked again after it answered so, to within a tick's five."""
    newsroom.web.script("/feed", answer)
    minutes_until_asked(newsroom)
    return minutes_until_asked(newsroom)


def test_launch_feeds_are_asked_three_times_an_hour(newsroom: Newsroom) -> None:
    newsroom.follows("/feed", FEED, kind="producthunt")
    assert tick_through(newsroom, hours=12, minutes=5) in range(30, 37)


@pytest.mark.parametrize(
    ("status", "headers", "hours"),
    [
        (429, {"Retry-After": "10800"}, 3),
        (503, {"Retry-After": "Sun, 22 Nov 2026 16:00:00 GMT"}, 7),
        (429, {}, 4),
        (403, {}, 4),
        (503, {}, 2),
        (404, {}, 2),
    ],
)
def test_a_server_that_sends_us_away_is_left_alone(
    following: Newsroom, status: int, headers: dict[str, str], hours: int
) -> None:
    waited = after_an_answer(following, Answer(status=status, headers=headers))
    assert hours * 60 - 10 <= waited <= hours * 60 * 1.15 + 10
    assert the_feed(following).failure == f"the server answered {status}"


@pytest.mark.slow
def test_a_feed_that_is_gone_is_asked_no_more_and_says_so(following: Newsroom) -> None:
    after_an_answer(following, Answer(status=410))
    feed = the_feed(following)
    assert (feed.paused, feed.failure) == (True, "gone for good (410); no longer asked")
    assert tick_through(following, hours=48) == 0


def test_a_move_that_is_taken_back_has_changed_nothing(following: Newsroom) -> None:
    following.web.script("/new", Answer(FEED))
    following.web.script("/feed", MOVED)
    tick_through(following, hours=24 * 2)
    assert the_feed(following).moved_to == following.web.url("/new")
    following.web.script("/feed", Answer(FEED))
    tick_through(following, hours=3)
    feed = the_feed(following)
    assert (feed.url, feed.moved_to, feed.moved_hits) == (following.web.url("/feed"), "", 0)


@pytest.mark.slow
def test_a_move_for_the_time_being_is_never_believed(following: Newsroom) -> None:
    following.web.script("/feed", Answer(status=302, headers={"Location": "/new"}))
    following.web.script("/new", Answer(FEED))
    tick_through(following, hours=24 * 5)
    feed = the_feed(following)
    assert (feed.url, feed.failure) == (following.web.url("/feed"), "")


def test_a_server_that_answers_unchanged_for_ever_is_asked_for_the_whole_now_and_then(
    following: Newsroom,
) -> None:
    stale = {"Last-Modified": "Thu, 01 Jan 2041 00:00:00 GMT", "ETag": '"for ever"'}
    following.web.script("/feed", Answer(FEED, headers=stale), Answer(status=304))
    tick_through(following, hours=48)
    asked = [one for one in following.web.asked if one.path == "/feed"]
    whole = [at for at, one in enumerate(asked) if one.headers["If-None-Match"] is None]
    gaps = [later - earlier for earlier, later in pairwise(whole[1:])]
    assert len(gaps) >= 2
    assert all(gap in range(8, 18) for gap in gaps)


def test_a_broken_document_costs_nothing_but_time(following: Newsroom) -> None:
    broken = {"Content-Encoding": "gzip"}
    after_an_answer(following, Answer(b"\x1f\x8b\x08\x00 torn off", headers=broken))
    assert the_feed(following).failure.startswith("the answer broke off")
    following.web.script("/feed", Answer(FEED))
    tick_through(following, hours=6)
    assert the_feed(following).failure == ""


def test_a_wrong_charset_in_the_header_does_no_harm(newsroom: Newsroom) -> None:
    feed = a_product_hunt_feed(("Émeraude", "Écrit les notes de version"))
    wrong = {"Content-Type": "application/atom+xml; charset=iso-8859-1"}
    newsroom.follows("/feed", Answer(feed, headers=wrong))
    [report] = newsroom.collects()
    assert [launch.name for launch in report.launches] == ["Émeraude"]
