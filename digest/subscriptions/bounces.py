"""What the mail service says afterwards comes into the ledger and to the readers.

Every event is kept once, by its own id. What follows from it is worked out anew from all events of
the delivery and of the reader, so that order and repetition make no difference.
"""

import hashlib
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from db.engine import Sessions
from db.store import events as store
from db.store import issues, readers, suppressions, unreadable_events
from db.store.events import Found, Kept, KnownReader
from db.store.unreadable_events import Aside
from digest.delivery.events import Reading, Unreadable, read
from digest.model import Consent, IssueState, SubscriberState
from digest.ports import Clock
from digest.readers.addresses import key_of
from digest.readers.feedback import (
    CONSEQUENCES,
    FINAL,
    OUTRANKED,
    DeliveryEvent,
    Ledger,
    Meaning,
    meaning,
    settled,
    standing,
)
from digest.readers.links import Signing

log = logging.getLogger("digest.subscriptions")

SOURCE = "Amazon SES"
WEIGHTY = (*FINAL, Meaning.SOFT)
SOFT = {"meaning": Meaning.SOFT.value}
LONGEST_ASIDE = 2000  # characters kept of what nobody could read


class Recorded(NamedTuple):
    """What became of a batch: events that are new, those known before, and what was no event."""

    new: int = 0
    known: int = 0
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """An event about one address, with what we know of it: the delivery it speaks of, and the
    reader who has this address today."""

    event: DeliveryEvent
    event_id: str
    address_hash: str  # "" when the event names no address
    meaning: Meaning
    found: Found | None
    reader: int | None

    @property
    def delivery(self) -> int | None:
        return self.found.delivery if self.found else None


def take(sessions: Sessions, clock: Clock, signing: Signing, bodies: Sequence[str]) -> Recorded:
    """Read what a queue or a topic holds, and take it in."""
    return record(sessions, clock, signing, [read(body) for body in bodies])


def record(
    sessions: Sessions, clock: Clock, signing: Signing, readings: Sequence[Reading]
) -> Recorded:
    """Take in what was read, all in one transaction; doing it again changes nothing."""
    events = [one for one in readings if isinstance(one, DeliveryEvent)]
    aside = [one for one in readings if isinstance(one, Unreadable)]
    now = clock()
    with sessions.begin() as session:
        unreadable_events.keep_unreadable(session, [_aside(one) for one in aside], now)
        placed = _place(session, signing, events)
        held = store.hold_readers(session, {one.reader for one in placed if one.reader})
        rows = store.hold_deliveries(session, {one.delivery for one in placed if one.delivery})
        kept = [_kept(one, rows, held) for one in placed]
        new_ids = store.keep_events(session, kept, now)
        new = [one for one in placed if one.event_id in new_ids]
        _settle(session, {one.delivery for one in new if one.delivery in rows}, rows, now)
        _suppress(session, new, held, now)
        _stand(session, new, held, now)
        _halt(session, new, now)
    for one in aside:
        log.warning("an event was kept aside: %s", one.reason)
    _alert(new)
    return Recorded(len(new), len(placed) - len(new), len(aside))


# --- whom it concerns ----------------------------------------------------------------------


def _place(session: Session, signing: Signing, events: Sequence[DeliveryEvent]) -> list[Placed]:
    """Events by address, each id once. A tag leads before a message id, an address comes last."""
    numbered = store.by_number(session, {one.delivery for one in events if one.delivery})
    strays = {one.message_id for one in events if one.delivery not in numbered}
    named = store.by_message(session, strays)
    keys = {key_of(address) for one in events for address in one.recipients}
    known = store.readers_by_key(session, keys)
    placed = {}
    for event in events:
        for key in [key_of(address) for address in event.recipients] or [""]:
            found = _about(event, key, numbered) or named.get(event.message_id)
            one = _placed(event, key, found, known, signing)
            placed[one.event_id] = one
    return list(placed.values())


def _about(event: DeliveryEvent, key: str, numbered: Mapping[int, Found]) -> Found | None:
    """The delivery that the tag names, if the rest of the event agrees: another deployment may
    share our account and its topic."""
    found = numbered.get(event.delivery or 0)
    if found is None or event.issue not in ("", found.issue):
        return None
    ours = key in ("", found.key) or event.message_id == found.message_id
    return found if ours and (event.attempt or 0) <= found.attempt else None


def _placed(
    event: DeliveryEvent,
    key: str,
    found: Found | None,
    known: Mapping[str, int],
    signing: Signing,
) -> Placed:
    address_hash = signing.address_hash(key) if key else ""
    own_tag = str(event.delivery or "")  # the same bounce may be told with our tags and without
    told = [event.message_id, event.kind, event.feedback_id, address_hash[:16], own_tag]
    reader = known.get(key)
    if not key and found:  # SES named nobody, and one message of ours goes to one reader
        reader = found.subscriber
    return Placed(event, "/".join(told), address_hash, meaning(event), found, reader)


def _kept(one: Placed, rows: Mapping[int, object], held: Mapping[int, KnownReader]) -> Kept:
    event = one.event
    detail = {"type": event.type, "subtype": event.subtype, "status": event.status}
    if one.reader in held:  # it may hold the address, so it must go when the reader is erased
        detail["diagnostic"] = event.diagnostic
    return Kept(
        event_id=one.event_id,
        delivery=one.delivery if one.delivery in rows else None,
        subscriber=one.reader if one.reader in held else None,
        kind=event.kind.value,
        meaning=one.meaning,
        message_id=event.message_id,
        attempt=event.attempt or 0,
        detail={name: text for name, text in detail.items() if text},
        at=event.at,
    )


def _aside(one: Unreadable) -> Aside:
    beginning = one.body[:LONGEST_ASIDE]
    shown = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in beginning)
    whole = one.body.encode("utf-8", "surrogatepass")
    return Aside(hashlib.sha256(whole).hexdigest(), one.reason, shown)


# --- what follows --------------------------------------------------------------------------


def _settle(
    session: Session,
    numbers: Collection[int | None],
    rows: Mapping[int, Ledger],
    now: datetime,
) -> None:
    wanted = [number for number in numbers if number]
    past = store.past_of_deliveries(session, wanted)
    after = {number: settled(rows[number], past[number]) for number in wanted}
    changed = {number: row for number, row in after.items() if row != rows[number]}
    store.settle_deliveries(session, changed, now)


def _suppress(
    session: Session, new: Sequence[Placed], held: Mapping[int, KnownReader], now: datetime
) -> None:
    """Suppress addresses for good, whether a reader of ours has them today or not."""
    for final in reversed(FINAL):  # the gravest last, so that its reason stays
        reason = CONSEQUENCES[final].suppressed
        named = {
            one.address_hash: one.reader if one.reader in held else None
            for one in new
            if one.meaning is final and one.address_hash and _counts(one, held)
        }
        suppressions.suppress_all(session, named, reason, OUTRANKED[reason], now)


def _counts(one: Placed, held: Mapping[int, KnownReader]) -> bool:
    """What was before the reader last confirmed says nothing of today."""
    reader = held.get(one.reader or 0)
    return not (reader and reader.confirmed_at and one.event.at < reader.confirmed_at)


def _stand(
    session: Session, new: Sequence[Placed], held: Mapping[int, KnownReader], now: datetime
) -> None:
    """Bring readers into the state that all that was said of their mail asks for."""
    told = {
        reader.number: one
        for one in new
        if (reader := held.get(one.reader or 0)) and _weighs(one, reader)
    }
    for reader, to, why in _changes(session, [held[number] for number in told]):
        store.change_standing(session, [reader.number], to, now)
        about = told[reader.number].event.message_id
        act = "return" if to is SubscriberState.ACTIVE else why.act
        readers.keep_consent(
            session,
            reader.number,
            Consent(act=act, source=SOURCE, message_id=about, detail=why.detail, at=now),
        )


def _weighs(one: Placed, reader: KnownReader) -> bool:
    """Whether an event can change how its reader stands. Most cannot: that a mail was accepted or
    delivered is news only of one who bounced."""
    return one.meaning in WEIGHTY or reader.state is SubscriberState.BOUNCED


class Why(NamedTuple):
    """What the record of consents says of a change."""

    act: str
    detail: Mapping[str, str]


def _changes(
    session: Session, touched: Collection[KnownReader]
) -> Iterator[tuple[KnownReader, SubscriberState, Why]]:
    numbers = [reader.number for reader in touched]
    past = store.past_of_readers(session, numbers, WEIGHTY)
    softly = [n for n, said in past.items() if any(one.meaning is Meaning.SOFT for one in said)]
    reached = store.past_of_readers(session, softly, [Meaning.DELIVERED])
    for reader in touched:
        said = [*past[reader.number], *reached[reader.number]]
        stands = standing(said, reader.confirmed_at)
        to = _state(session, reader, stands) if said else reader.state
        if to is not reader.state:
            word = stands.value if stands else Meaning.DELIVERED.value
            act = "complaint" if stands is Meaning.COMPLAINT else "bounce"
            yield reader, to, Why(act, {"meaning": word})


def _state(session: Session, reader: KnownReader, stands: Meaning | None) -> SubscriberState:
    """The state a reader should be in. Who left stays gone; a complaint overrides everything."""
    if stands is Meaning.COMPLAINT:
        return SubscriberState.COMPLAINED
    if stands and reader.state in (SubscriberState.PENDING, SubscriberState.ACTIVE):
        return SubscriberState.BOUNCED
    if stands is None and reader.state is SubscriberState.BOUNCED:
        bounces = [one for one in readers.consents(session, reader.number) if one.act == "bounce"]
        if bounces and bounces[-1].detail == SOFT:  # a delivery came to light in between
            return SubscriberState.ACTIVE
    return reader.state


def _halt(session: Session, new: Iterable[Placed], now: datetime) -> None:
    """Pause issues whose messages SES would not take as they are: that is a fault of ours, and the
    rest of the readers should not pay for it."""
    for one in new:
        if one.found and CONSEQUENCES[one.meaning].halts:
            reason = f"Amazon SES did not send a message: {one.meaning.value}"
            come_from = [IssueState.SENDING]
            to = IssueState.PAUSED
            issues.move(session, one.found.issue, come_from, to, now, reason=reason)


def _alert(new: Iterable[Placed]) -> None:
    """One line for each that somebody should look at. It names no reader."""
    for one in new:
        if CONSEQUENCES[one.meaning].alert:
            about = f"delivery {one.delivery}" if one.delivery else "a mail of no issue"
            said = " ".join(filter(None, [one.event.subtype or one.event.type, one.event.status]))
            named = {"delivery": one.delivery}
            log.warning("%s: %s (%s)", about, one.meaning.value, said, extra=named)
