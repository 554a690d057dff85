"""Rows to values, by field name, in one place."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import Row
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.tables import Table

T = TypeVar("T")


def value(kind: type[T], row: Table | Row[Any], **given: Any) -> T:
    """The frozen value of `kind` with the row's columns of the same names.

    `given` supplies the fields that no column holds. JSON lists become tuples.
    """
    names = (field.name for field in fields(kind) if field.name not in given)  # type: ignore[arg-type]
    found = {name: getattr(row, name) for name in names}
    return kind(**{name: _frozen(item) for name, item in found.items()}, **given)


def columns(one: object, names: Iterable[str]) -> dict[str, Any]:
    """The value's fields of these names, as the row's columns of the same names; the way back."""
    return {name: getattr(one, name) for name in names}


def _frozen(item: Any) -> Any:
    return tuple(item) if isinstance(item, list) else item


def insert_new(session: Session, table: type[Table]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that leaves existing rows alone (`.on_conflict_do_nothing()` already said)."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    insert: sqlite.Insert | postgresql.Insert = dialect.insert(table)
    return insert.on_conflict_do_nothing()
