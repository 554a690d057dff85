"""No approval, no sending: an issue whose time comes without one is held, and before that those who
can do something about it are reminded."""

import logging
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.engine import Sessions
from db.store import editors
from db.store import issues as store
from digest.desk.trouble import Pen, publishers, tell, tell_of_pause
from digest.issues.deadlines import UNAPPROVED, wants_reminder, why_held
from digest.issues.words import plain
from digest.model import Issue, IssueState, Sent

log = logging.getLogger(__name__)
CLOCK = "the clock"
AT_ONCE = timedelta()


def hold_late(sessions: Sessions, pen: Pen, grace: timedelta = AT_ONCE) -> list[str]:
    """Hold the issues whose time came, `grace` ago or longer, and tell those who publish once;
    which. Approving one afterwards sends it after the ten minutes of undo."""
    now, held = pen.clock(), []
    with sessions.begin() as session:
        for issue in store.planned(session, UNAPPROVED):
            if why := why_held(issue, now - grace):
                store.mark(session, issue.id, held=why, held_at=now)
                editors.note(session, CLOCK, "hold", issue.id, now, reason=why)
                held.append((issue.id, why))
    for name, why in held:
        tell_of_pause(sessions, pen, name, why)
    return [name for name, _ in held]


def remind(sessions: Sessions, pen: Pen) -> list[str]:
    """Remind of the issues whose time is near: the team while nobody has handed one in, then those
    who publish; of which. Noted first, so that nobody is told twice."""
    now = pen.clock()
    with sessions.begin() as session:
        near = [one for one in store.planned(session, UNAPPROVED) if wants_reminder(one, now)]
        for issue in near:
            store.mark(session, issue.id, reminded_at=now)
        told = [(issue, _whom(session, issue)) for issue in near]
    for issue, to in told:
        _tell(pen, issue, to, now)
    return [issue.id for issue in near]


def _whom(session: Session, issue: Issue) -> list[str]:
    if issue.state is IssueState.REVIEW:
        return publishers(session)
    return [editor.email for editor in editors.editors(session)]


def _tell(pen: Pen, issue: Issue, to: list[str], now: datetime) -> None:
    assert issue.planned_at
    values = {
        "issue": plain(issue),
        "hours": max(1, round((issue.planned_at - now) / timedelta(hours=1))),
        "review_url": f"{pen.publication.base_url}/editor/issues/{issue.id}",
    }
    for receipt in tell(pen, to, "deadline", values):
        if not isinstance(receipt, Sent):
            log.error("an editor could not be reminded of %s: %s", issue.id, receipt.reason)
