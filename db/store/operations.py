"""How much there is of what, and which jobs ran: what a service is watched by."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.mapping import value
from db.tables import DeliveryRow, IssueRow, LaunchRow, PaceRow, RunRow, ScheduleRow
from digest.model import DeliveryState, IssueState, LaunchState, Spent


def launches_by_state(session: Session) -> dict[LaunchState, int]:
    query = select(LaunchRow.state, func.count()).group_by(LaunchRow.state)
    return dict(session.execute(query).all())


def issues_by_state(session: Session) -> dict[IssueState, int]:
    query = select(IssueRow.state, func.count()).group_by(IssueRow.state)
    return dict(session.execute(query).all())


def deliveries_by_state(session: Session) -> dict[DeliveryState, int]:
    """Those of all issues together; `deliveries.counts` tells one issue's."""
    query = select(DeliveryRow.state, func.count()).group_by(DeliveryRow.state)
    return dict(session.execute(query).all())


def next_runs(session: Session) -> dict[str, datetime]:
    """When each job on the clock is due."""
    return dict(session.execute(select(ScheduleRow.job, ScheduleRow.next_at)).all())


def paces(session: Session) -> list[Spent]:
    """How far each rate is spent, without keeping anybody waiting; none before the first mail."""
    return [value(Spent, row) for row in session.scalars(select(PaceRow))]


def last_runs(session: Session) -> list[tuple[str, datetime, datetime | None, bool]]:
    """Each job that ever ran, by name: when its newest run began, when one last ended, and whether
    the newest has ended. One that has not is at work, or died."""
    newest_ended = func.max(RunRow.id).filter(RunRow.ended_at.is_not(None))
    query = select(
        RunRow.job,
        func.max(RunRow.started_at),
        func.max(RunRow.ended_at),
        func.max(RunRow.id) == func.coalesce(newest_ended, 0),
    )
    rows = session.execute(query.group_by(RunRow.job).order_by(RunRow.job))
    return [(job, began, ended, whether) for job, began, ended, whether in rows]
