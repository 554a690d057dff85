"""What schema a database has, and which one this version needs. Alembic, which takes a moment to
load, is asked by `db.migrating` alone: most processes only want to know that all is as it was."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from db.engine import open_engine
from digest.errors import SchemaError

MIGRATIONS = Path(__file__).parent / "migrations"


def head() -> str:
    """The revision this version of the program needs: they are numbered, and their files begin
    with the number."""
    names = (file.stem for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    return max(names).partition("_")[0]


def revisions(connection: Connection) -> set[str]:
    """What the migrations left as the schema's revision: one, or none where they never ran."""
    if not inspect(connection).has_table("alembic_version"):
        return set()
    return set(connection.scalars(text("SELECT version_num FROM alembic_version")))


def require_head(url: str) -> None:
    """Raise SchemaError unless the database has exactly our schema."""
    engine = open_engine(url)
    try:
        with engine.connect().execution_options(only_reads=True) as connection:
            found = revisions(connection)
    finally:
        engine.dispose()
    if not found:
        raise SchemaError("the database is empty; `digest init` sets it up")
    if found != {head()}:
        raise SchemaError(
            f"the database is at schema {', '.join(sorted(found))}, this version needs {head()}; "
            "run `digest migrate`"
        )
