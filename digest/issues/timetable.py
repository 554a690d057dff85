"""The runs that are to come, on the clocks of the newsletter's zone."""

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from digest.issues.calendar import Rule, next_occurrence, period_of
from digest.issues.deadlines import moments

AHEAD = 4


class Run(NamedTuple):
    """A period's issue goes out `at` this moment, if it is approved; `reminders` come before.
    `shift` is how far the clocks of the zone were moved since the run before."""

    period: str
    at: datetime
    reminders: tuple[datetime, ...]
    shift: timedelta


def runs_ahead(rule: Rule, zone: ZoneInfo, now: datetime, count: int = AHEAD) -> list[Run]:
    """The next runs strictly after `now`."""
    runs: list[Run] = []
    at, offset = now, _offset(now, zone)
    for _ in range(count):
        at = next_occurrence(rule, zone, at)
        shift = _offset(at, zone) - offset
        runs.append(Run(period_of(rule, zone, at), at, moments(at), shift))
        offset += shift
    return runs


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
