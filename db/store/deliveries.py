"""The ledger of sending: one row an issue and reader, moved on one mark at a time.

`queued -> leased -> sending -> sent | failed | skipped | unknown`. A lease may run out and be
queued again; what was marked `sending` and never settled is `unknown`, for it may have left.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, literal, or_, select, tuple_, update
from sqlalchemy.orm import Session

from db.mapping import insert_new
from db.tables import DeliveryRow, IssueRow, SubscriberRow
from digest.model import Cadence, Delivery, DeliveryState, SubscriberState

S = DeliveryState
UNSETTLED = (S.QUEUED, S.LEASED, S.SENDING)


class Leased(NamedTuple):
    """A delivery in our hands with what must be checked before it leaves."""

    delivery: Delivery
    subscriber_state: SubscriberState
    categories: tuple[str, ...]


def freeze(session: Session, issue: str, cadence: Cadence, size: int, now: datetime) -> int | None:
    """Queue the next `size` active readers of a cadence; None when the audience is frozen.

    The issue's cursor moves in the same transaction, so a run that dies is taken up where it
    was, and a reader is queued once whatever happens.
    """
    row = session.get_one(IssueRow, issue, with_for_update=True)
    if row.audience_frozen:
        return None
    slice_ = (
        select(SubscriberRow.id)
        .where(
            SubscriberRow.id > row.audience_cursor,
            SubscriberRow.state == SubscriberState.ACTIVE,
            SubscriberRow.cadence == cadence,
        )
        .order_by(SubscriberRow.id)
        .limit(size)
    )
    last = session.scalar(select(func.max(slice_.subquery().c.id)))
    if last is None:
        row.audience_frozen = True
        return None
    chosen = slice_.with_only_columns(
        literal(issue),
        SubscriberRow.id,
        literal(S.QUEUED.value),
        literal(0),
        literal(""),
        literal(""),
        literal(now, type_=DeliveryRow.updated_at.type),
    )
    columns = ["issue_id", "subscriber_id", "state", "attempt", "message_id", "reason"]
    queued = session.execute(
        insert_new(session, DeliveryRow).from_select([*columns, "updated_at"], chosen)
    )
    row.audience_cursor = last
    return int(getattr(queued, "rowcount", 0))


def lease(session: Session, issue: str, size: int, now: datetime, seconds: int) -> list[Leased]:
    """Take up to `size` queued deliveries; no other sender gets them while the lease lasts."""
    waiting = (
        select(DeliveryRow.id)
        .where(DeliveryRow.issue_id == issue, DeliveryRow.state == S.QUEUED)
        .order_by(DeliveryRow.id)
        .limit(size)
        .with_for_update(skip_locked=True)
        .cte("waiting")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    taken = session.scalars(
        update(DeliveryRow)
        .where(DeliveryRow.id.in_(select(waiting.c.id)))
        .values(
            state=S.LEASED,
            attempt=DeliveryRow.attempt + 1,
            lease_until=now + timedelta(seconds=seconds),
            updated_at=now,
        )
        .returning(DeliveryRow.id)
    )
    return _leased(session, list(taken))


def mark_sending(
    session: Session, deliveries: Sequence[Delivery], now: datetime, seconds: int
) -> list[Delivery]:
    """Mark a micro-batch just before the call. Only what is still ours comes back: a lease that
    ran out and was taken by another has another attempt number."""
    ours = [(delivery.id, delivery.attempt) for delivery in deliveries]
    held = session.scalars(
        update(DeliveryRow)
        .where(
            tuple_(DeliveryRow.id, DeliveryRow.attempt).in_(ours),
            DeliveryRow.state == S.LEASED,
        )
        .values(state=S.SENDING, lease_until=now + timedelta(seconds=seconds), updated_at=now)
        .returning(DeliveryRow.id)
    ).all()
    return [delivery for delivery in deliveries if delivery.id in set(held)]


class Outcome(NamedTuple):
    """What became of one delivery."""

    delivery: Delivery
    state: DeliveryState
    message_id: str = ""
    reason: str = ""


def settle(session: Session, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Write what became of deliveries, each only if it is still this attempt's."""
    if not outcomes:
        return
    statement = (
        update(DeliveryRow)
        .where(
            DeliveryRow.id == bindparam("number"),
            DeliveryRow.attempt == bindparam("try_"),
            or_(DeliveryRow.state == S.LEASED, DeliveryRow.state == S.SENDING),
        )
        .values(
            state=bindparam("to"),
            message_id=bindparam("id_given"),
            reason=bindparam("because"),
            lease_until=None,
            updated_at=now,
        )
    )
    session.connection().execute(statement, [_settling(one) for one in outcomes])


def expire(session: Session, issue: str, now: datetime) -> tuple[int, int]:
    """Requeue leases that ran out; call `unknown` what was being sent. Counts of both."""
    over = (DeliveryRow.issue_id == issue, DeliveryRow.lease_until < now)
    requeued = session.execute(
        update(DeliveryRow)
        .where(*over, DeliveryRow.state == S.LEASED)
        .values(state=S.QUEUED, lease_until=None, updated_at=now)
        .returning(DeliveryRow.id)
    ).all()
    doubtful = session.execute(
        update(DeliveryRow)
        .where(*over, DeliveryRow.state == S.SENDING)
        .values(
            state=S.UNKNOWN,
            lease_until=None,
            reason="the sender stopped before it knew",
            updated_at=now,
        )
        .returning(DeliveryRow.id)
    ).all()
    return len(requeued), len(doubtful)


def cancel_queued(session: Session, issue: str, now: datetime) -> int:
    """Skip what has not been taken yet; how many that were."""
    rows = session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.issue_id == issue, DeliveryRow.state == S.QUEUED)
        .values(state=S.SKIPPED, reason="the issue was cancelled", updated_at=now)
        .returning(DeliveryRow.id)
    )
    return len(rows.all())


def counts(session: Session, issue: str) -> dict[DeliveryState, int]:
    query = select(DeliveryRow.state, func.count()).where(DeliveryRow.issue_id == issue)
    return dict(session.execute(query.group_by(DeliveryRow.state)).all())


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
    for row in session.execute(query.execution_options(yield_per=1000)):
        yield row._tuple()


def _settling(outcome: Outcome) -> dict[str, Any]:
    return {
        "number": outcome.delivery.id,
        "try_": outcome.delivery.attempt,
        "to": outcome.state,
        "id_given": outcome.message_id,
        "because": outcome.reason,
    }


def _leased(session: Session, ids: Collection[int]) -> list[Leased]:
    query = (
        select(DeliveryRow, SubscriberRow)
        .join(SubscriberRow, SubscriberRow.id == DeliveryRow.subscriber_id)
        .where(DeliveryRow.id.in_(ids))
        .order_by(DeliveryRow.id)
    )
    return [_lease_of(delivery, reader) for delivery, reader in session.execute(query)]


def _lease_of(row: DeliveryRow, reader: SubscriberRow) -> Leased:
    delivery = Delivery(
        id=row.id,
        issue=row.issue_id,
        subscriber=reader.id,
        email=reader.email,
        confirmed_at=reader.confirmed_at,
        attempt=row.attempt,
    )
    return Leased(delivery, reader.state, tuple(reader.categories))
