"""What all tables share: names, types, and how numbers are given."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Enum,
    Integer,
    MetaData,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase

from digest.model import (
    Cadence,
    Call,
    DeliveryState,
    EntryPrice,
    IssueKind,
    IssueState,
    LaunchState,
    Role,
    SubscriberState,
)
from digest.readers.feedback import Meaning

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only INTEGER primary keys


# SQLite gives the number of a deleted last row to the next one. A reader's number stands in signed
# links, a delivery's in the hands of senders: these must never come to mean another.
NEVER_REUSED = {"sqlite_autoincrement": True}


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment. SQLite forgets zones, so they are put off and on again here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def words(kind: type[StrEnum]) -> Enum:
    """An enumeration stored as its words: readable in the database, no type to migrate."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=16,
        values_callable=lambda members: [member.value for member in members],
    )


ENUMS: tuple[type[StrEnum], ...] = (
    Cadence,
    Call,
    DeliveryState,
    EntryPrice,
    IssueKind,
    IssueState,
    LaunchState,
    Meaning,
    Role,
    SubscriberState,
)


COLUMN_TYPES: dict[Any, Any] = {
    datetime: Moment,
    str: Text,
    dict[str, Any]: JSON,
    list[str]: JSON,
    **{kind: words(kind) for kind in ENUMS},
}


class Table(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = COLUMN_TYPES
