"""Who receives an issue, and what is said of those who do not."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import Cadence, IssueKind, SubscriberState
from digest.readers.audience import (
    CADENCES,
    Choice,
    Offer,
    Reader,
    is_paused,
    reason_to_skip,
    segments,
)
from tests.makers import SUNDAY

ACTIVE = SubscriberState.ACTIVE
WRITING, VOICE = frozenset({"writing"}), frozenset({"voice"})
DIGEST, SINGLE = IssueKind.DIGEST, IssueKind.COMPARISON
ON_WRITING = Offer(categories=WRITING)
ANOTHER = "the reader chose another cadence"
NO_SHIP = "the panel ships neither side, and the reader wants only what it ships"


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (SubscriberState.PENDING, "the reader is pending"),
        (SubscriberState.ACTIVE, ""),
        (SubscriberState.UNSUBSCRIBED, "the reader is unsubscribed"),
        (SubscriberState.BOUNCED, "the reader is bounced"),
        (SubscriberState.COMPLAINED, "the reader is complained"),
    ],
)
def test_only_active_readers_get_mail(state: SubscriberState, said: str) -> None:
    assert reason_to_skip(Reader(state=state), ON_WRITING) == said


def test_a_suppressed_address_gets_none_and_the_reason_is_passed_on() -> None:
    reader = Reader(state=ACTIVE, suppressed="it bounced for good")
    assert reason_to_skip(reader, ON_WRITING) == "the address is suppressed: it bounced for good"


@pytest.mark.parametrize(
    ("chosen", "of_the_issue", "gets_it"),
    [
        (frozenset(), WRITING, True),
        (frozenset(), frozenset(), True),
        (WRITING, WRITING, True),
        (WRITING, WRITING | VOICE, True),
        (WRITING | VOICE, VOICE, True),
        (WRITING, VOICE, False),
        (WRITING, frozenset(), False),
    ],
)
def test_who_chose_categories_gets_issues_that_touch_one_of_them(
    chosen: frozenset[str], of_the_issue: frozenset[str], gets_it: bool
) -> None:
    reader = Reader(state=ACTIVE, categories=chosen)
    said = reason_to_skip(reader, Offer(categories=of_the_issue))
    assert said == ("" if gets_it else "nothing in the categories the reader chose")


def test_having_left_is_told_before_anything_else() -> None:
    gone = Reader(state=SubscriberState.UNSUBSCRIBED, categories=VOICE, suppressed="erased")
    assert reason_to_skip(gone, ON_WRITING) == "the reader is unsubscribed"
    suppressed = Reader(state=ACTIVE, categories=VOICE, suppressed="erased")
    assert reason_to_skip(suppressed, ON_WRITING) == "the address is suppressed: erased"


@pytest.mark.parametrize(
    ("cadence", "kind", "ships", "said"),
    [
        (Cadence.WEEKLY, DIGEST, True, ""),
        (Cadence.WEEKLY, DIGEST, False, ""),
        (Cadence.WEEKLY, SINGLE, True, ANOTHER),
        (Cadence.EACH, DIGEST, True, ANOTHER),
        (Cadence.EACH, SINGLE, True, ""),
        (Cadence.EACH, SINGLE, False, ""),
        (Cadence.SHIPS, DIGEST, True, ANOTHER),
        (Cadence.SHIPS, SINGLE, True, ""),
        (Cadence.SHIPS, SINGLE, False, NO_SHIP),
    ],
)
def test_a_reader_gets_issues_of_the_cadence_they_chose(
    cadence: Cadence, kind: IssueKind, ships: bool, said: str
) -> None:
    reader = Reader(state=ACTIVE, cadence=cadence)
    assert reason_to_skip(reader, Offer(kind=kind, ships=ships)) == said


def test_who_has_paused_gets_nothing_until_the_pause_is_over() -> None:
    reader = Reader(state=ACTIVE, paused=True)
    assert reason_to_skip(reader, ON_WRITING) == "the reader has paused our mail"
    assert is_paused(SUNDAY, SUNDAY - timedelta(seconds=1))
    assert not is_paused(SUNDAY, SUNDAY)
    assert not is_paused(None, SUNDAY)


@given(st.builds(Reader), st.builds(Offer))
def test_nobody_is_mailed_who_is_not_active_or_asked_for_none(reader: Reader, offer: Offer) -> None:
    if not reason_to_skip(reader, offer):
        assert reader.state is ACTIVE
        assert not reader.suppressed
        assert not reader.paused


def test_each_cadence_is_of_one_kind_of_issue() -> None:
    assert sorted(cadence for some in CADENCES.values() for cadence in some) == sorted(Cadence)
    assert CADENCES.keys() == set(IssueKind)


# --- how many would get what ---------------------------------------------------------------


def test_readers_are_told_apart_by_what_they_would_get() -> None:
    offer = Offer(categories=WRITING | VOICE)
    told = segments(
        [
            Choice(frozenset(), Cadence.WEEKLY, False, 100),
            Choice(WRITING | VOICE, Cadence.WEEKLY, False, 20),
            Choice(WRITING, Cadence.WEEKLY, False, 7),
            Choice(frozenset({"design"}), Cadence.WEEKLY, False, 5),
            Choice(frozenset(), Cadence.EACH, False, 3),
            Choice(frozenset(), Cadence.WEEKLY, True, 2),
        ],
        offer,
    )
    assert (told.whole, told.part, told.getting) == (120, 7, 127)
    assert told.skipped == {
        "nothing in the categories the reader chose": 5,
        ANOTHER: 3,
        "the reader has paused our mail": 2,
    }
