"""Chunk after chunk of an issue's deliveries, taken for a while; the next one while one is sent."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import chain

from sqlalchemy.orm import Session

from db.engine import Sessions, writes_alone
from db.store import audience
from db.store import deliveries as ledger
from db.store import issues as store
from db.store.deliveries import Leased
from digest.jobs.batches import LEASE_SECONDS, Office, Sizes, skip_others
from digest.model import Issue, IssueState
from digest.readers.audience import CADENCES, Offer

SLICE = 10_000  # readers queued in one transaction
LOOKS_AGAIN = timedelta(seconds=5)  # for leases that ran out

Chunk = Sequence[Leased]


class Leasing:
    """Takes chunk after chunk. The audience is queued while it is sent to, a slice for each chunk,
    so that the first mail of an issue to a million leaves at once.

    Where several may write at a time, a chunk is leased while the one before is sent, and both
    together are as many as one is elsewhere. Where only one may, that would be in the way of the
    thread that marks and settles.
    """

    def __init__(
        self, sessions: Sessions, office: Office, issue: Issue, offer: Offer, sizes: Sizes
    ) -> None:
        self._sessions, self._office = sessions, office
        self._issue, self._offer = issue, offer
        self._goes_ahead = not writes_alone(sessions)
        halves = max(sizes.micro_batch, sizes.chunk // 2)
        self._size = halves if self._goes_ahead else sizes.chunk
        self._looked: datetime | None = None

    def __call__(self) -> list[Leased]:
        """The next chunk; none when nothing waits, or the issue is no longer being sent."""
        now, cadences = self._office.clock(), CADENCES[self._issue.kind]
        with self._sessions.begin() as session:
            self._expire(session, now)
            if store.state_of(session, self._issue.id) is not IssueState.SENDING:
                return []
            while True:
                queued = audience.freeze(session, self._issue.id, cadences, SLICE, now)
                leased = ledger.lease(session, self._issue.id, self._size, now, LEASE_SECONDS)
                if leased or queued is None:
                    return leased

    @contextmanager
    def from_there(self, first: Chunk) -> Iterator[Iterator[Chunk]]:
        """That chunk and all that follow, without those who must not get the issue. What was leased
        and not asked for in the end is queued again."""
        leased = chain([first], iter(self, []))
        chunks = (skip_others(self._sessions, one, self._offer, self._office) for one in leased)
        if not self._goes_ahead:
            yield chunks
            return
        with ThreadPoolExecutor(1, thread_name_prefix="lease") as hand:
            ahead = _Ahead(chunks, hand)
            try:
                yield ahead
            finally:
                release(self._sessions, self._office, ahead.left())

    def _expire(self, session: Session, now: datetime) -> None:
        """What others leased and let go by is looked for now and then, not at each chunk."""
        if self._looked is None or now - self._looked >= LOOKS_AGAIN:
            ledger.expire(session, now, repeatable=self._office.repeatable)
            self._looked = now


class _Ahead(Iterator[Chunk]):
    """Chunks, each of them taken from the source while the one before is used."""

    def __init__(self, source: Iterator[Chunk], hand: ThreadPoolExecutor) -> None:
        self._source, self._hand = source, hand
        self._following = self._asked()

    def __next__(self) -> Chunk:
        chunk = self._following.result()
        if chunk is None:
            raise StopIteration
        self._following = self._asked()
        return chunk

    def left(self) -> Chunk:
        """What was taken and nobody asked for."""
        return self._following.result() or ()

    def _asked(self) -> Future[Chunk | None]:
        return self._hand.submit(next, self._source, None)


def release(sessions: Sessions, office: Office, leased: Chunk) -> None:
    """Queue again what is leased and will not be sent now."""
    if leased:
        with sessions.begin() as session:
            ledger.release(session, [one.delivery for one in leased], office.clock())
