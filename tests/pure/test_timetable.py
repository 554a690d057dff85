"""The next runs, as people of the newsletter's zone will see them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from digest.issues.calendar import parse_rule
from digest.issues.timetable import runs_ahead

HOUR = timedelta(hours=1)


def test_four_runs_are_told_each_with_its_reminders() -> None:
    now = datetime(2026, 11, 22, 9, tzinfo=UTC)
    runs = runs_ahead(parse_rule("weekly mon 06:00"), ZoneInfo("UTC"), now)
    assert [run.period for run in runs] == ["2026-W48", "2026-W49", "2026-W50", "2026-W51"]
    assert runs[0].at == datetime(2026, 11, 23, 6, tzinfo=UTC)
    assert runs[0].reminders == (runs[0].at - 24 * HOUR, runs[0].at - 3 * HOUR)
    assert {run.shift for run in runs} == {timedelta()}


@pytest.mark.parametrize(
    ("zone", "now", "shifts"),
    [
        ("Europe/Berlin", datetime(2027, 3, 16, 9, tzinfo=UTC), [0, 1, 0, 0]),
        ("Europe/Berlin", datetime(2026, 10, 13, 9, tzinfo=UTC), [0, -1, 0, 0]),
        ("America/New_York", datetime(2026, 10, 27, 9, tzinfo=UTC), [-1, 0, 0, 0]),
        ("Australia/Lord_Howe", datetime(2026, 9, 22, 9, tzinfo=UTC), [0, 0.5, 0, 0]),
    ],
)
def test_a_run_says_that_the_clocks_were_moved_before_it(
    zone: str, now: datetime, shifts: list[float]
) -> None:
    """And goes out at the same time of the wall's clock all the same."""
    runs = runs_ahead(parse_rule("weekly mon 06:00"), ZoneInfo(zone), now)
    assert [run.shift / HOUR for run in runs] == shifts
    assert {f"{run.at.astimezone(ZoneInfo(zone)):%a %H:%M}" for run in runs} == {"Mon 06:00"}
