"""Letters to a reader who pressed a button: a link that works for a while, or a goodbye."""

import logging
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from db.engine import Sessions
from db.store import mailed_links
from db.store import readers as store
from digest.issues.rendering import render_letter
from digest.model import MailedLink, Message, Sent, Subscriber
from digest.readers.addresses import key_of
from digest.readers.addressing import letter, sender_domain
from digest.readers.links import WORKS_FOR, Purpose, Signing, token_hash
from digest.readers.preferences import IN_ALL, may_mail
from digest.subscriptions.wishes import Invitations

log = logging.getLogger("digest.subscriptions")


class Letter(NamedTuple):
    """A mail folder, and the page its link leads to."""

    folder: str
    page: str


LETTERS: Mapping[Purpose, Letter] = {
    Purpose.CHANGE_ADDRESS: Letter("change-address", "/preferences/address"),
    Purpose.EXPORT: Letter("your-data", "/preferences/data"),
    Purpose.ERASE: Letter("erase", "/preferences/erase"),
}


class Asked(NamedTuple):
    """A link that a reader asked for. `new` is the address a change leads to, and then the mail
    goes there: who follows the link reads that inbox. Any other goes to the reader's own."""

    reader: int
    purpose: Purpose
    new: str = ""


def mail_link(sessions: Sessions, invitations: Invitations, asked: Asked) -> None:
    """Mail the link, known from now on by its hash.

    Nothing is mailed to an address that is suppressed, to one that is to become a reader's and is
    one already, or too often. Who asked is told none of it: to be called after the answer, whose
    time then tells nothing either.
    """
    now = invitations.clock()
    token = invitations.signing.dated_token(asked.reader, asked.purpose, now, secrets.token_hex(8))
    with sessions.begin() as session:
        reader = store.held_subscriber(session, asked.reader)
        if reader is None or not _may_be_mailed(session, invitations.signing, reader, asked, now):
            return
        link = _link(invitations, asked, now)
        mailed_links.keep_link(session, token_hash(token), link, now)
    told = LETTERS[asked.purpose]
    values = {"link_url": f"{invitations.publication.base_url}{told.page}/{token}"}
    post_letter(invitations, told.folder, values, asked.new or reader.email, _name(asked, now))


def post_letter(
    invitations: Invitations, folder: str, values: Mapping[str, str], to: str, message_id: str
) -> None:
    """Write the mail of a folder to one person and post it; what went wrong is told to the log."""
    publication = invitations.publication
    rendering = render_letter(folder, values, publication, invitations.templates)
    now = invitations.clock()
    data = letter(rendering, publication, to=to, message_id=message_id, dated=now)
    (receipt,) = invitations.post([Message(0, to, data)])
    if not isinstance(receipt, Sent):
        log.error("the letter %s did not leave: %s", message_id, receipt.reason)


def is_taken(session: Session, signing: Signing, email: str) -> bool:
    """Whether an address cannot become a reader's: it is one's already, or must not be mailed."""
    key = key_of(email)
    suppressed = store.suppressed(session, [signing.address_hash(key)])
    return bool(suppressed) or store.subscriber_by_key(session, key) is not None


def _may_be_mailed(
    session: Session, signing: Signing, reader: Subscriber, asked: Asked, now: datetime
) -> bool:
    mailed = mailed_links.mailed_since(session, asked.purpose, reader.id, asked.new, now - IN_ALL)
    if not may_mail(mailed, now):
        return False
    if asked.new:
        return not is_taken(session, signing, asked.new)
    return not store.suppressed(session, [signing.address_hash(key_of(reader.email))])


def _link(invitations: Invitations, asked: Asked, now: datetime) -> MailedLink:
    return MailedLink(
        purpose=asked.purpose,
        subscriber=asked.reader,
        email=asked.new,
        message_id=f"{_name(asked, now)}@{sender_domain(invitations.publication)}",
        expires_at=now + WORKS_FOR,
        used_at=None,
    )


def _name(asked: Asked, now: datetime) -> str:
    """What the letter's Message-ID has before the @."""
    return f"{LETTERS[asked.purpose].folder}.{asked.reader}.{int(now.timestamp()):x}"
