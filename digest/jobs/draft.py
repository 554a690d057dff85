"""Compose the period's issue and render it: what editors then edit and approve."""

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
from digest.issues.rendering import Templates, render
from digest.model import IssueState, Pair, Publication
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
    Raises NotAllowedError for that, InputError for a period that is none.
    """
    now = clock()
    name = period or week_id(now, zone)
    week_bounds(name, zone)
    with sessions.begin() as session:
        _require_untouched(session, name)
        spoken, today = publication.language, now.astimezone(zone).date()
        waiting = [compare(pair, spoken) for pair in _candidates(session, name)]
        composed = compose(name, waiting, minimum=minimum, dated=today, language=spoken)
        return _keep(session, composed, templates, publication, now)


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
        _require_untouched(session, f"c-{slug}")
        spoken, today = publication.language, now.astimezone(zone).date()
        comparison = compare(comparison_store.pair(session, slug), spoken)
        composed = compose_single(comparison, dated=today, language=spoken)
        return _keep(session, composed, templates, publication, now)


def _candidates(session: Session, name: str) -> list[Pair]:
    """Pairs that wait for a digest, with those this very issue holds already."""
    issue = store.find_issue(session, name)
    ours = [item.comparison for item in issue.items] if issue else []
    waiting = comparison_store.unmailed(session)
    known = {pair.slug for pair in waiting}
    held = [slug for slug in ours if slug not in known]
    return [*waiting, *comparison_store.pairs(session, held)]


def _require_untouched(session: Session, name: str) -> None:
    issue = store.find_issue(session, name)
    if issue is None:
        return
    if issue.state not in REDRAFTED:
        raise NotAllowedError(f"draft {name} anew", (f"it is {issue.state.value}",))
    if issue.edited_by:
        raise NotAllowedError(f"draft {name} anew", (f"{issue.edited_by} has edited it",))


def _keep(
    session: Session,
    composed: Composition,
    templates: Templates,
    publication: Publication,
    now: datetime,
) -> Composition:
    issue = composed.issue
    if issue.state is IssueState.DRAFT:
        rendering = render(issue, composed.comparisons, publication, templates)
        issue = replace(
            issue, subject=rendering.subject, preheader=rendering.preheader, rendering=rendering
        )
    assert issue.dated
    store.put_issue(session, issue, issue.dated, now)
    return replace(composed, issue=issue)
