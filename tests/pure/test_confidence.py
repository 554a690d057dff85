"""When a pair may be shown: it stands out among many, or both say the same in the same words."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.pairing.confidence import (
    LEAST_CLOSENESS,
    LEAST_COSINE,
    PUBLISH,
    SAME_WORDS,
    SMALLNESS,
    WITH_MEANING,
    WORDS_ALONE,
    Evidence,
    confidence,
    same_words,
)

BY_MEANING = Evidence(
    score=12.0, rivals=500, cosine=0.6, shared=0, told=8, closeness=0.0, familiarity=0.5
)
BY_WORDS = replace(BY_MEANING, cosine=None, shared=2, closeness=0.2, familiarity=0.3)

shares = st.floats(0, 1)
cases = st.builds(
    Evidence,
    score=st.floats(-1e6, 1e6),
    rivals=st.integers(1, 100_000),
    cosine=st.none() | st.floats(-1, 1),
    shared=st.integers(0, 12),
    told=st.integers(0, 60),
    closeness=shares,
    familiarity=shares,
)


def sure(evidence: Evidence, **changed: Any) -> bool:
    return confidence(replace(evidence, **changed)) >= PUBLISH


@pytest.mark.parametrize(
    ("evidence", "curve"), [(BY_MEANING, WITH_MEANING), (BY_WORDS, WORDS_ALONE)]
)
def test_a_pair_is_published_from_the_middle_of_the_curve_on(evidence: Any, curve: Any) -> None:
    middle = curve.middle + SMALLNESS / evidence.rivals
    assert confidence(replace(evidence, score=middle)) == pytest.approx(PUBLISH)
    assert sure(evidence, score=middle + 0.01)
    assert not sure(evidence, score=middle - 0.01)


@pytest.mark.parametrize("evidence", [BY_MEANING, BY_WORDS])
def test_a_small_pool_has_nobody_who_stands_out(evidence: Any) -> None:
    assert sure(evidence)
    assert not sure(evidence, rivals=20)


def test_texts_of_another_meaning_are_no_pair_whatever_the_score() -> None:
    assert confidence(replace(BY_MEANING, cosine=LEAST_COSINE - 0.01)) == 0.0
    assert sure(BY_MEANING, cosine=LEAST_COSINE)


@pytest.mark.parametrize("missing", [{"shared": 1}, {"closeness": 0.17}, {"familiarity": 0.24}])
def test_without_a_model_the_words_have_to_be_alike(missing: dict[str, Any]) -> None:
    assert sure(BY_WORDS)
    assert confidence(replace(BY_WORDS, **missing)) == 0.0


@pytest.mark.parametrize("cosine", [None, 0.35, 0.9])
def test_even_a_pool_of_one_has_an_opponent_that_says_the_same(cosine: float | None) -> None:
    told_alike = replace(BY_WORDS, score=0.0, rivals=1, closeness=LEAST_CLOSENESS, cosine=cosine)
    assert confidence(told_alike) == PUBLISH
    assert not sure(told_alike, shared=1)
    assert not sure(told_alike, closeness=LEAST_CLOSENESS - 0.01)


@pytest.mark.parametrize(
    ("rivals", "least"), [(1, 0.18), (10, 0.18), (22, 0.24), (50, 0.3), (9999, 0.3)]
)
def test_among_more_rivals_the_words_must_be_more_alike(rivals: int, least: float) -> None:
    assert same_words(rivals) == pytest.approx(least, abs=0.005)


def test_the_same_words_of_another_meaning_are_no_sign() -> None:
    assert not sure(BY_WORDS, closeness=SAME_WORDS, cosine=0.34)


@pytest.mark.parametrize("evidence", [BY_MEANING, BY_WORDS, replace(BY_WORDS, closeness=0.9)])
def test_of_three_words_nobody_can_be_sure(evidence: Any) -> None:
    assert confidence(replace(evidence, told=3)) == 0.0
    assert sure(evidence, told=4)


@given(cases)
def test_confidence_is_a_share(case: Evidence) -> None:
    assert 0 <= confidence(case) <= 1


@given(cases, shares, st.integers(0, 1000))
def test_more_of_everything_makes_nobody_less_sure(case: Evidence, more: float, many: int) -> None:
    better = replace(
        case,
        score=case.score + more,
        cosine=None if case.cosine is None else case.cosine + more,
        shared=case.shared + many,
        told=case.told + many,
        closeness=case.closeness + more,
        familiarity=case.familiarity + more,
    )
    assert confidence(better) >= confidence(case)
