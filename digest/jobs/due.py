"""Run a job when its time has come: each period once, by one hand, however many clocks tick."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from db.engine import Sessions
from db.store import clock as store
from digest.errors import DigestError
from digest.issues.calendar import Rule, next_occurrence, period_of
from digest.logs import about
from digest.ports import Clock

Run = Callable[[str], str]
"""A job: takes the period it is run for, answers in a line what it did."""


def run_if_due(
    sessions: Sessions, clock: Clock, zone: ZoneInfo, job: str, rule: Rule, run: Run
) -> str | None:
    """Run `job` if its moment has come and nobody else took it; what it did, or None.

    After a time out of service the latest period is made up for, once, and older ones are not.
    """
    now = clock()
    moment = _take(sessions, job, rule, zone, now)
    if moment is None:
        return None
    period = period_of(rule, zone, moment)
    with sessions.begin() as session:
        number = store.begin_run(session, job, period, now)
    if number is None:
        return None
    try:
        with about(job=job, run=number):
            outcome = run(period)
    except DigestError as error:
        outcome = str(error)
    with sessions.begin() as session:
        store.end_run(session, number, outcome, clock())
    return outcome


def _take(
    sessions: Sessions, job: str, rule: Rule, zone: ZoneInfo, now: datetime
) -> datetime | None:
    """The latest due moment, taken from all other clocks; None when nothing is due."""
    with sessions.begin() as session:
        known = store.schedule(session, job)
        if known is None or known[0] != str(rule):  # new, or the setting changed
            store.put_schedule(session, job, str(rule), next_occurrence(rule, zone, now))
            return None
        due = known[1]
        if due > now or not store.advance(session, job, due, next_occurrence(rule, zone, now)):
            return None
    return _latest(rule, zone, due, now)


def _latest(rule: Rule, zone: ZoneInfo, due: datetime, now: datetime) -> datetime:
    while (following := next_occurrence(rule, zone, due)) <= now:
        due = following
    return due
