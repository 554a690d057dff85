"""Submit, approve, send back: how an issue comes to be sent, byte for byte as it was looked at."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from db.engine import Sessions, reading
from db.store import approvals as approval_store
from db.store import comparisons, editors, readers
from db.store import issues as store
from db.store.webhooks import raise_event
from digest.desk.issues import House, findings, move, moved
from digest.desk.trouble import Pen, publishers, tell
from digest.errors import NotAllowedError, StaleRenderingError
from digest.issues import differences, rules
from digest.issues.deadlines import goes_out
from digest.issues.editing import fields
from digest.issues.words import plain, plain_text
from digest.model import Approval, Editor, Event, Issue, IssueState, Pair, SubscriberState
from digest.ports import Clock

RULES = {"submit": rules.SUBMIT, "approve": rules.APPROVE}


def submit(sessions: Sessions, pen: Pen, house: House, name: str, email: str) -> Issue:
    """Hand a draft in for review, and ask those who publish to look at it; once more changes
    nothing. Raises NotAllowedError with every objection."""
    now = pen.clock()
    with sessions.begin() as session:
        issue, editor = store.locked_issue(session, name), editors.editor(session, email)
        if issue.state is IssueState.REVIEW and issue.submitted_by == editor.email:
            return issue
        _require(issue, "submit", house, editor, now)
        move(session, pen.clock, issue, IssueState.REVIEW, submitted_by=editor.email, reason="")
        told = moved(issue, IssueState.REVIEW) | {"fingerprint": _fingerprint(issue)}
        editors.note(session, editor.email, "submit", name, now, **told)
        issue = store.issue(session, name)
        to = [address for address in publishers(session) if address != editor.email]
        asked = _question(session, pen, house, issue)
    if to:
        tell(pen, to, "approval-needed", asked)
    return issue


def approve(
    sessions: Sessions, clock: Clock, house: House, name: str, email: str, fingerprint: str = ""
) -> Issue:
    """Approve the bytes the editor saw, named by their fingerprint (the current ones if none is
    named), and keep them whole; once more changes nothing. Raises StaleRenderingError when they
    changed, NotAllowedError with every objection."""
    now = clock()
    with sessions.begin() as session:
        issue, editor = store.locked_issue(session, name), editors.editor(session, email)
        current = _fingerprint(issue)
        if fingerprint and fingerprint.lower() != current:
            raise StaleRenderingError(name, fingerprint, current)
        if issue.state is IssueState.APPROVED and issue.approved_by == editor.email:
            return issue
        _require(issue, "approve", house, editor, now)
        _keep_approval(session, clock, issue, editor.email)
        return store.issue(session, name)


def send_back(sessions: Sessions, pen: Pen, name: str, email: str, reason: str) -> Issue:
    """Give an issue that waits for review or for its sending back, and mail its writer why."""
    why, now = plain_text(reason), pen.clock()
    if not why:
        raise NotAllowedError(f"send {name} back", ("the writer needs to know the reason",))
    with sessions.begin() as session:
        who = editors.editor(session, email).email
        issue = store.locked_issue(session, name)
        if issue.state not in (IssueState.REVIEW, IssueState.APPROVED):
            raise NotAllowedError(f"send {name} back", (f"it is {issue.state.value}",))
        void(session, issue, who, f"sent back: {why}", now)
        move(session, pen.clock, issue, IssueState.DRAFT, reason=why, **store.UNAPPROVED)
        states = moved(issue, IssueState.DRAFT)
        editors.note(session, who, "send-back", name, now, reason=why, **states)
        team = {editor.email for editor in editors.editors(session)}
        sent_back = store.issue(session, name)
    writer = {issue.submitted_by} & team - {who}
    if writer:
        told = {"issue": sent_back, "editor": who, "reason": why, "review_url": _page(pen, name)}
        tell(pen, writer, "sent-back", _plain(told))
    return sent_back


def void(session: Session, issue: Issue, who: str, reason: str, now: datetime) -> None:
    """Say that the issue's approval, if it has one, no longer holds."""
    if issue.state is IssueState.APPROVED:
        approval_store.void_approvals(session, issue.id, f"{who}: {reason}", now)


def warned(
    session: Session,
    issue: Issue,
    house: House,
    now: datetime,
    pairs: Sequence[Pair] | None = None,
) -> tuple[str, ...]:
    """What its editors should know of an issue, by the rules that keep nothing back; `pairs` are
    those it holds, where they are at hand."""
    slugs = [item.comparison for item in issue.items]
    context = rules.Context(
        pairs=comparisons.pairs(session, slugs) if pairs is None else pairs,
        sent=store.last_sent(session, slugs, issue.id),
        now=now,
        minimum=house.minimum,
    )
    return rules.warnings(issue, context)


class Since(NamedTuple):
    """What became of an issue since it was last approved; `changes` and `lines` are empty where
    every byte is as it was."""

    approval: Approval
    changes: tuple[differences.Change, ...]
    lines: tuple[differences.Line, ...]
    same: bool


def since_approval(sessions: Sessions, name: str) -> Since | None:
    """The last approval of an issue and the differences to it; None where there was none."""
    with reading(sessions) as session:
        return since(session, store.issue(session, name))


def since(session: Session, issue: Issue) -> Since | None:
    given = approval_store.approvals(session, issue.id)
    if not given:
        return None
    last, now = given[0], issue.rendering
    before, after = last.rendering.text, now.text if now else ""
    return Since(
        last,
        differences.changes(last.fields, fields(issue)),
        differences.around(differences.lines(before, after)),
        same=now is not None and now.fingerprint == last.rendering.fingerprint,
    )


def _keep_approval(session: Session, clock: Clock, issue: Issue, who: str) -> None:
    now, current = clock(), _fingerprint(issue)
    assert issue.rendering
    given: dict[str, object] = {
        "approved_by": who,
        "approved_fingerprint": current,
        "approved_at": now,
    }
    given |= {"send_at": goes_out(issue, now), "held": "", "held_at": None}
    move(session, clock, issue, IssueState.APPROVED, **given)
    approval_store.keep_approval(session, issue.id, who, issue.rendering, now)
    said = {"issue": issue.id, "subject": issue.subject, "fingerprint": current}
    raise_event(session, Event.ISSUE_APPROVED, said, now)
    told = moved(issue, IssueState.APPROVED) | {"fingerprint": current}
    act = approval_store.APPROVE
    editors.note(session, who, act, issue.id, now, fields=fields(issue), **told)


def _question(session: Session, pen: Pen, house: House, issue: Issue) -> dict[str, object]:
    """What the mail says that asks for an approval."""
    active = readers.count_by_state(session).get(SubscriberState.ACTIVE, 0)
    found = findings(issue, house.publication, pen.clock())
    said = warned(session, issue, house, pen.clock())
    said += tuple(str(finding) for finding in found if finding.level == "warn")
    asked = {"issue": issue, "readers": active, "warnings": said}
    return _plain(asked | {"review_url": _page(pen, issue.id)})


def _plain(values: dict[str, object]) -> dict[str, object]:
    return {name: plain(value) for name, value in values.items()}


def _page(pen: Pen, name: str) -> str:
    return f"{pen.publication.base_url}/editor/issues/{name}"


def _require(issue: Issue, act: str, house: House, editor: Editor, now: datetime) -> None:
    """Raise NotAllowedError with every objection."""
    who = rules.Act(editor=editor, approvers=house.approvers, minimum=house.minimum)
    objections = rules.objections(issue, who, RULES[act])
    found = findings(issue, house.publication, now)
    objections += tuple(str(finding) for finding in found if finding.level == "block")
    if objections:
        raise NotAllowedError(f"{act} {issue.id}", objections)


def _fingerprint(issue: Issue) -> str:
    return issue.rendering.fingerprint if issue.rendering else ""
