"""A reader asks to be let in, is mailed a link, and confirms by it (double opt-in)."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from db.engine import Sessions
from db.store import readers as store
from digest.errors import InputError
from digest.issues.rendering import Templates, render_letter
from digest.model import Consent, Message, Publication, Sent, Subscriber, SubscriberState
from digest.ports import Clock, Post
from digest.readers.addresses import Address, address
from digest.readers.addressing import letter
from digest.readers.consent import may_ask
from digest.readers.links import Purpose, Signing

log = logging.getLogger("digest.subscriptions")

GONE = (SubscriberState.UNSUBSCRIBED, SubscriberState.BOUNCED)  # they may come back
MOST_CATEGORIES, LONGEST_CATEGORY = 20, 60  # what a stranger may have us keep


class Invitations(NamedTuple):
    """What asking a new reader to confirm needs besides the database."""

    clock: Clock
    signing: Signing
    post: Post
    publication: Publication
    templates: Templates


class Asking(NamedTuple):
    """A reader who asked to be let in and is owed a mail: one that asks to confirm, or one that
    says they are in already."""

    number: int
    email: str
    at: datetime
    already: bool = False


def subscribe(
    sessions: Sessions, invitations: Invitations, email: str, categories: Iterable[str] = ()
) -> Asking | None:
    """Note that somebody asks to be let in. None when no mail is due: to who is suppressed or has
    complained, or was mailed minutes ago.

    Raises InputError for what is no address. Nothing else tells the cases apart for who asks.
    """
    found, chosen = address(email), _chosen(categories)
    now = invitations.clock()
    with sessions.begin() as session:
        if store.suppressed(session, [invitations.signing.address_hash(found.key)]):
            return None
        asking = _asking(session, found, chosen, now)
        if asking is None or not may_ask(_last_asked(session, asking.number), now):
            return None
        act = "sign-up again" if asking.already else "sign-up"
        store.keep_consent(session, asking.number, Consent(act=act, source="form", at=now))
    return asking


def invite(invitations: Invitations, asking: Asking) -> None:
    """Write the mail that a sign-up is answered with, and post it."""
    (receipt,) = invitations.post([_answer(invitations, asking)])
    if not isinstance(receipt, Sent):
        log.error("subscriber %d was not answered: %s", asking.number, receipt.reason)


def may_confirm(signing: Signing, token: str, now: datetime) -> bool:
    """Whether a link to confirm is one of ours and still good."""
    return signing.read_dated(token, Purpose.CONFIRM, now) is not None


def confirm(sessions: Sessions, clock: Clock, signing: Signing, token: str) -> bool:
    """Let in who the token names; doing it twice is harmless. False when the token is no good, or
    its reader has left since."""
    number = signing.read_dated(token, Purpose.CONFIRM, clock())
    if number is None:
        return False
    with sessions.begin() as session:
        waiting = [
            SubscriberState.PENDING,
            *(GONE if _asked_since_leaving(session, number) else ()),
        ]
        if store.change_state(session, number, waiting, SubscriberState.ACTIVE, clock()):
            said = Consent(act="confirm", source="mailed link", at=clock())
            store.keep_consent(session, number, said)
        reader = store.subscriber(session, number)
        return reader is not None and reader.state is SubscriberState.ACTIVE


def _chosen(categories: Iterable[str]) -> tuple[str, ...]:
    """The categories a form named, each once; raises InputError for what no form of ours sends."""
    chosen = tuple(dict.fromkeys(name.strip() for name in categories if name.strip()))
    fine = all(len(name) <= LONGEST_CATEGORY and name.isprintable() for name in chosen)
    if not fine or len(chosen) > MOST_CATEGORIES:
        raise InputError(f"choose up to {MOST_CATEGORIES} categories by their names")
    return chosen


def _asking(
    session: Session, found: Address, categories: tuple[str, ...], now: datetime
) -> Asking | None:
    """The reader of an address, new or known; None for who has complained of our mail."""
    asked = Subscriber(email=found.email, state=SubscriberState.PENDING, categories=categories)
    number = store.add_subscriber(session, found.key, asked, now)
    if number is not None:
        return Asking(number, found.email, now)
    known = store.subscriber_by_key(session, found.key)
    assert known
    if known.state is SubscriberState.ACTIVE:
        return Asking(known.id, known.email, now, already=True)
    # Who has left stays so until they confirm: anybody can type an address into a form.
    may_come = known.state in (SubscriberState.PENDING, *GONE)
    return Asking(known.id, found.email, now) if may_come else None


def _last_asked(session: Session, number: int) -> datetime | None:
    asked = (store.last_consent(session, number, act) for act in ("sign-up", "sign-up again"))
    return max((moment for moment in asked if moment), default=None)


def _asked_since_leaving(session: Session, number: int) -> bool:
    asked = store.last_consent(session, number, "sign-up")
    left = store.last_consent(session, number, "leave")
    return asked is not None and (left is None or asked > left)


def _answer(invitations: Invitations, asking: Asking) -> Message:
    publication, now = invitations.publication, asking.at
    name, values = _letter_for(invitations, asking)
    rendering = render_letter(name, values, publication, invitations.templates)
    known_as = f"{name}.{asking.number}.{int(now.timestamp()):x}"
    data = letter(rendering, publication, to=asking.email, message_id=known_as, dated=now)
    return Message(0, asking.email, data)


def _letter_for(invitations: Invitations, asking: Asking) -> tuple[str, dict[str, str]]:
    site, signing = invitations.publication.base_url, invitations.signing
    if asking.already:
        tokens = signing.tokens(asking.number)
        return "already-subscribed", {
            "unsubscribe_url": f"{site}/unsubscribe/{tokens.leave}",
            "preferences_url": f"{site}/preferences/{tokens.choose}",
        }
    token = signing.dated_token(asking.number, Purpose.CONFIRM, asking.at)
    return "confirm", {"confirm_url": f"{site}/confirm/{token}"}
