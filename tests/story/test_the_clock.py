"""The clock only ticks: each job runs once a period, however many tick and whatever failed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import repeat
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest

from db.engine import open_engine, open_sessions, reading
from db.store import clock as store
from digest import wiring
from digest.errors import NotFoundError
from digest.model import IssueState
from digest.settings import SettingError, Settings
from digest.wiring import Parts
from tests.makers import a_tool
from tests.newsroom import Newsroom, a_product_hunt_feed

BERLIN = ZoneInfo("Europe/Berlin")
NOTHING = "0 feeds, 0 launches, 0 failed"
SKIPPED = "skipped: nothing new: no comparison since the last digest"
NEXT_WEEK = "2026-W48"  # the clock of a newsroom stands on the Sunday before


def ticks(newsroom: Newsroom, job: str) -> str | None:
    return wiring.tick(newsroom.parts, job)


def runs(newsroom: Newsroom) -> list[tuple[str, str, str]]:
    with reading(newsroom.sessions) as session:
        return store.runs(session, 100)


def runs_until(
    newsroom: Newsroom, job: str, end: datetime, step: timedelta
) -> list[tuple[datetime, str]]:
    """Tick again and again; when it ran, and what it did."""
    ran = []
    while newsroom.clock() < end:
        if outcome := ticks(newsroom, job):
            ran.append((newsroom.clock(), outcome))
        newsroom.clock.moment += step
    return ran


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_job_waits_for_its_first_moment_and_then_runs_once_a_period(newsroom: Newsroom) -> None:
    assert ticks(newsroom, "collect") is None  # put on the clock at 09:00, due at 09:05
    newsroom.clock.move(minutes=4, seconds=59)
    assert ticks(newsroom, "collect") is None
    newsroom.clock.move(seconds=1)
    assert ticks(newsroom, "collect") == NOTHING
    assert ticks(newsroom, "collect") is None
    newsroom.clock.move(minutes=8)  # a late tick does not shift the next
    assert ticks(newsroom, "collect") == NOTHING
    newsroom.clock.move(minutes=2)
    assert ticks(newsroom, "collect") == NOTHING
    assert runs(newsroom) == [
        ("collect", "2026-11-22T09:15Z", NOTHING),
        ("collect", "2026-11-22T09:10Z", NOTHING),
        ("collect", "2026-11-22T09:05Z", NOTHING),
    ]


def test_two_schedulers_on_one_database_run_each_period_once(
    newsroom: Newsroom, engine_url: str
) -> None:
    with another_machine(newsroom, engine_url) as other, ThreadPoolExecutor(2) as threads:
        both = (newsroom.parts, other)
        for _ in range(15):
            outcomes = threads.map(tick_at_once, repeat(Barrier(2)), both)
            assert None in list(outcomes)
            newsroom.clock.move(minutes=10)
    assert [period for _, period, _ in runs(newsroom)] == [
        f"2026-11-22T{9 + minutes // 60:02}:{minutes % 60:02}Z" for minutes in range(140, 0, -10)
    ]


@contextmanager
def another_machine(newsroom: Newsroom, engine_url: str) -> Iterator[Parts]:
    """Parts of their own on the newsroom's database, under the same clock."""
    engine = open_engine(engine_url)
    yield replace(newsroom.parts, sessions=open_sessions(engine))
    engine.dispose()


def tick_at_once(together: Barrier, parts: Parts) -> str | None:
    together.wait(timeout=10)
    return wiring.tick(parts, "pair")


def test_after_nine_days_down_the_latest_week_is_made_up_for_once(newsroom: Newsroom) -> None:
    assert ticks(newsroom, "draft") is None
    newsroom.clock.moment = utc("2026-12-02T06:00")  # two Mondays have passed
    assert ticks(newsroom, "draft") == f"2026-W49 {SKIPPED}"
    assert ticks(newsroom, "draft") is None
    with pytest.raises(NotFoundError):
        newsroom.issue(NEXT_WEEK)
    newsroom.clock.moment = utc("2026-12-07T06:00")
    assert ticks(newsroom, "draft") == f"2026-W50 {SKIPPED}"


def test_another_schedule_is_taken_up(newsroom: Newsroom) -> None:
    assert ticks(newsroom, "draft") is None
    newsroom.chooses(schedule="weekly wed 07:30")
    ran = runs_until(newsroom, "draft", utc("2026-12-03T00:00"), timedelta(minutes=30))
    assert ran == [
        (utc("2026-11-25T07:30"), f"2026-W48 {SKIPPED}"),
        (utc("2026-12-02T07:30"), f"2026-W49 {SKIPPED}"),
    ]


def test_a_week_that_had_its_run_gets_no_second_by_another_schedule(newsroom: Newsroom) -> None:
    ticks(newsroom, "draft")
    newsroom.clock.moment = utc("2026-11-23T06:00")
    assert ticks(newsroom, "draft") == f"2026-W48 {SKIPPED}"
    newsroom.chooses(schedule="weekly wed 06:00")
    ran = runs_until(newsroom, "draft", utc("2026-12-03T00:00"), timedelta(minutes=30))
    assert ran == [(utc("2026-12-02T06:00"), f"2026-W49 {SKIPPED}")]


@pytest.mark.parametrize(
    "schedule", ["fortnightly", "daily 06:00", "weekly mon 6", "every 5 minutes"]
)
def test_a_schedule_that_is_no_weekly_rule_is_refused_by_its_name(schedule: str) -> None:
    with pytest.raises(SettingError) as refused:
        wiring.weekly_rule(Settings(schedule=schedule))
    assert str(refused.value) == (
        f"DIGEST_SCHEDULE is '{schedule}'; it accepts a rule such as `weekly mon 06:00`"
    )


def test_an_approved_issue_goes_out_when_its_undo_is_over(newsroom: Newsroom) -> None:
    has_a_comparison(newsroom)
    newsroom.drafts()
    newsroom.submits()
    ticks(newsroom, "send")
    newsroom.approves()
    newsroom.clock.move(minutes=9)
    assert ticks(newsroom, "send") == ""
    assert newsroom.inbox() == []
    newsroom.clock.move(minutes=1)
    assert ticks(newsroom, "send") == "2026-W47: 2 settled, 0 wait"
    newsroom.clock.move(minutes=1)
    assert ticks(newsroom, "send") == ""
    assert len(newsroom.inbox()) == 2


def test_a_job_that_fails_leaves_its_line_and_the_next_period_runs(newsroom: Newsroom) -> None:
    has_a_comparison(newsroom)
    ticks(newsroom, "draft")
    newsroom.clock.moment = utc("2026-11-23T05:00")
    newsroom.drafts()  # by hand, an hour early; and handed in before the clock comes round
    newsroom.submits(NEXT_WEEK)
    newsroom.clock.move(hours=1)
    failure = "cannot draft 2026-W48 anew: it is review"
    assert ticks(newsroom, "draft") == failure
    assert ticks(newsroom, "draft") is None
    assert newsroom.issue(NEXT_WEEK).state is IssueState.REVIEW
    newsroom.clock.move(weeks=1)
    assert ticks(newsroom, "draft") == f"2026-W49 {SKIPPED}"
    assert [(period, line) for _, period, line in runs(newsroom)] == [
        ("2026-W49", f"2026-W49 {SKIPPED}"),
        ("2026-W48", failure),
    ]


@pytest.mark.parametrize(
    ("place", "saturday", "local"),
    [
        ("Europe/Berlin", "2027-03-27", "2027-03-29T06:00:00+02:00"),
        ("Europe/Berlin", "2027-10-30", "2027-11-01T06:00:00+01:00"),  # and a month ends
        ("America/New_York", "2027-03-13", "2027-03-15T06:00:00-04:00"),
        ("America/New_York", "2027-11-06", "2027-11-08T06:00:00-05:00"),
        ("Australia/Sydney", "2027-04-03", "2027-04-05T06:00:00+10:00"),
        ("Australia/Sydney", "2027-10-02", "2027-10-04T06:00:00+11:00"),
    ],
)
def test_when_the_clocks_change_the_week_is_drafted_once_at_the_hour_on_the_wall(
    newsroom: Newsroom, place: str, saturday: str, local: str
) -> None:
    zone = ZoneInfo(place)
    newsroom.chooses(timezone=zone)
    newsroom.clock.moment = utc(saturday)
    end = newsroom.clock() + timedelta(days=3)
    [(ran, _)] = runs_until(newsroom, "draft", end, timedelta(minutes=30))
    assert ran.astimezone(zone).isoformat() == local


def has_a_comparison(newsroom: Newsroom) -> None:
    """A newsroom with a team, two readers, and one comparison that waits for a digest."""
    newsroom.hires()
    newsroom.has_readers("ada@inbox.example", "bo@inbox.example")
    newsroom.holds_verdicts_on(
        a_tool("Notekeel", tagline="Release notes from merged pull requests")
    )
    newsroom.follows(
        "/feed",
        a_product_hunt_feed(("Mergewren", "Drafts release notes from merged pull requests")),
    )
    newsroom.collects()
    [paired] = newsroom.pairs()
    assert paired.pair
