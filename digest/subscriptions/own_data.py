"""What a reader may ask of their own data: to see it all, and to be forgotten."""

import json

from sqlalchemy.orm import Session

from db.engine import Sessions, reading
from db.store import mailed_links, votes
from db.store import own_data as kept
from db.store import readers as store
from digest.errors import NotFoundError
from digest.model import Subscriber
from digest.ports import Clock
from digest.readers.addresses import address, key_of
from digest.readers.consent import ERASED
from digest.readers.links import Purpose, Signing, token_hash
from digest.readers.voting import hashed

BY_WISH = f"{ERASED} at the reader's wish"  # why an address is suppressed


def export(sessions: Sessions, clock: Clock, signing: Signing, token: str) -> bytes:
    """All that is kept of who the link was mailed to, as JSON; again while the link works, for a
    download may fail. Raises NotFoundError for a link that no longer does."""
    now = clock()
    with sessions.begin() as session:
        link = mailed_links.use_link(session, token_hash(token), Purpose.EXPORT, now)
        if link is None or signing.read_dated(token, Purpose.EXPORT, now) is None:
            raise NotFoundError("link", "to one's data")
    with reading(sessions) as session:
        cast = votes.cast_by(session, hashed(signing, "reader", link.subscriber))
        whole = {
            "exported_at": now.isoformat(),
            **kept.everything(session, link.subscriber),
            "votes": [
                {"tool": slug, "call": call, "at": at.isoformat()} for slug, call, at in cast
            ],
        }
    return json.dumps(whole, ensure_ascii=False, indent=2).encode()


def erase_by_link(sessions: Sessions, clock: Clock, signing: Signing, token: str) -> None:
    """Forget who the link was mailed to; following it again is fine. Raises NotFoundError for a
    link that does not work while its reader is still here."""
    now = clock()
    number = signing.read_dated(token, Purpose.ERASE, now)
    with sessions.begin() as session:
        link = mailed_links.use_link(session, token_hash(token), Purpose.ERASE, now)
        reader = store.subscriber(session, number) if number is not None else None
        if number is None or (reader and link is None):
            raise NotFoundError("link", "to be forgotten")
        if reader:
            _forget(session, clock, signing, reader)


def erase(sessions: Sessions, clock: Clock, signing: Signing, email: str) -> None:
    """Forget a reader: only a keyed hash stays, which imports respect."""
    with sessions.begin() as session:
        reader = store.subscriber_by_key(session, key_of(address(email).email))
        if reader is None:
            raise NotFoundError("subscriber", email)
        _forget(session, clock, signing, reader)


def _forget(session: Session, clock: Clock, signing: Signing, reader: Subscriber) -> None:
    """The hash is of the address they have now: the ones they moved away from may come back."""
    key = key_of(reader.email)
    store.suppress(session, signing.address_hash(key), BY_WISH, clock())
    votes.forget_reader(session, hashed(signing, "reader", reader.id))
    store.erase_subscriber(session, reader.id)
    kept.forget_address(session, key)
