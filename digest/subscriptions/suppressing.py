"""Addresses that must not be mailed, as editors ask for it. The list of Amazon SES mirrors ours and
is never asked before sending."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from sqlalchemy.orm import Session

from db.engine import Sessions, reading
from db.store import editors, events, readers
from db.store import suppressions as store
from db.store.suppressions import Suppression
from digest.delivery.suppression_list import Listed, SuppressionList
from digest.errors import NotFoundError
from digest.model import Consent, SubscriberState
from digest.ports import Clock
from digest.readers.addresses import address, key_of
from digest.readers.feedback import OUTRANKED
from digest.readers.links import Signing

BY_EDITOR = "an editor's wish"
MIRRORED: Mapping[str, str] = {  # SES knows two reasons
    "hard bounce": "BOUNCE",
    "complaint": "COMPLAINT",
    BY_EDITOR: "BOUNCE",
}
REASONS = {"BOUNCE": "hard bounce", "COMPLAINT": "complaint"}
STATES = {"BOUNCE": SubscriberState.BOUNCED, "COMPLAINT": SubscriberState.COMPLAINED}
MAILED = (SubscriberState.PENDING, SubscriberState.ACTIVE)
SHUT_OUT = (SubscriberState.BOUNCED, SubscriberState.COMPLAINED)
MOST = 30  # addresses that one run takes to SES
SLICE = 500  # addresses taken from SES in one transaction
WHO = "command line"


class Synced(NamedTuple):
    listed: int
    new: int


def suppressions(sessions: Sessions) -> Iterator[Suppression]:
    with reading(sessions) as session:
        yield from store.suppressions(session)


def suppress(
    sessions: Sessions,
    clock: Clock,
    signing: Signing,
    email: str,
    who: str = WHO,
    ip: str = "",
) -> bool:
    """Mail an address no more, whoever asks for it; False when it was suppressed already."""
    key, now = address(email).key, clock()
    hashed = signing.address_hash(key)
    with sessions.begin() as session:
        if store.suppression(session, hashed):
            return False
        reader = events.readers_by_key(session, [key]).get(key)
        store.suppress_all(session, {hashed: reader}, BY_EDITOR, (), now)
        if reader:
            _move(session, reader, MAILED, SubscriberState.UNSUBSCRIBED, "leave", clock)
        editors.note(session, who, "suppress", hashed, now, ip=ip)
    return True


def release(
    sessions: Sessions,
    clock: Clock,
    signing: Signing,
    email: str,
    theirs: Callable[[], SuppressionList],
    who: str = WHO,
    ip: str = "",
) -> None:
    """Let an address be mailed again, once its owner signs up and confirms: nobody is mailed for
    having been released. It is taken off the list of SES first if it may stand there.

    Raises NotFoundError, and ServiceError when SES does not do its part: then nothing is changed.
    """
    key = address(email).key
    hashed = signing.address_hash(key)
    with reading(sessions) as session:
        found = store.suppression(session, hashed)
    if found is None:
        raise NotFoundError("suppression of", email)
    if found.mirrored_at or found.reason in OUTRANKED:  # SES lists bounces and complaints itself
        theirs().delete(email)
    with sessions.begin() as session:
        store.release(session, hashed)
        reader = events.readers_by_key(session, [key]).get(key)
        if reader:
            _move(session, reader, SHUT_OUT, SubscriberState.UNSUBSCRIBED, "change", clock)
        editors.note(session, who, "release", hashed, clock(), ip=ip)


def mirror_suppressions(
    sessions: Sessions,
    clock: Clock,
    signing: Signing,
    theirs: SuppressionList,
    pause: Callable[[], bool],
    most: int = MOST,
) -> int:
    """Tell SES of addresses that it may not know, `pause()` after each (SES takes one call a
    second); how many. A pause that answers True ends it."""
    with reading(sessions) as session:
        waiting = store.unmirrored(session, list(MIRRORED), most)
    for count, one in enumerate(waiting):
        # Who has changed their address since is known to us by the new one alone.
        if signing.address_hash(key_of(one.email)) == one.address_hash:
            theirs.put(one.email, MIRRORED[one.reason])
        with sessions.begin() as session:
            store.mark_mirrored(session, [one.address_hash], clock())
        if pause():
            return count + 1
    return len(waiting)


def import_suppressions(
    sessions: Sessions, clock: Clock, signing: Signing, listed: Iterable[Listed]
) -> Synced:
    """Take over what SES suppresses. What we knew keeps its reason."""
    count = new = 0
    rest = iter(listed)
    while slice_ := list(islice(rest, SLICE)):
        with sessions.begin() as session:
            new += _take_over(session, clock, signing, slice_)
        count += len(slice_)
    return Synced(count, new)


def _take_over(session: Session, clock: Clock, signing: Signing, listed: list[Listed]) -> int:
    """How many of them are new to us."""
    keys = {key_of(one.email): one.reason for one in listed if one.reason in REASONS}
    hashes = {key: signing.address_hash(key) for key in keys}
    known = readers.suppressed(session, list(hashes.values()))
    numbers = events.readers_by_key(session, list(keys))
    for theirs, ours in REASONS.items():
        chosen = [key for key, reason in keys.items() if reason == theirs]
        named = {hashes[key]: numbers.get(key) for key in chosen}
        store.suppress_all(session, named, ours, OUTRANKED[ours], clock())
        for key in chosen:
            if key in numbers and hashes[key] not in known:
                act = "complaint" if theirs == "COMPLAINT" else "bounce"
                _move(session, numbers[key], MAILED, STATES[theirs], act, clock)
    store.mark_mirrored(session, list(hashes.values()), clock())
    return len(keys) - len(known)


def _move(
    session: Session,
    reader: int,
    come_from: tuple[SubscriberState, ...],
    to: SubscriberState,
    act: str,
    clock: Clock,
) -> None:
    if readers.change_state(session, reader, come_from, to, clock()):
        said = Consent(act=act, source="suppression list", at=clock())
        readers.keep_consent(session, reader, said)
