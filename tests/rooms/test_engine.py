"""Opening a database: the same manners on both engines, and no writer turned away on SQLite."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError

from db import engine as engines
from db.engine import Sessions, address, looking, open_engine, open_sessions, reading
from db.store import clock, editors
from db.tables import ConsentRow
from digest.model import Role
from tests.makers import SUNDAY


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_an_address_as_hosts_hand_it_out_means_psycopg(scheme: str) -> None:
    url = address(f"{scheme}://digest:secret@db.example:5432/news?sslmode=require")
    assert url.drivername == "postgresql+psycopg"
    assert (url.username, url.password, url.host, url.port) == (
        "digest",
        "secret",
        "db.example",
        5432,
    )
    assert (url.database, url.query["sslmode"]) == ("news", "require")


def test_a_sqlite_address_stays_as_it_is() -> None:
    assert str(address("sqlite:///var/digest.db")) == "sqlite:///var/digest.db"


def test_opening_sqlite_makes_the_folder_it_lives_in(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/deep/down/digest.db")
    with engine.connect():
        assert (tmp_path / "deep/down/digest.db").exists()
    engine.dispose()


def test_sqlite_is_opened_with_wal_and_foreign_keys_and_waits_for_others_and_the_disk(
    sqlite_url: str,
) -> None:
    engine = open_engine(sqlite_url)
    with engine.connect() as connection:
        said = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    engine.dispose()
    full = 2
    assert said == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 15_000,
        "synchronous": full,
    }


def test_migrations_open_sqlite_without_foreign_keys(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url, foreign_keys=False)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 0
    engine.dispose()


def test_a_row_cannot_point_to_nothing(sessions: Sessions) -> None:
    with pytest.raises(IntegrityError), sessions.begin() as session:
        session.add(ConsentRow(subscriber_id=7, act="import", created_at=SUNDAY))


# --- one writer after another --------------------------------------------------------------


def _count_up(url: str, times: int) -> None:
    """Read a number, then write the next: what a second writer in between would break."""
    engine = open_engine(url)
    sessions = open_sessions(engine)
    for _ in range(times):
        with sessions.begin() as session:
            row = session.execute(text("SELECT rule FROM schedules WHERE job = 'count'"))
            following = int(row.scalar_one()) + 1
            session.execute(text(f"UPDATE schedules SET rule = '{following}' WHERE job = 'count'"))
    engine.dispose()


@pytest.mark.slow
def test_sqlite_processes_that_read_then_write_wait_for_each_other(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with open_sessions(engine).begin() as session:
        clock.put_schedule(session, "count", "0", SUNDAY)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(3, mp_context=spawn) as pool:
        list(pool.map(_count_up, [sqlite_url] * 3, [60] * 3))
    with open_sessions(engine)() as session:
        assert clock.schedule(session, "count") == (str(3 * 60), SUNDAY)
    engine.dispose()


def test_sqlite_threads_that_read_then_write_wait_for_each_other(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with open_sessions(engine).begin() as session:
        clock.put_schedule(session, "count", "0", SUNDAY)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(_count_up, [sqlite_url] * 8, [20] * 8))
    with open_sessions(engine)() as session:
        assert clock.schedule(session, "count") == (str(8 * 20), SUNDAY)
    engine.dispose()


def test_many_may_open_a_new_sqlite_database_at_the_same_moment(tmp_path: Path) -> None:
    hands = 8
    barrier = Barrier(hands)

    def open_it(number: int) -> str:
        engine = open_engine(f"sqlite:///{tmp_path}/new-{number}.db")
        barrier.wait()
        with engine.connect() as connection:
            mode = str(connection.exec_driver_sql("PRAGMA journal_mode").scalar())
        engine.dispose()
        return mode

    with ThreadPoolExecutor(hands) as pool:
        for number in range(20):  # the moment is short
            assert set(pool.map(open_it, [number] * hands)) == {"wal"}


# --- those who only look -------------------------------------------------------------------


def test_who_only_looks_does_not_wait_for_a_writer(sessions: Sessions) -> None:
    with sessions.begin() as session:
        editors.put_editor(session, "writer@desk.example", Role.WRITER, SUNDAY)
    with sessions.begin() as writer:
        editors.put_editor(writer, "second@desk.example", Role.WRITER, SUNDAY)
        with reading(sessions) as reader:  # would fail after the busy timeout, were it to wait
            assert [one.email for one in editors.editors(reader)] == ["writer@desk.example"]
    with reading(sessions) as reader:
        assert len(editors.editors(reader)) == 2


def test_who_only_looks_sees_one_moment_on_sqlite(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    sessions = open_sessions(engine)
    with reading(sessions) as reader:
        assert editors.editors(reader) == []
        with sessions.begin() as writer:
            editors.put_editor(writer, "writer@desk.example", Role.WRITER, SUNDAY)
        assert editors.editors(reader) == []
    engine.dispose()


def test_a_connection_that_was_only_looked_through_may_write_afterwards(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    sessions = open_sessions(engine)
    with reading(sessions) as reader:
        assert editors.editors(reader) == []
    with sessions.begin() as writer:
        assert "only_reads" not in writer.connection().get_execution_options()
        editors.put_editor(writer, "writer@desk.example", Role.WRITER, SUNDAY)
    engine.dispose()


def test_who_looks_once_leaves_no_transaction_and_no_mark_on_the_connection(
    sessions: Sessions,
) -> None:
    for _ in range(2):
        with looking(sessions) as connection:
            assert connection.scalar(text("SELECT count(*) FROM editors")) == 0
    with sessions.begin() as writer:
        editors.put_editor(writer, "writer@desk.example", Role.WRITER, SUNDAY)
        writer.rollback()
    with reading(sessions) as reader:
        assert editors.editors(reader) == []


# --- connections that broke while they rested -----------------------------------------------


def test_a_server_that_was_restarted_is_asked_anew(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "A_MOMENT", 0.0)
    engine = open_engine(postgres_url)
    sessions = open_sessions(engine)
    with reading(sessions) as one, reading(sessions) as other:
        numbers = [each.scalar(text("SELECT pg_backend_pid()")) for each in (one, other)]
    other_engine = open_engine(postgres_url)
    with other_engine.begin() as connection:
        for number in numbers:
            connection.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
    for _ in numbers:
        with sessions.begin() as session:
            assert session.scalar(text("SELECT pg_backend_pid()")) not in numbers
    other_engine.dispose()
    engine.dispose()


# --- moments -------------------------------------------------------------------------------

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.builds(
    lambda seconds, zone: datetime.fromtimestamp(seconds, zone),
    st.decimals(0, 7_258_118_400, places=6).map(float),
    ZONES,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moment=MOMENTS)
def test_a_moment_of_any_zone_comes_back_as_the_same_in_utc(
    sessions: Sessions, moment: datetime
) -> None:
    with sessions.begin() as session:
        clock.put_schedule(session, "collect", "every 30 minutes", moment)
    with sessions() as session:
        known = clock.schedule(session, "collect")
    assert known is not None
    assert known[1] == moment
    assert known[1].tzinfo is UTC


def test_moments_of_different_zones_are_compared_as_moments(sessions: Sessions) -> None:
    east = SUNDAY.astimezone(timezone(timedelta(hours=14)))
    with sessions.begin() as session:
        clock.put_schedule(session, "collect", "every 30 minutes", SUNDAY)
        assert clock.advance(session, "collect", east, SUNDAY + timedelta(minutes=30))


def test_a_moment_without_a_zone_is_refused(sessions: Sessions) -> None:
    naive = SUNDAY.replace(tzinfo=None)
    with pytest.raises(StatementError, match="a moment needs a time zone"), sessions() as session:
        clock.put_schedule(session, "collect", "every 30 minutes", naive)
