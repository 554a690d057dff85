"""Open a database: SQLite for one machine, PostgreSQL for more, the same behaviour on both."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session, sessionmaker

Sessions = sessionmaker[Session]

BUSY_TIMEOUT_MS = 15_000


def address(url: str) -> URL:
    """The database's address with the driver we use: `postgres://` and `postgresql://`, as hosts
    hand them out, mean psycopg 3 here."""
    parsed = make_url(url)
    if parsed.drivername in {"postgres", "postgresql"}:
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def open_engine(url: str, *, foreign_keys: bool = True) -> Engine:
    """An engine for `url`. Migrations ask for it without foreign keys: SQLite alters a table by
    building it anew, which must not cascade into the rows that point to it.

    Its errors show no parameters: these are readers' addresses, and errors end in a log."""
    parsed = address(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, hide_parameters=True)
    if sqlite3.sqlite_version_info < (3, 35):
        raise RuntimeError(f"SQLite 3.35 or newer is needed, this is {sqlite3.sqlite_version}")
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, hide_parameters=True)
    event.listen(engine, "connect", _connector(foreign_keys))
    event.listen(engine, "begin", _begin)
    return engine


def open_sessions(engine: Engine) -> Sessions:
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def reading(sessions: Sessions) -> Iterator[Session]:
    """A session that only looks: on SQLite it takes no write lock, so readers never wait."""
    with sessions() as session:
        session.connection(execution_options={"only_reads": True})
        yield session


@contextmanager
def looking(sessions: Sessions) -> Iterator[Connection]:
    """A bare connection that only looks: half the cost of a session, for the one statement that a
    page costs which is asked for again and again."""
    engine: Engine = sessions.kw["bind"]
    with engine.connect().execution_options(only_reads=True) as connection:
        yield connection


def _connector(foreign_keys: bool) -> Any:
    def connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, in _begin
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        _use_wal(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")

    return connect


def _use_wal(connection: sqlite3.Connection) -> None:
    """Once for a file; a file new to several at once makes all but one of them try again, for this
    pragma does not heed the busy timeout."""
    until = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later cannot be upgraded when another wrote in
    # between ("database is locked" at once, whatever the busy timeout): writers queue up front.
    only_reads = connection.get_execution_options().get("only_reads", False)
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")
