"""What the values of the product reckon out by themselves."""

from dataclasses import fields, replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from digest.model import Call, PanelCall, Rendering, Verdict, Votes
from tests.makers import a_panel, a_review, a_tool, an_unreviewed_tool

RENDERING = Rendering(subject="Plainwright?", preheader="Both ship.", html="<p>Hi</p>", text="Hi")


@pytest.mark.parametrize(
    ("ships", "skips", "percent", "call"),
    [
        (4, 0, 100, PanelCall.SHIP),
        (3, 1, 75, PanelCall.SHIP),
        (2, 2, 50, PanelCall.SPLIT),
        (1, 3, 25, PanelCall.SKIP),
        (0, 4, 0, PanelCall.SKIP),
        (2, 1, 67, PanelCall.SHIP),
        (1, 2, 33, PanelCall.SKIP),
        (1, 7, 13, PanelCall.SKIP),  # 12.5
        (5, 3, 63, PanelCall.SHIP),  # 62.5
    ],
)
def test_a_panel_calls_by_majority_and_a_tie_is_split(
    ships: int, skips: int, percent: int, call: PanelCall
) -> None:
    verdict = Verdict(ships, skips, 50)
    assert (verdict.percent_ship, verdict.call) == (percent, call)


@pytest.mark.parametrize(
    ("scores", "average"),
    [((70,), 70), ((70, 71), 71), ((70, 70, 71), 70), ((70, 71, 71), 71), ((0, 0, 0, 2), 1)],
)
def test_an_average_is_rounded_half_up(scores: tuple[int, ...], average: int) -> None:
    verdict = a_tool(reviews=a_panel(*scores)).verdict
    assert verdict
    assert verdict.average == average


def test_a_verdict_counts_the_calls_not_the_scores() -> None:
    harsh = a_review("skeptic", 90, call=Call.SKIP)
    warm = a_review("builder", 30, call=Call.SHIP)
    verdict = a_tool(reviews=(warm, harsh)).verdict
    assert verdict == Verdict(ships=1, skips=1, average=60)


def test_a_tool_without_reviews_has_no_verdict() -> None:
    assert an_unreviewed_tool().verdict is None


@given(st.lists(st.integers(0, 100), min_size=1, max_size=4))
def test_an_average_lies_between_the_lowest_and_the_highest_score(scores: list[int]) -> None:
    verdict = a_tool(reviews=a_panel(*scores)).verdict
    assert verdict
    assert min(scores) <= verdict.average <= max(scores)


@pytest.mark.parametrize(
    ("ship", "skip", "total", "percent"),
    [(0, 0, 0, 0), (1, 0, 1, 100), (2, 1, 3, 67), (1, 199, 200, 1), (1, 200, 201, 0)],
)  # fmt: skip
def test_votes_are_told_in_whole_percents(ship: int, skip: int, total: int, percent: int) -> None:
    votes = Votes(ship, skip)
    assert (votes.total, votes.percent_ship) == (total, percent)


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_shares_of_ship_and_of_skip_are_a_hundred_but_for_the_rounding(
    ship: int, skip: int
) -> None:
    assume(ship + skip)
    assert Votes(ship, skip).percent_ship + Votes(skip, ship).percent_ship in (100, 101)


@pytest.mark.parametrize("name", [field.name for field in fields(Rendering)])
def test_a_change_of_any_text_changes_the_fingerprint(name: str) -> None:
    changed = replace(RENDERING, **{name: getattr(RENDERING, name) + " "})
    assert changed.fingerprint != RENDERING.fingerprint


texts = st.text(max_size=20)


@given(st.tuples(texts, texts, texts, texts), st.tuples(texts, texts, texts, texts))
def test_only_the_same_texts_have_the_same_fingerprint(
    one: tuple[str, str, str, str], other: tuple[str, str, str, str]
) -> None:
    a, b = (Rendering(**dict(zip(NAMES, four, strict=True))) for four in (one, other))
    assert (a.fingerprint == b.fingerprint) == (one == other)


NAMES = [field.name for field in fields(Rendering)]


@given(st.text(min_size=1, max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_moving_the_border_between_two_texts_changes_the_fingerprint(
    whole: str, at: int, by: int
) -> None:
    borders = len(whole) + 1
    first = at % borders
    second = (first + 1 + by % len(whole)) % borders
    one, other = (
        replace(RENDERING, html=whole[:border], text=whole[border:]) for border in (first, second)
    )
    assert one.fingerprint != other.fingerprint


def test_a_fingerprint_is_the_same_on_every_machine_and_every_day() -> None:
    assert RENDERING.fingerprint == (
        "a7e217c69c7608d8dd9442cead10ca61450cf503526f51c886dd50fe6557bf88"
    )
