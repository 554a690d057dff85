"""Everything that is kept of one reader: to show it to them, and to forget it."""

from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Text, cast, delete, func, inspect, select
from sqlalchemy.orm import Session

from db.tables import (
    ConsentRow,
    DeliveryEventRow,
    DeliveryRow,
    MailedLinkRow,
    SubscriberRow,
    Table,
)

SECRET = frozenset({"token_hash"})  # opens something, and tells the reader nothing
Record = dict[str, Any]


def everything(session: Session, number: int) -> dict[str, list[Record]]:
    """All rows of a reader by table, as JSON holds them: moments in ISO 8601, words for states."""
    theirs = select(DeliveryRow.id).where(DeliveryRow.subscriber_id == number)
    return {
        "subscriber": _records(session, SubscriberRow, SubscriberRow.id == number),
        "consents": _records(session, ConsentRow, ConsentRow.subscriber_id == number),
        "deliveries": _records(session, DeliveryRow, DeliveryRow.subscriber_id == number),
        "delivery_events": _records(
            session, DeliveryEventRow, DeliveryEventRow.delivery_id.in_(theirs)
        ),
        "mailed_links": _records(session, MailedLinkRow, MailedLinkRow.subscriber_id == number),
    }


def forget_address(session: Session, key: str) -> None:
    """Delete what names an address besides its reader's own rows: events that no delivery claimed,
    and links by which somebody wanted to move there."""
    said = func.lower(cast(DeliveryEventRow.detail, Text))
    session.execute(
        delete(DeliveryEventRow).where(
            DeliveryEventRow.delivery_id.is_(None), said.contains(key, autoescape=True)
        )
    )
    session.execute(delete(MailedLinkRow).where(func.lower(MailedLinkRow.email) == key))


def _records(session: Session, table: type[Table], which: Any) -> list[Record]:
    order = inspect(table).primary_key
    return [_record(row) for row in session.scalars(select(table).where(which).order_by(*order))]


def _record(row: Table) -> Record:
    names = (column.key for column in inspect(type(row)).column_attrs)
    return {name: _plain(getattr(row, name)) for name in names if name not in SECRET}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
