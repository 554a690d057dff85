"""Which verdict a launch is read against: a near rival, or nobody yet."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model import EntryPrice, Tool
from digest.pairing import matching
from digest.pairing.matching import Candidate, Pool, category_of, choose, rank, why
from digest.pairing.vocabulary import shared_phrases, spellings, terms
from tests.makers import a_panel, a_review, a_tool, an_unreviewed_tool


def told(name: str, tagline: str, category: str = "", **fields: Any) -> Tool:
    """A judged tool of which only the tagline is told."""
    bare = {"description": "", "best_for": "", "tagline": tagline, "category": category}
    return a_tool(name, **(bare | fields))


def launched(name: str, tagline: str, category: str = "", **fields: Any) -> Tool:
    return told(name, tagline, category, reviews=(), entry=None, **fields)


CALLS = told("Callwise", "Transcribes phone calls in real-time and summarises them", "Voice")
DUBBING = told("Dubline", "Dubs videos into forty languages with a cloned voice", "Voice")
NOTES = told("Relnote", "Drafts release notes from merged changes", "Writing")
GRAMMAR = told("Commafix", "Corrects grammar and style in emails and essays", "Writing")
SEARCH = told("Vectorbay", "Vector database for semantic search over documents", "Search")
REVIEW = told("Diffsage", "Reviews pull requests and points out bugs in code", "Code")
POOL = (CALLS, DUBBING, NOTES, GRAMMAR, SEARCH, REVIEW)

MEETINGS = launched("Earmark", "Real-time transcription of meetings and calls")
HIKING = launched("Trailpost", "Offline hiking maps with water sources and campsites")

topics = st.lists(
    st.sampled_from(
        ["voice", "calls", "notes", "code", "search", "images", "the", "of", "ai", "é"]
    ),
    max_size=6,
).map(" ".join)
pools = st.lists(st.tuples(topics, st.sampled_from(["", "Voice", "Code"])), max_size=8).map(
    lambda told_of: [told(f"Tool {chr(97 + i)}", *each) for i, each in enumerate(told_of)]
)


def opponent(challenger: Tool, *pool: Tool) -> Tool | None:
    chosen = choose(rank(challenger, Pool(pool)), {})
    return chosen.tool if chosen else None


def a_candidate(tool: Tool, **fields: Any) -> Candidate:
    sure: dict[str, Any] = {
        "score": 1.0,
        "shared": ("release", "notes"),
        "closeness": 0.5,
        "familiarity": 0.5,
    }
    return Candidate(tool=tool, **(sure | fields))


# --- finding the rival ---------------------------------------------------------------------


def test_a_launch_meets_the_tool_described_in_the_same_words() -> None:
    assert opponent(MEETINGS, *POOL) is CALLS


def test_a_launch_from_another_walk_of_life_meets_nobody() -> None:
    assert opponent(HIKING, *POOL) is None


def test_word_forms_do_not_matter() -> None:
    drafting = launched("Changelane", "Drafting of release notes for each merge and change")
    assert opponent(drafting, *POOL) is NOTES


def test_a_category_lifts_its_tools() -> None:
    alone = told("Ayle", "calls", "Photo")
    others = [told("Bree", "calls", "Speech"), told("Cole", "calls", "Speech")]
    ranked = rank(
        launched("Earmark", "calls"), Pool([alone, *others, told("Dale", "lights", "Photo")])
    )
    assert [candidate.tool.name for candidate in ranked[:3]] == ["Bree", "Cole", "Ayle"]
    assert ranked[0].category_pull > 0 > ranked[2].category_pull


def test_a_named_category_is_believed() -> None:
    pool = Pool([told("Ayle", "summaries", "Voice"), told("Bree", "summaries", "Writing")])
    (first, second) = rank(launched("Earmark", "summaries", "writing"), pool)
    assert (first.tool.name, first.category_agrees) == ("Bree", True)
    assert (second.tool.name, second.category_agrees) == ("Ayle", False)


def test_tools_without_a_verdict_are_no_opponents() -> None:
    assert len(Pool([an_unreviewed_tool("Newcomer")])) == 0


# --- who is no rival -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Callwise", "Callwise 2.0", "callwise.ai", "CallWise AI"])
def test_a_tool_never_meets_itself(name: str) -> None:
    again = launched(name, CALLS.tagline, url="https://elsewhere.example/")
    assert CALLS not in [candidate.tool for candidate in rank(again, Pool(POOL))]


def test_a_tool_never_meets_itself_under_an_alias() -> None:
    renamed = told("Callwise", CALLS.tagline, aliases=("Ringnote",))
    assert rank(launched("Ringnote", CALLS.tagline), Pool([renamed])) == ()


def test_tools_of_one_maker_do_not_meet() -> None:
    theirs = told("Callwise", CALLS.tagline, url="https://callwise.maker.example/")
    sibling = launched("Earmark", CALLS.tagline, url="https://maker.example/earmark")
    assert rank(sibling, Pool([theirs])) == ()


def test_tools_of_one_vendor_by_name_do_not_meet() -> None:
    theirs = told("Google Callwise", CALLS.tagline)
    assert rank(launched("Google Earmark", CALLS.tagline), Pool([theirs])) == ()


def test_tools_on_one_public_host_may_meet() -> None:
    theirs = told("Callwise", CALLS.tagline, url="https://apps.apple.com/app/1")
    other = launched("Earmark", CALLS.tagline, url="https://apps.apple.com/app/2")
    assert opponent(other, theirs) is theirs


# --- the edges -----------------------------------------------------------------------------


def test_an_empty_pool_has_no_candidates() -> None:
    assert rank(MEETINGS, Pool([])) == ()
    assert choose((), {}) is None
    assert category_of(MEETINGS, ()) == ""


def test_a_pool_of_one_offers_its_one_rival() -> None:
    assert opponent(MEETINGS, CALLS) is CALLS
    assert opponent(HIKING, CALLS) is None


def test_a_launch_of_which_nothing_is_told_meets_nobody() -> None:
    assert opponent(launched("", ""), *POOL) is None
    assert opponent(launched("The", "of it all"), *POOL) is None


def test_a_pool_of_which_nothing_is_told_has_nobody_to_offer() -> None:
    assert opponent(MEETINGS, told("", "")) is None


def test_the_same_text_is_as_close_as_can_be() -> None:
    twin = launched("Callwire", CALLS.tagline, CALLS.category)
    (candidate,) = rank(twin, Pool([CALLS]))
    assert 0.8 < candidate.closeness < 1


def test_equals_stand_in_the_order_of_their_slugs() -> None:
    twins = [told("Same", "calls", slug=slug) for slug in ("c", "a", "b")]
    ranked = rank(launched("Earmark", "calls"), Pool(twins))
    assert [candidate.tool.slug for candidate in ranked] == ["a", "b", "c"]


@settings(deadline=None)
@given(topics, pools)
def test_ranking_is_repeatable_and_holds_each_tool_once(text: str, pool: list[Tool]) -> None:
    challenger = launched("Earmark", text)
    ranked = rank(challenger, Pool(pool))
    assert ranked == rank(challenger, Pool(pool[::-1]))
    assert sorted(c.tool.slug for c in ranked) == sorted(tool.slug for tool in pool)
    assert [c.score for c in ranked] == sorted((c.score for c in ranked), reverse=True)


@settings(deadline=None)
@given(topics, pools)
def test_the_measures_of_a_candidate_stay_in_their_bounds(text: str, pool: list[Tool]) -> None:
    for candidate in rank(launched("Earmark", text), Pool(pool)):
        assert 0 <= candidate.closeness <= 1 + 1e-9
        assert 0 <= candidate.familiarity <= 1 + 1e-9
        assert (candidate.bm25 > 0) == bool(candidate.shared)


# --- choosing ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "unsure", [{"shared": ("notes",)}, {"closeness": 0.1}, {"familiarity": 0.1}]
)
def test_who_is_not_near_enough_is_not_chosen(unsure: dict[str, Any]) -> None:
    assert choose([a_candidate(NOTES, **unsure)], {}) is None


def test_an_opponent_is_used_three_times_and_then_rests() -> None:
    first, second = a_candidate(NOTES, score=2.0), a_candidate(GRAMMAR)
    assert choose([first, second], {"relnote": 2}) is first
    assert choose([first, second], {"relnote": 3}) is second
    assert choose([first, second], {"relnote": 3, "commafix": 3}) is None


def test_an_opponent_is_not_taken_from_far_down_the_ranking() -> None:
    far = [a_candidate(NOTES, closeness=0.0) for _ in range(matching.REACH)]
    assert choose([*far, a_candidate(GRAMMAR)], {}) is None


def test_among_near_equals_the_same_entry_price_wins() -> None:
    best, same_price = a_candidate(NOTES), a_candidate(GRAMMAR, score=0.96, entry_agrees=True)
    assert choose([best, same_price], {}) is same_price


def test_among_near_equals_a_decided_panel_wins() -> None:
    split = told("Ayle", "calls", reviews=a_panel(80, 20))
    best, decided = a_candidate(split), a_candidate(GRAMMAR, score=0.96)
    assert choose([best, decided], {}) is decided


def test_among_near_equals_the_less_used_wins() -> None:
    best, rested = a_candidate(NOTES), a_candidate(GRAMMAR, score=0.96)
    assert choose([best, rested], {"relnote": 1}) is rested


def test_who_is_clearly_better_is_chosen_whatever_the_price() -> None:
    best, same_price = a_candidate(NOTES), a_candidate(GRAMMAR, score=0.94, entry_agrees=True)
    assert choose([best, same_price], {"relnote": 2}) is best


def test_an_entry_price_agrees_only_when_both_are_known() -> None:
    free = told("Ayle", "calls", entry=EntryPrice.FREE)
    unknown = told("Bree", "calls", entry=None)
    pool = Pool([free, unknown])
    agreeing = [c.entry_agrees for c in rank(told("Earmark", "calls", entry=EntryPrice.FREE), pool)]
    assert agreeing == [True, False]
    assert not any(c.entry_agrees for c in rank(launched("Earmark", "calls"), pool))


# --- the category of a launch --------------------------------------------------------------


def test_a_launch_is_read_as_what_its_nearest_tools_are() -> None:
    nearest = [a_candidate(tool) for tool in (CALLS, DUBBING, CALLS, NOTES)]
    assert category_of(MEETINGS, nearest) == "Voice"


def test_a_launch_keeps_the_category_it_came_with() -> None:
    assert category_of(launched("Earmark", "calls", "Meetings"), [a_candidate(CALLS)]) == "Meetings"


def test_a_launch_whose_nearest_tools_differ_has_no_category() -> None:
    assert category_of(MEETINGS, [a_candidate(tool) for tool in (CALLS, DUBBING, NOTES)]) == ""


def test_too_few_tools_say_nothing_of_a_category() -> None:
    assert category_of(MEETINGS, [a_candidate(tool) for tool in (CALLS, DUBBING)]) == ""


def test_a_launch_near_to_nobody_has_no_category() -> None:
    far = [a_candidate(CALLS, closeness=0.05) for _ in range(5)]
    assert category_of(MEETINGS, far) == ""


# --- why -----------------------------------------------------------------------------------


def reason(challenger: Tool, incumbent: Tool) -> str:
    (candidate,) = rank(challenger, Pool([incumbent]))
    return why(challenger, candidate).sentence


def test_the_reason_names_what_both_texts_say() -> None:
    rival = launched("Changelane", "Writes release notes from the changes you merged")
    assert reason(rival, NOTES) == "Both mention release notes, changes and merged."


def test_the_reason_keeps_phrases_together() -> None:
    rival = launched("Changelane", "Release notes out of merged changes, weekly")
    assert reason(rival, NOTES) == "Both mention release notes and merged changes."


def test_the_reason_names_a_category_both_are_in() -> None:
    rival = launched("Earmark", "Real-time transcripts of calls", "Voice")
    assert reason(rival, CALLS) == "Both are in Voice and mention real-time and calls."


def test_the_reason_leaves_names_and_hollow_words_out() -> None:
    rival = launched("Relnote Rival", "An easy AI tool for notes", "Writing")
    incumbent = told("Relnote", "The best AI tool for notes", "Writing")
    assert reason(rival, incumbent) == "Both are in Writing and mention notes."


def test_the_reason_is_honest_when_nothing_is_shared() -> None:
    assert reason(HIKING, CALLS) == "Callwise is the nearest tool with a verdict."
    voice = launched("Trailpost", "hiking", "Voice")
    assert reason(voice, CALLS) == "Both are in Voice."


def test_the_evidence_says_what_the_choice_rests_on() -> None:
    (candidate,) = rank(MEETINGS, Pool([CALLS]))
    found = why(MEETINGS, candidate)
    assert (found.ranker, found.score) == ("bm25", candidate.score)
    assert found.evidence[:2] == (f"shared: {', '.join(candidate.shared)}", "category: Voice")
    assert set(candidate.shared) == {"real", "time", "calls"}


# --- words ---------------------------------------------------------------------------------


def test_stop_words_and_word_forms_leave_one_term() -> None:
    assert terms("The user's drafts, and drafting") == ["user", "draft", "draft"]


def test_a_term_is_shown_as_it_is_first_spelled() -> None:
    assert spellings("Drafting or drafts") == {"draft": "drafting"}


def test_a_phrase_is_spelled_without_the_capital_of_its_sentence() -> None:
    among = set(terms("release notes GPU"))
    found = shared_phrases("Release notes. GPU, on Linux", "GPU and release notes", among)
    assert list(found) == ["release notes", "GPU"]


def test_a_comma_ends_a_phrase() -> None:
    among = set(terms("release notes"))
    assert list(shared_phrases("release, notes", "release notes", among)) == ["release", "notes"]


def test_reviews_are_not_what_a_tool_is_for() -> None:
    praised = told("Callwise", "calls", reviews=(a_review(text="campsites and hiking maps"),))
    (candidate,) = rank(HIKING, Pool([praised]))
    assert candidate.shared == ()
