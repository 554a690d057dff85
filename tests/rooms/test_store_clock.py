"""When jobs are due and which runs have been, as it is kept."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from db.engine import Sessions
from db.store import clock as store
from tests.makers import SUNDAY

HOUR = timedelta(hours=1)


def test_a_job_never_put_on_the_clock_has_no_schedule(sessions: Sessions) -> None:
    with sessions() as session:
        assert store.schedule(session, "draft") is None


def test_a_schedule_is_kept_and_replaced(sessions: Sessions) -> None:
    with sessions.begin() as session:
        store.put_schedule(session, "draft", "weekly mon 06:00", SUNDAY)
        store.put_schedule(session, "tidy", "daily 03:30", SUNDAY)
    with sessions.begin() as session:
        assert store.schedule(session, "draft") == ("weekly mon 06:00", SUNDAY)
        store.put_schedule(session, "draft", "weekly tue 07:00", SUNDAY + HOUR)
        assert store.schedule(session, "draft") == ("weekly tue 07:00", SUNDAY + HOUR)
        assert store.schedule(session, "tidy") == ("daily 03:30", SUNDAY)


def test_two_clocks_may_put_the_same_job_on_at_once(sessions: Sessions) -> None:
    hands = 4
    barrier = Barrier(hands)

    def start(_: int) -> None:
        with sessions() as session:
            barrier.wait()
            store.put_schedule(session, "draft", "weekly mon 06:00", SUNDAY)
            session.commit()

    with ThreadPoolExecutor(hands) as pool:
        list(pool.map(start, range(hands)))
    with sessions() as session:
        assert store.schedule(session, "draft") == ("weekly mon 06:00", SUNDAY)


def test_a_job_moves_on_only_from_where_it_was_seen(sessions: Sessions) -> None:
    with sessions.begin() as session:
        store.put_schedule(session, "draft", "weekly mon 06:00", SUNDAY)
        assert not store.advance(session, "draft", SUNDAY - HOUR, SUNDAY + HOUR)
        assert store.advance(session, "draft", SUNDAY, SUNDAY + HOUR)
        assert not store.advance(session, "draft", SUNDAY, SUNDAY + HOUR)
        assert not store.advance(session, "unheard", SUNDAY, SUNDAY + HOUR)
        assert store.schedule(session, "draft") == ("weekly mon 06:00", SUNDAY + HOUR)


def test_of_many_clocks_one_moves_a_job_on(sessions: Sessions) -> None:
    hands = 6
    barrier = Barrier(hands)
    with sessions.begin() as session:
        store.put_schedule(session, "draft", "weekly mon 06:00", SUNDAY)

    def tick(_: int) -> bool:
        barrier.wait()
        with sessions.begin() as session:
            return store.advance(session, "draft", SUNDAY, SUNDAY + HOUR)

    with ThreadPoolExecutor(hands) as pool:
        assert list(pool.map(tick, range(hands))).count(True) == 1


def test_a_period_is_run_once(sessions: Sessions) -> None:
    with sessions.begin() as session:
        run = store.begin_run(session, "draft", "2026-W47", SUNDAY)
        assert run is not None
        assert store.begin_run(session, "draft", "2026-W47", SUNDAY + HOUR) is None
        assert store.begin_run(session, "draft", "2026-W48", SUNDAY) is not None
        assert store.begin_run(session, "tidy", "2026-W47", SUNDAY) is not None
        store.end_run(session, run, "drafted with 5 comparisons", SUNDAY + HOUR)
    with sessions() as session:
        assert store.runs(session, 10) == [
            ("tidy", "2026-W47", ""),
            ("draft", "2026-W48", ""),
            ("draft", "2026-W47", "drafted with 5 comparisons"),
        ]
        assert store.runs(session, 1) == [("tidy", "2026-W47", "")]


def test_of_many_clocks_one_runs_a_period(sessions: Sessions) -> None:
    hands = 6
    barrier = Barrier(hands)

    def run(_: int) -> int | None:
        barrier.wait()
        with sessions.begin() as session:
            return store.begin_run(session, "draft", "2026-W47", SUNDAY)

    with ThreadPoolExecutor(hands) as pool:
        assert list(pool.map(run, range(hands))).count(None) == hands - 1


def test_old_runs_are_forgotten(sessions: Sessions) -> None:
    with sessions.begin() as session:
        store.begin_run(session, "draft", "2026-W41", SUNDAY - 2 * HOUR)
        store.begin_run(session, "draft", "2026-W42", SUNDAY - HOUR)
        store.begin_run(session, "draft", "2026-W43", SUNDAY)
        assert store.drop_runs(session, SUNDAY - HOUR) == 1
        assert [period for _, period, _ in store.runs(session, 10)] == ["2026-W43", "2026-W42"]
