"""A reader confirms by the link that was mailed (double opt-in)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from db.engine import Sessions
from db.store import invitations as invitation_store
from db.store import mailed_links, readers
from digest.model import Consent, MailedLink, Origin, Subscriber, SubscriberState
from digest.readers.addresses import address
from digest.readers.consent import CONFIRM, ERASED, chosen, confirm_form, has_gone_since
from digest.readers.links import WORKS_FOR, Purpose, Signing, token_hash
from digest.subscriptions.wishes import Invitations

GONE = (SubscriberState.UNSUBSCRIBED, SubscriberState.BOUNCED)  # they may come back


class Entry(StrEnum):
    """How following a link to confirm ended."""

    IN = "in"
    GONE = "gone"  # the reader has left since it was mailed
    EXPIRED = "expired"  # it has run out, or is none of ours


def may_confirm(signing: Signing, token: str, now: datetime) -> bool:
    """Whether a link to confirm is one of ours and still good."""
    return signing.read_dated(token, Purpose.CONFIRM, now) is not None


def confirm(sessions: Sessions, invitations: Invitations, token: str, origin: Origin) -> Entry:
    """Let in who the token names, with the categories they chose; doing it twice is harmless."""
    now = invitations.clock()
    number = invitations.signing.read_dated(token, Purpose.CONFIRM, now)
    if number is None:
        return Entry.EXPIRED
    with sessions.begin() as session:
        link = mailed_links.use_link(session, token_hash(token), Purpose.CONFIRM, now)
        reader = readers.subscriber(session, number)
        if link is None or reader is None:  # both go when a reader is erased
            return Entry.GONE
        if reader.state is SubscriberState.ACTIVE:
            return Entry.IN
        if not _may_come_in(session, reader, link):
            return Entry.GONE
        _let_in(session, invitations, reader, link, origin)
    return Entry.IN


def _may_come_in(session: Session, reader: Subscriber, link: MailedLink) -> bool:
    if reader.state is SubscriberState.PENDING:
        return True
    mailed_at = link.expires_at - WORKS_FOR
    return reader.state in GONE and not has_gone_since(
        readers.consents(session, reader.id), mailed_at
    )


def _let_in(
    session: Session,
    invitations: Invitations,
    reader: Subscriber,
    link: MailedLink,
    origin: Origin,
) -> None:
    now, found = invitations.clock(), address(reader.email)
    come_from = (SubscriberState.PENDING, *GONE)
    if not readers.change_state(session, reader.id, come_from, SubscriberState.ACTIVE, now):
        return  # another hand was faster
    if categories := chosen(readers.consents(session, reader.id), link.message_id):
        readers.update_subscriber(session, reader.id, now, categories=list(categories))
    form = confirm_form(invitations.publication)
    said = Consent(
        act=CONFIRM,
        source="mailed link",
        form=form.version,
        form_hash=form.hash,
        message_id=link.message_id,
        origin=origin,
        at=now,
    )
    readers.keep_consent(session, reader.id, said)
    _forgive_erasure(session, invitations.signing.address_hash(found.key))
    bucket = invitations.signing.hashed("bucket", found.bucket)
    invitation_store.confirm_invitations(session, bucket, now)


def _forgive_erasure(session: Session, address_hash: str) -> None:
    reason = readers.suppressed(session, [address_hash]).get(address_hash, "")
    if reason.startswith(ERASED):
        readers.lift_suppression(session, address_hash)
