"""Let an approved issue go, stop one, and what is wrong with one."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from db.engine import Sessions
from db.store import audience, deliveries, editors
from db.store import issues as store
from digest.errors import NotAllowedError
from digest.issues import preflight, rules
from digest.issues.preflight import Finding
from digest.model import DeliveryState, Issue, IssueState, Publication
from digest.ports import Clock
from digest.readers.addressing import sample
from digest.readers.links import Tokens

SAMPLE = Tokens("sample", "sample", "sample")
SETTLES_BY_ITSELF = timedelta(minutes=30)  # SES may still tell what became of a message
NOTHING_UNKNOWN = "no delivery has been unknown for half an hour"
COMMAND_LINE = "command line"
UNDER_WAY = (IssueState.SENDING, IssueState.PAUSED)
CANCELLED_FROM = (IssueState.DRAFT, IssueState.REVIEW, IssueState.APPROVED, *UNDER_WAY)


class House(NamedTuple):
    """The rules of the house an issue is approved under."""

    publication: Publication
    approvers: int = 1
    minimum: int = 1


def send_now(sessions: Sessions, clock: Clock, name: str, who: str = COMMAND_LINE) -> Issue:
    """Let an approved issue go without waiting for the end of its undo."""
    with sessions.begin() as session:
        issue = store.issue(session, name)
        if issue.state is IssueState.APPROVED:
            move(session, clock, issue, IssueState.APPROVED, send_at=clock())
            due = issue.send_at.isoformat() if issue.send_at else None
            editors.note(session, who, "send-now", name, clock(), before=due, after="now")
        return issue


def cancel(sessions: Sessions, clock: Clock, name: str, who: str = COMMAND_LINE) -> int:
    """Stop an issue for good; how many readers will not get it who would have."""
    with sessions.begin() as session:
        issue = store.issue(session, name)
        if issue.state not in CANCELLED_FROM:
            raise NotAllowedError(f"cancel {name}", (f"it is {issue.state.value}",))
        ahead = audience.still_to_queue(session, name)
        move(session, clock, issue, IssueState.CANCELLED)
        editors.note(session, who, "cancel", name, clock(), **moved(issue, IssueState.CANCELLED))
        return ahead + deliveries.cancel_unsent(session, name, clock())


def pause(sessions: Sessions, clock: Clock, name: str, who: str = COMMAND_LINE) -> Issue:
    """Stop an issue on its way, until somebody resumes it: what is on the wire still arrives."""
    with sessions.begin() as session:
        issue = store.locked_issue(session, name)
        if issue.state is not IssueState.SENDING:
            raise NotAllowedError(f"pause {name}", (f"it is {issue.state.value}",))
        move(session, clock, issue, IssueState.PAUSED, reason=f"{who} paused it", resume_at=None)
        editors.note(session, who, "pause", name, clock(), **moved(issue, IssueState.PAUSED))
        return store.issue(session, name)


def resume(sessions: Sessions, clock: Clock, name: str, who: str = COMMAND_LINE) -> Issue:
    """Let a paused issue go on, if its approval still holds."""
    with sessions.begin() as session:
        issue = store.locked_issue(session, name)
        why = [] if issue.state is IssueState.PAUSED else [f"it is {issue.state.value}"]
        lapsed = rules.lapsed(issue, editors.find_editor(session, issue.approved_by))
        if why or lapsed:
            raise NotAllowedError(f"resume {name}", tuple(why) or (lapsed,))
        move(session, clock, issue, IssueState.SENDING, reason="", resume_at=None)
        states = moved(issue, IssueState.SENDING)
        editors.note(session, who, "resume", name, clock(), paused=issue.reason, **states)
        return store.issue(session, name)


def resolve(sessions: Sessions, clock: Clock, name: str, email: str, *, resend: bool) -> int:
    """Decide on the deliveries of which nobody knows whether they left: send them again, or give
    them up. Those of the last half hour wait for what SES may still say of them; how many others
    there were."""
    now = clock()
    to, reason = (
        (DeliveryState.QUEUED, "") if resend else (DeliveryState.FAILED, "given up: nobody knows")
    )
    with sessions.begin() as session:
        who = editors.editor(session, email).email
        issue = store.locked_issue(session, name)
        if issue.state not in (*UNDER_WAY, IssueState.SENT):
            raise NotAllowedError(f"resolve {name}", (f"it is {issue.state.value}",))
        count = deliveries.decide(session, name, to, reason, now - SETTLES_BY_ITSELF, now)
        if count == 0:
            raise NotAllowedError(f"resolve {name}", (NOTHING_UNKNOWN,))
        if resend and issue.state is IssueState.SENT:
            move(session, clock, issue, IssueState.SENDING)
        editors.note(session, who, "resolve", name, now, resend=resend, deliveries=count)
    return count


def findings(issue: Issue, publication: Publication, now: datetime) -> tuple[Finding, ...]:
    """What preflight says of an issue's mail, and of a message made of it."""
    if issue.rendering is None:
        return ()
    message = sample(issue, issue.rendering, publication, SAMPLE, now)
    return preflight.findings(issue.rendering, publication, message.data)


def moved(issue: Issue, to: IssueState) -> dict[str, str]:
    """What the record says of a change of state."""
    return {"before": issue.state.value, "after": to.value}


def move(session: Session, clock: Clock, issue: Issue, to: IssueState, **values: object) -> None:
    """Change the issue's state; raises NotAllowedError when another hand was faster."""
    if not store.move(session, issue.id, [issue.state], to, clock(), **values):
        raise NotAllowedError(f"change {issue.id}", ("someone else just did",))
