"""The feeds that are followed, as editors look after them."""

from typing import NamedTuple

from db.engine import Sessions, reading
from db.store import entries
from db.store import launches as store
from digest.desk.record import Hand
from digest.errors import InputError
from digest.issues.words import plain_text
from digest.model import Feed
from sources import opml

LONGEST_CATEGORY = 80


class Followed(NamedTuple):
    """A feed with how many entries it showed, and how many launches it announced."""

    feed: Feed
    entries: int
    launches: int


def followed(sessions: Sessions) -> list[Followed]:
    with reading(sessions) as session:
        shown, told = entries.count_entries(session), store.launches_by_feed(session)
        found = store.feeds(session)
    return [Followed(feed, shown.get(feed.id, 0), told.get(feed.id, 0)) for feed in found]


def as_opml(sessions: Sessions) -> bytes:
    """All feeds as a list for another reader."""
    with reading(sessions) as session:
        return opml.write(store.feeds(session))


def pause(sessions: Sessions, number: int, hand: Hand, *, paused: bool) -> None:
    """Stop fetching a feed, or go on. Raises NotFoundError."""
    with sessions.begin() as session:
        before = store.feed(session, number)
        store.pause_feed(session, number, paused=paused)
        act = "pause feed" if paused else "resume feed"
        hand.notes(session, act, before.url, before=before.paused, after=paused)


def categorise(sessions: Sessions, number: int, category: str, hand: Hand) -> None:
    """Give the launches of a feed a category from here on, or with "" none. Raises NotFoundError,
    and InputError for one too long."""
    said = plain_text(category)
    if len(said) > LONGEST_CATEGORY:
        raise InputError(f"a category has up to {LONGEST_CATEGORY} characters")
    with sessions.begin() as session:
        before = store.feed(session, number)
        store.categorise_feed(session, number, said)
        hand.notes(session, "change feed", before.url, before=before.category, after=said)
