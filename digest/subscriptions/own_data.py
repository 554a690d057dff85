"""What a reader may ask of their own data: to see it all, and to be forgotten."""

import json
from datetime import datetime

from sqlalchemy.orm import Session

from db.engine import Sessions, reading
from db.store import audit, mailed_links, votes
from db.store import own_data as kept
from db.store import readers as store
from db.store.webhooks import raise_event
from digest.errors import NotFoundError
from digest.model import Event, Subscriber, SubscriberState
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
    return _whole(sessions, signing, link.subscriber, now)


def export_by_hand(
    sessions: Sessions, clock: Clock, signing: Signing, number: int, who: str, ip: str = ""
) -> bytes:
    """The same, for a reader who asked those who publish. Raises NotFoundError."""
    now = clock()
    with sessions.begin() as session:
        if store.subscriber(session, number) is None:
            raise NotFoundError("subscriber", number)
        audit.note(session, who, "export reader", f"reader {number}", now, ip=ip)
    return _whole(sessions, signing, number, now)


def _whole(sessions: Sessions, signing: Signing, number: int, now: datetime) -> bytes:
    with reading(sessions) as session:
        cast = votes.cast_by(session, hashed(signing, "reader", number))
        whole = {
            "exported_at": now.isoformat(),
            **kept.everything(session, number),
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


def erase(
    sessions: Sessions,
    clock: Clock,
    signing: Signing,
    email: str,
    who: str = "command line",
    ip: str = "",
) -> None:
    """Forget a reader: only a keyed hash stays, which imports respect; the record has no more."""
    with sessions.begin() as session:
        reader = store.subscriber_by_key(session, key_of(address(email).email))
        if reader is None:
            raise NotFoundError("subscriber", email)
        _forget(session, clock, signing, reader)
        hashed_key = signing.address_hash(key_of(reader.email))
        audit.note(session, who, "erase reader", hashed_key, clock(), ip=ip)


def _forget(session: Session, clock: Clock, signing: Signing, reader: Subscriber) -> None:
    """The hash is of the address they have now: the ones they moved away from may come back."""
    key = key_of(reader.email)
    if reader.state is SubscriberState.ACTIVE:
        raise_event(session, Event.SUBSCRIBER_LEFT, {"subscriber": reader.id}, clock())
    store.suppress(session, signing.address_hash(key), BY_WISH, clock())
    votes.forget_reader(session, hashed(signing, "reader", reader.id))
    store.erase_subscriber(session, reader.id)
    kept.forget_address(session, key)
