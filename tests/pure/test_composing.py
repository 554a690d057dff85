"""Which comparisons an issue holds, in which order, and the words around them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.issues.composing import (
    MOST,
    Composition,
    compose,
    compose_single,
    intro,
    preheader,
    subject,
)
from digest.issues.words import PREHEADER_LIMIT, SUBJECT_LIMIT, fitting
from digest.language import ENGLISH
from digest.model import Comparison, IssueKind, IssueState, Item
from tests.makers import SUNDAY, a_comparison, a_panel, a_tool, an_unreviewed_tool

WEEK, TODAY = "2026-W47", date(2026, 11, 22)


def versus(a: str, b: str, *, days_ago: int = 0, reviewed: bool = True) -> Comparison:
    challenger = a_tool(a) if reviewed else an_unreviewed_tool(a)
    return a_comparison(challenger, a_tool(b), published_at=SUNDAY - timedelta(days=days_ago))


def several(count: int) -> list[Comparison]:
    """Comparisons without a tool in common, the newest first."""
    return [versus(f"Left {n}", f"Right {n}", days_ago=n) for n in range(count)]


def composed(*candidates: Comparison, minimum: int = 1) -> Composition:
    return compose(WEEK, candidates, minimum=minimum, dated=TODAY)


def held(composition: Composition) -> list[str]:
    return [item.comparison for item in composition.issue.items]


# --- which, and in which order -------------------------------------------------------------


def test_two_verdicts_come_before_one_and_then_the_newest_first() -> None:
    fresh = versus("Freshly", "Oldhand", reviewed=False)
    judged = versus("Plainwright", "Notekeel", days_ago=6)
    newer = versus("Callhorn", "Ringfold", days_ago=2)
    assert held(composed(fresh, judged, newer)) == [newer.slug, judged.slug, fresh.slug]


def test_the_order_does_not_hang_on_the_order_of_the_candidates() -> None:
    at_once = [versus("Beta", "Two"), versus("Alpha", "One"), versus("Gamma", "Three")]
    assert held(composed(*at_once)) == held(composed(*reversed(at_once)))


def test_a_tool_comes_once_and_the_other_comparison_says_why_it_waits() -> None:
    first, second = versus("Plainwright", "Notekeel"), versus("Inkmoor", "Notekeel", days_ago=1)
    composition = composed(first, second)
    assert composition.comparisons == (first,)
    [left] = composition.left_out
    assert left.comparison == second
    assert left.reason == "Notekeel is in this issue already; it waits for the next"


def test_a_comparison_waits_for_both_of_its_tools() -> None:
    candidates = (
        versus("Plainwright", "Notekeel"),
        versus("Inkmoor", "Draftloom", days_ago=1),
        versus("Inkmoor", "Notekeel", days_ago=2),
    )
    [left] = composed(*candidates).left_out
    assert left.reason == "Inkmoor and Notekeel are in this issue already; it waits for the next"


def test_a_ninth_comparison_waits_for_the_next_issue() -> None:
    composition = composed(*several(MOST + 2))
    assert held(composition) == [one.slug for one in several(MOST)]
    assert {left.reason for left in composition.left_out} == {
        "the issue is full (8); it waits for the next"
    }
    assert [left.comparison for left in composition.left_out] == several(MOST + 2)[MOST:]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(10, 19), st.booleans()), max_size=20))
def test_every_candidate_is_held_or_left_out_with_a_reason_and_no_tool_comes_twice(
    drawn: list[tuple[int, int, bool]],
) -> None:
    candidates = [versus(f"T{a}", f"T{b}", reviewed=judged) for a, b, judged in drawn]
    composition = composed(*candidates)
    left = [one.comparison for one in composition.left_out]
    assert sorted(one.slug for one in [*composition.comparisons, *left]) == sorted(
        one.slug for one in candidates
    )
    assert all(one.reason for one in composition.left_out)
    tools = [card.slug for one in composition.comparisons for card in (one.a, one.b)]
    assert len(tools) == len(set(tools)) <= 2 * MOST


# --- too few -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "minimum", "reason"),
    [
        (0, 1, "nothing new: no comparison since the last digest"),
        (0, 3, "nothing new: no comparison since the last digest"),
        (1, 2, "only one new of the two a digest needs at least"),
        (7, 8, "only seven new of the eight a digest needs at least"),
    ],
)
def test_too_few_make_a_skipped_issue_that_says_why(found: int, minimum: int, reason: str) -> None:
    composition = composed(*several(found), minimum=minimum)
    assert composition.issue.state is IssueState.SKIPPED
    assert composition.issue.reason == reason
    assert composition.comparisons == ()
    assert composition.issue.items == ()


def test_what_waits_for_the_next_issue_does_not_count_towards_the_minimum() -> None:
    twice = versus("Plainwright", "Notekeel"), versus("Inkmoor", "Notekeel")
    assert composed(*twice, minimum=2).issue.state is IssueState.SKIPPED
    assert composed(*several(2), minimum=2).issue.state is IssueState.DRAFT


# --- the words -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "subject_line", "opening"),
    [
        (1, "Left 0 or Right 0?", "One head-to-head this week: "),
        (2, "Left 0 or Right 0? Plus one more verdict", "Two head-to-heads this week: "),
        (8, "Left 0 or Right 0? Plus seven more verdicts", "Eight head-to-heads this week: "),
    ],
)
def test_the_words_of_one_of_two_and_of_eight(count: int, subject_line: str, opening: str) -> None:
    issue = composed(*several(count)).issue
    assert issue.subject == subject_line
    assert issue.intro.startswith(opening)
    assert issue.headline == "Left 0 or Right 0?"


def test_the_preheader_tells_what_else_is_in_it() -> None:
    one, two, eight = several(1), several(2), several(8)
    assert preheader(one) == fitting(PREHEADER_LIMIT, one[0].takeaway)
    assert preheader(two).startswith("Also: Left 1 vs Right 1. ")
    assert len(preheader(two)) >= 40
    titles = ", ".join(f"Left {n} vs Right {n}" for n in range(1, 5))
    assert preheader(eight) == f"Also: {titles} and three more."


def test_the_intro_counts_how_the_panel_saw_them() -> None:
    ship, skip = a_panel(80, 80, 80), a_panel(20, 20, 20)
    told = intro(
        [
            a_comparison(a_tool("A", reviews=ship), a_tool("B", reviews=ship)),
            a_comparison(a_tool("C", reviews=ship), a_tool("D", reviews=skip)),
            a_comparison(a_tool("E", reviews=skip), a_tool("F", reviews=skip)),
            a_comparison(an_unreviewed_tool("G"), a_tool("H", reviews=ship)),
        ]
    )
    assert told == (
        "Four head-to-heads this week: one where both sides clear the panel, one where the panel "
        "parts, one where neither side is worth your time yet and one with a newcomer the panel "
        "has still to see."
    )


def test_the_issue_of_one_comparison_is_named_after_it() -> None:
    comparison = versus("Plainwright", "Notekeel")
    composition = compose_single(comparison, dated=TODAY)
    issue = composition.issue
    assert issue.id == "c-plainwright-vs-notekeel"
    assert issue.kind is IssueKind.COMPARISON
    assert issue.state is IssueState.DRAFT
    assert issue.items == (Item(comparison="plainwright-vs-notekeel"),)
    assert issue.subject == "Plainwright vs Notekeel: which one should you ship?"
    assert issue.dated == TODAY


names = st.text(min_size=1, max_size=120) | st.sampled_from(["W" * 200, "a b " * 40, " " * 90, "é"])


@given(st.lists(st.tuples(names, names), min_size=1, max_size=MOST))
def test_no_names_make_a_subject_or_a_preheader_too_long(pairs: list[tuple[str, str]]) -> None:
    comparisons = [
        a_comparison(a_tool(a, slug=f"a{n}"), a_tool(b, slug=f"b{n}"))
        for n, (a, b) in enumerate(pairs)
    ]
    single = compose_single(comparisons[0], dated=TODAY).issue
    for line in (subject(comparisons), single.subject):
        assert 0 < len(line) <= SUBJECT_LIMIT
    for line in (preheader(comparisons), single.preheader):
        assert 0 < len(line) <= PREHEADER_LIMIT


def test_a_long_lead_leaves_room_for_how_many_more_there_are() -> None:
    long = versus("Extraordinarily " * 5, "Notekeel")
    assert subject([long, *several(2)]).endswith("… Plus two more verdicts")


@pytest.mark.parametrize(
    ("parts", "said"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_parts_are_listed_as_a_person_lists_them(parts: list[str], said: str) -> None:
    assert ENGLISH.listing(parts) == said


@pytest.mark.parametrize(
    ("limit", "text", "cut"),
    [
        (20, "short enough", "short enough"),
        (12, "short enough", "short enough"),
        (11, "short enough", "short…"),
        (10, "one alpha beta", "one alpha…"),
        (12, "one, two, three", "one, two…"),
        (5, "unbroken", "unbr…"),
    ],
)
def test_a_text_is_cut_at_a_word(limit: int, text: str, cut: str) -> None:
    assert fitting(limit, text) == cut


@given(st.integers(1, 80), st.text(max_size=200))
def test_a_cut_text_fits_and_is_a_beginning_of_the_whole(limit: int, text: str) -> None:
    cut = fitting(limit, text)
    assert len(cut) <= limit
    assert text.strip().startswith(cut.removesuffix("…").strip())
