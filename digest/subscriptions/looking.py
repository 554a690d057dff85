"""Readers as those who publish may look at them: a list to search, and one with all its history."""

from collections.abc import Mapping
from typing import NamedTuple

from db.engine import Sessions, reading
from db.store import events, readers, suppressions
from db.store.events import Line, Said
from db.store.suppressions import Suppression
from digest.errors import NotFoundError
from digest.model import Consent, Subscriber, SubscriberState
from digest.readers.addresses import key_of
from digest.readers.links import Signing

PER_PAGE = 50


class Listing(NamedTuple):
    """Readers by their address, with one more if others follow; `counts` are of all."""

    readers: list[Subscriber]
    counts: Mapping[SubscriberState, int]


class History(NamedTuple):
    """All that happened between us and one reader, each list in its order."""

    reader: Subscriber
    suppression: Suppression | None
    consents: list[Consent]
    deliveries: list[Line]
    events: list[Said]


def listing(
    sessions: Sessions, start: str = "", state: SubscriberState | None = None, after: str = ""
) -> Listing:
    """Readers whose address starts so, from `after` an address on."""
    with reading(sessions) as session:
        found = readers.beginning(session, key_of(start), state, key_of(after), PER_PAGE + 1)
        return Listing(found, readers.count_by_state(session))


def history(sessions: Sessions, signing: Signing, number: int) -> History:
    """Raises NotFoundError."""
    with reading(sessions) as session:
        reader = readers.subscriber(session, number)
        if reader is None:
            raise NotFoundError("subscriber", number)
        hashed = signing.address_hash(key_of(reader.email))
        return History(
            reader,
            suppressions.suppression(session, hashed),
            readers.consents(session, number),
            events.deliveries_of(session, number),
            events.events_of(session, number),
        )
