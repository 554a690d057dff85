"""The mails that answered sign-ups, as the limits count them."""

from datetime import datetime, timedelta

import pytest

from db.engine import Sessions, reading
from db.store import invitations as store
from digest.model import Invitation
from tests.makers import SUNDAY

HOUR = timedelta(hours=1)


def sent(sessions: Sessions, at: datetime = SUNDAY, **fields: object) -> None:
    usual = {"bucket": "inbox", "network": "net", "domain": "inbox.example", "asks": True}
    with sessions.begin() as session:
        store.keep_invitation(session, Invitation(**(usual | fields)), at)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("by", "name", "counts"),
    [
        ("network", "net", (1, 2)),
        ("network", "other", (1, 1)),
        ("domain", "inbox.example", (2, 3)),
        ("domain", "nobody.example", (0, 0)),
        ("site", "all", (2, 3)),
    ],
)
def test_mails_are_counted_by_where_they_came_from_and_went_to(
    sessions: Sessions, by: str, name: str, counts: tuple[int, int]
) -> None:
    sent(sessions, SUNDAY - 3 * HOUR)
    sent(sessions, SUNDAY - 2 * HOUR)
    sent(sessions, SUNDAY)
    sent(sessions, SUNDAY, network="other")
    with reading(sessions) as session:
        since = (SUNDAY - HOUR, SUNDAY - 3 * HOUR)
        assert store.count_mails(session, by, name, since) == counts


def test_an_inbox_knows_its_latest_mails_and_when_it_was_told(sessions: Sessions) -> None:
    for hours, asks in ((4, True), (3, False), (2, True), (1, True)):
        sent(sessions, SUNDAY - hours * HOUR, asks=asks)
    sent(sessions, SUNDAY, bucket="another inbox", asks=False)
    with reading(sessions) as session:
        latest = store.latest_mails(session, "inbox", 2)
        assert latest == [SUNDAY - HOUR, SUNDAY - 2 * HOUR]
        assert store.last_told(session, "inbox") == SUNDAY - 3 * HOUR
        assert store.last_told(session, "nobody's") is None


def test_of_the_newest_mails_that_asked_it_is_known_how_many_were_confirmed(
    sessions: Sessions,
) -> None:
    for hours, bucket in ((9, "old"), (4, "one"), (3, "two"), (2, "three"), (1, "late")):
        sent(sessions, SUNDAY - hours * HOUR, bucket=bucket)
    sent(sessions, SUNDAY - 3 * HOUR, bucket="in already", asks=False)
    with sessions.begin() as session:
        for bucket in ("old", "two", "late", "in already"):
            store.confirm_invitations(session, bucket, SUNDAY)
    with reading(sessions) as session:
        assert store.answers(session, SUNDAY - 2 * HOUR, 3) == (3, 1)
        assert store.answers(session, SUNDAY, 100) == (5, 3)
        assert store.answers(session, SUNDAY - 10 * HOUR, 100) == (0, 0)
