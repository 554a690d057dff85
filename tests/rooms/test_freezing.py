"""Who an issue goes to: each active reader once, whatever happens meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from time import sleep

from sqlalchemy import Connection, event

from db.engine import Sessions
from db.store import audience, issues, readers
from db.store import deliveries as store
from digest import desk
from digest.model import Cadence, DeliveryState, IssueState, SubscriberState
from tests.makers import SUNDAY
from tests.rooms.ledger import ISSUE, add_readers, freeze, lease, open_issue, queue, states

S = DeliveryState


def test_the_audience_is_frozen_in_slices(sessions: Sessions) -> None:
    open_issue(sessions)
    numbers = add_readers(sessions, 7)
    assert [freeze(sessions, 3) for _ in range(5)] == [3, 3, 1, None, None]
    assert [delivery.subscriber for delivery in lease(sessions)] == numbers


def test_readers_still_to_be_queued_count_as_queued(sessions: Sessions) -> None:
    open_issue(sessions)
    add_readers(sessions, 5)
    add_readers(sessions, 1, cadence=Cadence.EACH)
    counted = []
    for _ in range(4):
        freeze(sessions, 2)
        with sessions() as session:
            counted.append(store.counts(session, ISSUE))
    assert counted == [{S.QUEUED: 5}] * 4


def test_numbers_that_nobody_has_make_no_slice_of_their_own(sessions: Sessions) -> None:
    open_issue(sessions)
    numbers = add_readers(sessions, 9)
    with sessions.begin() as session:
        for number in numbers[1:8]:
            readers.erase_subscriber(session, number)
    assert [freeze(sessions, 1) for _ in range(3)] == [1, 1, None]


def test_freezing_again_adds_nobody(sessions: Sessions) -> None:
    queue(sessions, 3)
    assert freeze(sessions) is None
    add_readers(sessions, 2)  # who comes after the issue went out waits for the next
    assert freeze(sessions) is None
    assert states(sessions) == [S.QUEUED] * 3


def test_a_freeze_that_died_is_taken_up_where_it_was(sessions: Sessions) -> None:
    open_issue(sessions)
    numbers = add_readers(sessions, 6)
    assert freeze(sessions, 2) == 2
    with sessions() as session:  # the machine stops before the commit
        assert audience.freeze(session, ISSUE, [Cadence.WEEKLY], 2, SUNDAY) == 2
    while freeze(sessions, 2) is not None:
        pass
    assert [delivery.subscriber for delivery in lease(sessions)] == numbers


def test_only_active_readers_of_the_cadence_are_queued(sessions: Sessions) -> None:
    open_issue(sessions)
    for state in SubscriberState:
        add_readers(sessions, 1, state=state)
    each = add_readers(sessions, 2, cadence=Cadence.EACH)
    assert freeze(sessions, cadence=Cadence.EACH) == 2
    assert [delivery.subscriber for delivery in lease(sessions)] == each


def test_who_has_paused_is_queued_so_that_the_ledger_can_say_why_they_got_nothing(
    sessions: Sessions,
) -> None:
    open_issue(sessions)
    add_readers(sessions, 1, paused_until=SUNDAY + timedelta(weeks=1))
    assert freeze(sessions) == 1


def test_an_issue_without_readers_is_frozen_at_once(sessions: Sessions) -> None:
    open_issue(sessions)
    assert freeze(sessions) is None
    add_readers(sessions, 1)
    assert freeze(sessions) is None


def test_several_senders_may_freeze_at_once(sessions: Sessions) -> None:
    open_issue(sessions)
    numbers = add_readers(sessions, 40)
    hands = 4
    barrier = Barrier(hands)

    def freeze_all(_: int) -> int:
        barrier.wait()
        return sum(iter(lambda: freeze(sessions, 5), None))

    with ThreadPoolExecutor(hands) as pool:
        assert sum(pool.map(freeze_all, range(hands))) == 40
    assert [delivery.subscriber for delivery in lease(sessions)] == numbers


def test_who_confirms_in_the_midst_of_a_freeze_pushes_nobody_out(
    postgres_sessions: Sessions,
) -> None:
    open_issue(postgres_sessions)
    numbers = add_readers(postgres_sessions, 3)
    with postgres_sessions.begin() as session:
        gone = SubscriberState.UNSUBSCRIBED
        readers.change_state(session, numbers[1], [SubscriberState.ACTIVE], gone, SUNDAY)

    def confirm(_: Connection, __: object, statement: str, *___: object) -> None:
        """Runs once the slice's end is known and before the slice is queued."""
        if statement.startswith("INSERT INTO deliveries"):
            with postgres_sessions.begin() as session:
                back = SubscriberState.ACTIVE
                come_from = [SubscriberState.UNSUBSCRIBED]
                readers.change_state(session, numbers[1], come_from, back, SUNDAY)

    engine = postgres_sessions.kw["bind"]
    event.listen(engine, "before_cursor_execute", confirm)
    while freeze(postgres_sessions, 2) is not None:
        pass
    assert [delivery.subscriber for delivery in lease(postgres_sessions)] == numbers


def test_who_is_erased_in_the_midst_of_a_freeze_is_left_out(postgres_sessions: Sessions) -> None:
    open_issue(postgres_sessions)
    first, erased, last = add_readers(postgres_sessions, 3)
    with ThreadPoolExecutor(1) as pool:
        with postgres_sessions.begin() as session:
            readers.erase_subscriber(session, erased)
            frozen = pool.submit(freeze, postgres_sessions)
            sleep(0.2)  # the freeze is in the midst of it now, waiting for the erasure
        assert frozen.result() == 2
    assert [one.subscriber for one in lease(postgres_sessions)] == [first, last]


def test_an_issue_that_is_cancelled_meanwhile_queues_nobody(postgres_sessions: Sessions) -> None:
    open_issue(postgres_sessions)
    add_readers(postgres_sessions, 3)
    with ThreadPoolExecutor(1) as pool:
        with postgres_sessions.begin() as session:
            come_from = [IssueState.SENDING]
            issues.move(session, ISSUE, come_from, IssueState.CANCELLED, SUNDAY)
            frozen = pool.submit(freeze, postgres_sessions)
            sleep(0.2)  # it has begun, and waits for us
        assert frozen.result() is None
    assert states(postgres_sessions) == []


def test_who_was_not_queued_yet_counts_when_an_issue_is_cancelled(sessions: Sessions) -> None:
    open_issue(sessions)
    add_readers(sessions, 5)
    freeze(sessions, 2)
    assert desk.cancel(sessions, lambda: SUNDAY, ISSUE) == 5
    assert states(sessions) == [S.SKIPPED] * 2
