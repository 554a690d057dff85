"""Tell the editors what needs their hand."""

from typing import NamedTuple

from db.engine import Sessions, reading
from db.store import editors, launches
from digest.issues.rendering import Templates, render_letter
from digest.issues.words import plain
from digest.model import Feed, Message, Publication
from digest.ports import Clock, Post
from digest.readers.addressing import letter
from sources import polling


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
        to = [editor.email for editor in editors.editors(session) if editor.may_publish]
    if failing and to:
        pen.post([_letter(pen, failing, email) for email in to])
        with sessions.begin() as session:
            launches.tell_of(session, [feed.id for feed in failing], now)
    return failing


def _letter(pen: Pen, failing: list[Feed], email: str) -> Message:
    now = pen.clock()
    values = {"feeds": plain(tuple(failing))}
    rendering = render_letter("feed-in-trouble", values, pen.publication, pen.templates)
    known_as = f"feeds.{int(now.timestamp()):x}.{email.replace('@', '.')}"
    data = letter(rendering, pen.publication, to=email, message_id=known_as, dated=now)
    return Message(0, email, data)
