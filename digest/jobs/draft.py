"""Compose the period's issue and render it: what editors then edit and approve."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from db.engine import Sessions
from db.store import comparisons as comparison_store
from db.store import issues as store
from digest.errors import NotAllowedError
from digest.issues.calendar import week_bounds, week_id
from digest.issues.composing import Composition, compose, compose_single
from digest.issues.deadlines import is_touched
from digest.issues.rendering import Templates, render
from digest.language import Language
from digest.model import Comparison, Issue, IssueState, Publication
from digest.pairing.comparing import compare
from digest.ports import Clock

REDRAFTED = (IssueState.DRAFT, IssueState.SKIPPED, IssueState.CANCELLED)


def draft(
    sessions: Sessions,
    clock: Clock,
    templates: Templates,
    publication: Publication,
    *,
    zone: ZoneInfo,
    minimum: int,
    period: str = "",
) -> Composition:
    """Compose and render a week's digest, this week's by default, and keep it.

    A draft that no one has edited is composed anew; what an editor touched or handed in is not.
    It has no time of its own, and takes what the clock's own draft holds for a later one.
    Raises NotAllowedError for an edited one, InputError for a period that is none.
    """
    now = clock()
    name = period or week_id(now, zone)
    week_bounds(name, zone)
    with sessions.begin() as session:
        require_untouched(session, name)
        spoken, today = publication.language, now.astimezone(zone).date()
        running = [issue.id for issue in _running(session, now) if issue.id != name]
        waiting = candidates(session, spoken, name, *running)
        composed = compose(name, waiting, minimum=minimum, dated=today, language=spoken)
        for other in running if composed.comparisons else ():
            _give_up(session, other, name, now)
        composed = rendered(composed, templates, publication)
        keep(session, composed, now)
        return composed


def draft_single(
    sessions: Sessions,
    clock: Clock,
    templates: Templates,
    publication: Publication,
    *,
    zone: ZoneInfo,
    slug: str,
) -> Composition:
    """Compose and render the issue of one comparison, `c-<slug>`, and keep it."""
    now = clock()
    with sessions.begin() as session:
        require_untouched(session, f"c-{slug}")
        spoken, today = publication.language, now.astimezone(zone).date()
        comparison = compare(comparison_store.pair(session.connection(), slug), spoken)
        composed = compose_single(comparison, dated=today, language=spoken)
        composed = rendered(composed, templates, publication)
        keep(session, composed, now)
        return composed


def candidates(session: Session, spoken: Language, *names: str) -> list[Comparison]:
    """What waits for a digest, with what these issues hold already."""
    return [compare(pair, spoken) for pair in comparison_store.unmailed(session, names)]


def _running(session: Session, now: datetime) -> list[Issue]:
    """The clock's own drafts that fill up for a time to come."""
    drafts = store.planned(session, [IssueState.DRAFT])
    return [
        one for one in drafts if not is_touched(one) and one.planned_at and one.planned_at > now
    ]


def _give_up(session: Session, other: str, name: str, now: datetime) -> None:
    why = f"what it held went into {name}"
    store.move(session, other, [IssueState.DRAFT], IssueState.SKIPPED, now, reason=why)


def require_untouched(
    session: Session, name: str, redrafted: Collection[IssueState] = REDRAFTED
) -> None:
    """Raise NotAllowedError for an issue that may not be composed anew."""
    issue = store.find_issue(session, name)
    if issue is None:
        return
    if issue.state not in redrafted:
        raise NotAllowedError(f"draft {name} anew", (f"it is {issue.state.value}",))
    if issue.edited_by:
        raise NotAllowedError(f"draft {name} anew", (f"{issue.edited_by} has edited it",))


def rendered(composed: Composition, templates: Templates, publication: Publication) -> Composition:
    """With its rendering, if there is anything to render."""
    if composed.issue.state is not IssueState.DRAFT:
        return composed
    rendering = render(composed.issue, composed.comparisons, publication, templates)
    subject, preheader = rendering.subject, rendering.preheader
    issue = replace(composed.issue, subject=subject, preheader=preheader, rendering=rendering)
    return replace(composed, issue=issue)


def keep(session: Session, composed: Composition, now: datetime) -> None:
    assert composed.issue.dated
    store.put_issue(session, composed.issue, composed.issue.dated, now)
