"""Micro-batches on their way: mark, post, settle, several at once where the way allows it.

A micro-batch is marked `sending` and committed before the transport is called, so a process that
dies leaves at most those in doubt that were on their way. One thread speaks to the database; others
do nothing but wait for the transport.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import groupby
from typing import NamedTuple

from db.engine import Sessions, reading
from db.store import deliveries as ledger
from db.store import issues as store
from db.store.deliveries import Leased
from digest.jobs.batches import LEASE_SECONDS, Office, Way, batches, letter, outcome
from digest.jobs.circuit import Circuit, Ends, Trouble, trouble_of
from digest.model import Copy, Delivery, IssueState, Message, Receipt, Refused, Throttled

PAUSED = Trouble("it is no longer being sent", Ends.RUN)

Letter = Message | Copy


class Landed(NamedTuple):
    """A micro-batch and what the transport said of it."""

    deliveries: Sequence[Delivery]
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
        self._circuit, self._tell = circuit, tell
        self._going: dict[Future[Sequence[Receipt]], Sequence[Delivery]] = {}
        self._trouble: Trouble | None = None

    def __call__(self, chunks: Iterable[Sequence[Leased]]) -> Trouble | None:
        """Send chunk by chunk, the next one leased while the last is on its way. At trouble what
        did not leave is queued again."""
        with ThreadPoolExecutor(self._way.sizes.calls, thread_name_prefix="post") as hands:
            try:
                for chunk in chunks:
                    self._send(chunk, hands)
                    if self._trouble:
                        break
            finally:
                self._land_all()
        return self._trouble

    def _send(self, chunk: Sequence[Leased], hands: ThreadPoolExecutor) -> None:
        left = {one.delivery.id: one.delivery for one in chunk}
        for whole in batches(chunk, self._way):
            waiting = list(whole)
            while waiting and not self._trouble:
                batch = waiting[: self._size()]
                if self._may_leave(len(batch)) and self._leaves(batch, hands):
                    del waiting[: len(batch)]
                    for one in batch:
                        del left[one.delivery.id]
        if self._trouble:
            with self._sessions.begin() as session:
                ledger.release(session, list(left.values()), self._office.clock())

    def _size(self) -> int:
        pace, largest = self._office.pace, self._way.sizes.micro_batch
        return pace.batch(largest) if pace else largest

    def _may_leave(self, count: int) -> bool:
        """Waits for a free hand, and for the pace."""
        self._land_some()
        self._trouble = self._trouble or self._obstacle(count)
        return self._trouble is None

    def _obstacle(self, count: int) -> Trouble | None:
        office = self._office
        if office.stopped():
            return Trouble("the sender was told to stop", Ends.RUN)
        refusal = office.pace.take(count) if office.pace else None
        if refusal is None:
            return None
        return trouble_of(refusal, office.clock()) or Trouble(refusal.reason, Ends.RUN)

    def _leaves(self, batch: Sequence[Leased], hands: ThreadPoolExecutor) -> bool:
        """Mark a micro-batch and let go of it; False when the issue is no longer being sent."""
        office = self._office
        with self._sessions.begin() as session:
            deliveries = [one.delivery for one in batch]
            marked = ledger.mark_sending(session, deliveries, office.clock(), LEASE_SECONDS)
        if not marked:
            self._trouble = None if self._is_sending(batch[0].delivery.issue) else PAUSED
            return self._trouble is None
        ours = {one.id for one in marked}
        letters = [letter(self._way, office, one) for one in batch if one.delivery.id in ours]
        self._going[hands.submit(_posted, self._way, letters)] = marked
        return True

    def _is_sending(self, name: str) -> bool:
        with reading(self._sessions) as session:
            return store.state_of(session, name) is IssueState.SENDING

    def _land_some(self) -> None:
        """Settle what has its answer; waits for one if no hand is free."""
        full = len(self._going) >= self._way.sizes.calls
        done, _ = wait(self._going, None if full else 0, FIRST_COMPLETED)
        self._land(done)

    def _land_all(self) -> None:
        while self._going:
            done, _ = wait(self._going, return_when=FIRST_COMPLETED)
            self._land(done)

    def _land(self, done: Iterable[Future[Sequence[Receipt]]]) -> None:
        """Settle those, whatever became of any of them; raises what a transport raised."""
        landed, raised = [], None
        for future in done:
            deliveries = self._going.pop(future)
            if error := future.exception():
                raised = error
            else:
                landed.append(Landed(deliveries, future.result()))
        if landed:
            self._settle(landed)
        if raised:
            raise raised

    def _settle(self, landed: Sequence[Landed]) -> None:
        now = self._office.clock()
        outcomes = [outcome(*one) for each in landed for one in zip(*each, strict=True)]
        with self._sessions.begin() as session:
            ledger.settle(session, outcomes, now)
        for each in landed:
            said = _answers(each.receipts) if self._way.merges else each.receipts
            if self._office.pace and any(isinstance(one, Throttled) for one in said):
                self._office.pace.slow()
            self._trouble = self._circuit.after(said, now) or self._trouble
        self._tell(len(outcomes))


def _answers(receipts: Sequence[Receipt]) -> list[Receipt]:
    """A call that is lost is one loss, however many readers it was for."""
    return [receipt for receipt, _ in groupby(receipts)]


def _posted(way: Way, letters: Sequence[Letter | Refused]) -> Sequence[Receipt]:
    """One receipt a letter, in order; what is refused already is not posted."""
    posted = iter(way.post([one for one in letters if not isinstance(one, Refused)]))
    return [one if isinstance(one, Refused) else next(posted) for one in letters]
