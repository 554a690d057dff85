"""Bring a database to the schema this version needs, or say that it is not there yet."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from db.engine import open_engine
from digest.errors import SchemaError

MIGRATIONS = Path(__file__).parent / "migrations"


def configuration(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["url"] = url
    return config


def head() -> str:
    """The revision this version of the program needs."""
    revision = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert revision
    return revision


def current(engine: Engine) -> str | None:
    """The revision a database is at, None for an empty one."""
    with engine.connect().execution_options(only_reads=True) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def migrate(url: str, revision: str = "head") -> None:
    command.upgrade(configuration(url), revision)


def require_head(url: str) -> None:
    """Raise SchemaError unless the database has exactly our schema."""
    engine = open_engine(url)
    try:
        found = current(engine)
    finally:
        engine.dispose()
    if found is None:
        raise SchemaError("the database is empty; `digest init` sets it up")
    if found != head():
        raise SchemaError(
            f"the database is at schema {found}, this version needs {head()}; run `digest migrate`"
        )
