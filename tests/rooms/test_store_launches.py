"""Feeds, entries and launches as they are kept."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from db.engine import Sessions
from db.store import launches as store
from db.store import tools
from db.tables import LaunchRow
from digest.errors import NotAllowedError, NotFoundError
from digest.model import Feed, LaunchState
from tests.makers import SUNDAY, a_launch, a_tool

HOUR = timedelta(hours=1)
URL = "https://launches.example/feed.xml"


def follow(sessions: Sessions, url: str = URL, category: str = "") -> Feed:
    feed = Feed(id=0, url=url, kind="feed", title="Launches", category=category)
    with sessions.begin() as session:
        return store.add_feed(session, feed, SUNDAY)


def test_feeds_come_in_the_order_they_were_added(sessions: Sessions) -> None:
    first = follow(sessions, category="Coding")
    second = follow(sessions, "https://other.example/atom.xml")
    assert (first.url, first.kind, first.category, first.paused) == (URL, "feed", "Coding", False)
    with sessions() as session:
        assert store.feeds(session) == [first, second]


def test_a_feed_is_followed_once(sessions: Sessions) -> None:
    follow(sessions)
    with pytest.raises(NotAllowedError, match=f"{URL} is followed already"):
        follow(sessions)


def test_a_feed_is_paused_and_taken_up_again(sessions: Sessions) -> None:
    feed = follow(sessions)
    for paused in (True, False):
        with sessions.begin() as session:
            store.pause_feed(session, feed.id, paused=paused)
        with sessions() as session:
            assert store.feeds(session) == [replace(feed, paused=paused)]


def test_a_feed_nobody_follows_cannot_be_paused(sessions: Sessions) -> None:
    with sessions() as session, pytest.raises(NotFoundError, match="there is no feed '7'"):
        store.pause_feed(session, 7, paused=True)


def test_what_a_fetch_left_is_remembered(sessions: Sessions) -> None:
    feed, other = follow(sessions), follow(sessions, "https://other.example/atom.xml")
    fetched = replace(
        feed,
        title="All launches",
        etag='W/"7"',
        last_modified="Sun, 22 Nov 2026 08:00:00 GMT",
        failure="the server answered 503",
    )
    with sessions.begin() as session:
        store.note_checked(session, fetched, SUNDAY)
    with sessions() as session:
        assert store.feeds(session) == [replace(fetched, checked_at=SUNDAY), other]


def test_a_launch_comes_back_whole(sessions: Sessions) -> None:
    launch = a_launch(
        description="It drafts.\nThen it waits.", category="Writing", published=SUNDAY - HOUR
    )
    with sessions.begin() as session:
        number = store.keep_launch(session, launch, SUNDAY)
    with sessions() as session:
        assert store.launch(session, number) == replace(launch, id=number)


def test_a_launch_nobody_saw_is_not_found(sessions: Sessions) -> None:
    with sessions() as session, pytest.raises(NotFoundError, match="there is no launch '7'"):
        store.launch(session, 7)


def test_launches_come_as_they_were_seen_all_or_some(sessions: Sessions) -> None:
    with sessions.begin() as session:
        numbers = [
            store.keep_launch(session, a_launch(name), SUNDAY)
            for name in ("Plainwright", "Aldermoor", "Fernwick")
        ]
        store.settle_launch(session, numbers[1], LaunchState.UNMATCHED, reason="nothing is near")
    with sessions() as session:
        assert [launch.id for launch in store.launches(session)] == numbers
        new = store.launches(session, [LaunchState.NEW])
        assert [launch.name for launch in new] == ["Plainwright", "Fernwick"]
        assert store.launches(session, [LaunchState.PAIRED, LaunchState.KNOWN]) == []


def test_a_settled_launch_knows_its_tool_or_the_reason_it_has_none(sessions: Sessions) -> None:
    with sessions.begin() as session:
        number = store.keep_launch(session, a_launch(), SUNDAY)
        tool = tools.put_tool(session, a_tool(), SUNDAY).id
        store.settle_launch(session, number, LaunchState.UNMATCHED, reason="nothing is near")
        assert store.launch(session, number).reason == "nothing is near"
        store.settle_launch(session, number, LaunchState.PAIRED, tool=tool)
    with sessions() as session:
        known = store.launch(session, number)
        assert (known.state, known.reason) == (LaunchState.PAIRED, "")
        assert session.scalars(select(LaunchRow.tool_id)).one() == tool
