"""The rate that all senders share: one row, which each of them moves on under its lock."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.mapping import insert_new, value
from db.tables import PaceRow
from digest.model import Spent

MAIL = "mail"


def locked_pace(session: Session, name: str = MAIL) -> Spent:
    """How far a rate is spent, that of all mail or of a domain's, as nobody else changes it until
    this transaction ends."""
    return value(Spent, _row(session, name))


def keep_pace(session: Session, spent: Spent, name: str = MAIL) -> None:
    row = _row(session, name)
    row.free_at, row.factor, row.slowed_at = spent.free_at, spent.factor, spent.slowed_at


def _row(session: Session, name: str) -> PaceRow:
    query = select(PaceRow).where(PaceRow.name == name).with_for_update()
    row = session.scalar(query)
    if row is None:  # the first mail ever; of two who notice, one writes it
        session.execute(insert_new(session, PaceRow).values(name=name, factor=1.0))
        row = session.scalars(query).one()
    return row
