"""Many values in one sentence to the database: they are handed over as one JSON text, which the
database takes apart. It is the same sentence however many they are, and the drivers write a text
four times faster than arrays or a parameter for each value.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    String,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.types import TypeEngine

from db.mapping import insert_new
from db.tables import Table

GIVEN = "given"
POSTGRESQL = "postgresql"


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
    many: Any = rows
    if _dialect(session) == POSTGRESQL:
        given = Given(POSTGRESQL, **{name: table.__table__.c[name].type for name in rows[0]})
        insert = insert.from_select(list(rows[0]), select(*given.c))
        many = given.values([[row[name] for name in rows[0]] for row in rows])
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
    if _dialect(session) != POSTGRESQL:
        return attribute.in_(values)
    given = bindparam(None, json.dumps(list(values)), String())
    texts = func.jsonb_array_elements_text(cast(given, JSONB)).table_valued("value")
    wanted = select(cast(texts.c.value, attribute.type))
    # An array and no join, for which PostgreSQL might go through all of the table.
    return attribute == any_(func.array(wanted.scalar_subquery()))


class Given:
    """Rows that a sentence is handed as a table, by one parameter."""

    def __init__(self, dialect: str, **types: TypeEngine[Any]) -> None:
        self.c = _table(dialect, types).c

    @staticmethod
    def values(rows: Iterable[Sequence[Any]]) -> dict[str, str]:
        """The parameter for these rows, whose values come in the order of the types."""
        return {GIVEN: json.dumps(rows, default=_written)}


def _written(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} cannot be handed over")


def _table(dialect: str, types: Mapping[str, TypeEngine[Any]]) -> FromClause:
    given = bindparam(GIVEN, type_=String())
    if dialect == POSTGRESQL:
        each = func.jsonb_array_elements(cast(given, JSONB)).table_valued("value", name="each")
    else:
        each = func.json_each(given).table_valued("value", name="each")
    columns = [
        _item(dialect, each.c.value, place, kind).label(name)
        for place, (name, kind) in enumerate(types.items())
    ]
    return select(*columns).subquery(GIVEN)


def _item(
    dialect: str, row: ColumnElement[Any], place: int, kind: TypeEngine[Any]
) -> ColumnElement[Any]:
    if dialect == POSTGRESQL:
        return cast(row.op("->>")(literal_column(str(place))), kind)
    return type_coerce(func.json_extract(row, literal_column(f"'$[{place}]'")), kind)


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
