"""Many values in one sentence to the database. PostgreSQL takes them as arrays, a parameter each:
a parameter for every value would take its driver longer to write than the server to do."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, any_, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session

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
