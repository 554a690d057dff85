"""Send an approved issue: each reader once, whatever breaks on the way.

The ledger in the database is the truth. A chunk of deliveries is leased (safe to queue again when
the lease runs out), then marked `sending` in micro-batches that are committed before the
transport is called. So a process that dies leaves in doubt what was on its way, and no more, and
doubt is never mailed again blindly.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from db.engine import Sessions, reading
from db.store import approvals, editors, readers
from db.store import comparisons as comparison_store
from db.store import deliveries as ledger
from db.store import issues as store
from db.store.webhooks import raise_event
from digest.errors import NotAllowedError
from digest.issues import rules
from digest.jobs.batches import Office, way_of
from digest.jobs.circuit import Circuit, Ends, Trouble
from digest.jobs.flight import Flight
from digest.jobs.leasing import Leasing
from digest.model import (
    DeliveryState,
    Event,
    Issue,
    IssueState,
    Rendering,
    SubscriberState,
)
from digest.ports import Clock
from digest.readers.audience import Offer, offer_of

GOING_ON = (IssueState.SENDING, IssueState.PAUSED)
SENDABLE = (IssueState.APPROVED, *GOING_ON)
GOES_ON: Mapping[str, Any] = {"reason": "", "resume_at": None}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an issue has come: deliveries by state, and why no further."""

    issue: str
    counts: dict[DeliveryState, int]
    why: str = ""  # the run ended although some wait

    @property
    def done(self) -> int:
        return sum(self.counts.values()) - self.waiting

    @property
    def waiting(self) -> int:
        return sum(self.counts.get(state, 0) for state in ledger.UNSETTLED)


def send(
    sessions: Sessions,
    office: Office,
    name: str,
    *,
    tell: Callable[[int], None] = lambda _: None,
) -> Progress:
    """Send an approved issue whose time has come, or go on with one that is being sent. `tell`
    hears how many deliveries were settled, again and again.

    Returns when no delivery waits. Raises NotAllowedError when the issue may not be sent.
    """
    issue = _begin(sessions, office, name)
    assert issue.rendering
    offer = _offer(sessions, issue, issue.rendering)
    way = way_of(office, issue, issue.rendering)
    flight = Flight(sessions, office, way, Circuit(paced=office.pace is not None), tell)
    tell(progress(sessions, name).done)
    # What comes back unsent is leased again, once nothing is on its way any more.
    lease = Leasing(sessions, office, issue, offer, way.sizes)
    while leased := lease():
        with lease.from_there(leased) as chunks:
            trouble = flight(chunks)
        if trouble:
            return _interrupted(sessions, office, name, trouble)
    return _finish(sessions, office.clock, name)


def due(sessions: Sessions, clock: Clock) -> list[str]:
    """Issues to send now: approved and past their undo, or already on their way."""
    with reading(sessions) as session:
        return store.due(session, clock())


def readers_waiting(sessions: Sessions) -> int:
    """How many active readers there are: about how many an issue will go to."""
    with reading(sessions) as session:
        return readers.count_by_state(session).get(SubscriberState.ACTIVE, 0)


def progress(sessions: Sessions, name: str) -> Progress:
    with reading(sessions) as session:
        return Progress(name, ledger.counts(session, name))


def _begin(sessions: Sessions, office: Office, name: str) -> Issue:
    """The issue, being sent from now on. An approval that no longer holds is taken back, and that
    stays so when this raises NotAllowedError."""
    clock, lapsed = office.clock, ""
    with sessions.begin() as session:
        issue = store.locked_issue(session, name)
        objections = _objections(issue, clock)
        if issue.state is IssueState.APPROVED and not objections:
            objections, lapsed = _take_up(session, clock, issue)
        if issue.state is IssueState.PAUSED and not objections:
            store.move(session, name, [issue.state], IssueState.SENDING, clock(), **GOES_ON)
    if lapsed:
        office.alarm(name, lapsed)
    if objections:
        raise NotAllowedError(f"send {name}", objections)
    return issue


def _take_up(session: Session, clock: Clock, issue: Issue) -> tuple[tuple[str, ...], str]:
    """Move an approved issue on, or back to where it waits for another approval: what keeps it from
    being sent, and why its approval no longer holds."""
    now, approver = clock(), editors.find_editor(session, issue.approved_by)
    why = rules.lapsed(issue, approver, now)
    if not why:
        won = store.move(session, issue.id, [IssueState.APPROVED], IssueState.SENDING, now)
        return (() if won else ("someone else just changed it",)), ""
    approvals.void_approvals(session, issue.id, why, now)
    back = {**store.UNAPPROVED, "reason": why, "held": why, "held_at": now}
    store.move(session, issue.id, [IssueState.APPROVED], IssueState.REVIEW, now, **back)
    editors.note(session, "the sender", "void", issue.id, now, reason=why)
    return (f"{why}; it waits for another approval",), why


def _objections(issue: Issue, clock: Clock) -> tuple[str, ...]:
    if issue.state is IssueState.PAUSED and not _goes_on(issue, clock()):
        return (f"it is paused: {issue.reason or 'somebody paused it'}; `digest resume` goes on",)
    if issue.state not in SENDABLE:
        return (f"it is {issue.state.value}, and only an approved issue is sent",)
    if issue.state is IssueState.APPROVED and issue.send_at and issue.send_at > clock():
        at = issue.send_at.strftime("%H:%M:%S UTC")
        return (f"it can still be undone until {at}; `--now` does not wait",)
    if issue.state in GOING_ON and fingerprint(issue) != issue.approved_fingerprint:
        return ("its rendering is not the one that was approved",)
    return ()


def _goes_on(issue: Issue, now: datetime) -> bool:
    return issue.resume_at is not None and issue.resume_at <= now


def fingerprint(issue: Issue) -> str:
    return issue.rendering.fingerprint if issue.rendering else ""


def _offer(sessions: Sessions, issue: Issue, rendering: Rendering) -> Offer:
    with reading(sessions) as session:
        pairs = comparison_store.pairs(session, [item.comparison for item in issue.items])
    return offer_of(issue.kind, rendering, pairs)


def _interrupted(sessions: Sessions, office: Office, name: str, trouble: Trouble) -> Progress:
    """End the run; pause the issue if the next one would fare no better, and tell the editors."""
    if trouble.ends is Ends.ISSUE:
        with sessions.begin() as session:
            now, until = office.clock(), trouble.until
            values = {"reason": trouble.reason, "resume_at": until}
            paused = store.move(
                session, name, [IssueState.SENDING], IssueState.PAUSED, now, **values
            )
            if paused:
                editors.note(session, "the sender", "pause", name, now, reason=trouble.reason)
        if paused:
            office.alarm(name, trouble.reason)
    return replace(progress(sessions, name), why=trouble.reason)


def _finish(sessions: Sessions, clock: Clock, name: str) -> Progress:
    """Call the issue sent when nothing waits; another sender may still hold some."""
    with sessions.begin() as session:
        counts = ledger.counts(session, name)
        now = clock()
        if not any(counts.get(state) for state in ledger.UNSETTLED):
            come_from = [IssueState.SENDING]
            if store.move(session, name, come_from, IssueState.SENT, now, sent_at=now):
                told = {state.value: count for state, count in counts.items()}
                said = {"issue": name, "deliveries": told}
                raise_event(session, Event.ISSUE_SENT, said, now)
    return Progress(name, counts)
