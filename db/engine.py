"""Open a database: SQLite for one machine, PostgreSQL for more, the same behaviour on both."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

Sessions = sessionmaker[Session]

BUSY_TIMEOUT_MS = 15_000
ASKED_FROM = "asked from"  # in a session's `info`
A_MOMENT = 1.0  # seconds


def address(url: str) -> URL:
    """The database's address with the driver we use: `postgres://` and `postgresql://`, as hosts
    hand them out, mean psycopg 3 here."""
    parsed = make_url(url)
    if parsed.drivername in {"postgres", "postgresql"}:
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def plain(url: URL) -> str:
    """An address of PostgreSQL in words of libpq, with its password: for drivers of their own."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def open_engine(url: str, *, foreign_keys: bool = True) -> Engine:
    """An engine for `url`. Migrations ask for it without foreign keys: SQLite alters a table by
    building it anew, which must not cascade into the rows that point to it.

    Its errors show no parameters: these are readers' addresses, and errors end in a log."""
    parsed = address(url)
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(parsed, hide_parameters=True)
        _look_after(engine)
        return engine
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


def one_by_one(sessions: Sessions) -> Sessions:
    """Sessions for what is said in one statement. On PostgreSQL it goes without a transaction
    around it, which would be two more ways there and back: it is one by itself."""
    engine: Engine = sessions.kw["bind"]
    return open_sessions(engine.execution_options(**_alone(engine)))


def _alone(engine: Engine) -> dict[str, Any]:
    """What has the statements of a connection go without a transaction, where that pays."""
    if engine.dialect.name == "postgresql":
        return {"isolation_level": "AUTOCOMMIT"}
    return {}


def asked_from(sessions: Sessions, ip: str) -> Sessions:
    """The same sessions, for one who asks from this address: what they do is recorded with it."""
    return sessionmaker(sessions.kw["bind"], expire_on_commit=False, info={ASKED_FROM: ip})


def writes_alone(sessions: Sessions) -> bool:
    """Whether a connection that writes keeps all others from it until it commits."""
    return bool(sessions.kw["bind"].dialect.name == "sqlite")


@contextmanager
def reading(sessions: Sessions) -> Iterator[Session]:
    """A session that only looks: on SQLite it takes no write lock, so readers never wait."""
    with sessions() as session:
        session.connection(execution_options={"only_reads": True})
        yield session


@contextmanager
def looking(sessions: Sessions) -> Iterator[Connection]:
    """A bare connection that only looks: half the cost of a session, for what pages ask again and
    again. On PostgreSQL its statements go without a transaction around them, which would be two
    more ways there and back, and see no more of one moment there than with it."""
    engine: Engine = sessions.kw["bind"]
    options = {"only_reads": True} | _alone(engine)
    with engine.connect().execution_options(**options) as connection:
        yield connection


def _look_after(engine: Engine) -> None:
    """Ask a connection whether it lives before it is handed out, unless it worked a moment ago:
    SQLAlchemy's own `pool_pre_ping` asks each time, which for a page is one way in four."""

    def rests(_: object, record: ConnectionPoolEntry) -> None:
        record.info["resting_since"] = time.monotonic()

    def wakes(connection: Any, record: ConnectionPoolEntry, _: object) -> None:
        since = record.info.get("resting_since")
        if since is None or time.monotonic() - since < A_MOMENT:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error  # it and its like are opened anew

    event.listen(engine, "checkin", rests)
    event.listen(engine, "checkout", wakes)


def _connector(foreign_keys: bool) -> Any:
    def connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, in _begin
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        _use_wal(connection)
        # A mark that is gone when the power comes back would be a second mail (sqlite.org/pragma).
        connection.execute("PRAGMA synchronous = FULL")
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
