"""Feeds over days: asked when they are due, slower while they fail, and the editors hear of it."""

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
    [letter] = following.inbox()
    assert letter["To"] == PUBLISHER
    assert letter["Subject"] == "1 feed gives nothing any more"
    assert "the server answered 404" in part(letter, "plain")
    assert "the server answered 404" in part(letter, "html")
    assert the_feed(following).failing_since


def test_a_feed_that_moved_for_good_is_asked_at_its_new_address(following: Newsroom) -> None:
    following.web.script("/feed", MOVED)
    following.web.script("/new", Answer(FEED))
    tick_through(following, hours=24 * 4)
    assert the_feed(following).url == following.web.url("/new")


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
