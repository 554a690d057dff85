"""Two tools side by side: every text a reader sees of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import EntryPrice, Tool, Votes, initial
from digest.pairing.comparing import card, compare, decision_table, scorecard
from tests.makers import SUNDAY, a_comparison, a_pair, a_panel, a_review, a_tool, an_unreviewed_tool

panels = st.lists(st.integers(0, 100), max_size=4).map(lambda scores: a_panel(*scores))
tools = st.builds(
    lambda name, reviews, entry: a_tool(name, reviews=reviews, entry=entry),
    st.text(max_size=10),
    panels,
    st.none() | st.sampled_from(EntryPrice),
)


def table(a: Tool, b: Tool) -> dict[str, tuple[str, str]]:
    return {row.label: (row.a, row.b) for row in decision_table(a, b)}


# --- cards ---------------------------------------------------------------------------------


def test_a_card_shows_a_judged_tool() -> None:
    shown = card(a_tool("plainwright", entry=EntryPrice.FREEMIUM, votes=Votes(9, 2)))
    assert (shown.initial, shown.entry, shown.community) == ("P", "Freemium", "82% ship")
    assert shown.call == "ship"


def test_a_card_of_a_launch_says_what_is_not_known() -> None:
    shown = card(an_unreviewed_tool("Newcomer"))
    assert (shown.entry, shown.community, shown.call) == (
        "Not known yet", "No votes yet", "unreviewed",
    )  # fmt: skip
    assert shown.verdict is None


@pytest.mark.parametrize(
    ("name", "letter"),
    [("plain", "P"), ("«éclair»", "É"), ("…9lives", "9"), ("!?", "?"), ("", "?")],
)
def test_the_initial_is_the_first_letter_or_digit(name: str, letter: str) -> None:
    assert initial(name) == letter


# --- the decision table --------------------------------------------------------------------


def test_the_decision_table_has_a_row_for_each_question() -> None:
    judged, launch = a_tool("Plainwright", votes=Votes(1200, 34)), an_unreviewed_tool("Newcomer")
    assert table(judged, launch) == {
        "Panel verdict": ("Ship · 4 ship / 0 skip", "Not reviewed yet"),
        "Community": ("1,200 ship / 34 skip", "No community votes yet"),
        "Pricing": ("$9 per seat a month", "Not known yet"),
        "Best for": ("Teams that release weekly", "Drafts release notes from merged changes"),
        "Category": ("Writing", "Writing"),
    }


def test_a_tool_that_says_nothing_of_its_use_is_not_known() -> None:
    silent = an_unreviewed_tool("Newcomer", tagline="", category="")
    rows = table(silent, silent)
    assert rows["Best for"] == rows["Category"] == ("Not known yet", "Not known yet")


# --- the scorecard -------------------------------------------------------------------------


def test_each_reviewer_stands_once_with_both_reviews() -> None:
    ours, theirs = a_review("builder", 70), a_review("builder", 40)
    other = a_review("founder", 55)
    a, b = a_tool("A", reviews=(ours,)), a_tool("B", reviews=(other, theirs))
    builder, founder = scorecard(a, b)
    assert (builder.reviewer, builder.a, builder.b) == ("builder", ours, theirs)
    assert (founder.reviewer, founder.a, founder.b) == ("founder", None, other)


@given(tools, tools)
def test_no_review_is_lost_from_the_scorecard(a: Tool, b: Tool) -> None:
    rows = scorecard(a, b)
    assert [row.a for row in rows if row.a] == list(a.reviews)
    assert {row.b.reviewer for row in rows if row.b} == {r.reviewer for r in b.reviews}


# --- outcome and takeaway ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "outcome", "tone"),
    [
        (a_panel(80, 80), a_panel(70, 70), "Both ship", "ship"),
        (a_panel(20, 20), a_panel(30, 30), "Both skip", "skip"),
        (a_panel(80, 20), a_panel(30, 70), "Both split", "split"),
        (a_panel(80, 80), a_panel(30, 30), "Ship / Skip", "split"),
        ((), a_panel(80, 80), "New / Ship", "unreviewed"),
        (a_panel(20), (), "Skip / New", "unreviewed"),
        ((), (), "Not reviewed yet", "unreviewed"),
    ],
)
def test_the_outcome_names_both_calls(a: object, b: object, outcome: str, tone: str) -> None:
    shown = a_comparison(a_tool("A", reviews=a), a_tool("B", reviews=b))
    assert (shown.outcome, shown.tone) == (outcome, tone)


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        (
            a_tool("Ayle", reviews=a_panel(90, 90)),
            a_tool("Bree", reviews=a_panel(80, 20)),
            "Ayle is a 2‑0 ship, Bree a 1‑1 split. Ayle leads by 40 points on average.",
        ),
        (
            a_tool("Ayle", reviews=a_panel(70, 70), entry=EntryPrice.FREE),
            a_tool("Bree", reviews=a_panel(71, 71), entry=EntryPrice.PAID),
            "Both clear the panel: 2‑0 ship for Ayle, 2‑0 ship for Bree. "
            "Bree leads by 1 point on average; to start, it is paid against free.",
        ),
        (
            a_tool("Ayle", reviews=a_panel(30, 30)),
            a_tool("Bree", reviews=a_panel(30, 30)),
            "Both fail the panel: 2‑0 skip for Ayle, 2‑0 skip for Bree. "
            "The panel scores both 30 on average.",
        ),
        (
            an_unreviewed_tool("Ayle"),
            a_tool("Bree", reviews=a_panel(80, 60)),
            "Ayle is new and not reviewed yet. The one to beat is Bree: 2‑0 ship, 70 on average.",
        ),
        (
            an_unreviewed_tool("Ayle"),
            an_unreviewed_tool("Bree"),
            "Neither Ayle nor Bree has been before the panel yet.",
        ),
    ],
)
def test_the_takeaway_says_it_in_a_sentence_or_two(a: Tool, b: Tool, said: str) -> None:
    assert a_comparison(a, b).takeaway == said


def test_a_price_nobody_knows_is_not_contrasted() -> None:
    known, unknown = a_tool("Ayle", reviews=a_panel(90)), a_tool("Bree", entry=None)
    assert "to start" not in a_comparison(known, unknown).takeaway


# --- the whole -----------------------------------------------------------------------------


def test_a_comparison_carries_what_the_pair_decided() -> None:
    shown = compare(a_pair(a_tool("Ayle"), a_tool("Bree")))
    assert shown.title == "Ayle vs Bree"
    assert shown.slug == "ayle-vs-bree"
    assert shown.why == "Both draft release notes from merged changes."
    assert shown.published_at == shown.updated_at == SUNDAY


def test_a_comparison_is_filed_under_the_challenger_then_the_incumbent() -> None:
    voice, writing = a_tool("Ayle", category="Voice"), a_tool("Bree", category="Writing")
    assert a_comparison(voice, writing).category == "Voice"
    assert a_comparison(a_tool("Ayle", category=""), writing).category == "Writing"


@given(tools, tools)
def test_any_two_tools_can_be_compared(a: Tool, b: Tool) -> None:
    shown = a_comparison(a, b, slug="x")
    assert len(shown.rows) == 5
    assert all((shown.outcome, shown.tone, shown.takeaway, shown.a.initial, shown.b.initial))
