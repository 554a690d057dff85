"""What is kept of readers ends by itself, and the proof of their consent stays."""

from datetime import timedelta

import pytest

from db.engine import Sessions, reading
from db.store import mailed_links, readers
from db.tables import InvitationRow
from digest import wiring
from digest.jobs.tidy import tidy
from digest.model import MailedLink, Origin, SubscriberState
from digest.readers.retention import INVITATIONS_LEFT, Retention
from digest.settings import Settings, read
from tests.fakes import StoppedClock
from tests.makers import SUNDAY, a_consent, a_subscriber
from tests.newsroom import Newsroom


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(SUNDAY)


def add(sessions: Sessions, email: str, **fields: object) -> int:
    with sessions.begin() as session:
        number = readers.add_subscriber(session, email, a_subscriber(email, **fields), SUNDAY)
    assert number
    return number


def agrees(sessions: Sessions, number: int, ip: str, days: int) -> None:
    """Some days after SUNDAY, from this address."""
    line = a_consent("confirm", origin=Origin(ip=ip), at=SUNDAY + timedelta(days=days))
    with sessions.begin() as session:
        readers.keep_consent(session, number, line)


def addresses(sessions: Sessions, number: int) -> list[str]:
    with reading(sessions) as session:
        return [line.origin.ip for line in readers.consents(session, number)]


def test_after_a_year_a_consent_is_from_a_network(sessions: Sessions, clock: StoppedClock) -> None:
    number = add(sessions, "a@inbox.example")
    for day, ip in enumerate(("192.0.2.77", "2001:db8:1:2::9", "not an address", "192.0.2.77")):
        agrees(sessions, number, ip, day)
    clock.move(days=368)
    assert tidy(sessions, clock).addresses == 3
    kept = ["192.0.2.0/24", "2001:db8:1::/48", ""]
    assert addresses(sessions, number) == [*kept, "192.0.2.77"]
    assert tidy(sessions, clock).addresses == 0
    clock.move(days=1)
    assert tidy(sessions, clock).addresses == 1
    assert addresses(sessions, number) == [*kept, "192.0.2.0/24"]


def test_links_end_with_their_time(sessions: Sessions, clock: StoppedClock) -> None:
    number = add(sessions, "a@inbox.example")
    link = MailedLink(
        purpose="erase",
        subscriber=number,
        email="",
        message_id="",
        expires_at=SUNDAY + timedelta(hours=72),
        used_at=None,
    )
    with sessions.begin() as session:
        mailed_links.keep_link(session, "5" * 64, link, SUNDAY)
    clock.move(hours=72)
    assert tidy(sessions, clock).links == 0
    clock.move(seconds=1)
    assert tidy(sessions, clock).links == 1


def invitations(sessions: Sessions, count: int, days: int, *, asks: bool = True) -> None:
    with sessions.begin() as session:
        at = SUNDAY + timedelta(days=days)
        common = {"bucket": "b", "network": "n", "domain": "inbox.example", "created_at": at}
        session.add_all(InvitationRow(**common, asks=asks) for _ in range(count))


def test_invitations_end_after_eight_days_but_for_the_last_that_a_share_is_reckoned_from(
    sessions: Sessions, clock: StoppedClock
) -> None:
    invitations(sessions, INVITATIONS_LEFT, days=0)
    invitations(sessions, 5, days=1)
    invitations(sessions, 7, days=1, asks=False)
    invitations(sessions, 3, days=4)
    clock.move(days=8)
    assert tidy(sessions, clock).invitations == 0
    clock.move(days=2)
    assert tidy(sessions, clock).invitations == 5 + 7
    assert tidy(sessions, clock).invitations == 0
    with sessions() as session:
        assert session.query(InvitationRow).count() == INVITATIONS_LEFT + 3


@pytest.mark.parametrize(("days", "forgotten"), [(3, 0), (4, 1)])
def test_a_publication_decides_how_long(
    sessions: Sessions, clock: StoppedClock, days: int, forgotten: int
) -> None:
    pending = add(sessions, "a@inbox.example", state=SubscriberState.PENDING, confirmed_at=None)
    agreed = add(sessions, "b@inbox.example")
    agrees(sessions, agreed, "192.0.2.77", days=0)
    clock.move(days=days)
    keep = Retention(unconfirmed=timedelta(days=3), addresses=timedelta(days=3))
    done = tidy(sessions, clock, keep)
    assert (done.unconfirmed, done.addresses) == (forgotten, forgotten)
    with reading(sessions) as session:
        assert (readers.subscriber(session, pending) is None) is bool(forgotten)


def test_the_settings_reach_the_job(newsroom: Newsroom) -> None:
    given = {"DIGEST_RETENTION_UNCONFIRMED_DAYS": "5", "DIGEST_RETENTION_IP_DAYS": "0"}
    chosen: Settings = read(given)
    newsroom.chooses(
        retention_unconfirmed_days=chosen.retention_unconfirmed_days,
        retention_ip_days=chosen.retention_ip_days,
    )
    number = add(newsroom.sessions, "a@inbox.example")
    agrees(newsroom.sessions, number, "192.0.2.77", days=-1)
    assert newsroom.parts.retention == Retention(timedelta(days=5), timedelta(0))
    told = wiring.JOBS["tidy"].run(newsroom.parts, "today")
    assert "the end of 1 network addresses" in told
    assert addresses(newsroom.sessions, number) == ["192.0.2.0/24"]
