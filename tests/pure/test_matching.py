"""Every tool of a pool in the order in which a launch may be read against it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import EntryPrice, Tool
from digest.pairing.choosing import choose
from digest.pairing.matching import Pool, rank
from digest.pairing.vocabulary import meaning_of, shared_phrases, spellings, terms
from tests.fakes import Meanings
from tests.makers import a_review, an_unreviewed_tool
from tests.pure.pool import CALLS, HIKING, MEETINGS, NOTES, POOL, launched, told

TALK = "transcribes phone calls and meetings"

topics = st.lists(
    st.sampled_from(
        ["voice", "calls", "notes", "code", "search", "images", "the", "of", "ai", "é"]
    ),
    max_size=6,
).map(" ".join)
categories = st.sampled_from(["", "Voice", "Code", "Other"])
pools = st.lists(st.tuples(topics, categories), max_size=8).map(
    lambda told_of: [
        told(f"Tool {chr(97 + i)}", f"It hums, whirs and clicks: {text}", category)
        for i, (text, category) in enumerate(told_of)
    ]
)
models = st.none() | st.just(Meanings("voice calls", "code search", "images notes"))


def opponent(challenger: Tool, *pool: Tool) -> Tool | None:
    chosen = choose(rank(challenger, Pool(pool)), {})
    return chosen.tool if chosen else None


def names(challenger: Tool, pool: Pool) -> list[str]:
    return [candidate.tool.name for candidate in rank(challenger, pool)]


# --- finding the rival ---------------------------------------------------------------------


def test_a_launch_meets_the_tool_described_in_the_same_words() -> None:
    assert opponent(MEETINGS, *POOL) is CALLS


def test_a_launch_from_another_walk_of_life_meets_nobody() -> None:
    assert opponent(HIKING, *POOL) is None


def test_word_forms_do_not_matter() -> None:
    drafting = launched("Changelane", "Drafting of release notes for each merge and change")
    assert opponent(drafting, *POOL) is NOTES


def test_a_category_lifts_its_tools() -> None:
    alone = told("Ayle", TALK, "Photo")
    others = [told("Bree", TALK, "Speech"), told("Cole", TALK, "Speech")]
    lights = told("Dale", "switches studio lights on a beat", "Photo")
    ranked = rank(launched("Earmark", "phone calls, transcribed"), Pool([alone, *others, lights]))
    assert [candidate.tool.name for candidate in ranked[:3]] == ["Bree", "Cole", "Ayle"]
    assert ranked[0].category_pull > 0 > ranked[2].category_pull


def test_a_named_category_is_believed() -> None:
    pool = Pool([told("Ayle", TALK, "Voice"), told("Bree", TALK, "Writing")])
    (first, second) = rank(launched("Earmark", "phone calls", "writing"), pool)
    assert (first.tool.name, first.category_agrees) == ("Bree", True)
    assert (second.tool.name, second.category_agrees) == ("Ayle", False)


def test_tools_without_a_verdict_are_no_opponents() -> None:
    assert len(Pool([an_unreviewed_tool("Newcomer")])) == 0


# --- words and meaning ---------------------------------------------------------------------

MODEL = Meanings("phone calls speech dictation", "time summarises", "essays grammar")
DICTATION = launched("Earmark", "Dictation that turns speech into notes")


def test_with_a_model_a_launch_meets_the_tool_that_says_the_same_in_other_words() -> None:
    assert names(DICTATION, Pool(POOL))[0] == "Relnote"
    assert names(DICTATION, Pool(POOL, MODEL))[0] == "Callwise"


def test_without_a_model_no_cosine_is_told() -> None:
    assert [(c.cosine, c.meaning) for c in rank(MEETINGS, Pool(POOL))] == [(None, 0.0)] * 6
    assert all(c.cosine is not None for c in rank(MEETINGS, Pool(POOL, MODEL)))


def test_a_pool_says_how_it_ranks() -> None:
    assert Pool(POOL).ranker == "bm25"
    assert Pool(POOL, MODEL).ranker == "bm25+meaning"
    assert Pool([], MODEL).ranker == "bm25"


def test_a_pool_encodes_its_tools_once_whatever_is_launched() -> None:
    model = Meanings("phone calls")
    pool = Pool(POOL, model)
    built = len(model.asked)
    rank(MEETINGS, pool)
    rank(HIKING, pool)
    assert model.asked[built:] == [meaning_of(MEETINGS), meaning_of(HIKING)]


def test_what_is_encoded_does_not_change_with_the_category() -> None:
    moved = launched("Earmark", MEETINGS.tagline, "Voice")
    assert meaning_of(moved) == meaning_of(MEETINGS)
    assert meaning_of(launched("Earmark", "")) == "Earmark: Earmark"


# --- who is left out -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Callwise", "Callwise 2.0", "callwise.ai", "CallWise AI"])
def test_a_tool_never_meets_itself(name: str) -> None:
    again = launched(name, MEETINGS.tagline, url="https://elsewhere.example/")
    assert "Callwise" not in names(again, Pool(POOL))


def test_a_tool_never_meets_itself_under_an_alias() -> None:
    renamed = told("Callwise", CALLS.tagline, aliases=("Ringnote",))
    assert rank(launched("Ringnote", MEETINGS.tagline), Pool([renamed])) == ()


def test_tools_of_one_maker_do_not_meet() -> None:
    theirs = told("Callwise", CALLS.tagline, url="https://callwise.maker.example/")
    sibling = launched("Earmark", MEETINGS.tagline, url="https://maker.example/earmark")
    assert rank(sibling, Pool([theirs])) == ()


def test_tools_of_one_vendor_by_name_do_not_meet() -> None:
    theirs = told("Google Callwise", CALLS.tagline)
    assert rank(launched("Google Earmark", MEETINGS.tagline), Pool([theirs])) == ()


def test_tools_of_one_family_do_not_meet() -> None:
    assert rank(launched("Callwise CLI", MEETINGS.tagline, url=""), Pool([CALLS])) == ()


def test_tools_on_one_public_host_may_meet() -> None:
    theirs = told("Callwise", CALLS.tagline, url="https://apps.apple.com/app/1")
    other = launched("Earmark", MEETINGS.tagline, url="https://apps.apple.com/app/2")
    assert opponent(other, theirs) is theirs


def test_a_tool_of_which_three_words_are_told_is_no_opponent() -> None:
    three, four = told("Callwise", "Phone calls"), told("Callmore", "Transcribes phone calls")
    assert names(MEETINGS, Pool([three, four])) == ["Callmore"]


def test_one_text_under_two_names_is_no_rival() -> None:
    assert "Callwise" not in names(launched("Callwire", CALLS.tagline), Pool(POOL))
    reworded = launched("Callwire", "calls, phone")  # in one direction with it, for this model
    assert "Callwise" not in names(reworded, Pool(POOL, Meanings("phone calls")))


def test_a_tool_built_on_another_is_no_rival() -> None:
    addon = launched("Earmark", f"{MEETINGS.tagline}, a sidebar for Callwise")
    assert "Callwise" not in names(addon, Pool(POOL))


# --- the edges -----------------------------------------------------------------------------


def test_an_empty_pool_has_no_candidates() -> None:
    assert rank(MEETINGS, Pool([])) == ()


def test_a_pool_of_one_offers_its_one_rival() -> None:
    assert opponent(MEETINGS, CALLS) is CALLS
    assert opponent(HIKING, CALLS) is None


def test_a_launch_of_which_nothing_is_told_meets_nobody() -> None:
    assert opponent(launched("", ""), *POOL) is None
    assert opponent(launched("The", "of it all"), *POOL) is None


def test_a_pool_of_which_nothing_is_told_has_nobody_to_offer() -> None:
    assert rank(MEETINGS, Pool([told("", "")])) == ()


def test_a_pool_that_is_all_of_one_maker_has_nobody_to_offer_it() -> None:
    family = [told(f"Callwise {word}", CALLS.tagline) for word in ("Pro", "Mini", "Voice")]
    assert rank(launched("Callwise", MEETINGS.tagline), Pool(family)) == ()


def test_nearly_the_same_words_are_nearly_as_close_as_can_be() -> None:
    twin = launched("Callwire", CALLS.tagline.removesuffix(" them"), CALLS.category)
    (candidate,) = rank(twin, Pool([CALLS]))
    assert 0.8 < candidate.closeness < 1


def test_equals_stand_in_the_order_of_their_slugs() -> None:
    twins = [told("Same", TALK, slug=slug) for slug in ("c", "a", "b")]
    ranked = rank(launched("Earmark", "phone calls, transcribed"), Pool(twins))
    assert [candidate.tool.slug for candidate in ranked] == ["a", "b", "c"]


def test_no_more_candidates_than_asked_for_are_told() -> None:
    assert names(MEETINGS, Pool(POOL)) == [c.tool.name for c in rank(MEETINGS, Pool(POOL), limit=6)]
    assert len(rank(MEETINGS, Pool(POOL), limit=2)) == 2


@given(topics, pools)
def test_without_a_model_ranking_holds_each_tool_once(text: str, pool: list[Tool]) -> None:
    ranked = rank(launched("Earmark", text), Pool(pool))
    assert sorted(c.tool.slug for c in ranked) == sorted(tool.slug for tool in pool)


@given(topics, pools, models)
def test_ranking_is_repeatable_and_goes_by_the_score(
    text: str, pool: list[Tool], model: Meanings | None
) -> None:
    challenger = launched("Earmark", text)
    ranked = rank(challenger, Pool(pool, model))
    assert ranked == rank(challenger, Pool(pool[::-1], model))
    assert [c.score for c in ranked] == sorted((c.score for c in ranked), reverse=True)


@given(topics, pools, models)
def test_the_measures_of_a_candidate_stay_in_their_bounds(
    text: str, pool: list[Tool], model: Meanings | None
) -> None:
    for candidate in rank(launched("Earmark", text), Pool(pool, model)):
        assert 0 <= candidate.confidence <= 1
        assert 0 <= candidate.closeness <= 1 + 1e-9
        assert 0 <= candidate.familiarity <= 1 + 1e-9
        assert np.isfinite(candidate.score)
        assert (candidate.bm25 > 0) == bool(candidate.shared)


def test_an_entry_price_agrees_only_when_both_are_known() -> None:
    free = told("Ayle", TALK, entry=EntryPrice.FREE)
    unknown = told("Bree", TALK, entry=None)
    pool = Pool([free, unknown])
    asked = told("Earmark", "phone calls", entry=EntryPrice.FREE)
    assert [c.entry_agrees for c in rank(asked, pool)] == [True, False]
    assert not any(c.entry_agrees for c in rank(launched("Earmark", "phone calls"), pool))


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
    praised = told("Callwise", TALK, reviews=(a_review(text="campsites and hiking maps"),))
    (candidate,) = rank(HIKING, Pool([praised]))
    assert candidate.shared == ()
