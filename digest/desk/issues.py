"""Submit, approve, send back, cancel: how an issue comes to be sent, or not."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from db.engine import Sessions
from db.store import deliveries, editors
from db.store import issues as store
from digest.errors import NotAllowedError, StaleRenderingError
from digest.issues import preflight, rules
from digest.issues.preflight import Finding
from digest.issues.rules import Act
from digest.model import Issue, IssueState, Publication
from digest.ports import Clock
from digest.readers.addressing import sample
from digest.readers.links import Tokens

SAMPLE = Tokens("sample", "sample", "sample")
UNDO = timedelta(minutes=10)  # between approval and the first message
CANCELLED_FROM = (
    IssueState.DRAFT,
    IssueState.REVIEW,
    IssueState.APPROVED,
    IssueState.SENDING,
    IssueState.PAUSED,
)


class House(NamedTuple):
    """The rules of the house an issue is approved under."""

    publication: Publication
    approvers: int = 1
    minimum: int = 1


def submit(sessions: Sessions, clock: Clock, house: House, name: str, email: str) -> Issue:
    """Hand a draft in for review; raises NotAllowedError with every objection."""
    with sessions.begin() as session:
        issue = store.issue(session, name)
        who = _require(session, issue, "submit", house, email, clock())
        _move(session, clock, issue, IssueState.REVIEW, submitted_by=who)
        editors.note(session, who, "submit", name, clock(), fingerprint=_fingerprint(issue))
        return store.issue(session, name)


def approve(
    sessions: Sessions, clock: Clock, house: House, name: str, email: str, fingerprint: str = ""
) -> Issue:
    """Approve the bytes the editor saw, named by their fingerprint (the current ones if none is
    named). Raises StaleRenderingError when they changed, NotAllowedError with every objection."""
    now = clock()
    with sessions.begin() as session:
        issue = store.issue(session, name)
        current = _fingerprint(issue)
        if fingerprint and fingerprint.lower() != current:
            raise StaleRenderingError(name, fingerprint, current)
        who = _require(session, issue, "approve", house, email, now)
        _move(
            session,
            clock,
            issue,
            IssueState.APPROVED,
            approved_by=who,
            approved_fingerprint=current,
            approved_at=now,
            send_at=now + UNDO,
        )
        editors.note(session, who, "approve", name, now, fingerprint=current)
        return store.issue(session, name)


def send_back(sessions: Sessions, clock: Clock, name: str, email: str, reason: str) -> Issue:
    """Give an issue that waits for review or for its sending back to its writer, with a reason."""
    if not reason.strip():
        raise NotAllowedError(f"send {name} back", ("the writer needs to know the reason",))
    with sessions.begin() as session:
        who = editors.editor(session, email).email
        issue = store.issue(session, name)
        if issue.state not in (IssueState.REVIEW, IssueState.APPROVED):
            raise NotAllowedError(f"send {name} back", (f"it is {issue.state.value}",))
        _move(session, clock, issue, IssueState.DRAFT, reason=reason.strip(), **UNAPPROVED)
        editors.note(session, who, "send-back", name, clock(), reason=reason.strip())
        return store.issue(session, name)


def send_now(sessions: Sessions, clock: Clock, name: str) -> Issue:
    """Let an approved issue go without waiting for the end of its undo."""
    with sessions.begin() as session:
        issue = store.issue(session, name)
        if issue.state is IssueState.APPROVED:
            _move(session, clock, issue, IssueState.APPROVED, send_at=clock())
        return issue


def cancel(sessions: Sessions, clock: Clock, name: str) -> int:
    """Stop an issue for good; how many readers will not get it who would have."""
    with sessions.begin() as session:
        issue = store.issue(session, name)
        if issue.state not in CANCELLED_FROM:
            raise NotAllowedError(f"cancel {name}", (f"it is {issue.state.value}",))
        _move(session, clock, issue, IssueState.CANCELLED)
        editors.note(session, "command line", "cancel", name, clock())
        return deliveries.cancel_unsent(session, name, clock())


UNAPPROVED = {"approved_by": "", "approved_fingerprint": "", "approved_at": None, "send_at": None}
RULES = {"submit": rules.SUBMIT, "approve": rules.APPROVE}


def findings(issue: Issue, publication: Publication, now: datetime) -> tuple[Finding, ...]:
    """What preflight says of an issue's mail, and of a message made of it."""
    if issue.rendering is None:
        return ()
    message = sample(issue, issue.rendering, publication, SAMPLE, now)
    return preflight.findings(issue.rendering, publication, message.data)


def _require(
    session: Session, issue: Issue, act: str, house: House, email: str, now: datetime
) -> str:
    """Raise NotAllowedError with every objection; the editor's address as the team knows it."""
    editor = editors.editor(session, email)
    who = Act(editor=editor, approvers=house.approvers, minimum=house.minimum)
    objections = rules.objections(issue, who, RULES[act])
    found = findings(issue, house.publication, now)
    objections += tuple(str(finding) for finding in found if finding.level == "block")
    if objections:
        raise NotAllowedError(f"{act} {issue.id}", objections)
    return editor.email


def _move(session: Session, clock: Clock, issue: Issue, to: IssueState, **values: object) -> None:
    if not store.move(session, issue.id, [issue.state], to, clock(), **values):
        raise NotAllowedError(f"change {issue.id}", ("someone else just did",))


def _fingerprint(issue: Issue) -> str:
    return issue.rendering.fingerprint if issue.rendering else ""
