"""Which candidate is the opponent: who is sure enough, not worn out, and the better reading."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.pairing.choosing import MOST_USES, REACH, category_of, choose, why_none
from digest.pairing.confidence import PUBLISH
from digest.pairing.matching import Candidate
from tests.makers import SUNDAY, a_panel
from tests.pure.pool import (
    CALLS,
    DUBBING,
    GRAMMAR,
    MEETINGS,
    NOTES,
    POOL,
    a_candidate,
    launched,
    told,
)

candidates = st.lists(
    st.builds(
        a_candidate,
        st.sampled_from(POOL),
        score=st.floats(-50, 50),
        confidence=st.floats(0, 1),
        cosine=st.none() | st.floats(-1, 1),
    ),
    max_size=6,
    unique_by=lambda candidate: candidate.tool.slug,
).map(lambda found: sorted(found, key=lambda candidate: -candidate.score))
uses = st.dictionaries(st.sampled_from([tool.slug for tool in POOL]), st.integers(0, 5))


# --- who may be chosen ---------------------------------------------------------------------


def test_nobody_is_chosen_from_nobody() -> None:
    assert choose((), {}) is None


def test_confidence_decides() -> None:
    unsure, sure = a_candidate(NOTES, confidence=0.49), a_candidate(GRAMMAR, score=1.0)
    assert choose([unsure], {}) is None
    assert choose([unsure, sure], {}) is sure
    assert choose([a_candidate(NOTES, confidence=PUBLISH)], {})


def test_an_opponent_is_used_three_times_and_then_rests() -> None:
    first, second = a_candidate(NOTES), a_candidate(GRAMMAR, score=5.0)
    assert choose([first, second], {"relnote": 2}) is first
    assert choose([first, second], {"relnote": 3}) is second
    assert choose([first, second], {"relnote": 3, "commafix": 3}) is None


def test_an_opponent_is_not_taken_from_far_down_the_ranking() -> None:
    far = [a_candidate(NOTES, confidence=0.2) for _ in range(REACH)]
    assert choose([*far, a_candidate(GRAMMAR)], {}) is None
    assert choose([*far[1:], a_candidate(GRAMMAR)], {})


# --- near equals ---------------------------------------------------------------------------


def test_among_near_equals_the_same_entry_price_wins() -> None:
    best, same_price = a_candidate(NOTES), a_candidate(GRAMMAR, score=9.6, entry_agrees=True)
    assert choose([best, same_price], {}) is same_price


def test_among_near_equals_the_one_judged_last_wins() -> None:
    old = told("Ayle", "calls", updated_at=SUNDAY)
    new = told("Bree", "calls", updated_at=SUNDAY + timedelta(days=1))
    best, fresh = a_candidate(old), a_candidate(new, score=9.6)
    assert choose([best, fresh], {}) is fresh


def test_among_near_equals_a_decided_panel_wins() -> None:
    split = told("Ayle", "calls", reviews=a_panel(80, 20))
    best, decided = a_candidate(split), a_candidate(GRAMMAR, score=9.6)
    assert choose([best, decided], {}) is decided


def test_among_near_equals_the_less_used_wins() -> None:
    best, rested = a_candidate(NOTES), a_candidate(GRAMMAR, score=9.6)
    assert choose([best, rested], {"relnote": 1}) is rested


def test_who_is_clearly_better_is_chosen_whatever_the_price() -> None:
    best, same_price = a_candidate(NOTES), a_candidate(GRAMMAR, score=9.4, entry_agrees=True)
    assert choose([best, same_price], {"relnote": 2}) is best


def test_who_means_something_else_is_no_near_equal_however_high_the_score() -> None:
    best = a_candidate(NOTES, cosine=0.8)
    far = a_candidate(GRAMMAR, score=9.9, cosine=0.7, entry_agrees=True)
    near = a_candidate(GRAMMAR, score=9.9, cosine=0.76, entry_agrees=True)
    assert choose([best, far], {}) is best
    assert choose([best, near], {}) is near


def test_scores_below_zero_are_compared_like_any_other() -> None:
    best, same_price = a_candidate(NOTES, score=-1.0), a_candidate(GRAMMAR, score=-1.04)
    assert choose([best, same_price], {"relnote": 1}) is same_price


@given(candidates, uses)
def test_who_is_chosen_was_free_sure_and_near_the_top(
    found: list[Candidate], lately: dict[str, int]
) -> None:
    chosen = choose(found, lately)
    free = [
        candidate
        for candidate in found[:REACH]
        if candidate.confidence >= PUBLISH and lately.get(candidate.tool.slug, 0) < MOST_USES
    ]
    assert (chosen in free) if free else (chosen is None)
    if chosen:
        assert chosen.score >= free[0].score - 0.05 * abs(free[0].score)


# --- why nobody ----------------------------------------------------------------------------


def test_an_editor_is_told_that_too_little_is_told() -> None:
    said = why_none(launched("Earmark", "calls"), [a_candidate(CALLS)], {})
    assert said == "no head-to-head yet: too little is told of it"


def test_an_editor_is_told_that_there_is_no_rival() -> None:
    said = why_none(MEETINGS, [], {})
    assert said == "no head-to-head yet: no tool with a verdict is a rival of it"


def test_an_editor_is_told_who_would_fit_but_rests() -> None:
    unsure, worn = a_candidate(NOTES, confidence=0.1), a_candidate(CALLS)
    said = why_none(MEETINGS, [unsure, worn], {"callwise": 3})
    assert said == "Callwise would fit, but was an opponent 3 times lately"


def test_an_editor_is_told_who_was_nearest_and_how_sure_we_were() -> None:
    far = [a_candidate(tool, confidence=0.3) for tool in (CALLS, DUBBING, NOTES, GRAMMAR)]
    said = why_none(MEETINGS, far, {})
    nearest = "Callwise (0.30), Dubline (0.30), Relnote (0.30)"
    assert said == f"no head-to-head yet: none is near enough of {nearest}"


@given(candidates, uses)
def test_whoever_is_not_paired_has_a_reason_in_one_line(
    found: list[Candidate], lately: dict[str, int]
) -> None:
    assert why_none(MEETINGS, found, lately).isprintable()


# --- the category of a launch --------------------------------------------------------------


def test_a_launch_is_read_as_what_its_nearest_tools_are() -> None:
    nearest = [a_candidate(tool) for tool in (CALLS, DUBBING, CALLS, NOTES)]
    assert category_of(MEETINGS, nearest) == "Voice"


def test_one_sure_candidate_among_the_nearest_is_enough() -> None:
    nearest = [a_candidate(CALLS, confidence=sure) for sure in (0.4, 0.5, 0.1)]
    assert category_of(MEETINGS, nearest) == "Voice"


def test_a_launch_keeps_the_category_it_came_with() -> None:
    nearest = [a_candidate(CALLS) for _ in range(3)]
    assert category_of(launched("Earmark", "calls", "Meetings"), nearest) == "Meetings"


@pytest.mark.parametrize(
    "nearest",
    [
        [],
        [a_candidate(CALLS), a_candidate(DUBBING)],
        [a_candidate(CALLS), a_candidate(DUBBING), a_candidate(NOTES)],
        [a_candidate(CALLS, confidence=0.4)] * 3,
    ],
    ids=["nobody", "too few", "of two categories", "near to nobody"],
)
def test_a_launch_whose_neighbours_say_too_little_has_no_category(
    nearest: list[Candidate],
) -> None:
    assert category_of(MEETINGS, nearest) == ""
