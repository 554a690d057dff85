"""What came as an event and was none: kept aside for a person to look at."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from db.mapping import insert_new
from db.tables import UnreadableEventRow


class Aside(NamedTuple):
    body_hash: str
    reason: str
    body: str


def keep_unreadable(session: Session, found: Collection[Aside], now: datetime) -> None:
    """Keep aside what is no event, each body once."""
    rows = [{**one._asdict(), "created_at": now} for one in sorted(set(found))]
    if rows:
        session.execute(insert_new(session, UnreadableEventRow), rows)


def unreadable(session: Session, most: int) -> Sequence[tuple[datetime, str, str]]:
    """The newest of them: when it came, why nobody could read it, and its beginning."""
    query = select(
        UnreadableEventRow.created_at, UnreadableEventRow.reason, UnreadableEventRow.body
    ).order_by(UnreadableEventRow.created_at.desc(), UnreadableEventRow.body_hash)
    return [(at, reason, body) for at, reason, body in session.execute(query.limit(most))]


def count_unreadable(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(UnreadableEventRow)) or 0


def drop_unreadable(session: Session, before: datetime) -> int:
    """Forget what was kept aside before then; how many that were."""
    dropped = session.execute(
        delete(UnreadableEventRow)
        .where(UnreadableEventRow.created_at < before)
        .returning(UnreadableEventRow.body_hash)
    )
    return len(dropped.all())
