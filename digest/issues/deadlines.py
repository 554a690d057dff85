"""When an issue goes out, when those who approve are reminded of it, and why it is held. Pure.

An issue that the clock composes has its time, `planned_at`. One that somebody composes by hand has
none: it goes out when its approval can no longer be undone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from digest.model import Issue, IssueState

UNDO = timedelta(minutes=10)  # between approval and the first message
REMINDERS = (timedelta(hours=24), timedelta(hours=3))  # before its time, the first one first
UNAPPROVED = (IssueState.DRAFT, IssueState.REVIEW)


def goes_out(issue: Issue, approved_at: datetime) -> datetime:
    """The moment of the first message of an issue that is approved now: its time, or the end of
    the undo where that is later."""
    undone = approved_at + UNDO
    return max(undone, issue.planned_at) if issue.planned_at else undone


def is_late(issue: Issue) -> bool:
    """Whether an approved issue goes out after its time."""
    planned, sent = issue.planned_at, issue.send_at
    return planned is not None and sent is not None and sent > planned


def is_touched(issue: Issue) -> bool:
    """Whether an editor has made the issue theirs: then nothing in it changes by itself."""
    return bool(issue.edited_by or issue.submitted_by)


def moments(planned_at: datetime) -> tuple[datetime, ...]:
    """When those who approve are reminded."""
    return tuple(planned_at - before for before in REMINDERS)


def wants_reminder(issue: Issue, now: datetime) -> bool:
    """Whether a reminder is due: each once, and after a time out of service the latest alone."""
    if issue.planned_at is None or issue.state not in UNAPPROVED or now >= issue.planned_at:
        return False
    return _is_due(moments(issue.planned_at), issue.reminded_at, now)


def _is_due(reminders: Sequence[datetime], last: datetime | None, now: datetime) -> bool:
    passed = [moment for moment in reminders if moment <= now]
    return bool(passed) and (last is None or last < passed[-1])


def why_held(issue: Issue, now: datetime) -> str:
    """Why an issue whose time has come does not go out; "" if there is nothing to be said of it."""
    if issue.planned_at is None or issue.planned_at > now or issue.held:
        return ""
    if issue.state is IssueState.REVIEW:
        return f"{issue.submitted_by} handed it in, and nobody approved it by its time"
    return "nobody handed it in by its time" if issue.state is IssueState.DRAFT else ""
