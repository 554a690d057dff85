"""What became of issues and readers, counted."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from db.tables import ConsentRow, DeliveryEventRow, DeliveryRow
from digest.model import DeliveryState
from digest.readers.feedback import Meaning


def by_reason(session: Session, issue: str) -> list[tuple[DeliveryState, str, int]]:
    """How many deliveries of an issue are in a state for a reason, the most first."""
    query = (
        select(DeliveryRow.state, DeliveryRow.reason, func.count().label("many"))
        .where(DeliveryRow.issue_id == issue)
        .group_by(DeliveryRow.state, DeliveryRow.reason)
    )
    counted = [(state, reason, many) for state, reason, many in session.execute(query)]
    return sorted(counted, key=lambda one: (-one[2], one[0], one[1]))


def said_of(session: Session, issue: str, meanings: Collection[Meaning]) -> dict[Meaning, int]:
    """Of how many deliveries of an issue an event with this meaning came."""
    query = (
        select(DeliveryEventRow.meaning, func.count(DeliveryEventRow.delivery_id.distinct()))
        .join(DeliveryRow, DeliveryRow.id == DeliveryEventRow.delivery_id)
        .where(DeliveryEventRow.meaning.in_(meanings), DeliveryRow.issue_id == issue)
        .group_by(DeliveryEventRow.meaning)
    )
    return dict(session.execute(query).all())


def left_after(session: Session, issue: str, since: datetime, until: datetime) -> int:
    """How many of those who were sent an issue left in that time."""
    query = (
        select(func.count(ConsentRow.subscriber_id.distinct()))
        .join(DeliveryRow, DeliveryRow.subscriber_id == ConsentRow.subscriber_id)
        .where(
            ConsentRow.act == "leave",
            ConsentRow.created_at >= since,
            ConsentRow.created_at < until,
            DeliveryRow.issue_id == issue,
            DeliveryRow.state == DeliveryState.SENT,
        )
    )
    return session.scalar(query) or 0


def by_span(
    session: Session, acts: Collection[str], starts: Sequence[datetime], end: datetime
) -> dict[int, int]:
    """How many readers did one of these acts in each span, by its place; a span ends where the
    next one starts, the last at `end`."""
    places = [(ConsentRow.created_at < until, place) for place, until in enumerate(starts[1:])]
    place = case(*places, else_=len(starts) - 1).label("place")
    query = (
        select(place, func.count(ConsentRow.subscriber_id.distinct()))
        .where(
            ConsentRow.act.in_(acts),
            ConsentRow.created_at >= starts[0],
            ConsentRow.created_at < end,
        )
        .group_by(place)
    )
    return dict(session.execute(query).all())
