"""When runs fall due: every period once, at the hour people meant, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digest.errors import InputError
from digest.issues.calendar import (
    Daily,
    Every,
    Rule,
    Weekday,
    Weekly,
    next_occurrence,
    parse_rule,
    period_of,
    week_bounds,
    week_id,
)

BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # half an hour of summer time
HAVANA = ZoneInfo("America/Havana")  # the clocks jump at midnight
# fmt: off
ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC", "Europe/Berlin", "Europe/London", "Europe/Dublin", "Europe/Moscow",
        "Atlantic/Azores", "America/New_York", "America/Los_Angeles", "America/St_Johns",
        "America/Havana", "America/Sao_Paulo", "America/Santiago", "America/Asuncion",
        "America/Nuuk", "America/Caracas", "Africa/Cairo", "Africa/Casablanca", "Africa/Juba",
        "Asia/Beirut", "Asia/Gaza", "Asia/Tehran", "Asia/Kathmandu", "Asia/Kolkata",
        "Asia/Tokyo", "Asia/Amman", "Australia/Lord_Howe", "Australia/Sydney",
        "Australia/Adelaide", "Pacific/Apia", "Pacific/Chatham", "Pacific/Auckland",
        "Pacific/Kiritimati", "Pacific/Norfolk", "Pacific/Easter", "Antarctica/Troll",
    )
]
# fmt: on

zones = st.sampled_from(ZONES)
times = st.sampled_from([time(0), time(0, 30), time(2), time(2, 30), time(6)]) | st.builds(
    time, st.integers(0, 23), st.integers(0, 59)
)
dailies = st.builds(Daily, times)
weeklies = st.builds(Weekly, st.sampled_from(Weekday), times)
intervals = st.builds(Every, st.integers(1, 1440))
moments = st.integers(0, 16 * 366 * 24 * 3600).map(
    lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
days = st.dates(date(2020, 1, 1), date(2034, 12, 31))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def occurrences(rule: Rule, zone: ZoneInfo, start: datetime, end: datetime) -> list[datetime]:
    found = [next_occurrence(rule, zone, start)]
    while found[-1] < end:
        found.append(next_occurrence(rule, zone, found[-1]))
    return found[:-1]


def is_skipped(wall: datetime, zone: ZoneInfo) -> bool:
    there_and_back = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return there_and_back.replace(tzinfo=None) != wall


# --- rules as people write them ------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("weekly mon 06:00", Weekly(Weekday.MON, time(6))),
        ("  Weekly  SUN 23:59", Weekly(Weekday.SUN, time(23, 59))),
        ("daily 00:30", Daily(time(0, 30))),
        ("every 60 minutes", Every(60)),
        ("Every 1 minute", Every(1)),
    ],
)
def test_a_rule_is_read_as_a_person_writes_it(text: str, rule: Rule) -> None:
    assert parse_rule(text) == rule


@given(dailies | weeklies | intervals)
def test_a_rule_written_out_reads_back_as_itself(rule: Rule) -> None:
    assert parse_rule(str(rule)) == rule


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("weekly 1 06:00", "'1' in 'weekly 1 06:00' is not a day; it accepts mon, tue"),
        ("weekly monday 06:00", "'monday'"),
        ("daily 6:00", "'6:00' in 'daily 6:00' is not a time; it accepts 00:00 to 23:59"),
        ("daily 24:00", "'24:00'"),
        ("daily ٠٦:٠٠", "is not a time"),
        ("every 0 minutes", "'0' in 'every 0 minutes' is not a count of minutes"),
        ("every 1441 minutes", "it accepts 1 to 1440"),
        ("every -5 minutes", "'-5'"),
        ("0 6 * * 1", "'0 6 * * 1' is not a rule; it accepts \"weekly mon 06:00\""),
        ("", "'' is not a rule"),
    ],
)
def test_a_wrong_rule_is_refused_with_what_is_wrong_and_what_is_accepted(
    text: str, said: str
) -> None:
    with pytest.raises(InputError) as refused:
        parse_rule(text)
    assert said in str(refused.value)


# --- the days the clocks change ------------------------------------------------------------


def test_an_hour_that_the_clocks_skip_falls_due_when_the_gap_ends() -> None:
    due = next_occurrence(Daily(time(2, 30)), BERLIN, utc("2027-03-27T12:00"))
    assert due == utc("2027-03-28T01:00")
    assert due.astimezone(BERLIN).time() == time(3)


def test_an_hour_that_comes_twice_is_due_the_first_time_only() -> None:
    first, second = occurrences(
        Daily(time(2, 30)), BERLIN, utc("2027-10-30T12:00"), utc("2027-11-01T12:00")
    )
    assert first == utc("2027-10-31T00:30")
    assert second == utc("2027-11-01T01:30")


def test_a_gap_of_half_an_hour_ends_half_an_hour_later() -> None:
    due = next_occurrence(Daily(time(2, 15)), LORD_HOWE, utc("2027-10-02T12:00"))
    assert due.astimezone(LORD_HOWE).isoformat() == "2027-10-03T02:30:00+11:00"


def test_a_midnight_that_does_not_exist_loses_no_week() -> None:
    rule = Weekly(Weekday.SUN, time(0))
    due = next_occurrence(rule, HAVANA, utc("2027-03-13T12:00"))
    assert due.astimezone(HAVANA).isoformat() == "2027-03-14T01:00:00-04:00"
    assert period_of(rule, HAVANA, due) == "2027-W10"


def test_the_day_that_samoa_left_out_shares_an_instant_with_the_next() -> None:
    apia = ZoneInfo("Pacific/Apia")
    due = occurrences(Daily(time(0)), apia, utc("2011-12-29T00:00"), utc("2012-01-01T12:00"))
    assert [period_of(Daily(time(0)), apia, moment) for moment in due] == [
        "2011-12-29", "2011-12-31", "2012-01-01", "2012-01-02",
    ]  # fmt: skip


# --- properties ----------------------------------------------------------------------------


@given(dailies | weeklies | intervals, zones, moments)
def test_the_next_occurrence_is_later_and_in_utc(
    rule: Rule, zone: ZoneInfo, moment: datetime
) -> None:
    due = next_occurrence(rule, zone, moment)
    assert due > moment
    assert due.tzinfo is UTC


@given(dailies | weeklies | intervals, zones, moments)
def test_nothing_is_due_between_a_moment_and_its_next_occurrence(
    rule: Rule, zone: ZoneInfo, moment: datetime
) -> None:
    due = next_occurrence(rule, zone, moment)
    assert next_occurrence(rule, zone, due - timedelta(microseconds=1)) == due
    assert period_of(rule, zone, due - timedelta(microseconds=1)) == period_of(rule, zone, moment)
    assert period_of(rule, zone, due) != period_of(rule, zone, moment)


@settings(max_examples=60, deadline=None)
@given(times, zones, days)
@example(time(0, 30), BERLIN, date(2027, 1, 1))
@example(time(2, 30), ZoneInfo("Africa/Cairo"), date(2027, 1, 1))
@example(time(0), HAVANA, date(2027, 1, 1))
@example(time(23, 45), ZoneInfo("America/Nuuk"), date(2027, 1, 1))
def test_a_year_of_days_has_each_day_once(at: time, zone: ZoneInfo, first: date) -> None:
    rule = Daily(at)
    start = datetime.combine(first, time(), zone).astimezone(UTC) - timedelta(seconds=1)
    end = datetime.combine(first + timedelta(365), time(), zone).astimezone(UTC)
    named = [period_of(rule, zone, due) for due in occurrences(rule, zone, start, end)]
    expected = [(first + timedelta(n)).isoformat() for n in range(365)]
    assert [name for name in named if name in expected] == expected
    assert set(named) <= {(first - timedelta(1)).isoformat(), *expected}


@settings(max_examples=60, deadline=None)
@given(weeklies, zones, days)
@example(Weekly(Weekday.MON, time(0, 30)), BERLIN, date(2027, 1, 1))
@example(Weekly(Weekday.SUN, time(2, 30)), LORD_HOWE, date(2027, 1, 1))
def test_a_year_of_weeks_has_each_week_once(rule: Weekly, zone: ZoneInfo, first: date) -> None:
    start = datetime.combine(first, time(), zone).astimezone(UTC)
    due = occurrences(rule, zone, start, start + timedelta(400))
    gaps = [
        date.fromisocalendar(int(b[:4]), int(b[6:]), 1)
        - date.fromisocalendar(int(a[:4]), int(a[6:]), 1)
        for a, b in zip(
            [period_of(rule, zone, moment) for moment in due],
            [period_of(rule, zone, moment) for moment in due[1:]],
            strict=False,
        )
    ]
    assert len(due) in (57, 58)
    assert set(gaps) == {timedelta(7)}


@given(dailies | weeklies, zones, moments)
def test_the_clocks_on_the_wall_show_the_hour_that_was_asked_for(
    rule: Daily | Weekly, zone: ZoneInfo, moment: datetime
) -> None:
    local = next_occurrence(rule, zone, moment).astimezone(zone)
    meant = datetime.combine(local.date(), rule.at)
    if local.time() == rule.at:
        assert local.fold == 0
        assert isinstance(rule, Daily) or local.weekday() == rule.weekday
    else:
        assert is_skipped(meant, zone) or is_skipped(meant - timedelta(1), zone)


@given(intervals, zones, moments)
def test_intervals_tick_on_one_grid_everywhere(
    rule: Every, zone: ZoneInfo, moment: datetime
) -> None:
    due = next_occurrence(rule, zone, moment)
    assert (due - datetime(1970, 1, 1, tzinfo=UTC)) % timedelta(minutes=rule.minutes) == timedelta()
    assert due - moment <= timedelta(minutes=rule.minutes)
    assert period_of(rule, zone, due) == f"{due:%Y-%m-%dT%H:%MZ}"


# --- weeks ---------------------------------------------------------------------------------


def test_a_moment_belongs_to_the_week_of_its_zone() -> None:
    sunday_night = utc("2026-11-22T23:30")
    assert week_id(sunday_night, ZoneInfo("UTC")) == "2026-W47"
    assert week_id(sunday_night, BERLIN) == "2026-W48"


def test_a_week_runs_from_monday_midnight_to_the_next() -> None:
    assert week_bounds("2027-W12", BERLIN) == (utc("2027-03-21T23:00"), utc("2027-03-28T22:00"))


@given(moments, zones)
def test_a_moment_lies_within_the_bounds_of_its_week(moment: datetime, zone: ZoneInfo) -> None:
    start, end = week_bounds(week_id(moment, zone), zone)
    assert start <= moment < end


@pytest.mark.parametrize(
    "week",
    ["2026-W54", "2025-W53", "2026-W00", "2026-47", "W47", "2026-w47", "2026-W47\n", "9999-W52",
     "0000-W01", "٢٠٢٦-W47", ""],
)  # fmt: skip
def test_what_is_no_week_is_refused(week: str) -> None:
    with pytest.raises(InputError, match="week"):
        week_bounds(week, BERLIN)
