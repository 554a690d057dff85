"""Two senders, one ledger, any order of events: no reader twice, none lost."""

import shutil
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from db.engine import Sessions, open_engine, open_sessions
from db.store import deliveries as store
from db.store import readers
from db.store.deliveries import Outcome
from digest.model import Delivery, DeliveryState, SubscriberState
from tests.makers import SUNDAY
from tests.rooms.ledger import (
    ISSUE,
    LEASE,
    add_readers,
    expire,
    freeze,
    lease,
    mark,
    open_issue,
    settle,
)

S = DeliveryState
RECEIPTS = st.sampled_from([S.SENT, S.FAILED, S.QUEUED, S.UNKNOWN])


class Sender:
    """A sending process: what it holds in its memory, and loses when it dies."""

    def __init__(self, sessions: Sessions, accepted: Counter[int]) -> None:
        self.sessions, self.accepted = sessions, accepted
        self.leased: list[Delivery] = []
        self.marked: list[Delivery] = []
        self.receipts: list[Outcome] = []

    def step(self, now: datetime, data: st.DataObject) -> None:
        """The next thing such a process does."""
        if self.receipts:
            self.write_receipts(now)
        elif self.marked:
            self.post(data)
        elif self.leased:
            self.mark_or_skip(now, data)
        else:
            expire(self.sessions, now)
            self.leased = lease(self.sessions, data.draw(st.integers(1, 3)), now)

    def mark_or_skip(self, now: datetime, data: st.DataObject) -> None:
        size = data.draw(st.integers(1, 2))
        batch, self.leased = self.leased[:size], self.leased[size:]
        if data.draw(st.booleans()):
            self.receipts = [Outcome(one, S.SKIPPED, reason="the reader left") for one in batch]
        else:
            self.marked = mark(self.sessions, batch, now)

    def post(self, data: st.DataObject) -> None:
        for delivery in self.marked:
            receipt = data.draw(RECEIPTS)
            arrived = receipt is S.SENT or (receipt is S.UNKNOWN and data.draw(st.booleans()))
            self.accepted[delivery.subscriber] += arrived
            self.receipts.append(Outcome(delivery, receipt, reason=receipt.value))
        self.marked = []

    def write_receipts(self, now: datetime) -> None:
        with self.sessions.begin() as session:
            store.settle(session, self.receipts, now)
        self.receipts = []


class Ledger(RuleBasedStateMachine):
    """Two senders on one ledger; the world counts what it was given for whom.

    Each sender goes its way step by step; the order among them, and who dies when, is open.
    """

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        file = shutil.copy(self.template, f"{self.folder.name}/digest.db")
        self.engine = open_engine(f"sqlite:///{file}")
        self.sessions = open_sessions(self.engine)
        self.accepted: Counter[int] = Counter()
        self.senders = [Sender(self.sessions, self.accepted) for _ in range(2)]
        self.now = SUNDAY

    @initialize(active=st.integers(0, 4), left=st.integers(0, 2))
    def begin(self, active: int, left: int) -> None:
        open_issue(self.sessions)
        add_readers(self.sessions, left, state=SubscriberState.UNSUBSCRIBED)
        self.readers = add_readers(self.sessions, active)
        freeze(self.sessions, 3)

    @rule(size=st.integers(1, 4))
    def freeze_a_slice(self, size: int) -> None:
        freeze(self.sessions, size)

    @rule(which=st.integers(0, 1), data=st.data())
    def work(self, which: int, data: st.DataObject) -> None:
        self.senders[which].step(self.now, data)

    @rule(which=st.integers(0, 1), data=st.data())
    def work_on(self, which: int, data: st.DataObject) -> None:
        for _ in range(3):
            self.senders[which].step(self.now, data)

    @rule(which=st.integers(0, 1))
    def die(self, which: int) -> None:
        self.senders[which] = Sender(self.sessions, self.accepted)

    @rule(seconds=st.sampled_from([LEASE + 1, LEASE // 2]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @invariant()
    def nobody_is_mailed_twice(self) -> None:
        assert all(count <= 1 for count in self.accepted.values()), self.accepted

    def teardown(self) -> None:
        try:
            if hasattr(self, "readers"):
                self.finish()
        finally:
            self.engine.dispose()
            self.folder.cleanup()

    def finish(self) -> None:
        """One good sender at last: everything queued goes out, and the ledger tells the truth."""
        while freeze(self.sessions, 3) is not None:
            pass
        self.now += timedelta(seconds=LEASE + 1)
        expire(self.sessions, self.now)
        for delivery in mark(self.sessions, lease(self.sessions, now=self.now), self.now):
            self.accepted[delivery.subscriber] += 1
            settle(self.sessions, S.SENT, delivery)
        self.nobody_is_mailed_twice()
        with self.sessions() as session:
            ended = {email: state for email, state, _, _ in store.listing(session, ISSUE)}
            known = {one.email: one.id for one in readers.subscribers(session)}
        assert {known[email] for email in ended} == set(self.readers)
        may_have = {S.SENT: {1}, S.FAILED: {0}, S.SKIPPED: {0}, S.UNKNOWN: {0, 1}}
        for email, state in ended.items():
            assert self.accepted[known[email]] in may_have[state], (email, state)


@pytest.mark.slow
def test_in_any_order_of_events_nobody_is_mailed_twice_and_nobody_is_lost(
    sqlite_template: Path,
) -> None:
    class Here(Ledger):
        template = sqlite_template

    run_state_machine_as_test(
        Here, settings=settings(max_examples=60, stateful_step_count=20, deadline=None)
    )
