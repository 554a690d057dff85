"""What an event means, and what all events together make of a delivery and of a reader."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from digest.model import DeliveryState, SubscriberState
from digest.readers.feedback import (
    CONSEQUENCES,
    OUTRANKED,
    DeliveryEvent,
    EventKind,
    Ledger,
    Meaning,
    Past,
    meaning,
    settled,
    standing,
)
from tests.makers import SUNDAY

K, M, D = EventKind, Meaning, DeliveryState
WEEK = timedelta(weeks=1)


def an_event(kind: EventKind, type_: str = "", subtype: str = "", **said: Any) -> DeliveryEvent:
    return DeliveryEvent(kind=kind, message_id="m", at=SUNDAY, type=type_, subtype=subtype, **said)


@pytest.mark.parametrize(
    ("event", "means"),
    [
        (an_event(K.SEND), M.ACCEPTED),
        (an_event(K.DELIVERY), M.DELIVERED),
        (an_event(K.BOUNCE, "Permanent", "General", status="5.1.1"), M.HARD),
        (an_event(K.BOUNCE, "Permanent", "General", status="5.2.1"), M.HARD),
        (an_event(K.BOUNCE, "Permanent", "General"), M.HARD),
        (an_event(K.BOUNCE, "Permanent", "NoEmail", status="5.7.1"), M.HARD),
        (an_event(K.BOUNCE, "Permanent", "General", status="5.7.1"), M.POLICY),
        (an_event(K.BOUNCE, "Permanent", "General", diagnostic="550 5.7.515 denied"), M.POLICY),
        (an_event(K.BOUNCE, "Permanent", "General", diagnostic="host 10.5.7.1.2 is gone"), M.HARD),
        (an_event(K.BOUNCE, "Permanent", "Suppressed"), M.LISTED),
        (an_event(K.BOUNCE, "Permanent", "OnAccountSuppressionList"), M.LISTED),
        (an_event(K.BOUNCE, "Permanent", "OnTenantSuppressionList"), M.LISTED),
        (an_event(K.BOUNCE, "Permanent", "EmailValidationSuppressed"), M.LISTED),
        (an_event(K.BOUNCE, "Transient", "General"), M.SOFT),
        (an_event(K.BOUNCE, "Transient", "MailboxFull"), M.SOFT),
        (an_event(K.BOUNCE, "Transient", "CustomTimeoutExceeded"), M.SOFT),
        (an_event(K.BOUNCE, "Transient", "MessageTooLarge"), M.CONTENT),
        (an_event(K.BOUNCE, "Transient", "ContentRejected"), M.CONTENT),
        (an_event(K.BOUNCE, "Transient", "AttachmentRejected"), M.CONTENT),
        (an_event(K.BOUNCE, "Undetermined", "Undetermined"), M.SOFT),
        (an_event(K.COMPLAINT, "abuse"), M.COMPLAINT),
        (an_event(K.COMPLAINT, "fraud"), M.COMPLAINT),
        (an_event(K.COMPLAINT, "virus"), M.COMPLAINT),
        (an_event(K.COMPLAINT, "other"), M.COMPLAINT),
        (an_event(K.COMPLAINT), M.COMPLAINT),
        (an_event(K.COMPLAINT, "not-spam"), M.NOT_SPAM),
        (an_event(K.COMPLAINT, "auth-failure"), M.UNAUTHENTICATED),
        (an_event(K.COMPLAINT, "", "OnAccountSuppressionList"), M.LISTED),
        (an_event(K.DELAY, "MailboxFull"), M.DELAYED),
        (an_event(K.DELAY, "SpamDetected"), M.DISTRUSTED),
        (an_event(K.DELAY, "IPFailure"), M.DISTRUSTED),
        (an_event(K.REJECT), M.REJECTED),
        (an_event(K.RENDERING_FAILURE), M.UNRENDERED),
    ],
)
def test_each_event_means_one_thing(event: DeliveryEvent, means: Meaning) -> None:
    assert meaning(event) is means


def test_what_is_our_fault_alerts_and_spares_the_reader() -> None:
    for ours in (M.POLICY, M.CONTENT, M.REJECTED, M.UNRENDERED, M.UNAUTHENTICATED, M.DISTRUSTED):
        assert CONSEQUENCES[ours].alert
        assert CONSEQUENCES[ours].reader is None
        assert not CONSEQUENCES[ours].suppressed


def test_every_meaning_has_its_consequence_and_a_rank_to_tell_it_by() -> None:
    assert CONSEQUENCES.keys() == set(Meaning)
    assert {one.suppressed for one in CONSEQUENCES.values()} - {""} == OUTRANKED.keys()
    told = [one.rank for one in CONSEQUENCES.values() if one.rank >= 3]
    assert len(told) == len(set(told))
    assert CONSEQUENCES[M.COMPLAINT].reader is SubscriberState.COMPLAINED


def past(means: Meaning, message_id: str = "m1", attempt: int = 1) -> Past:
    return Past(means, SUNDAY, 7, attempt, message_id)


@pytest.mark.parametrize(
    "state", [D.UNKNOWN, D.SENDING, D.QUEUED, D.LEASED, D.FAILED, D.SKIPPED, D.SENT]
)
def test_an_event_of_this_attempt_ends_all_doubt(state: DeliveryState) -> None:
    row = Ledger(state, 1, "", "the sender stopped before it knew")
    assert settled(row, [past(M.ACCEPTED)]) == Ledger(D.SENT, 1, "m1", "", 1)


def test_a_call_that_is_under_way_with_a_later_attempt_settles_itself() -> None:
    row = Ledger(D.SENDING, 2, "", "")
    assert settled(row, [past(M.ACCEPTED, attempt=1)]) == row._replace(copies=1)


def test_an_earlier_attempt_that_was_accepted_spares_the_reader_the_second_copy() -> None:
    row = Ledger(D.QUEUED, 1, "", "an editor asked for it")
    assert settled(row, [past(M.DELIVERED, attempt=1)]).state is D.SENT


def test_two_accepted_attempts_are_two_copies_whatever_told_of_them() -> None:
    both = [past(M.ACCEPTED, "m1", 1), past(M.ACCEPTED, "m2", 2)]
    for row in (Ledger(D.UNKNOWN, 2, ""), Ledger(D.SENT, 2, "m2"), Ledger(D.SENT, 2, "m1")):
        assert settled(row, both)[1:] == (2, "m2", "", 2)
    receipt = Ledger(D.SENT, 2, "m2")
    assert settled(receipt, both[:1]) == receipt._replace(copies=2)


@pytest.mark.parametrize(
    ("meanings", "state", "reason"),
    [
        ((M.ACCEPTED, M.DELAYED, M.DELIVERED), D.SENT, ""),
        ((M.ACCEPTED, M.SOFT), D.SENT, "soft bounce"),
        ((M.ACCEPTED, M.HARD), D.SENT, "hard bounce"),
        ((M.ACCEPTED, M.LISTED), D.FAILED, "listed by SES"),
        ((M.REJECTED,), D.FAILED, "rejected"),
        ((M.ACCEPTED, M.UNRENDERED), D.FAILED, "not rendered"),
        ((M.ACCEPTED, M.DELIVERED, M.COMPLAINT), D.SENT, "complaint"),
        ((M.ACCEPTED, M.DELIVERED, M.NOT_SPAM), D.SENT, ""),
    ],
)
def test_the_gravest_thing_said_is_told_in_whatever_order_it_came(
    meanings: tuple[Meaning, ...], state: DeliveryState, reason: str
) -> None:
    for order in permutations(meanings):
        row = Ledger(D.UNKNOWN, 1, "")
        seen: list[Past] = []
        for means in order:
            seen.append(past(means))
            row = settled(row, seen)
        assert row == Ledger(state, 1, "m1", reason, 1)


def issues(*meanings: Meaning | None, every: timedelta = WEEK) -> list[Past]:
    """One issue after the other and what was said of it."""
    return [
        Past(means, SUNDAY + number * every, number)
        for number, means in enumerate(meanings, 1)
        if means
    ]


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ([], None),
        (issues(M.SOFT, M.SOFT), None),
        (issues(M.SOFT, M.SOFT, M.SOFT), M.SOFT),
        (issues(M.SOFT, M.SOFT, M.SOFT, every=timedelta(days=6)), None),
        (issues(M.SOFT, None, M.SOFT, M.SOFT), M.SOFT),
        (issues(M.SOFT, M.SOFT, M.DELIVERED, M.SOFT), None),
        (issues(M.SOFT, M.SOFT, M.SOFT, M.DELIVERED), None),
        (issues(M.DELIVERED, M.SOFT, M.SOFT, M.SOFT), M.SOFT),
        (issues(M.CONTENT, M.POLICY, M.REJECTED), None),
        (issues(M.DELIVERED, M.HARD), M.HARD),
        (issues(M.LISTED), M.LISTED),
        (issues(M.LISTED, M.HARD, M.COMPLAINT), M.COMPLAINT),
        (issues(M.NOT_SPAM, M.UNAUTHENTICATED, M.DELAYED), None),
    ],
)
def test_a_reader_stands_as_all_that_was_said_of_their_mail(
    said: list[Past], stands: Meaning | None
) -> None:
    assert standing(said, None) is stands
    assert standing(reversed(said), None) is stands


def test_one_issue_that_bounced_in_three_attempts_counts_once() -> None:
    tries = [Past(M.SOFT, SUNDAY + number * WEEK, 7) for number in range(3)]
    assert standing(tries, None) is None


def test_soft_bounces_of_mails_that_are_no_issue_do_not_count() -> None:
    asked = [Past(M.SOFT, SUNDAY + number * WEEK, 0) for number in range(5)]
    assert standing(asked, None) is None


@pytest.mark.parametrize("means", [M.HARD, M.LISTED, M.COMPLAINT])
def test_what_was_before_the_last_confirmation_is_forgiven(means: Meaning) -> None:
    said = issues(means)
    assert standing(said, said[0].at) is means
    assert standing(said, said[0].at + timedelta(seconds=1)) is None
