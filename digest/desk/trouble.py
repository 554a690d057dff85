"""Tell the editors what needs their hand."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from db.engine import Sessions, reading
from db.store import clock as runs
from db.store import deliveries, editors, invitations, issues, launches
from digest.issues.rendering import Templates, render_letter
from digest.issues.words import plain
from digest.model import (
    DeliveryState,
    Feed,
    IssueState,
    Message,
    Publication,
    Receipt,
    Rendering,
    Sent,
)
from digest.ports import Clock, Post
from digest.readers import limits
from digest.readers.addressing import letter
from sources import polling

log = logging.getLogger(__name__)


class Pen(NamedTuple):
    """What writing to the editors needs besides the database."""

    clock: Clock
    post: Post
    publication: Publication
    templates: Templates


def tell_of_feeds(sessions: Sessions, pen: Pen) -> list[Feed]:
    """Mail those who publish about feeds that have failed for days, once each time; which."""
    now = pen.clock()
    with reading(sessions) as session:
        failing = [feed for feed in launches.feeds(session) if polling.should_tell(feed, now)]
        to = publishers(session)
    if failing and to:
        tell(pen, to, "feed-in-trouble", {"feeds": plain(tuple(failing))})
        with sessions.begin() as session:
            launches.tell_of(session, [feed.id for feed in failing], now)
    return failing


def tell_of_sign_ups(sessions: Sessions, pen: Pen) -> bool:
    """Mail those who publish that so few sign-ups are confirmed that the form must be abused, once
    a day while it lasts; whether it was done now."""
    now = pen.clock()
    with sessions.begin() as session:
        before = now - limits.TIME_TO_ANSWER
        asked, confirmed = invitations.answers(session, before, limits.JUDGED)
        to = publishers(session)
        if not to or not limits.is_broken(asked, confirmed):
            return False
        if runs.begin_run(session, "alarm", f"sign-ups {now:%Y-%m-%d}", now) is None:
            return False
    tell(pen, to, "sign-ups-in-trouble", {"asked": asked, "confirmed": confirmed})
    return True


def tell_of_pause(sessions: Sessions, pen: Pen, name: str, reason: str) -> None:
    """Mail those who publish that an issue stopped on its way, or did not go out at all. If mail
    does not leave just now, the log and the issue itself still tell."""
    with reading(sessions) as session:
        to, issue = publishers(session), issues.issue(session, name)
        counts = deliveries.counts(session, name)
    letter = "issue-paused" if issue.state is IssueState.PAUSED else "issue-held"
    values = {
        "issue": {"id": name},
        "reason": plain(reason),
        "reasons": (plain(reason),),
        "sent": counts.get(DeliveryState.SENT, 0),
        "waiting": counts.get(DeliveryState.QUEUED, 0),
        "review_url": f"{pen.publication.base_url}/editor/issues/{name}",
    }
    for receipt in tell(pen, to, letter, values):
        if not isinstance(receipt, Sent):
            log.error("an editor could not be told that %s stopped: %s", name, receipt.reason)


def publishers(session: Session) -> list[str]:
    """The addresses of the editors who publish."""
    return [editor.email for editor in editors.editors(session) if editor.may_publish]


def tell(pen: Pen, to: Iterable[str], name: str, values: Mapping[str, object]) -> Sequence[Receipt]:
    """Mail the letter `email/<name>` to these addresses."""
    rendering = render_letter(name, values, pen.publication, pen.templates)
    return pen.post([_letter(pen, rendering, name, email) for email in to])


def _letter(pen: Pen, rendering: Rendering, name: str, email: str) -> Message:
    now = pen.clock()
    known_as = f"{name}.{int(now.timestamp()):x}.{email.replace('@', '.')}"
    data = letter(rendering, pen.publication, to=email, message_id=known_as, dated=now)
    return Message(0, email, data)
