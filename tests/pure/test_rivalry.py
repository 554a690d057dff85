"""Between whom readers may be asked to choose: not between a tool and what it is built on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.pairing.rivalry import is_rival
from tests.pure.pool import CALLS, NOTES, launched, told

texts = st.text(max_size=40) | st.sampled_from(["a sidebar for Callwise", "unlike Callwise"])


def test_two_tools_of_which_neither_names_the_other_are_rivals() -> None:
    assert is_rival(launched("Earmark", "Transcribes meetings"), CALLS)


@pytest.mark.parametrize(
    "tagline",
    [
        "A sidebar for Callwise",
        "Callwise in your inbox",
        "Works with Callwise.",
        "Your notes, Callwise's calls",
        "Not an alternative to Callwise: a theme for Callwise",
    ],
)
def test_what_is_built_on_a_tool_is_no_rival_of_it(tagline: str) -> None:
    addon = launched("Earmark", tagline)
    assert not is_rival(addon, CALLS)
    assert not is_rival(CALLS, addon)


@pytest.mark.parametrize(
    "tagline",
    [
        "An alternative to Callwise for clinics",
        "The open-source Callwise alternative",
        "A free Callwise competitor",
        "The Callwise-killer",
        "Faster than Callwise",
        "Unlike Callwise, it works offline",
        "Use it instead of Callwise",
        "Earmark vs. Callwise",
        "Replaces the Callwise",
        "Switching from Callwise takes a minute",
    ],
)
def test_a_text_that_names_its_rival_as_such_is_a_rivals(tagline: str) -> None:
    assert is_rival(launched("Earmark", tagline), CALLS)


def test_a_name_counts_wherever_it_stands_in_the_text() -> None:
    assert not is_rival(launched("Earmark for Callwise", "Reads calls aloud"), CALLS)
    assert not is_rival(launched("Earmark", "Calls", description="It needs Callwise."), CALLS)


def test_a_vendor_may_be_left_out_of_a_name() -> None:
    theirs = told("Google Callwise", "Transcribes phone calls")
    assert not is_rival(launched("Earmark", "A sidebar for Callwise"), theirs)


@pytest.mark.parametrize(
    ("name", "tagline"),
    [
        ("callwise", "A sidebar for callwise people"),  # a word like any other
        ("AI", "Built with AI"),
        ("Call", "Callwise and Recall"),  # within other words
        ("", "Transcribes meetings"),
    ],
)
def test_a_name_that_may_be_a_mere_word_parts_nobody(name: str, tagline: str) -> None:
    assert is_rival(launched("Earmark", tagline), told(name, "Transcribes phone calls"))


def test_one_text_under_two_names_is_no_rival() -> None:
    assert not is_rival(launched("Relnow", "  drafts RELEASE notes from merged changes "), NOTES)
    assert is_rival(launched("Relnow", ""), told("Relnote", ""))  # nothing is told of either


def test_two_texts_that_mean_the_very_same_are_one() -> None:
    other = launched("Earmark", "Transcribes meetings")
    assert not is_rival(other, CALLS, cosine=0.95)
    assert is_rival(other, CALLS, cosine=0.949)


@given(texts, texts)
def test_rivalry_reads_the_same_from_both_sides(a: str, b: str) -> None:
    one, other = told("Callwise", a), told("Earmark", b)
    assert is_rival(one, other) == is_rival(other, one)


@given(texts)
def test_nobody_is_a_rival_of_itself(text: str) -> None:
    assert not is_rival(told("Callwise", text), told("Callwise", text))
