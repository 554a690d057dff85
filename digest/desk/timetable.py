"""What is to come: the issues by the clock, and every job with what came of it last."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from db.engine import Sessions, reading
from db.store import clock as store
from db.store import issues
from db.store.clock import JobState
from digest.issues.calendar import Rule
from digest.issues.timetable import Run, runs_ahead
from digest.model import Issue
from digest.ports import Clock


class Timetable(NamedTuple):
    """`runs` with the issue of each, as far as there is one by now. `late` are issues whose time
    has passed without an approval."""

    runs: list[tuple[Run, Issue | None]]
    late: list[Issue]
    jobs: list[JobState]
    now: datetime


def timetable(sessions: Sessions, clock: Clock, rule: Rule, zone: ZoneInfo) -> Timetable:
    now = clock()
    ahead = runs_ahead(rule, zone, now)
    with reading(sessions) as session:
        found = {one.id: one for one in issues.named(session, [run.period for run in ahead])}
        late = issues.held(session)
        jobs = store.jobs(session)
    return Timetable([(run, found.get(run.period)) for run in ahead], late, jobs, now)
