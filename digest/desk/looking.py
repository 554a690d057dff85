"""What the desk shows: an issue with all that speaks for and against it, and what needs a hand."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from db.engine import Sessions, reading
from db.store import clock as runs
from db.store import comparisons as comparison_store
from db.store import deliveries as ledger
from db.store import issues as store
from db.store import launches as launch_store
from db.store import readers
from digest.delivery.pace import Speed, speed_of
from digest.desk.approvals import RULES, Since, since, warned
from digest.desk.issues import House, findings
from digest.issues import rules
from digest.issues.preflight import Finding
from digest.model import (
    Comparison,
    DeliveryState,
    Editor,
    Feed,
    Issue,
    IssueState,
    Launch,
    LaunchState,
    Pair,
    SubscriberState,
)
from digest.pairing.comparing import compare
from digest.ports import Clock
from digest.readers.audience import Segments, offer_of, segments

WAITING = (LaunchState.CANDIDATE, LaunchState.UNCLEAR, LaunchState.UNMATCHED)
OPEN = (
    *(IssueState.DRAFT, IssueState.REVIEW, IssueState.APPROVED),
    *(IssueState.SENDING, IssueState.PAUSED),
)
A_MINUTE = timedelta(minutes=1)
MOST = 20  # of each kind in the queue
PER_PAGE = 50


class Sheet(NamedTuple):
    """An issue as its editors look at it. `comparisons` are those it holds and those in its tray,
    by slug; `objections` are, by act, why the one who looks may not do it. `segments` are told
    of what waits to be approved."""

    issue: Issue
    comparisons: Mapping[str, Comparison]
    findings: tuple[Finding, ...]
    warnings: tuple[str, ...]
    objections: Mapping[str, tuple[str, ...]]
    since: Since | None
    readers: int
    segments: Segments | None
    counts: Mapping[DeliveryState, int]
    speed: Speed


class Queue(NamedTuple):
    """What needs a hand today; `counts` are of all launches in a state, of which `launches` holds
    the newest. `unknown` counts deliveries by issue."""

    issues: list[Issue]
    launches: Mapping[LaunchState, list[Launch]]
    counts: Mapping[LaunchState, int]
    feeds: list[Feed]
    unknown: Mapping[str, int]
    next_draft: datetime | None


def sheet(sessions: Sessions, clock: Clock, house: House, name: str, editor: Editor) -> Sheet:
    """Raises NotFoundError."""
    now = clock()
    with reading(sessions) as session:
        found = store.issue(session, name)
        pairs = _pairs(session, found)
        held = [pairs[item.comparison] for item in found.items if item.comparison in pairs]
        counts = ledger.counts(session, name)
        return Sheet(
            found,
            {slug: compare(pair, house.publication.language) for slug, pair in pairs.items()},
            findings(found, house.publication, now),
            warned(session, found, house, now, held),
            _objections(found, house, editor),
            since(session, found),
            readers.count_by_state(session).get(SubscriberState.ACTIVE, 0),
            _segments(session, found, held, now),
            counts,
            _speed(session, name, counts, now) if counts else speed_of(0, 0),
        )


def _segments(
    session: Session, issue: Issue, pairs: Sequence[Pair], now: datetime
) -> Segments | None:
    if issue.state is not IssueState.REVIEW or issue.rendering is None:
        return None
    return segments(readers.choices(session, now), offer_of(issue.kind, issue.rendering, pairs))


def _pairs(session: Session, issue: Issue) -> dict[str, Pair]:
    slugs = [item.comparison for item in (*issue.items, *issue.tray)]
    return {pair.slug: pair for pair in comparison_store.pairs(session, slugs)}


def speed(session: Session, name: str, now: datetime) -> Speed:
    """How fast an issue goes out, by its last minute."""
    return _speed(session, name, ledger.counts(session, name), now)


def _speed(
    session: Session, name: str, counts: Mapping[DeliveryState, int], now: datetime
) -> Speed:
    waiting = sum(counts.get(state, 0) for state in ledger.UNSETTLED)
    return speed_of(ledger.sent_since(session, name, now - A_MINUTE), waiting)


def queue(sessions: Sessions) -> Queue:
    with reading(sessions) as session:
        scheduled = runs.schedule(session, "draft")
        return Queue(
            store.shown(session, OPEN, MOST),
            {state: launch_store.newest(session, state, MOST) for state in WAITING},
            launch_store.counts(session),
            [feed for feed in launch_store.feeds(session) if feed.failure or feed.notice],
            ledger.unknown(session),
            scheduled[1] if scheduled else None,
        )


def progress(sessions: Sessions, name: str) -> tuple[Issue, Mapping[DeliveryState, int]]:
    """An issue, and its deliveries by state. Raises NotFoundError."""
    with reading(sessions) as session:
        return store.issue(session, name), ledger.counts(session, name)


def issue(sessions: Sessions, name: str) -> Issue:
    """Raises NotFoundError."""
    with reading(sessions) as session:
        return store.issue(session, name)


def archive(sessions: Sessions, page: int) -> list[Issue]:
    """A page of all issues, newest first, with one more if another page follows."""
    with reading(sessions) as session:
        return store.shown(session, list(IssueState), PER_PAGE + 1, (page - 1) * PER_PAGE)


def _objections(issue: Issue, house: House, editor: Editor) -> dict[str, tuple[str, ...]]:
    who = rules.Act(editor=editor, approvers=house.approvers, minimum=house.minimum)
    return {act: rules.objections(issue, who, against) for act, against in RULES.items()}
