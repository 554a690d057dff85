"""A reader leaves: by one click in their mail program (RFC 8058) or on our page. They may say why,
and take it back for a while.

One click is answered by the page alone, which a mail program never shows: who asked for no more
mail would not want one about that, and the line of their record is the proof we need. A button on
our page may have been pressed by somebody a mail was forwarded to, so then the reader's inbox hears
of it, once a day at most.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from db.engine import Sessions
from db.store import audit
from db.store import readers as store
from digest.errors import InputError, NotFoundError
from digest.issues.words import plain_text
from digest.language import gettext_noop
from digest.model import NOWHERE, Consent, Origin, Subscriber, SubscriberState
from digest.ports import Clock
from digest.readers.addresses import key_of
from digest.readers.links import WORKS_FOR, Purpose, Signing
from digest.subscriptions.mailing import post_letter
from digest.subscriptions.wishes import Invitations

LEAVES = (SubscriberState.PENDING, SubscriberState.ACTIVE)  # the states one may leave
GOODBYE_AGAIN = timedelta(days=1)
LONGEST_REASON = 500  # characters
REASONS: Mapping[str, str] = {
    "too-often": gettext_noop("It came too often"),
    "not-for-me": gettext_noop("It was not about what I need"),
    "not-good": gettext_noop("I did not find it well made"),
    "elsewhere": gettext_noop("I read it elsewhere, such as in a feed reader"),
    "never-asked": gettext_noop("I never signed up for it"),
}


class Left(NamedTuple):
    """Whose link it was; `tell` is the address that a goodbye would go to, "" where none is due."""

    reader: int
    tell: str = ""


def leave(
    sessions: Sessions, clock: Clock, signing: Signing, token: str, origin: Origin = NOWHERE
) -> Left | None:
    """Unsubscribe who the token names. Repeating it, or doing it after an erasure, is fine; None
    only when the token is none of ours."""
    number = signing.read(token, Purpose.LEAVE)
    if number is None:
        return None
    now = clock()
    with sessions.begin() as session:
        reader = store.held_subscriber(session, number)
        if reader is None or reader.state not in LEAVES:
            return Left(number)
        tell = _owed_goodbye(session, signing, reader, now)
        store.update_subscriber(session, number, now, state=SubscriberState.UNSUBSCRIBED)
        line = Consent(act="leave", source="unsubscribe link", origin=origin, at=now)
        store.keep_consent(session, number, line)
    return Left(number, tell)


def unsubscribe_by_hand(
    sessions: Sessions, clock: Clock, number: int, reason: str, who: str, ip: str = ""
) -> None:
    """Unsubscribe a reader who asked somebody of the team. Raises NotFoundError, and InputError
    without a reason: the record has to tell why."""
    now, said = clock(), plain_text(reason)
    if not said or len(said) > LONGEST_REASON:
        raise InputError(f"say why, in up to {LONGEST_REASON} characters")
    with sessions.begin() as session:
        reader = store.held_subscriber(session, number)
        if reader is None:
            raise NotFoundError("subscriber", number)
        if reader.state in LEAVES:
            store.update_subscriber(session, number, now, state=SubscriberState.UNSUBSCRIBED)
            line = Consent(act="leave", source="editor", detail={"words": said}, at=now)
            store.keep_consent(session, number, line)
            what, before = f"reader {number}", reader.state.value
            audit.note(session, who, "unsubscribe", what, now, ip=ip, before=before, reason=said)


def _owed_goodbye(session: Session, signing: Signing, reader: Subscriber, now: datetime) -> str:
    """The address of who got our mail; no inbox is to be filled by leaving and coming back."""
    before = store.last_consent(session, reader.id, "leave")
    lately = before is not None and now - before < GOODBYE_AGAIN
    suppressed = store.suppressed(session, [signing.address_hash(key_of(reader.email))])
    due = reader.state is SubscriberState.ACTIVE and not lately and not suppressed
    return reader.email if due else ""


def say_goodbye(invitations: Invitations, left: Left) -> None:
    """Tell an inbox that this was the last mail to it."""
    name = f"goodbye.{left.reader}.{int(invitations.clock().timestamp()):x}"
    post_letter(invitations, "goodbye", {}, left.tell, name)


def may_leave(signing: Signing, token: str) -> int | None:
    """The reader of a link to leave, if it is one of ours."""
    return signing.read(token, Purpose.LEAVE)


def say_why(
    sessions: Sessions, clock: Clock, signing: Signing, token: str, reason: str, words: str
) -> bool:
    """Add to the record why a reader left, once for each time; False when the token is none of
    ours. Raises InputError for a reason that no form of ours has."""
    number = signing.read(token, Purpose.LEAVE)
    if number is None:
        return False
    said = plain_text(words)
    if (reason and reason not in REASONS) or len(said) > LONGEST_REASON:
        raise InputError(f"choose a reason, or say it in up to {LONGEST_REASON} characters")
    with sessions.begin() as session:
        reader = store.held_subscriber(session, number)
        left = store.last_consent(session, number, "leave")
        told = store.last_consent(session, number, "reason")
        new = left is not None and (told is None or told < left)
        if reader and reader.state is SubscriberState.UNSUBSCRIBED and new and (reason or said):
            detail = {"reason": reason, "words": said}
            line = Consent(act="reason", source="page after leaving", detail=detail, at=clock())
            store.keep_consent(session, number, line)
    return True


def way_back(signing: Signing, left: Left, now: datetime) -> str:
    """The token that takes a leave back, while it works."""
    return signing.dated_token(left.reader, Purpose.RETURN, now)


def may_return(signing: Signing, token: str, now: datetime) -> bool:
    """Whether a link to come back is one of ours and still good."""
    return signing.read_dated(token, Purpose.RETURN, now) is not None


def come_back(
    sessions: Sessions, clock: Clock, signing: Signing, token: str, origin: Origin = NOWHERE
) -> bool:
    """Undo a leave: who was getting our mail gets it again, with all they had chosen, and who had
    not confirmed has still to do so. Doing it twice is harmless.

    False when the token is no good, or its reader is gone, or left too long ago: somebody who left
    years back comes back by signing up, not by anyone's press on an old mail's link.
    """
    now = clock()
    number = signing.read_dated(token, Purpose.RETURN, now)
    if number is None:
        return False
    with sessions.begin() as session:
        reader = store.held_subscriber(session, number)
        left = store.last_consent(session, number, "leave")
        if reader is None or left is None or now - left > WORKS_FOR:
            return False
        if reader.state is SubscriberState.UNSUBSCRIBED:
            back = SubscriberState.ACTIVE if reader.confirmed_at else SubscriberState.PENDING
            store.update_subscriber(session, number, now, state=back)
            line = Consent(act="return", source="undo", origin=origin, at=now)
            store.keep_consent(session, number, line)
            return True
        return reader.state in LEAVES
