"""The running draft: from the moment a period opens its issue exists, and takes comparisons in as
they are made. At its time the period is closed: there is an issue, or the reason why there is none.

Once an editor has touched it nothing in it changes by itself: what comes then is offered in its
tray. `digest.desk.deadlines` reminds of the time, and holds what nobody approved by then.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from db.engine import Sessions
from db.store import editors
from db.store import issues as store
from digest.issues.calendar import Rule, next_occurrence, period_of, week_bounds
from digest.issues.composing import MOST, Composition, choose, compose
from digest.issues.deadlines import UNAPPROVED, is_touched
from digest.issues.rendering import Templates
from digest.jobs.draft import candidates, keep, rendered, require_untouched
from digest.model import OFFERED, Issue, IssueState, Item, Publication
from digest.ports import Clock

CLOCK = "the clock"  # as the audit names it
A_MOMENT = timedelta(seconds=1)
FILLED = (IssueState.DRAFT, IssueState.SKIPPED)
SHOWN = ("state", "planned_at", "dated", "items", "subject", "preheader", "rendering")


class Press(NamedTuple):
    """What issues are made with, and when they go out."""

    clock: Clock
    templates: Templates
    publication: Publication
    zone: ZoneInfo
    rule: Rule
    minimum: int = 1


def fill(sessions: Sessions, press: Press) -> str:
    """Bring the next issue up to date; what was done, in a line, "" where nothing is new."""
    now = press.clock()
    planned_at = next_occurrence(press.rule, press.zone, now)
    name = period_of(press.rule, press.zone, planned_at)
    with sessions.begin() as session:
        issue = _locked(session, name)
        if issue and (issue.state not in FILLED or is_touched(issue)):
            _plan(session, issue, planned_at)
            return _offer(session, press, issue, now) if issue.state is IssueState.DRAFT else ""
        by_hand = issue and issue.state is IssueState.DRAFT and not issue.planned_at
        made = _made(session, press, name, None if by_hand else planned_at)
        if _says_the_same(made.issue, issue):
            return ""
        keep(session, made, now)
        return f"{name} holds {len(made.comparisons)} comparisons"


def close(sessions: Sessions, press: Press, period: str) -> str:
    """The period's time has come. Compose what nobody has touched once more, with as many
    comparisons as the house wants at least; what became of it, in a line."""
    monday, _ = week_bounds(period, press.zone)
    planned_at = next_occurrence(press.rule, press.zone, monday - A_MOMENT)
    with sessions.begin() as session:
        issue = _locked(session, period)
        if issue and issue.planned_at and (issue.state not in FILLED or is_touched(issue)):
            return f"{period} is {issue.state.value}"
        require_untouched(session, period, FILLED)
        made = _made(session, press, period, planned_at, press.minimum)
        keep(session, made, press.clock())
    if made.issue.state is IssueState.SKIPPED:
        return f"{period} skipped: {made.issue.reason}"
    return f"{period} drafted with {len(made.comparisons)} comparisons"


def _locked(session: Session, name: str) -> Issue | None:
    return store.locked_issue(session, name) if store.find_issue(session, name) else None


def _made(
    session: Session, press: Press, name: str, planned_at: datetime | None, minimum: int = 1
) -> Composition:
    """The period's issue of what waits now, dated on the day it is to go out."""
    day = (planned_at or press.clock()).astimezone(press.zone).date()
    spoken = press.publication.language
    waiting = candidates(session, spoken, name)
    composed = compose(name, waiting, minimum=minimum, dated=day, language=spoken)
    planned = replace(composed, issue=replace(composed.issue, planned_at=planned_at))
    return rendered(planned, press.templates, press.publication)


def _says_the_same(made: Issue, issue: Issue | None) -> bool:
    """Whether there is nothing to write: it is as it was, or nothing waits and nothing did."""
    if issue is None or issue.state is IssueState.SKIPPED:
        return made.state is IssueState.SKIPPED
    return all(getattr(made, name) == getattr(issue, name) for name in SHOWN)


def _plan(session: Session, issue: Issue, planned_at: datetime) -> None:
    """Follow another schedule, unless the issue has no time, missed it, or is approved for it."""
    if issue.planned_at and not issue.held and issue.state in UNAPPROVED:
        store.mark(session, issue.id, planned_at=planned_at)


def _offer(session: Session, press: Press, issue: Issue, now: datetime) -> str:
    """Put what came since an editor touched the issue into its tray, for them to take."""
    known = {item.comparison for item in (*issue.items, *issue.tray)}
    waiting = candidates(session, press.publication.language, issue.id)
    fresh, _ = choose([one for one in waiting if one.slug not in known])
    room = MOST - sum(item.dropped == OFFERED for item in issue.tray)
    offered = [one.slug for one in fresh[: max(room, 0)]]
    if not offered:
        return ""
    assert issue.dated
    tray = (*issue.tray, *(Item(comparison=slug, dropped=OFFERED) for slug in offered))
    store.put_issue(session, replace(store.issue(session, issue.id), tray=tray), issue.dated, now)
    editors.note(session, CLOCK, "offer", issue.id, now, comparisons=offered)
    return f"{issue.id} is offered {len(offered)} comparisons"
