"""Entries as they are kept: what each feed showed, and what it was taken for."""

from dataclasses import replace

from sqlalchemy import select

from db.engine import Sessions
from db.store import entries as store
from db.store import launches
from db.tables import EntryRow
from digest.model import Feed, Seen
from tests.makers import SUNDAY, a_launch

SEEN = Seen(
    identity="id:1",
    title="Plainwright",
    link="https://plain.example/",
    published=SUNDAY,
    content="sha256:1",
    kind="not",
    reason="news of a version",
)


def follow(sessions: Sessions, url: str = "https://launches.example/feed.xml") -> Feed:
    with sessions.begin() as session:
        return launches.add_feed(session, Feed(id=0, url=url, kind="list"), SUNDAY)


def see(sessions: Sessions, feed: Feed, identity: str, reason: str = "") -> bool:
    noted = replace(SEEN, identity=identity, reason=reason)
    with sessions.begin() as session:
        return store.keep_entry(session, feed.id, noted, SUNDAY)


def test_an_entry_is_known_to_the_feed_that_showed_it(sessions: Sessions) -> None:
    feed, other = follow(sessions), follow(sessions, "https://other.example/atom.xml")
    assert see(sessions, feed, "id:1")
    assert see(sessions, other, "id:2")
    with sessions() as session:
        assert set(store.seen(session, feed.id, ["id:1", "id:2", "id:3"])) == {"id:1"}
        assert set(store.seen(session, other.id, ["id:1", "id:2"])) == {"id:2"}
        assert store.seen(session, feed.id, []) == {}
        assert store.count_entries(session) == {feed.id: 1, other.id: 1}


def test_an_entry_comes_back_as_it_was_kept(sessions: Sessions) -> None:
    feed = follow(sessions)
    with sessions.begin() as session:
        store.keep_entry(session, feed.id, SEEN, SUNDAY)
    with sessions() as session:
        assert store.seen(session, feed.id, ["id:1"]) == {"id:1": SEEN}
        assert store.latest(session, feed.id) == [SEEN]


def test_of_two_hands_the_second_keeps_nothing(sessions: Sessions) -> None:
    feed = follow(sessions)
    assert see(sessions, feed, "id:1", "the first hand's")
    assert not see(sessions, feed, "id:1", "the second hand's")
    with sessions() as session:
        assert session.scalars(select(EntryRow.reason)).all() == ["the first hand's"]


def test_what_an_entry_says_now_takes_the_place_of_what_it_said(sessions: Sessions) -> None:
    feed = follow(sessions)
    see(sessions, feed, "id:1")
    now = replace(SEEN, identity="id:9", title="Plainwright 2", content="sha256:2", reason="")
    with sessions.begin() as session:
        store.change_entry(session, feed.id, "id:1", now, SUNDAY)
    with sessions() as session:
        assert store.latest(session, feed.id) == [now]


def test_the_latest_entries_come_first(sessions: Sessions) -> None:
    feed = follow(sessions)
    for identity in ("id:1", "id:2", "id:3"):
        see(sessions, feed, identity)
    with sessions() as session:
        found = [seen.identity for seen in store.latest(session, feed.id)]
    assert found == ["id:3", "id:2", "id:1"]


def test_an_entry_knows_the_launch_it_announced(sessions: Sessions) -> None:
    feed = follow(sessions)
    see(sessions, feed, "id:1")
    with sessions.begin() as session:
        launch = launches.keep_launch(session, a_launch(), SUNDAY)
        store.keep_launch_of(session, feed.id, "id:1", launch, "announced before")
    with sessions() as session:
        [seen] = store.latest(session, feed.id)
    assert (seen.launch_id, seen.reason) == (launch, "announced before")
