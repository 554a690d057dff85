"""The ledger of sending: leased by one hand, marked, and settled by what became of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Connection, event

from db.engine import Sessions, open_engine, open_sessions
from db.store import audience, readers
from db.store import deliveries as store
from db.store.deliveries import Leased, Outcome
from digest.model import Cadence, Delivery, DeliveryState, SubscriberState
from tests.makers import SUNDAY
from tests.rooms.ledger import (
    ISSUE,
    LATER,
    LEASE,
    add_readers,
    expire,
    freeze,
    lease,
    mark,
    open_issue,
    queue,
    settle,
    states,
)

S = DeliveryState


def test_a_lease_brings_what_must_be_checked_before_it_leaves(sessions: Sessions) -> None:
    open_issue(sessions)
    pause = SUNDAY + timedelta(weeks=2)
    chosen = {"categories": ("Coding", "Video"), "paused_until": pause}
    (number,) = add_readers(sessions, 1, **chosen)
    freeze(sessions)
    with sessions.begin() as session:
        left = SubscriberState.UNSUBSCRIBED
        readers.change_state(session, number, [SubscriberState.ACTIVE], left, SUNDAY)
        (leased,) = store.lease(session, ISSUE, 10, SUNDAY, LEASE)
    assert leased == Leased(
        Delivery(
            id=leased.delivery.id,
            issue=ISSUE,
            subscriber=number,
            email="reader-0@inbox.example",
            confirmed_at=SUNDAY,
            attempt=1,
        ),
        left,
        Cadence.WEEKLY,
        pause,
        ("Coding", "Video"),
    )


def test_what_is_leased_is_not_leased_again_while_the_lease_lasts(sessions: Sessions) -> None:
    queue(sessions, 5)
    first = lease(sessions, 3)
    assert expire(sessions, SUNDAY + timedelta(seconds=LEASE)) == (0, 0)
    second = lease(sessions, 3)
    assert [len(first), len(second), len(lease(sessions, 3))] == [3, 2, 0]
    assert len({one.id for one in first + second}) == 5


def test_each_issue_leases_its_own(sessions: Sessions) -> None:
    queue(sessions, 2)
    open_issue(sessions, "c-plainwright-vs-notekeel")
    with sessions.begin() as session:
        single = "c-plainwright-vs-notekeel"
        assert audience.freeze(session, single, [Cadence.WEEKLY], 10, SUNDAY) == 2
        leased = store.lease(session, single, 10, SUNDAY, LEASE)
    assert {one.delivery.issue for one in leased} == {single}
    assert states(sessions) == [S.QUEUED] * 2


def test_many_senders_at_once_share_the_deliveries(sessions: Sessions) -> None:
    queue(sessions, 120)
    hands = 4
    barrier = Barrier(hands)

    def take_all(_: int) -> list[int]:
        barrier.wait()
        batches = iter(lambda: lease(sessions, 7), [])
        return [one.id for batch in batches for one in batch]

    with ThreadPoolExecutor(hands) as pool:
        taken = [number for numbers in pool.map(take_all, range(hands)) for number in numbers]
    assert len(taken) == len(set(taken)) == 120


def test_a_sender_does_not_wait_for_what_another_is_taking(postgres_sessions: Sessions) -> None:
    queue(postgres_sessions, 3)
    with postgres_sessions.begin() as session:
        taken = store.lease(session, ISSUE, 2, SUNDAY, LEASE)  # not committed yet
        rest = lease(postgres_sessions, 3)
    assert (len(taken), len(rest)) == (2, 1)


def test_a_lease_that_ran_out_is_queued_again(sessions: Sessions) -> None:
    queue(sessions, 2)
    lease(sessions, 1)
    assert expire(sessions, LATER) == (1, 0)
    assert states(sessions) == [S.QUEUED] * 2
    assert [one.attempt for one in lease(sessions, now=LATER)] == [2, 1]


def test_what_was_being_sent_when_the_lease_ran_out_is_unknown_for_good(
    sessions: Sessions,
) -> None:
    queue(sessions, 2)
    mark(sessions, lease(sessions, 1))
    assert expire(sessions, LATER) == (0, 1)
    assert states(sessions) == [S.UNKNOWN, S.QUEUED]
    assert len(lease(sessions, now=LATER)) == 1
    assert expire(sessions, LATER + timedelta(days=1)) == (1, 0)
    assert states(sessions) == [S.UNKNOWN, S.QUEUED]
    with sessions() as session:
        doubt = {(S.UNKNOWN, "the sender stopped before it knew"): 1}
        assert store.reasons(session, ISSUE) == doubt


def test_marking_begins_the_lease_anew(sessions: Sessions) -> None:
    queue(sessions, 1)
    mark(sessions, lease(sessions), SUNDAY + timedelta(seconds=LEASE - 1))
    assert expire(sessions, LATER) == (0, 0)
    assert states(sessions) == [S.SENDING]


def test_only_what_is_still_ours_is_marked(sessions: Sessions) -> None:
    queue(sessions, 3)
    slow = lease(sessions)
    settle(sessions, S.SKIPPED, slow[0], reason="the reader left")
    expire(sessions, LATER)
    fast = lease(sessions, 1, LATER)
    assert mark(sessions, slow, LATER) == []
    assert mark(sessions, fast, LATER) == fast
    assert states(sessions) == [S.SKIPPED, S.SENDING, S.QUEUED]


def test_what_is_marked_is_marked_once(sessions: Sessions) -> None:
    queue(sessions, 2)
    leased = lease(sessions)
    assert mark(sessions, leased) == leased
    assert mark(sessions, leased) == []
    assert mark(sessions, []) == []


def test_a_sender_that_is_late_but_alone_may_still_mark(sessions: Sessions) -> None:
    queue(sessions, 1)
    leased = lease(sessions)
    assert mark(sessions, leased, LATER) == leased


def test_expiry_leaves_what_another_hand_is_writing(postgres_sessions: Sessions) -> None:
    queue(postgres_sessions, 2)
    first, second = mark(postgres_sessions, lease(postgres_sessions))
    with postgres_sessions.begin() as session:
        store.settle(session, [Outcome(first, S.SENT, message_id="m-1")], LATER)  # not committed
        assert expire(postgres_sessions, LATER) == (0, 1)
    assert states(postgres_sessions) == [S.SENT, S.UNKNOWN]
    assert second.id > first.id


# --- what became of it ---------------------------------------------------------------------


@pytest.mark.parametrize("state", [S.SENT, S.FAILED, S.SKIPPED, S.UNKNOWN, S.QUEUED])
def test_a_receipt_settles_a_delivery(sessions: Sessions, state: DeliveryState) -> None:
    queue(sessions, 2)
    one, _ = mark(sessions, lease(sessions))
    settle(sessions, state, one, message_id="m-1", reason="as the transport said")
    with sessions() as session:
        listed = list(store.listing(session, ISSUE))
    assert listed == [
        ("reader-0@inbox.example", state, "m-1", "as the transport said"),
        ("reader-1@inbox.example", S.SENDING, "", ""),
    ]


def test_what_was_refused_for_now_is_leased_again(sessions: Sessions) -> None:
    queue(sessions, 1)
    settle(sessions, S.QUEUED, *mark(sessions, lease(sessions)), reason="throttled")
    (again,) = mark(sessions, lease(sessions))
    assert again.attempt == 2
    settle(sessions, S.SENT, again, message_id="m-2")
    with sessions() as session:
        assert store.reasons(session, ISSUE) == {}


def test_an_old_attempt_settles_nothing(sessions: Sessions) -> None:
    queue(sessions, 1)
    (slow,) = lease(sessions)
    expire(sessions, LATER)
    (fast,) = mark(sessions, lease(sessions, now=LATER), LATER)
    settle(sessions, S.FAILED, slow, reason="an old story")
    assert states(sessions) == [S.SENDING]
    settle(sessions, S.SENT, fast, message_id="m-1")
    assert states(sessions) == [S.SENT]


def test_what_is_settled_stays_so(sessions: Sessions) -> None:
    queue(sessions, 1)
    (one,) = mark(sessions, lease(sessions))
    settle(sessions, S.SENT, one, message_id="m-1")
    settle(sessions, S.QUEUED, one, reason="throttled")
    assert expire(sessions, LATER) == (0, 0)
    with sessions() as session:
        assert [row[1:] for row in store.listing(session, ISSUE)] == [(S.SENT, "m-1", "")]


def test_a_receipt_that_comes_late_ends_the_doubt(sessions: Sessions) -> None:
    queue(sessions, 1)
    (slow,) = mark(sessions, lease(sessions))
    expire(sessions, LATER)
    assert states(sessions) == [S.UNKNOWN]
    settle(sessions, S.SENT, slow, message_id="m-1")
    with sessions() as session:
        assert [row[1:] for row in store.listing(session, ISSUE)] == [(S.SENT, "m-1", "")]


def test_settling_nothing_is_fine(sessions: Sessions) -> None:
    queue(sessions, 1)
    settle(sessions, S.SENT)
    assert states(sessions) == [S.QUEUED]


def test_cancelling_skips_what_is_not_being_sent_yet(sessions: Sessions) -> None:
    queue(sessions, 4)
    leased, sending = lease(sessions, 2)
    mark(sessions, [sending])
    with sessions.begin() as session:
        assert store.cancel_unsent(session, ISSUE, SUNDAY) == 3
    assert states(sessions) == [S.SKIPPED, S.SENDING, S.SKIPPED, S.SKIPPED]
    assert mark(sessions, [leased]) == []
    with sessions() as session:
        assert store.reasons(session, ISSUE) == {(S.SKIPPED, "the issue was cancelled"): 3}


def test_counts_and_reasons_tell_how_far_an_issue_is(sessions: Sessions) -> None:
    queue(sessions, 6)
    sent, failed, also_failed, skipped, _ = mark(sessions, lease(sessions, 5))
    settle(sessions, S.SENT, sent, message_id="m-1")
    settle(sessions, S.FAILED, failed, also_failed, reason="no such mailbox")
    settle(sessions, S.SKIPPED, skipped, reason="the reader left")
    with sessions() as session:
        assert store.counts(session, ISSUE) == {
            S.SENT: 1,
            S.FAILED: 2,
            S.SKIPPED: 1,
            S.SENDING: 1,
            S.QUEUED: 1,
        }
        assert store.reasons(session, ISSUE) == {
            (S.FAILED, "no such mailbox"): 2,
            (S.SKIPPED, "the reader left"): 1,
        }
        assert store.counts(session, "2026-W48") == {}
        assert list(store.listing(session, "2026-W48")) == []


def test_the_number_of_an_erased_readers_delivery_is_never_given_to_another(
    sessions: Sessions,
) -> None:
    open_issue(sessions)
    add_readers(sessions, 1)
    (number,) = add_readers(sessions, 1)
    freeze(sessions, 2)
    _, erased = mark(sessions, lease(sessions))
    with sessions.begin() as session:
        readers.erase_subscriber(session, number)
    add_readers(sessions, 1)
    freeze(sessions)
    (next_one,) = mark(sessions, lease(sessions))
    settle(sessions, S.FAILED, erased, reason="of someone else")
    assert states(sessions)[-1] is S.SENDING
    assert next_one.id > erased.id


def test_sqlite_finds_what_waits_without_going_through_those_that_were_sent(
    sqlite_url: str,
) -> None:
    engine = open_engine(sqlite_url)
    plans: list[str] = []

    def explain(connection: Connection, _: object, said: str, values: Any, *__: object) -> None:
        if said.startswith("WITH free"):
            cursor = connection.connection.cursor()
            cursor.execute(f"EXPLAIN QUERY PLAN {said}", values)
            plans.append("; ".join(row[3] for row in cursor.fetchall()))

    event.listen(engine, "before_cursor_execute", explain)
    sessions = open_sessions(engine)
    queue(sessions, 3)
    assert len(lease(sessions)) == 3
    expire(sessions, LATER)
    leased, *ran_out = plans
    assert "ix_deliveries_waiting" in leased
    assert all("ix_deliveries_held" in plan for plan in ran_out)
    assert not any("autoindex" in plan for plan in plans)
    engine.dispose()
