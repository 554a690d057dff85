"""Alembic's door into the schema: one history for SQLite and PostgreSQL."""

from typing import Any, Literal

from alembic import context

from db.engine import open_engine
from db.tables import Moment, Table


def spell(kind: str, item: Any, _: object) -> str | Literal[False]:
    """Write our own column type as the plain one it stands for, so that history needs no code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


url = context.config.attributes.get("url") or context.config.get_main_option("sqlalchemy.url")
engine = open_engine(str(url), foreign_keys=False)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        render_as_batch=True,
        render_item=spell,
        compare_server_default=False,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
