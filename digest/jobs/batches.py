"""What was leased, on its way to the transport: who gets it, in which batches, addressed how.

There are two ways. One takes finished messages; the other has one content merged with the values of
many readers where it is delivered, which is faster, and so pays where much may be sent.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from math import inf
from typing import Any, NamedTuple

from db.engine import Sessions
from db.store import deliveries as ledger
from db.store import readers
from db.store.deliveries import Leased, Outcome
from digest.errors import InputError
from digest.jobs.pacing import Pace
from digest.markers import Topics
from digest.model import (
    Content,
    Copy,
    Delivery,
    DeliveryState,
    Doubtful,
    Halted,
    Issue,
    Message,
    Publication,
    Receipt,
    Refused,
    Rendering,
    Sent,
    Throttled,
)
from digest.ports import Clock, Post, PostCopies
from digest.readers.addresses import key_of
from digest.readers.addressing import Addressing
from digest.readers.audience import Offer, Reader, is_paused, reason_to_skip
from digest.readers.links import Signing
from digest.readers.merging import Merging

CHUNK = 500  # deliveries leased at once
MICRO_BATCH = 25  # deliveries that one crash can leave in doubt
AT_ONCE = 2  # micro-batches of a fast transport: while one is written down, it is at the other
FAST = 100  # messages a second; below, no sender has to do one thing while it does another
LEASE_SECONDS = 60
LEASED_AHEAD = LEASE_SECONDS / 3  # seconds of sending that are leased at most


class Sizes(NamedTuple):
    """How much is in hand at once. A crash can leave `calls` micro-batches in doubt; some of them
    are marked, and settled, in one transaction."""

    chunk: int
    micro_batch: int
    calls: int

    @property
    def together(self) -> int:
        """Micro-batches of one transaction."""
        return max(1, self.calls // 4)


BULK = Sizes(chunk=2000, micro_batch=50, calls=16)


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
    calls: int = 1  # micro-batches that `post` takes at once, where more than FAST may be sent
    bulk: PostCopies | None = None  # merges copies, where sending is faster than `bulk_above`
    bulk_above: float = 0  # messages a second
    bulk_sizes: Sizes = BULK


class Way(NamedTuple):
    """How the copies of an issue leave."""

    post: Callable[[Sequence[Any]], Sequence[Receipt]]
    addressing: Addressing | Merging
    sizes: Sizes

    @property
    def merges(self) -> bool:
        return isinstance(self.addressing, Merging)


def way_of(office: Office, issue: Issue, rendering: Rendering) -> Way:
    """The way that the pace of this moment calls for."""
    rate = office.pace.per_second if office.pace else inf
    if office.bulk is not None and rate > office.bulk_above:
        merging = Merging(issue, rendering, office.publication)
        return Way(office.bulk, merging, _within_a_lease(office.bulk_sizes, rate))
    calls = office.calls if rate > FAST else 1
    sizes = _within_a_lease(Sizes(office.chunk, office.micro_batch, calls), rate)
    return Way(office.post, Addressing(issue, rendering, office.publication), sizes)


def _within_a_lease(sizes: Sizes, rate: float) -> Sizes:
    """What is leased and then waits for the pace would be anybody's again."""
    chunk = max(sizes.micro_batch, min(sizes.chunk, rate * LEASED_AHEAD))
    return sizes._replace(chunk=int(chunk))


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
        categories=chosen(leased),
        suppressed=suppressed,
    )


def chosen(leased: Leased) -> Topics:
    """The reader's topics, in lower case."""
    return _lowered(leased.categories)


@lru_cache(1024)
def _lowered(categories: tuple[str, ...]) -> Topics:
    return frozenset(category.lower() for category in categories)


def _hash(delivery: Delivery, signing: Signing) -> str:
    return signing.address_hash(key_of(delivery.email))


def batches(deliverable: Sequence[Leased], way: Way) -> Iterator[Sequence[Leased]]:
    """What leaves together: where copies are merged, only readers of the same content."""
    for alike in _grouped(deliverable, way.addressing):
        for start in range(0, len(alike), way.sizes.micro_batch):
            yield alike[start : start + way.sizes.micro_batch]


def _grouped(
    deliverable: Sequence[Leased], addressing: Addressing | Merging
) -> Iterable[Sequence[Leased]]:
    if isinstance(addressing, Addressing):
        return [deliverable]
    groups: defaultdict[Content | None, list[Leased]] = defaultdict(list)
    for one in deliverable:
        groups[addressing.content(chosen(one))].append(one)
    return groups.values()


def letter(way: Way, office: Office, leased: Leased) -> Message | Copy | Refused:
    """An address that no header can hold must not cost the rest of its batch their mail."""
    tokens = office.signing.tokens(leased.delivery.subscriber)
    try:
        return way.addressing.address(leased.delivery, tokens, office.clock(), chosen(leased))
    except InputError as error:
        return Refused(str(error))


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
