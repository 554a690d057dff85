"""When the next run is due, in a time zone, and the name of the period it belongs to.

Wall-clock rules are resolved one local date at a time, never by adding hours: a schedule
that adds loses or doubles a run where the clocks change.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

from digest.errors import InputError

ACCEPTED = '"weekly mon 06:00", "daily 06:00" or "every 60 minutes"'
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


class Weekday(IntEnum):
    """Numbered as `date.weekday` does. People write names: tools disagree on what day 1 is."""

    MON = 0
    TUE = 1
    WED = 2
    THU = 3
    FRI = 4
    SAT = 5
    SUN = 6

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Every:
    """A fixed grid in UTC, counted from 1970, so that a restart does not shift it."""

    minutes: int

    def __str__(self) -> str:
        return f"every {self.minutes} {'minute' if self.minutes == 1 else 'minutes'}"


@dataclass(frozen=True, slots=True)
class Daily:
    at: time

    def __str__(self) -> str:
        return f"daily {self.at:%H:%M}"


@dataclass(frozen=True, slots=True)
class Weekly:
    weekday: Weekday
    at: time

    def __str__(self) -> str:
        return f"weekly {self.weekday} {self.at:%H:%M}"


Rule = Every | Daily | Weekly


# --- reading a rule ------------------------------------------------------------------------


def parse_rule(text: str) -> Rule:
    """The rule that a person wrote; `str` of it reads back as the same rule."""
    match text.lower().split():
        case ["weekly", day, at]:
            return Weekly(_weekday(day, text), _time(at, text))
        case ["daily", at]:
            return Daily(_time(at, text))
        case ["every", count, "minutes" | "minute"]:
            return Every(_minutes(count, text))
    raise InputError(f"{text!r} is not a rule; it accepts {ACCEPTED}")


def _weekday(day: str, text: str) -> Weekday:
    known = {str(weekday): weekday for weekday in Weekday}
    if day not in known:
        raise InputError(f"{day!r} in {text!r} is not a day; it accepts {', '.join(known)}")
    return known[day]


def _time(at: str, text: str) -> time:
    found = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])", at)
    if not found:
        raise InputError(f"{at!r} in {text!r} is not a time; it accepts 00:00 to 23:59")
    return time(int(found[1]), int(found[2]))


def _minutes(count: str, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", count) or not 1 <= int(count) <= 1440:
        raise InputError(f"{count!r} in {text!r} is not a count of minutes; it accepts 1 to 1440")
    return int(count)


# --- when ----------------------------------------------------------------------------------


def next_occurrence(rule: Rule, zone: ZoneInfo, after: datetime) -> datetime:
    """The first due instant strictly after `after`, in UTC.

    A local time that the clocks skip falls due at the first instant after the gap; one that
    comes twice, the first time.
    """
    if isinstance(rule, Every):
        return _grid_tick(rule, after) + timedelta(minutes=rule.minutes)
    start = _local_date(after, zone) - DAY  # a gap can carry an occurrence past midnight
    return next(due for _, due in _occurrences(rule, zone, start, DAY) if due > after)


def period_of(rule: Rule, zone: ZoneInfo, moment: datetime) -> str:
    """The name of the period opened by the last due instant at or before `moment`.

    Each due instant has a name of its own: "2026-W47", "2026-11-22" or "2026-11-22T09:00Z".
    """
    if isinstance(rule, Every):
        return f"{_grid_tick(rule, moment):%Y-%m-%dT%H:%MZ}"
    start = _local_date(moment, zone) + DAY
    day = next(day for day, due in _occurrences(rule, zone, start, -DAY) if due <= moment)
    return _week_name(day) if isinstance(rule, Weekly) else day.isoformat()


def _grid_tick(rule: Every, moment: datetime) -> datetime:
    """The last tick at or before a moment."""
    return moment.astimezone(UTC) - (_aware(moment) - EPOCH) % timedelta(minutes=rule.minutes)


def _occurrences(
    rule: Daily | Weekly, zone: ZoneInfo, start: date, step: timedelta
) -> Iterator[tuple[date, datetime]]:
    """The rule's days from `start` on, one step at a time, and when each falls due."""
    day = start
    while True:
        if isinstance(rule, Daily) or day.weekday() == rule.weekday:
            yield day, _instant(day, rule.at, zone)
        day += step


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When the clocks of a zone first show this time, or would have if they had not skipped it."""
    wall = datetime.combine(day, at, zone)  # fold=0: of two, the first
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    return _end_of_gap(wall.replace(fold=1).astimezone(UTC), instant, zone)


def _end_of_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant the clocks jump, somewhere in (before, after].

    PEP 495: a skipped time read with fold=1 lies before the jump, with fold=0 after it.
    """
    offset = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after


def _local_date(moment: datetime, zone: ZoneInfo) -> date:
    return _aware(moment).astimezone(zone).date()


def _aware(moment: datetime) -> datetime:
    assert moment.tzinfo is not None, "moments are aware"
    return moment


# --- weeks ---------------------------------------------------------------------------------


def week_id(moment: datetime, zone: ZoneInfo) -> str:
    """The ISO week that a moment lies in, as clocks in the zone see it: "2026-W47"."""
    return _week_name(_local_date(moment, zone))


def week_bounds(week: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Monday 00:00 local time and the next one, in UTC; the second is no longer in the week."""
    found = re.fullmatch(r"([0-9]{4})-W([0-9]{2})", week)
    if not found:
        raise InputError(f"{week!r} is not a week; it accepts a year and a week: 2026-W47")
    try:
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        return _instant(monday, time(), zone), _instant(monday + 7 * DAY, time(), zone)
    except (ValueError, OverflowError):
        raise InputError(f"there is no week {week!r}; years have 52 or 53 of them") from None


def _week_name(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"
