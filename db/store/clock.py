"""Which job is due when, and which runs have been: one hand takes each run."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from db.mapping import insert_new
from db.tables import RunRow, ScheduleRow


def schedule(session: Session, job: str) -> tuple[str, datetime] | None:
    """A job's rule and its next moment; None when it was never put on the clock."""
    row = session.get(ScheduleRow, job)
    return (row.rule, row.next_at) if row else None


def put_schedule(session: Session, job: str, rule: str, next_at: datetime) -> None:
    """Put a job on the clock, or give it another rule; two clocks may start at once."""
    added = session.execute(
        insert_new(session, ScheduleRow)
        .values(job=job, rule=rule, next_at=next_at)
        .returning(ScheduleRow.job)
    )
    if added.first() is None:
        session.execute(
            update(ScheduleRow).where(ScheduleRow.job == job).values(rule=rule, next_at=next_at)
        )


def advance(session: Session, job: str, old: datetime, new: datetime) -> bool:
    """Move a job on from `old` to `new`; False when another scheduler was faster."""
    moved = session.execute(
        update(ScheduleRow)
        .where(ScheduleRow.job == job, ScheduleRow.next_at == old)
        .values(next_at=new)
        .returning(ScheduleRow.job)
    )
    return moved.first() is not None


def begin_run(session: Session, job: str, period: str, now: datetime) -> int | None:
    """Open the one run of a job for a period; None when there has been one."""
    return session.scalar(
        insert_new(session, RunRow)
        .values(job=job, period=period, outcome="", started_at=now)
        .returning(RunRow.id)
    )


def end_run(session: Session, run: int, outcome: str, now: datetime) -> None:
    session.execute(update(RunRow).where(RunRow.id == run).values(outcome=outcome, ended_at=now))


def runs(session: Session, limit: int) -> list[tuple[str, str, str]]:
    """The latest runs as (job, period, outcome), newest first."""
    query = select(RunRow.job, RunRow.period, RunRow.outcome).order_by(RunRow.id.desc())
    return [(job, period, outcome) for job, period, outcome in session.execute(query.limit(limit))]


class JobState(NamedTuple):
    """A job on the clock, and its last run; `began` is None before the first."""

    job: str
    rule: str
    next_at: datetime
    began: datetime | None = None
    outcome: str = ""


def jobs(session: Session) -> list[JobState]:
    """Every job that is on the clock, the one that is due next first."""
    last = select(func.max(RunRow.id)).group_by(RunRow.job)
    runs = session.execute(
        select(RunRow.job, RunRow.started_at, RunRow.outcome).where(RunRow.id.in_(last))
    )
    known = {job: (began, outcome) for job, began, outcome in runs}
    rows = session.scalars(select(ScheduleRow).order_by(ScheduleRow.next_at, ScheduleRow.job))
    return [JobState(one.job, one.rule, one.next_at, *known.get(one.job, ())) for one in rows]


def drop_runs(session: Session, before: datetime) -> int:
    """Forget old runs; how many they were."""
    dropped = session.execute(delete(RunRow).where(RunRow.started_at < before).returning(RunRow.id))
    return len(dropped.all())
