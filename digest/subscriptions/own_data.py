"""What a reader may ask of their own data: to be forgotten."""

from db.engine import Sessions
from db.store import readers as store
from db.store import votes
from digest.errors import NotFoundError
from digest.ports import Clock
from digest.readers.addresses import address, key_of
from digest.readers.consent import ERASED
from digest.readers.links import Signing
from digest.readers.voting import hashed

BY_WISH = f"{ERASED} at the reader's wish"  # why an address is suppressed


def erase(sessions: Sessions, clock: Clock, signing: Signing, email: str) -> None:
    """Forget a reader: only a keyed hash stays, which imports respect. What they voted by mailed
    links stays counted, and is nobody's."""
    key = key_of(address(email).email)
    with sessions.begin() as session:
        reader = store.subscriber_by_key(session, key)
        if reader is None:
            raise NotFoundError("subscriber", email)
        store.suppress(session, signing.address_hash(key), BY_WISH, clock())
        votes.forget_reader(session, hashed(signing, "reader", reader.id))
        store.erase_subscriber(session, reader.id)
