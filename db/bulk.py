"""Many values in one sentence to the database. PostgreSQL takes them as arrays, a parameter each:
a parameter for every value would take its driver longer to write than the server to do."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    String,
    any_,
    bindparam,
    column,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.types import TypeEngine

from db.mapping import insert_new
from db.tables import Table


def insert_rows(
    session: Session,
    table: type[Table],
    rows: Sequence[Mapping[str, Any]],
    *returning: InstrumentedAttribute[Any],
) -> list[Any]:
    """Insert rows of the same columns and leave existing ones alone; gives the asked columns of
    those that are new."""
    if not rows:
        return []
    insert, connection = insert_new(session, table), session.connection()
    many: Sequence[Mapping[str, Any]] | None = rows
    if _arrays(session):
        insert, many = insert.from_select(list(rows[0]), _unnested(table, rows)), None
    if returning:
        return list(connection.execute(insert.returning(*returning), many).all())
    connection.execute(insert, many)
    return []


def among(
    session: Session,
    attribute: InstrumentedAttribute[str] | InstrumentedAttribute[int],
    values: Collection[str] | Collection[int],
) -> ColumnElement[bool]:
    """Whether a column has one of the values."""
    if not _arrays(session):
        return attribute.in_(values)
    return attribute == any_(bindparam(None, list(values), ARRAY(attribute.type)))


class Given:
    """Rows that a sentence is handed as a table, of one parameter on SQLite and one a column on
    PostgreSQL, so that it is the same sentence however many they are, and written once."""

    def __init__(self, dialect: str, **types: TypeEngine[Any]) -> None:
        self._arrays = dialect == "postgresql"
        self._names = tuple(types)
        self.c = (_arrays_of(types) if self._arrays else _json_of(types)).c

    def values(self, rows: Sequence[Sequence[str | int]]) -> dict[str, Any]:
        """The parameters for these rows, whose values come in the order of the types."""
        if not self._arrays:
            return {GIVEN: json.dumps(rows)}
        columns = zip(*rows, strict=True) if rows else [()] * len(self._names)
        return dict(zip(map(_parameter, self._names), map(list, columns), strict=True))


GIVEN = "given"


def _parameter(name: str) -> str:
    return f"{GIVEN}_{name}"


def _arrays_of(types: Mapping[str, TypeEngine[Any]]) -> FromClause:
    arrays = [
        bindparam(_parameter(name), type_=ARRAY(kind, dimensions=1)) for name, kind in types.items()
    ]
    columns = [column(name, kind) for name, kind in types.items()]
    return func.unnest(*arrays).table_valued(*columns, name=GIVEN).render_derived()


def _json_of(types: Mapping[str, TypeEngine[Any]]) -> FromClause:
    each = func.json_each(bindparam(GIVEN, type_=String())).table_valued("value", name="each")
    columns = [
        type_coerce(func.json_extract(each.c.value, literal_column(f"'$[{place}]'")), kind).label(
            name
        )
        for place, (name, kind) in enumerate(types.items())
    ]
    return select(*columns).subquery(GIVEN)


def _item(row: ColumnElement[Any], place: int) -> ColumnElement[Any]:
    return func.json_extract(row, literal_column(f"'$[{place}]'"))


def _unnested(table: type[Table], rows: Sequence[Mapping[str, Any]]) -> Any:
    types = {name: table.__table__.c[name].type for name in rows[0]}
    arrays = [
        bindparam(None, [row[name] for row in rows], ARRAY(kind, dimensions=1))
        for name, kind in types.items()
    ]
    columns = [column(name, kind) for name, kind in types.items()]
    unnested = func.unnest(*arrays).table_valued(*columns).render_derived()
    return select(*unnested.c)


def _arrays(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
