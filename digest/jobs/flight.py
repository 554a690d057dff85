"""Micro-batches on their way: mark, post, settle, several at once where the way allows it.

A micro-batch is marked `sending` and committed before the transport is called, so a process that
dies leaves at most those in doubt that were on their way. One thread marks and settles; others
write letters, and wait for the transport.
"""

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from itertools import chain, groupby, islice
from typing import NamedTuple

from db.engine import Sessions, one_by_one, reading
from db.store import deliveries as ledger
from db.store import issues as store
from db.store.deliveries import Leased
from digest.jobs.batches import LEASE_SECONDS, Office, Way, batches, letter, outcome
from digest.jobs.circuit import Circuit, Ends, Trouble, trouble_of
from digest.jobs.leasing import release
from digest.model import Delivery, IssueState, Receipt, Refused, Throttled

PAUSED = Trouble("it is no longer being sent", Ends.RUN)


class Going(NamedTuple):
    """A micro-batch on its way. `slowed` is how often the pace had been slowed when it left."""

    deliveries: Sequence[Delivery]
    slowed: int


class Landed(NamedTuple):
    """A micro-batch and what the transport said of it."""

    going: Going
    receipts: Sequence[Receipt]


class Flight:
    """Sends what is leased until there is trouble. `tell` hears how many were settled."""

    def __init__(
        self,
        sessions: Sessions,
        office: Office,
        way: Way,
        circuit: Circuit,
        tell: Callable[[int], None],
    ) -> None:
        self._sessions, self._office, self._way = sessions, office, way
        self._alone = one_by_one(sessions)
        self._circuit, self._tell = circuit, tell
        self._going: dict[Future[Sequence[Receipt]], Going] = {}
        self._slowed = 0
        self._trouble: Trouble | None = None

    def __call__(self, chunks: Iterable[Sequence[Leased]]) -> Trouble | None:
        """Send chunk by chunk. At trouble what did not leave is queued again."""
        pool = ThreadPoolExecutor(self._way.sizes.calls, thread_name_prefix="post")
        with _undisturbed(), pool as hands:
            try:
                for chunk in chunks:
                    self._send(chunk, hands)
                    if self._trouble:
                        break
            finally:
                self._land_all()
        return self._trouble

    def _send(self, chunk: Sequence[Leased], hands: ThreadPoolExecutor) -> None:
        left = {one.delivery.id: one for one in chunk}
        waiting = deque(batches(chunk, self._way))
        while waiting and self._has_hands():
            together = self._next(waiting)
            if self._may_leave(together) and self._leaves(together, hands):
                for one in chain.from_iterable(together):
                    del left[one.delivery.id]
        if self._trouble:
            release(self._sessions, self._office, list(left.values()))

    def _next(self, waiting: deque[Sequence[Leased]]) -> list[Sequence[Leased]]:
        """Micro-batches to mark together: as many as there are hands, and as the pace allows."""
        sizes, pace = self._way.sizes, self._office.pace
        free = min(sizes.together, sizes.calls - len(self._going))
        room = sizes.micro_batch * free
        if pace:
            room = pace.batch(_addresses(islice(chain.from_iterable(waiting), room)), room)
        if len(waiting[0]) > room:
            first = waiting.popleft()
            waiting.appendleft(first[room:])
            return [first[:room]]
        together: list[Sequence[Leased]] = []
        while waiting and len(together) < free and len(waiting[0]) <= room:
            together.append(waiting.popleft())
            room -= len(together[-1])
        return together

    def _may_leave(self, together: Sequence[Sequence[Leased]]) -> bool:
        """Waits for the pace."""
        self._trouble = self._obstacle(_addresses(chain.from_iterable(together)))
        return self._trouble is None

    def _obstacle(self, addresses: Sequence[str]) -> Trouble | None:
        office = self._office
        if office.stopped():
            return Trouble("the sender was told to stop", Ends.RUN)
        refusal = office.pace.take(addresses) if office.pace else None
        if refusal is None:
            return None
        return trouble_of(refusal, office.clock()) or Trouble(refusal.reason, Ends.RUN)

    def _leaves(self, together: Sequence[Sequence[Leased]], hands: ThreadPoolExecutor) -> bool:
        """Mark micro-batches and let go of them; False when the issue is no longer being sent."""
        deliveries = [one.delivery for batch in together for one in batch]
        with self._alone.begin() as session:
            now = self._office.clock()
            marked = ledger.mark_sending(session, deliveries, now, LEASE_SECONDS)
        if not marked and not self._is_sending(deliveries[0].issue):
            self._trouble = PAUSED
            return False
        ours = {one.id for one in marked}
        if len(ours) < len(deliveries):  # the next lease tells why not
            with self._sessions.begin() as session:
                rest = [one for one in deliveries if one.id not in ours]
                ledger.release(session, rest, now)
        for batch in together:
            mine = [one for one in batch if one.delivery.id in ours]
            if mine:
                future = hands.submit(_posted, self._way, self._office, mine)
                self._going[future] = Going([one.delivery for one in mine], self._slowed)
        return True

    def _is_sending(self, name: str) -> bool:
        with reading(self._sessions) as session:
            return store.state_of(session, name) is IssueState.SENDING

    def _has_hands(self) -> bool:
        """Settles what has its answer, once there are hands for as many as are marked together;
        whether sending goes on."""
        busiest = self._way.sizes.calls - self._way.sizes.together
        done, going = wait(self._going, 0)
        while len(going) > busiest:
            more, going = wait(going, return_when=FIRST_COMPLETED)
            done |= more
        self._land(done)
        return self._trouble is None

    def _land_all(self) -> None:
        wait(self._going)
        self._land(list(self._going))

    def _land(self, done: Iterable[Future[Sequence[Receipt]]]) -> None:
        """Settle those, whatever became of any of them; raises what a transport raised."""
        landed, raised = [], None
        for future in done:
            going = self._going.pop(future)
            if error := future.exception():
                raised = error
            else:
                landed.append(Landed(going, future.result()))
        if landed:
            self._settle(landed)
        if raised:
            raise raised

    def _settle(self, landed: Sequence[Landed]) -> None:
        now = self._office.clock()
        outcomes = [
            outcome(*one)
            for each in landed
            for one in zip(each.going.deliveries, each.receipts, strict=True)
        ]
        with self._alone.begin() as session:
            ledger.settle(session, outcomes, now)
        for each in landed:
            said = self._news(each)
            if self._office.pace and any(isinstance(one, Throttled) for one in said):
                self._office.pace.slow()
                self._slowed += 1
            if said:
                self._trouble = self._circuit.after(said, now) or self._trouble
        self._tell(len(outcomes))

    def _news(self, landed: Landed) -> Sequence[Receipt]:
        """What receipts tell of those to come. Calls that were on their way together are throttled
        together: the pace is slowed for the first of them, once."""
        said = _answers(landed.receipts) if self._way.merges else landed.receipts
        if landed.going.slowed == self._slowed:
            return said
        return [one for one in said if not isinstance(one, Throttled) or one.daily]


@contextmanager
def _undisturbed() -> Iterator[None]:
    """The garbage collector leaves alone what is loaded by now. It would go through all of it again
    and again while letters come and go, which was an eighth of what sending costs. A process that
    settled for good, as one with the site does, stays as it is."""
    if gc.get_freeze_count():
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _addresses(batch: Iterable[Leased]) -> list[str]:
    return [one.delivery.email for one in batch]


def _answers(receipts: Sequence[Receipt]) -> list[Receipt]:
    """A call that is lost is one loss, however many readers it was for."""
    return [receipt for receipt, _ in groupby(receipts)]


def _posted(way: Way, office: Office, leased: Sequence[Leased]) -> Sequence[Receipt]:
    """One receipt for each, in order; what is refused already is not posted. It runs beside the
    thread that marks and settles, which is why letters are written here."""
    letters = [letter(way, office, one) for one in leased]
    posted = iter(way.post([one for one in letters if not isinstance(one, Refused)]))
    return [one if isinstance(one, Refused) else next(posted) for one in letters]
