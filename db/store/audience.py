"""Who an issue goes to: its readers are queued in slices, while it is sent to the first of them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Select,
    and_,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session

from db.store.delivery_sentences import of_its_cadence
from db.tables import DeliveryRow, IssueRow, SubscriberRow
from digest.model import Cadence, DeliveryState, IssueState, SubscriberState


def freeze(
    session: Session, issue: str, cadences: Collection[Cadence], size: int, now: datetime
) -> int | None:
    """Queue the active readers of these cadences among the next `size` numbers, and how many that
    were; None when the audience is frozen, which is to say that all of it is queued, and when the
    issue is not being sent.

    Who has paused is queued too: whether they get it is decided when their message would leave,
    and the ledger says so. The issue's cursor moves in the same transaction, so a run that dies is
    taken up where it was, and a reader is queued once whatever happens.
    """
    cursor = session.scalar(
        select(IssueRow.audience_cursor)
        .where(
            IssueRow.id == issue,
            IssueRow.state == IssueState.SENDING,  # looked at when it is ours: it may be cancelled
            IssueRow.audience_frozen.is_(False),
        )
        .with_for_update()
    )
    if cursor is None:
        return None
    first = session.scalar(select(func.min(SubscriberRow.id)).where(SubscriberRow.id > cursor))
    last = first and first + size - 1
    moved: dict[str, Any] = {"audience_cursor": last} if last else {"audience_frozen": True}
    session.execute(update(IssueRow).where(IssueRow.id == issue).values(moved))
    audience = (
        SubscriberRow.id.between(first, last),
        SubscriberRow.state == SubscriberState.ACTIVE,
        SubscriberRow.cadence.in_(cadences),
    )
    return _queue(session, issue, audience, now) if last else None


def _queue(
    session: Session, issue: str, audience: Collection[ColumnElement[bool]], now: datetime
) -> int:
    # The lock lets an erasure finish, whose reader is then left out. No ON CONFLICT: nobody is
    # queued whom the cursor has passed, and PostgreSQL would look twice at each.
    chosen = (
        select(
            literal(issue),
            SubscriberRow.id,
            literal(DeliveryState.QUEUED.value),
            *(literal(0), literal(""), literal(""), literal(0)),
            literal(now, type_=DeliveryRow.updated_at.type),
        )
        .where(*audience)
        .order_by(SubscriberRow.id)
        .with_for_update(read=True, key_share=True)
    )
    columns = ["issue_id", "subscriber_id", "state", "attempt", "message_id", "reason", "copies"]
    queued = session.execute(
        insert(DeliveryRow)
        .from_select([*columns, "updated_at"], chosen)
        .execution_options(preserve_rowcount=True)
    )
    assert isinstance(queued, CursorResult)
    return queued.rowcount


def still_to_queue(session: Session, issue: str) -> int:
    """How many readers an issue that is being sent has not come to yet."""
    return session.scalar(ahead(issue)) or 0


def ahead(issue: str, *columns: ColumnElement[Any]) -> Select[Any]:
    """The same as a query, beside columns of one's own."""
    return (
        select(*columns, func.count())
        .select_from(SubscriberRow)
        .join(IssueRow, and_(IssueRow.id == issue, SubscriberRow.id > IssueRow.audience_cursor))
        .where(
            IssueRow.audience_frozen.is_(False),
            IssueRow.state.in_([IssueState.SENDING, IssueState.PAUSED]),
            SubscriberRow.state == SubscriberState.ACTIVE,
            of_its_cadence(),
        )
    )
