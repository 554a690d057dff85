"""What readers and editors are told of a choice: only what is so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import Tool
from digest.pairing.matching import Pool, rank
from digest.pairing.saying import components, why, why_version
from tests.fakes import Meanings
from tests.makers import a_tool
from tests.pure.pool import CALLS, HIKING, MEETINGS, NOTES, launched, told


def reason(challenger: Tool, incumbent: Tool) -> str:
    (candidate,) = rank(challenger, Pool([incumbent]))
    return why(challenger, candidate, "bm25").sentence


@pytest.mark.parametrize(
    ("tagline", "said"),
    [
        (
            "Writes release notes from the changes you merged",
            "Both mention release notes, changes and merged.",
        ),
        (
            "Release notes out of merged changes, weekly",
            "Both mention release notes and merged changes.",
        ),
        ("Weekly mail about changes", "Both mention changes."),
    ],
)
def test_the_reason_names_what_both_texts_say_and_keeps_phrases_together(
    tagline: str, said: str
) -> None:
    assert reason(launched("Changelane", tagline), NOTES) == said


def test_the_reason_names_a_category_both_are_in() -> None:
    rival = launched("Earmark", "Real-time transcripts of calls", "Voice")
    assert reason(rival, CALLS) == "Both are in Voice and mention real-time and calls."


def test_the_reason_leaves_names_and_hollow_words_out() -> None:
    rival = launched("Relnote Rival", "An easy AI tool for notes", "Writing")
    incumbent = told("Relnote", "The best AI tool for notes", "Writing")
    assert reason(rival, incumbent) == "Both are in Writing and mention notes."


def test_the_reason_is_honest_when_nothing_is_shared() -> None:
    assert reason(HIKING, CALLS) == "Callwise is the nearest tool with a verdict."
    voice = launched("Trailpost", HIKING.tagline, "Voice")
    assert reason(voice, CALLS) == "Both are in Voice."


def test_a_new_version_is_told_as_one() -> None:
    told_of = why_version(launched("Callwise 2", "Calls"), CALLS)
    sentence = "Callwise 2 is a new version of Callwise, on which our verdict stands."
    assert (told_of.sentence, told_of.ranker) == (sentence, "version")


def test_the_evidence_says_what_the_choice_rests_on() -> None:
    (candidate,) = rank(MEETINGS, Pool([CALLS]))
    found = why(MEETINGS, candidate, "bm25")
    assert (found.ranker, found.score) == ("bm25", candidate.score)
    assert found.evidence[:2] == (f"shared: {', '.join(candidate.shared)}", "category: Voice")
    assert set(candidate.shared) == {"real", "time", "calls"}
    assert found.evidence[2:] == tuple(f"{k} {v}" for k, v in components(candidate).items())


def test_the_evidence_says_when_both_name_one_category_or_none_is_known() -> None:
    (agreeing,) = rank(launched("Earmark", MEETINGS.tagline, "voice"), Pool([CALLS]))
    assert "category: Voice, named for both" in why(MEETINGS, agreeing, "bm25").evidence
    (bare,) = rank(MEETINGS, Pool([told("Callwise", "Transcribes phone lines")]))
    assert why(MEETINGS, bare, "bm25").evidence[:2] == ("shared: nothing", "category: none")


def test_the_components_of_a_score_are_told_by_name() -> None:
    (by_words,) = rank(MEETINGS, Pool([CALLS]))
    (by_meaning,) = rank(MEETINGS, Pool([CALLS], Meanings("calls", "meetings")))
    assert list(components(by_words)) == [
        "score",
        "confidence",
        "words",
        "meaning",
        "category pull",
        "bm25",
        "cosine",
        "closeness",
        "familiarity",
    ]
    assert (components(by_words)["cosine"], components(by_meaning)["cosine"]) == ("none", "0.71")


# fmt: off
scraps = (
    "release", "notes,", "calls.", "AI-powered", "Notes’", "merged", "—", "(changes)", "the", "2.0",
)
# fmt: on
texts = st.lists(st.sampled_from(scraps), max_size=12).map(" ".join)


@given(texts, texts, st.sampled_from(["", "Notes"]))
def test_a_reason_is_one_sentence_whatever_is_told(mine: str, theirs: str, category: str) -> None:
    incumbent = a_tool("Relnote", tagline=f"{theirs} plumbing", category=category)
    for candidate in rank(launched("Earmark", mine, category), Pool([incumbent])):
        sentence = why(launched("Earmark", mine, category), candidate, "bm25").sentence
        assert sentence.isprintable()
        assert sentence.endswith(".")
        assert sentence.startswith(("Both ", "Relnote is the nearest"))
