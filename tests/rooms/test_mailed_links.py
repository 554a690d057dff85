"""Links that were mailed: known by a hash, used once, and gone with their reader."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from db.engine import Sessions
from db.store import mailed_links as store
from db.store import readers
from digest.model import MailedLink
from tests.makers import SUNDAY, a_subscriber

HASH = "5" * 64
LATER = SUNDAY + timedelta(hours=72)


@pytest.fixture
def reader(sessions: Sessions) -> int:
    """The number of a reader who was mailed a link."""
    with sessions.begin() as session:
        number = readers.add_subscriber(session, "a@inbox.example", a_subscriber(), SUNDAY)
        assert number
        link = MailedLink(
            purpose="erase",
            subscriber=number,
            email="",
            message_id="erase.1@here.example",
            expires_at=LATER,
            used_at=None,
        )
        store.keep_link(session, HASH, link, SUNDAY)
    return number


def test_a_link_is_new_once(sessions: Sessions, reader: int) -> None:
    for used_before in (None, SUNDAY, SUNDAY):
        with sessions.begin() as session:
            link = store.use_link(session, HASH, "erase", SUNDAY)
        assert link
        assert (link.subscriber, link.used_at) == (reader, used_before)


@pytest.mark.parametrize(
    ("token_hash", "purpose", "now"),
    [("6" * 64, "erase", SUNDAY), (HASH, "export", SUNDAY), (HASH, "erase", LATER)],
    ids=["another link", "another purpose", "too late"],
)
def test_a_link_works_for_its_purpose_and_its_time(
    sessions: Sessions, reader: int, token_hash: str, purpose: str, now: datetime
) -> None:
    with sessions.begin() as session:
        assert store.use_link(session, token_hash, purpose, now) is None
        assert store.use_link(session, HASH, "erase", SUNDAY)


def test_looking_at_a_link_leaves_it_new(sessions: Sessions, reader: int) -> None:
    with sessions.begin() as session:
        found = store.find_link(session, HASH, "erase", SUNDAY)
        assert found == store.use_link(session, HASH, "erase", SUNDAY)
        assert store.find_link(session, HASH, "export", SUNDAY) is None
        assert store.find_link(session, HASH, "erase", LATER) is None


def test_links_that_ran_out_are_forgotten(sessions: Sessions, reader: int) -> None:
    with sessions.begin() as session:
        assert store.drop_links(session, LATER) == 0
        assert store.drop_links(session, LATER + timedelta(seconds=1)) == 1
        assert store.use_link(session, HASH, "erase", SUNDAY) is None


def test_a_reader_who_is_erased_leaves_no_link(sessions: Sessions, reader: int) -> None:
    with sessions.begin() as session:
        readers.erase_subscriber(session, reader)
    with sessions.begin() as session:
        assert store.use_link(session, HASH, "erase", SUNDAY) is None


def test_the_links_mailed_to_a_reader_or_to_where_they_wanted_to_go_are_counted(
    sessions: Sessions,
) -> None:
    with sessions.begin() as session:
        for key in ("a@inbox.example", "b@inbox.example"):
            readers.add_subscriber(session, key, a_subscriber(), SUNDAY)
        for place, (reader, to) in enumerate(
            [(1, "x@y.example"), (2, "x@y.example"), (2, "z@y.example")]
        ):
            link = MailedLink(
                purpose="change-address",
                subscriber=reader,
                email=to,
                message_id="",
                expires_at=SUNDAY,
                used_at=None,
            )
            store.keep_link(session, str(place), link, SUNDAY)
        ask = partial(store.mailed_since, session, "change-address")
        assert len(ask(1, "x@y.example", SUNDAY)) == 2
        assert len(ask(1, "", SUNDAY)) == 1
        assert len(ask(2, "x@y.example", SUNDAY)) == 3
        assert ask(2, "x@y.example", SUNDAY + timedelta(seconds=1)) == []
