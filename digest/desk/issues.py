"""Let an approved issue go, stop one, and what is wrong with one."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from db.engine import Sessions
from db.store import deliveries, editors
from db.store import issues as store
from digest.errors import NotAllowedError
from digest.issues import preflight
from digest.issues.preflight import Finding
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


def send_now(sessions: Sessions, clock: Clock, name: str) -> Issue:
    """Let an approved issue go without waiting for the end of its undo."""
    with sessions.begin() as session:
        issue = store.issue(session, name)
        if issue.state is IssueState.APPROVED:
            move(session, clock, issue, IssueState.APPROVED, send_at=clock())
        return issue


def cancel(sessions: Sessions, clock: Clock, name: str) -> int:
    """Stop an issue for good; how many readers will not get it who would have."""
    with sessions.begin() as session:
        issue = store.issue(session, name)
        if issue.state not in CANCELLED_FROM:
            raise NotAllowedError(f"cancel {name}", (f"it is {issue.state.value}",))
        move(session, clock, issue, IssueState.CANCELLED)
        editors.note(session, "command line", "cancel", name, clock())
        return deliveries.cancel_unsent(session, name, clock())


def findings(issue: Issue, publication: Publication, now: datetime) -> tuple[Finding, ...]:
    """What preflight says of an issue's mail, and of a message made of it."""
    if issue.rendering is None:
        return ()
    message = sample(issue, issue.rendering, publication, SAMPLE, now)
    return preflight.findings(issue.rendering, publication, message.data)


def move(session: Session, clock: Clock, issue: Issue, to: IssueState, **values: object) -> None:
    """Change the issue's state; raises NotAllowedError when another hand was faster."""
    if not store.move(session, issue.id, [issue.state], to, clock(), **values):
        raise NotAllowedError(f"change {issue.id}", ("someone else just did",))
