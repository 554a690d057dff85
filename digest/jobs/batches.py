"""What was leased, sent micro-batch by micro-batch: mark, post, settle.

A micro-batch is marked `sending` and committed before the transport is called, so a process that
dies leaves at most one of them in doubt.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from db.engine import Sessions, reading
from db.store import deliveries as ledger
from db.store import issues as store
from db.store import readers
from db.store.deliveries import Leased, Outcome
from digest.errors import InputError
from digest.jobs.circuit import Circuit, Ends, Trouble, trouble_of
from digest.jobs.pacing import Pace
from digest.markers import Topics
from digest.model import (
    Delivery,
    DeliveryState,
    Doubtful,
    Halted,
    IssueState,
    Message,
    Publication,
    Receipt,
    Refused,
    Sent,
    Throttled,
)
from digest.ports import Clock, Post
from digest.readers.addresses import key_of
from digest.readers.addressing import Addressing
from digest.readers.audience import Offer, Reader, is_paused, reason_to_skip
from digest.readers.links import Signing

CHUNK = 500  # deliveries leased at once
MICRO_BATCH = 25  # deliveries that one crash can leave in doubt
LEASE_SECONDS = 60
PAUSED = Trouble("it is no longer being sent", Ends.RUN)


class Office(NamedTuple):
    """What sending needs besides the database."""

    post: Post
    signing: Signing
    publication: Publication
    clock: Clock
    repeatable: bool = False  # posting a delivery again replaces the first copy
    pace: Pace | None = None  # None: as fast as the transport takes it
    alarm: Callable[[str, str], None] = lambda _issue, _reason: None  # tells the editors
    stopped: Callable[[], bool] = lambda: False  # told to stop: what is on its way is settled
    chunk: int = CHUNK
    micro_batch: int = MICRO_BATCH


def skip_others(
    sessions: Sessions, leased: Sequence[Leased], offer: Offer, office: Office
) -> list[Leased]:
    """Settle those who must not get this issue as skipped; the others come back."""
    now = office.clock()
    hashes = {one.delivery.id: _hash(one.delivery, office.signing) for one in leased}
    with sessions.begin() as session:
        suppressed = readers.suppressed(session, list(hashes.values()))
        skipped = []
        for one in leased:
            reader = _reader(one, suppressed.get(hashes[one.delivery.id], ""), now)
            if reason := reason_to_skip(reader, offer):
                skipped.append(Outcome(one.delivery, DeliveryState.SKIPPED, reason=reason))
        ledger.settle(session, skipped, now)
    gone = {outcome.delivery.id for outcome in skipped}
    return [one for one in leased if one.delivery.id not in gone]


def _reader(leased: Leased, suppressed: str, now: datetime) -> Reader:
    return Reader(
        state=leased.subscriber_state,
        cadence=leased.cadence,
        paused=is_paused(leased.paused_until, now),
        categories=_chosen(leased),
        suppressed=suppressed,
    )


def _chosen(leased: Leased) -> Topics:
    return frozenset(category.lower() for category in leased.categories)


def _hash(delivery: Delivery, signing: Signing) -> str:
    return signing.address_hash(key_of(delivery.email))


def send_all(
    sessions: Sessions,
    deliverable: Sequence[Leased],
    addressing: Addressing,
    office: Office,
    circuit: Circuit,
) -> Trouble | None:
    """Send what was leased, micro-batch by micro-batch. At trouble the rest is queued again."""
    done = 0
    while done < len(deliverable):
        batch = _next_batch(deliverable[done : done + office.micro_batch], office.pace)
        trouble = _obstacle(office, batch)
        if trouble is None:
            receipts = _send_batch(sessions, batch, addressing, office)
            paused = not receipts and not _is_sending(sessions, batch[0].delivery.issue)
            done += 0 if paused else len(batch)
            trouble = PAUSED if paused else circuit.after(receipts, office.clock())
        if trouble:
            with sessions.begin() as session:
                rest = [one.delivery for one in deliverable[done:]]
                ledger.release(session, rest, office.clock())
            return trouble
    return None


def _is_sending(sessions: Sessions, name: str) -> bool:
    with reading(sessions) as session:
        return store.issue(session, name).state is IssueState.SENDING


def _next_batch(some: Sequence[Leased], pace: Pace | None) -> Sequence[Leased]:
    return some[: pace.batch([one.delivery.email for one in some], len(some))] if pace else some


def _obstacle(office: Office, batch: Sequence[Leased]) -> Trouble | None:
    """Waits for the pace; what keeps the batch from leaving, if anything does."""
    if office.stopped():
        return Trouble("the sender was told to stop", Ends.RUN)
    addresses = [one.delivery.email for one in batch]
    refusal = office.pace.take(addresses) if office.pace else None
    if refusal is None:
        return None
    return trouble_of(refusal, office.clock()) or Trouble(refusal.reason, Ends.RUN)


def _send_batch(
    sessions: Sessions, batch: Sequence[Leased], addressing: Addressing, office: Office
) -> list[Receipt]:
    """Mark, post and settle a micro-batch; what the transport said of each that was still ours."""
    with sessions.begin() as session:
        deliveries = [one.delivery for one in batch]
        marked = ledger.mark_sending(session, deliveries, office.clock(), LEASE_SECONDS)
    chosen = {one.delivery.id: _chosen(one) for one in batch}
    letters = [_letter(addressing, office, one, chosen[one.id]) for one in marked]
    receipts = _post(letters, office.post) if letters else []
    outcomes = [outcome(*one) for one in zip(marked, receipts, strict=True)]
    with sessions.begin() as session:
        ledger.settle(session, outcomes, office.clock())
    if office.pace and any(isinstance(one, Throttled) for one in receipts):
        office.pace.slow()
    return receipts


def _letter(
    addressing: Addressing, office: Office, delivery: Delivery, topics: Topics
) -> Message | Refused:
    """An address that no header can hold must not cost the rest of its batch their mail."""
    tokens = office.signing.tokens(delivery.subscriber)
    try:
        return addressing.address(delivery, tokens, office.clock(), topics)
    except InputError as error:
        return Refused(str(error))


def _post(letters: Sequence[Message | Refused], post: Post) -> list[Receipt]:
    """One receipt a letter, in order; what is refused already is not posted."""
    messages = [one for one in letters if isinstance(one, Message)]
    numbers = [message.delivery for message in messages]
    receipts = dict(zip(numbers, post(messages), strict=True))
    return [one if isinstance(one, Refused) else receipts[one.delivery] for one in letters]


def outcome(delivery: Delivery, receipt: Receipt) -> Outcome:
    """What a receipt means for the ledger."""
    match receipt:
        case Sent(message_id):
            return Outcome(delivery, DeliveryState.SENT, message_id=message_id)
        case Refused(reason, permanent=True):
            return Outcome(delivery, DeliveryState.FAILED, reason=reason)
        case Refused(reason):
            return Outcome(delivery, DeliveryState.QUEUED, reason=reason)
        case Throttled(reason) | Halted(reason):
            return Outcome(delivery, DeliveryState.QUEUED, reason=reason)
        case Doubtful(reason):
            return Outcome(delivery, DeliveryState.UNKNOWN, reason=reason)
