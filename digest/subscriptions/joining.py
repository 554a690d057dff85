"""A sign-up is answered by mail: one that asks to confirm, one that says "you are in already", or
none. Who asked has had their page by then, the same for all."""

import logging
import secrets
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy.orm import Session

from db.engine import Sessions, reading
from db.store import invitations as store
from db.store import mailed_links, readers
from digest.issues.rendering import Templates, render_letter
from digest.markers import Marker
from digest.model import (
    Consent,
    Invitation,
    MailedLink,
    Message,
    Publication,
    Rendering,
    Sent,
    Subscriber,
    SubscriberState,
)
from digest.ports import Clock
from digest.readers import limits
from digest.readers.addressing import filled, letter, marked, sender_domain
from digest.readers.consent import ERASED, SIGN_UP, sign_up_form
from digest.readers.limits import Reach
from digest.readers.links import WORKS_FOR, Purpose, Signing, token_hash
from digest.readers.networks import network_of
from digest.subscriptions.wishes import Invitations, Wish

log = logging.getLogger("digest.subscriptions")


class Asking(NamedTuple):
    """A reader who is owed a mail: one that asks to confirm by a token, or one that says they are
    in already, and has none."""

    reader: int
    email: str
    at: datetime
    token: str
    sender: str  # the domain our mail comes from

    @property
    def already(self) -> bool:
        return not self.token

    @property
    def letter(self) -> str:
        return "already-subscribed" if self.already else "confirm"

    @property
    def name(self) -> str:
        """What the Message-ID has before the @."""
        return f"{self.letter}.{self.reader}.{int(self.at.timestamp()):x}"

    @property
    def message_id(self) -> str:
        return f"{self.name}@{self.sender}"


def answer(sessions: Sessions, invitations: Invitations, wish: Wish) -> None:
    """Decide whether a mail is due, note that, and post it.

    None is due to who is suppressed or has complained, and none beyond the limits; then nothing is
    written either, so that no number of attempts fills the database.
    """
    with sessions.begin() as session:
        store.take_turns(session)
        asking = _asking(session, invitations, wish)
    if asking:
        (receipt,) = invitations.post([_message(invitations, asking)])
        if not isinstance(receipt, Sent):
            log.error("subscriber %d was not answered: %s", asking.reader, receipt.reason)


# --- deciding ------------------------------------------------------------------------------


def _asking(session: Session, invitations: Invitations, wish: Wish) -> Asking | None:
    now = invitations.clock()
    mail = _invitation(invitations.signing, wish)
    if not _within_limits(session, mail, wish, now):
        return None
    if not _may_be_mailed(session, invitations.signing, wish):
        return None
    known = readers.subscriber_by_key(session, wish.address.key)
    already = known is not None and known.state is SubscriberState.ACTIVE
    if already and not limits.may_tell(store.last_told(session, mail.bucket), now):
        return None
    if known and known.state is SubscriberState.COMPLAINED:
        return None
    reader = known or _new_reader(session, invitations, wish, now)
    asking = _owed(invitations, reader, now, already=already)
    store.keep_invitation(session, replace(mail, asks=not already), now)
    _record(session, invitations, wish, asking)
    return asking


def _invitation(signing: Signing, wish: Wish) -> Invitation:
    network = network_of(wish.origin.ip)
    return Invitation(
        bucket=signing.hashed("bucket", wish.address.bucket),
        network=signing.hashed("network", network) if network else "",
        domain=wish.address.domain,
        asks=True,
    )


def _within_limits(session: Session, mail: Invitation, wish: Wish, now: datetime) -> bool:
    latest = store.latest_mails(session, mail.bucket, limits.BURST.most)
    if not limits.may_ask(latest, now):
        return False
    strict = not wish.proven and (not wish.by_hand or wish.flagged or _is_broken(session, now))
    since = [now - window for window in limits.WINDOWS]
    named = {Reach.NETWORK: mail.network, Reach.DOMAIN: mail.domain, Reach.SITE: "all"}
    return all(
        limits.admits(most, store.count_mails(session, reach, named[reach], since))
        for reach, most in limits.limits_for(mail.domain, strict=strict).items()
        if named[reach]
    )


def needs_proof(sessions: Sessions, clock: Clock) -> bool:
    """Whether a sign-up should bring a proof of work just now."""
    with reading(sessions) as session:
        return _is_broken(session, clock())


def _is_broken(session: Session, now: datetime) -> bool:
    before = now - limits.TIME_TO_ANSWER
    return limits.is_broken(*store.answers(session, before, limits.JUDGED))


def _may_be_mailed(session: Session, signing: Signing, wish: Wish) -> bool:
    """Who had themselves erased may come back; a complaint or a dead mailbox stays one."""
    reasons = readers.suppressed(session, [signing.address_hash(wish.address.key)]).values()
    return all(reason.startswith(ERASED) for reason in reasons)


# --- noting it -----------------------------------------------------------------------------


def _new_reader(
    session: Session, invitations: Invitations, wish: Wish, now: datetime
) -> Subscriber:
    asked = Subscriber(
        email=wish.address.email,
        state=SubscriberState.PENDING,
        categories=wish.categories,
        language=invitations.publication.language.tag,
    )
    readers.add_subscriber(session, wish.address.key, asked, now)
    added = readers.subscriber_by_key(session, wish.address.key)
    assert added
    return added


def _owed(invitations: Invitations, reader: Subscriber, now: datetime, *, already: bool) -> Asking:
    signing, sender = invitations.signing, sender_domain(invitations.publication)
    nonce = secrets.token_hex(16)
    token = "" if already else signing.dated_token(reader.id, Purpose.CONFIRM, now, nonce)
    return Asking(reader.id, reader.email, now, token, sender)


def _record(session: Session, invitations: Invitations, wish: Wish, asking: Asking) -> None:
    """The line of the reader's record, and the link by which they confirm."""
    # A program showed words of its own, if any.
    form = sign_up_form(invitations.publication) if wish.source == "form" else None
    line = Consent(
        act="sign-up again" if asking.already else SIGN_UP,
        source=wish.source,
        form=form.version if form else "",
        form_hash=form.hash if form else "",
        message_id=asking.message_id,
        detail={"categories": list(wish.categories)}
        | ({"disposable": True} if wish.flagged else {}),
        origin=wish.origin,
        at=asking.at,
    )
    readers.keep_consent(session, asking.reader, line)
    if not asking.already:
        mailed_links.keep_link(session, token_hash(asking.token), _link(asking), asking.at)


def _link(asking: Asking) -> MailedLink:
    return MailedLink(
        purpose=Purpose.CONFIRM,
        subscriber=asking.reader,
        email="",
        message_id=asking.message_id,
        expires_at=asking.at + WORKS_FOR,
        used_at=None,
    )


# --- the mail ------------------------------------------------------------------------------


def _message(invitations: Invitations, asking: Asking) -> Message:
    rendering = _drafted(asking.letter, invitations.publication, invitations.templates)
    values = _values(invitations, asking)
    written = replace(
        rendering, html=filled(rendering.html, values), text=filled(rendering.text, values)
    )
    data = letter(
        written, invitations.publication, to=asking.email, message_id=asking.name, dated=asking.at
    )
    return Message(0, asking.email, data)


@lru_cache(8)
def _drafted(name: str, publication: Publication, templates: Templates) -> Rendering:
    """The letter with markers where one reader's tokens go: to render and lint it takes a hundred
    times longer than to fill it, and a form must bear many sign-ups."""
    site = publication.base_url
    links = {
        "confirm_url": f"{site}/confirm/{Marker.READER}",
        "unsubscribe_url": f"{site}/unsubscribe/{Marker.READER}",
        "preferences_url": f"{site}/preferences/{Marker.CHOOSER}",
    }
    return render_letter(name, links, publication, templates)


def _values(invitations: Invitations, asking: Asking) -> dict[Marker, str]:
    if not asking.already:
        return {Marker.READER: asking.token}
    return marked(invitations.signing.tokens(asking.reader))
