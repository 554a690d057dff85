"""The ledger of sending: one row an issue and reader, moved on one mark at a time.

`queued -> leased -> sending -> sent | failed | skipped | unknown`. A lease may run out and be
queued again; what was marked `sending` and never settled is `unknown`, for it may have left.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    func,
    literal,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from db.store.audience import ahead
from db.store.delivery_sentences import IS_HELD, free, sentences
from db.tables import DeliveryRow, SubscriberRow
from digest.model import Cadence, Delivery, DeliveryState, SubscriberState

S = DeliveryState
UNSETTLED = (S.QUEUED, S.LEASED, S.SENDING)


class Leased(NamedTuple):
    """A delivery in our hands with what must be checked before it leaves."""

    delivery: Delivery
    subscriber_state: SubscriberState
    cadence: Cadence
    paused_until: datetime | None
    categories: tuple[str, ...]


def lease(session: Session, issue: str, size: int, now: datetime, seconds: int) -> list[Leased]:
    """Take up to `size` queued deliveries; no other sender gets them while the lease lasts."""
    connection, said = session.connection(), sentences(_dialect(session))
    values = {"issue": issue, "size": size, "until": now + timedelta(seconds=seconds), "now": now}
    taken = connection.execute(said.lease, values).all()
    if not taken:
        return []
    rows = connection.execute(said.leased, said.numbers.values([tuple(one) for one in taken])).all()
    return [_lease_of(issue, *row) for row in rows]


def mark_sending(
    session: Session, deliveries: Sequence[Delivery], now: datetime, seconds: int
) -> list[Delivery]:
    """Mark a micro-batch of an issue just before the call. Only what is still ours comes back: a
    lease that ran out and was taken by another has another attempt number. Nothing does when the
    issue is no longer being sent, nor for a reader who left, paused or chose another cadence since
    it was leased."""
    if not deliveries:
        return []
    said = sentences(_dialect(session))
    until = now + timedelta(seconds=seconds)
    values = {"issue": deliveries[0].issue, "until": until, "now": now}
    named = said.attempts.values([(one.id, one.attempt) for one in deliveries])
    held = set(session.connection().scalars(said.mark, values | named).all())
    return [delivery for delivery in deliveries if delivery.id in held]


def release(session: Session, deliveries: Sequence[Delivery], now: datetime) -> None:
    """Queue again what is leased and will not be sent now."""
    session.execute(
        update(DeliveryRow)
        .where(*_ours(deliveries))
        .values(state=S.QUEUED, lease_until=None, updated_at=now)
    )


def _ours(deliveries: Sequence[Delivery]) -> tuple[ColumnElement[bool], ...]:
    named = [(delivery.id, delivery.attempt) for delivery in deliveries]
    return (
        tuple_(DeliveryRow.id, DeliveryRow.attempt).in_(named),
        DeliveryRow.state == S.LEASED,
    )


class Outcome(NamedTuple):
    """What became of one delivery."""

    delivery: Delivery
    state: DeliveryState
    message_id: str = ""
    reason: str = ""


def settle(session: Session, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Write what became of deliveries, each only if it is still this attempt's.

    A receipt may come after its lease ran out: it settles what was called `unknown` meanwhile.
    """
    if not outcomes:
        return
    said = sentences(_dialect(session))
    rows = [
        (one.delivery.id, one.delivery.attempt, one.state.value, one.message_id, one.reason)
        for one in outcomes
    ]
    session.connection().execute(said.settle, said.outcomes.values(rows) | {"now": now})


def expire(session: Session, now: datetime, *, repeatable: bool = False) -> tuple[int, int]:
    """Requeue leases that ran out, of whichever issue; call `unknown` what was being sent, or
    requeue it too where posting it again is `repeatable` without harm. Counts of both.

    Rows that another hand is writing at this moment are left to it, so nobody waits in a circle.
    """
    doubt = {"state": S.UNKNOWN, "reason": "the sender stopped before it knew"}
    requeued = _run_out(session, now, S.LEASED, {"state": S.QUEUED})
    doubtful = _run_out(session, now, S.SENDING, {"state": S.QUEUED} if repeatable else doubt)
    return requeued, doubtful


def _run_out(session: Session, now: datetime, held: DeliveryState, values: dict[str, Any]) -> int:
    over = select(DeliveryRow.id).where(
        IS_HELD,
        DeliveryRow.state == held,
        DeliveryRow.lease_until < now,
    )
    moved = session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id.in_(free(over)))
        .values(lease_until=None, updated_at=now, **values)
        .returning(DeliveryRow.id)
    )
    return len(moved.all())


def cancel_unsent(session: Session, issue: str, now: datetime) -> int:
    """Skip what is not being sent yet, leased or not; how many that were."""
    rows = session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.issue_id == issue, DeliveryRow.state.in_([S.QUEUED, S.LEASED]))
        .values(state=S.SKIPPED, reason="the issue was cancelled", lease_until=None, updated_at=now)
        .returning(DeliveryRow.id)
    )
    return len(rows.all())


def decide(
    session: Session, issue: str, to: DeliveryState, reason: str, before: datetime, now: datetime
) -> int:
    """Move what is unknown since `before` or longer to a state that somebody decided on; how many
    that were."""
    rows = session.execute(
        update(DeliveryRow)
        .where(
            DeliveryRow.issue_id == issue,
            DeliveryRow.state == S.UNKNOWN,
            DeliveryRow.updated_at <= before,
        )
        .values(state=to, reason=reason, updated_at=now)
        .returning(DeliveryRow.id)
    )
    return len(rows.all())


def sent_since(session: Session, issue: str, since: datetime) -> int:
    """How many deliveries were sent at that moment or later."""
    query = select(func.count()).where(
        DeliveryRow.issue_id == issue,
        DeliveryRow.state == S.SENT,
        DeliveryRow.updated_at >= since,
    )
    return session.scalar(query) or 0


def counts(session: Session, issue: str) -> dict[DeliveryState, int]:
    """How many deliveries are in each state. Of an issue that is being sent, readers who are still
    to be queued count as queued."""
    by_state = (
        select(DeliveryRow.state, func.count())
        .where(DeliveryRow.issue_id == issue)
        .group_by(DeliveryRow.state)
    )
    queued = literal(S.QUEUED, DeliveryRow.state.type)
    rows: Sequence[Any] = session.execute(union_all(by_state, ahead(issue, queued))).all()
    found: Counter[DeliveryState] = Counter()
    for state, count in rows:
        found[state] += count
    return dict(+found)


def unknown(session: Session) -> dict[str, int]:
    """How many deliveries are unknown, by issue."""
    query = select(DeliveryRow.issue_id, func.count()).where(DeliveryRow.state == S.UNKNOWN)
    return dict(session.execute(query.group_by(DeliveryRow.issue_id)).all())


def reasons(session: Session, issue: str) -> dict[tuple[DeliveryState, str], int]:
    """How many deliveries ended in a state for a reason, of those that have one."""
    query = (
        select(DeliveryRow.state, DeliveryRow.reason, func.count())
        .where(DeliveryRow.issue_id == issue, DeliveryRow.reason != "")
        .group_by(DeliveryRow.state, DeliveryRow.reason)
    )
    return {(state, reason): count for state, reason, count in session.execute(query)}


def listing(session: Session, issue: str) -> Iterator[tuple[str, DeliveryState, str, str]]:
    """(email, state, message id, reason) of every delivery of an issue."""
    query = (
        select(SubscriberRow.email, DeliveryRow.state, DeliveryRow.message_id, DeliveryRow.reason)
        .join(SubscriberRow, SubscriberRow.id == DeliveryRow.subscriber_id)
        .where(DeliveryRow.issue_id == issue)
        .order_by(DeliveryRow.id)
    )
    yield from session.execute(query.execution_options(yield_per=1000))


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


def _lease_of(
    issue: str,
    number: int,
    attempt: int,
    subscriber: int,
    email: str,
    confirmed_at: datetime | None,
    state: SubscriberState,
    cadence: Cadence,
    paused_until: datetime | None,
    categories: str,
) -> Leased:
    delivery = Delivery(
        id=number,
        issue=issue,
        subscriber=subscriber,
        email=email,
        confirmed_at=confirmed_at,
        attempt=attempt,
    )
    return Leased(delivery, state, cadence, paused_until, _listed(categories))


@lru_cache(4096)
def _listed(categories: str) -> tuple[str, ...]:
    return tuple(json.loads(categories))
