"""Editors sign in without a password: by a link that is mailed to them, once each.

Whoever types an address in is answered before anything is looked up: neither what the page says
nor how long it takes tells who is an editor. A mail is due to an editor alone, three times in a
quarter of an hour, and twenty times an hour to what one network asks for. Only mails are counted
and noted, so that no number of attempts fills the database.
"""

import logging
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import quote

from sqlalchemy.orm import Session

from db.engine import Sessions, reading
from db.store import audit, editors
from db.store import sessions as store
from digest.desk.trouble import Pen
from digest.errors import InputError
from digest.issues.rendering import render_letter
from digest.model import Editor, EditorSession, Message, Origin, Sent
from digest.ports import Clock
from digest.readers.addresses import address
from digest.readers.addressing import letter
from digest.readers.limits import HOUR, Limit
from digest.readers.links import LONGEST, token_hash
from digest.readers.networks import network_of

log = logging.getLogger(__name__)

DESK = "/editor"
LINK_WORKS_FOR = timedelta(minutes=15)
MAILS_TO_ONE = 3  # while their links work
MAILS_FROM_ONE_NETWORK = Limit(20, HOUR)
IDLE, LONGEST_SESSION = timedelta(hours=12), timedelta(days=14)
SEEN_EVERY = timedelta(minutes=1)  # a session is written down as seen no more often
MAILED = "mail sign-in link"  # the act that the limit of a network counts


class Visitor(NamedTuple):
    """Who is at the desk, and in which session."""

    editor: Editor
    session: EditorSession


# --- asking for a link ---------------------------------------------------------------------


def ask(sessions: Sessions, pen: Pen, typed: str, origin: Origin, onward: str = DESK) -> None:
    """Mail a link to the editor of that address, if there is one and the limits allow. It leads
    `onward`, a path of the desk."""
    try:
        email = address(typed).key
    except InputError:
        return  # the page said what it says to all
    with reading(sessions) as session:
        if not _known(session, email):
            return
    token, now = secrets.token_urlsafe(32), pen.clock()
    with sessions.begin() as session:
        if not _link(session, email, token, now, origin):
            return
    (receipt,) = pen.post([_mail(pen, email, token, onward, now)])
    if not isinstance(receipt, Sent):
        log.error("a link to sign in was not mailed: %s", receipt.reason)


def _known(session: Session, email: str) -> bool:
    return any(editor.email == email for editor in editors.editors(session))


def _link(session: Session, email: str, token: str, now: datetime, origin: Origin) -> bool:
    """Keep a link for an editor; False where no mail is due."""
    audit.take_turn(session)  # what is looked up and counted stays true until the link is kept
    network = network_of(origin.ip)
    if not _known(session, email) or not _within_limits(session, email, network, now):
        return False
    editor = editors.editor(session, email)
    store.keep_link(session, editor.id, token_hash(token), now, now + LINK_WORKS_FOR)
    audit.note(session, email, MAILED, network or "desk", now, ip=origin.ip)
    return True


def _within_limits(session: Session, email: str, network: str, now: datetime) -> bool:
    editor = editors.editor(session, email)
    if store.count_links(session, editor.id, now) >= MAILS_TO_ONE:
        return False
    since = now - MAILS_FROM_ONE_NETWORK.within
    asked = audit.count(session, MAILED, network, since) if network else 0
    return asked < MAILS_FROM_ONE_NETWORK.most


def _mail(pen: Pen, email: str, token: str, onward: str, now: datetime) -> Message:
    url = f"{pen.publication.base_url}{DESK}/sign-in/{token}"
    if onward != DESK:
        url += f"?next={quote(onward, safe='')}"
    rendering = render_letter("sign-in", {"sign_in_url": url}, pen.publication, pen.templates)
    known_as = f"sign-in.{secrets.token_hex(8)}"
    data = letter(rendering, pen.publication, to=email, message_id=known_as, dated=now)
    return Message(0, email, data)


# --- coming in and going -------------------------------------------------------------------


def may_enter(sessions: Sessions, clock: Clock, token: str) -> bool:
    """Whether a link would sign somebody in; looking uses nothing up."""
    if len(token) > LONGEST:
        return False
    with reading(sessions) as session:
        return store.works(session, token_hash(token), clock())


def enter(sessions: Sessions, clock: Clock, token: str, origin: Origin) -> str | None:
    """Use a link up, and begin a session: its secret, for a cookie. None if the link is worth
    nothing, or no more."""
    if not may_enter(sessions, clock, token):
        return None
    now = clock()
    with sessions.begin() as session:
        audit.take_turn(session)
        number = store.use_link(session, token_hash(token), now)
        if number is None:
            return None
        return begin(session, editors.editor_by_id(session, number), "mailed link", now, origin)


def begin(session: Session, editor: Editor, by: str, now: datetime, origin: Origin) -> str:
    """Begin a session of an editor, who proved themselves by something; its secret."""
    secret = secrets.token_urlsafe(32)
    store.open_session(session, editor.id, token_hash(secret), origin.agent, origin.ip, now)
    audit.note(session, editor.email, "sign in", "desk", now, ip=origin.ip, by=by)
    return secret


def visitor(sessions: Sessions, clock: Clock, secret: str) -> Visitor | None:
    """Who holds a session's secret, with the role they have at this moment; None for a session
    that is over, revoked, or that of nobody on the team."""
    if not secret or len(secret) > LONGEST:
        return None
    now = clock()
    with reading(sessions) as session:
        found = store.known(session, token_hash(secret))
    if found is None or not is_open(found[1], now):
        return None
    if now - found[1].seen_at >= SEEN_EVERY:
        with sessions.begin() as session:
            store.saw(session, found[1].id, now)
    return Visitor(*found)


def is_open(session: EditorSession, now: datetime) -> bool:
    """Whether a session still lets its browser in."""
    return (
        session.revoked_at is None
        and now - session.seen_at < IDLE
        and now - session.created_at < LONGEST_SESSION
    )


def open_sessions(
    sessions: Sessions, clock: Clock, editor: int | None = None
) -> list[EditorSession]:
    """The sessions that let somebody in, of one editor or of all, the last seen first."""
    now = clock()
    with reading(sessions) as session:
        return store.sessions_since(session, now - LONGEST_SESSION, now - IDLE, editor)


def sign_out(sessions: Sessions, clock: Clock, who: Visitor, origin: Origin) -> None:
    _end(sessions, clock, who, "sign out", who.editor, origin, who.session.id)


def revoke(
    sessions: Sessions, clock: Clock, who: Visitor, origin: Origin, number: int | None = None
) -> int:
    """End one of one's own sessions, or all; how many ended."""
    return _end(sessions, clock, who, "revoke session", who.editor, origin, number)


def revoke_of(sessions: Sessions, clock: Clock, who: Visitor, origin: Origin, editor: int) -> int:
    """End all sessions of somebody on the team; how many ended."""
    with reading(sessions) as session:
        whose = editors.editor_by_id(session, editor)
    return _end(sessions, clock, who, "revoke session", whose, origin, None)


def _end(
    sessions: Sessions,
    clock: Clock,
    who: Visitor,
    act: str,
    whose: Editor,
    origin: Origin,
    number: int | None,
) -> int:
    now = clock()
    with sessions.begin() as session:
        audit.take_turn(session)
        ended = store.revoke(session, whose.id, now, number)
        if ended:
            audit.note(session, who.editor.email, act, whose.email, now, ip=origin.ip, ended=ended)
        return ended
