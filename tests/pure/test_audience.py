"""Who receives an issue, and what is said of those who do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import Cadence, IssueKind, SubscriberState
from digest.readers.audience import CADENCE, Reader, reason_to_skip

ACTIVE = SubscriberState.ACTIVE
WRITING, VOICE = frozenset({"writing"}), frozenset({"voice"})


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
    assert reason_to_skip(Reader(state=state), WRITING) == said


def test_a_suppressed_address_gets_none_and_the_reason_is_passed_on() -> None:
    reader = Reader(state=ACTIVE, suppressed="it bounced for good")
    assert reason_to_skip(reader, WRITING) == "the address is suppressed: it bounced for good"


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
    said = reason_to_skip(Reader(state=ACTIVE, categories=chosen), of_the_issue)
    assert said == ("" if gets_it else "nothing in the categories the reader chose")


def test_having_left_is_told_before_anything_else() -> None:
    gone = Reader(state=SubscriberState.UNSUBSCRIBED, categories=VOICE, suppressed="erased")
    assert reason_to_skip(gone, WRITING) == "the reader is unsubscribed"
    suppressed = Reader(state=ACTIVE, categories=VOICE, suppressed="erased")
    assert reason_to_skip(suppressed, WRITING) == "the address is suppressed: erased"


names = st.frozensets(st.sampled_from(["writing", "voice", "data"]))


@given(st.builds(Reader, state=st.sampled_from(SubscriberState), categories=names), names)
def test_nobody_who_is_not_active_is_ever_mailed(
    reader: Reader, categories: frozenset[str]
) -> None:
    if not reason_to_skip(reader, categories):
        assert reader.state is ACTIVE
        assert not reader.suppressed


def test_each_kind_of_issue_is_for_readers_of_one_cadence() -> None:
    assert CADENCE == {
        IssueKind.DIGEST: Cadence.WEEKLY,
        IssueKind.COMPARISON: Cadence.EACH,
    }
