"""One history of the schema for both engines."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlalchemy.engine import URL, Inspector

from db.engine import open_engine
from db.migrating import configuration, migrate
from db.schema import head, require_head, revisions
from db.tables import Table
from digest.errors import SchemaError
from tests import postgres

NAMED = re.compile(r"(pk|uq|fk|ck|ix)_[a-z_]+")
CATALOGUE = {
    "sqlite": "SELECT name, sql AS said FROM sqlite_master WHERE type = 'index' AND sql <> ''",
    "postgresql": "SELECT indexname AS name, indexdef AS said FROM pg_indexes"
    " WHERE schemaname = 'public'",
}
PARTIAL = {
    "ix_launches_new",
    "ix_deliveries_waiting",
    "ix_deliveries_held",
    "ix_deliveries_message_id",
    "ix_deliveries_unknown",
    "ix_webhook_calls_waiting",
}


@pytest.fixture
def postgres_blank(postgres_server: URL) -> Iterator[str]:
    """A PostgreSQL database with nothing in it."""
    with postgres.database(postgres_server) as url:
        yield postgres.spelt(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def blank_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with nothing in it, on each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/blank.db"
    url: str = request.getfixturevalue("postgres_blank")
    return url


@pytest.fixture
def migrated_url(blank_url: str) -> str:
    """A database of its own with our schema: these tests change the schema itself."""
    migrate(blank_url)
    return blank_url


@pytest.fixture
def engine(engine_url: str) -> Iterator[Engine]:
    """A database with our schema, on each engine in turn."""
    engine = open_engine(engine_url)
    yield engine
    engine.dispose()


def tables_of(url: str) -> set[str]:
    engine = open_engine(url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def test_an_empty_database_gets_every_table(blank_url: str) -> None:
    migrate(blank_url)
    assert tables_of(blank_url) == {*Table.metadata.tables, "alembic_version"}


def test_the_newest_file_is_where_the_history_ends() -> None:
    assert ScriptDirectory.from_config(configuration("sqlite://")).get_current_head() == head()


def test_migrating_twice_changes_nothing(blank_url: str) -> None:
    migrate(blank_url)
    migrate(blank_url)
    require_head(blank_url)


def test_history_ends_in_the_very_schema_of_the_tables(migrated_url: str) -> None:
    command.check(configuration(migrated_url))


def test_history_goes_back_to_nothing_and_forth_again(migrated_url: str) -> None:
    command.downgrade(configuration(migrated_url), "base")
    assert tables_of(migrated_url) == {"alembic_version"}
    migrate(migrated_url)
    command.check(configuration(migrated_url))


def test_every_constraint_and_index_has_its_name_by_the_convention(engine: Engine) -> None:
    inspector = inspect(engine)
    for table in Table.metadata.tables:
        names = list(_names(inspector, table))
        assert names, table
        for name in names:
            assert NAMED.fullmatch(name or ""), f"{table} has {name!r}"
            assert table in str(name)


def _names(inspector: Inspector, table: str) -> Iterator[str | None]:
    # SQLite keeps no name for a primary key that counts up for ever: it is part of its column.
    options = Table.metadata.tables[table].dialect_options["sqlite"]
    if not (inspector.dialect.name == "sqlite" and options["autoincrement"]):
        yield inspector.get_pk_constraint(table)["name"]
    yield from (one["name"] for one in inspector.get_unique_constraints(table))
    yield from (one["name"] for one in inspector.get_foreign_keys(table))
    yield from (one["name"] for one in inspector.get_check_constraints(table))
    yield from (one["name"] for one in inspector.get_indexes(table))


def test_indexes_of_what_waits_hold_only_what_waits(engine: Engine) -> None:
    """Autogeneration compares no conditions, so this does: the tables' against the database's."""
    said = _index_definitions(engine)
    found = {name: one.partition(" WHERE ")[2] for name, one in said.items() if " WHERE " in one}
    assert set(found) == PARTIAL
    assert {name: _plain(where) for name, where in found.items()} == _conditions(engine)


def _conditions(engine: Engine) -> dict[str, str]:
    indexes = (index for table in Table.metadata.sorted_tables for index in table.indexes)
    wheres = {str(one.name): one.dialect_options[engine.dialect.name]["where"] for one in indexes}
    return {name: _plain(str(where)) for name, where in wheres.items() if where is not None}


def _index_definitions(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        rows = connection.execute(text(CATALOGUE[engine.dialect.name]))
        return {row.name: row.said for row in rows}


def _plain(condition: str) -> str:
    """A condition as we write it: PostgreSQL adds casts and brackets, and says IN as = ANY."""
    bare = re.sub(r"::[a-z ]+(\[\])?|[()\[\] ]", "", condition)
    return bare.replace("=ANYARRAY", "IN")


def test_an_empty_database_is_refused_with_the_command_that_fills_it(blank_url: str) -> None:
    with pytest.raises(SchemaError) as refused:
        require_head(blank_url)
    assert str(refused.value) == "the database is empty; `digest init` sets it up"


def test_an_old_database_is_refused_with_the_command_that_brings_it_up(migrated_url: str) -> None:
    engine = open_engine(migrated_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        assert revisions(connection) == {"0000"}
    engine.dispose()
    with pytest.raises(SchemaError) as refused:
        require_head(migrated_url)
    assert str(refused.value) == (
        f"the database is at schema 0000, this version needs {head()}; run `digest migrate`"
    )


def test_a_database_at_our_schema_is_accepted_while_another_hand_writes(engine: Engine) -> None:
    with engine.begin() as writer:
        writer.execute(text("DELETE FROM runs"))
        require_head(postgres.spelt(engine.url))
