"""The steps of sending an issue, each its own transaction, for tests of the ledger."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from db.engine import Sessions
from db.store import audience, issues, readers
from db.store import deliveries as store
from db.store.deliveries import Outcome
from digest.model import Cadence, Delivery, DeliveryState, IssueState
from tests.makers import SUNDAY, a_subscriber, an_issue

S = DeliveryState
ISSUE = "2026-W47"
LEASE = 60
LATER = SUNDAY + timedelta(seconds=LEASE + 1)  # when a lease of SUNDAY has run out


def open_issue(sessions: Sessions, name: str = ISSUE) -> None:
    with sessions.begin() as session:
        issue = an_issue(id=name, state=IssueState.SENDING)
        issues.put_issue(session, issue, SUNDAY.date(), SUNDAY)


def add_readers(sessions: Sessions, count: int, **fields: Any) -> list[int]:
    with sessions.begin() as session:
        known = sum(readers.count_by_state(session).values())
        emails = [f"reader-{known + i}@inbox.example" for i in range(count)]
        added = [
            readers.add_subscriber(session, email, a_subscriber(email, **fields), SUNDAY)
            for email in emails
        ]
    return [number for number in added if number is not None]


def freeze(sessions: Sessions, size: int = 1000, cadence: Cadence = Cadence.WEEKLY) -> int | None:
    with sessions.begin() as session:
        return audience.freeze(session, ISSUE, [cadence], size, SUNDAY)


def lease(sessions: Sessions, size: int = 1000, now: datetime = SUNDAY) -> list[Delivery]:
    with sessions.begin() as session:
        return [one.delivery for one in store.lease(session, ISSUE, size, now, LEASE)]


def mark(
    sessions: Sessions, deliveries: Sequence[Delivery], now: datetime = SUNDAY
) -> list[Delivery]:
    with sessions.begin() as session:
        return store.mark_sending(session, deliveries, now, LEASE)


def settle(sessions: Sessions, state: DeliveryState, *deliveries: Delivery, **said: str) -> None:
    with sessions.begin() as session:
        store.settle(session, [Outcome(one, state, **said) for one in deliveries], SUNDAY)


def expire(sessions: Sessions, now: datetime) -> tuple[int, int]:
    with sessions.begin() as session:
        return store.expire(session, now)


def states(sessions: Sessions) -> list[DeliveryState]:
    with sessions() as session:
        return [state for _, state, _, _ in store.listing(session, ISSUE)]


def queue(sessions: Sessions, count: int) -> None:
    """An issue with this many readers queued for it."""
    open_issue(sessions)
    add_readers(sessions, count)
    freeze(sessions)
    assert states(sessions) == [S.QUEUED] * count
