"""Names that are nearly those of a tool we hold: its next release, or an editor has to say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import Tool
from digest.pairing.identity import (
    Relation,
    find,
    older_versions,
    relation,
)
from digest.pairing.near_names import MOST_NEAR_MISSES, near_misses
from tests.makers import a_tool, an_unreviewed_tool

words = st.sampled_from(["Note", "Forge", "Notes", "Mini", "2", "3", "beta", "AI", "CLI", "!?"])
names = st.lists(words, max_size=4).map(" ".join) | st.text(max_size=20)


# --- versions ------------------------------------------------------------------------------


def test_a_new_release_is_a_version_of_the_tool_we_hold() -> None:
    noteforge = a_tool("Noteforge")
    others = [a_tool("Papermill"), a_tool("Noteforge CLI"), a_tool("Noteforge 3")]
    assert older_versions("Noteforge 2.0", [*others, noteforge]) == [noteforge]
    assert older_versions("Noteforge 2.0", others) == []


def test_a_release_of_a_variant_is_a_version_of_that_variant() -> None:
    mini = a_tool("Noteforge Mini")
    assert older_versions("Noteforge Mini 2", [a_tool("Noteforge"), mini]) == [mini]


def test_an_alias_may_be_what_the_release_counts_on() -> None:
    renamed = a_tool("Noteforge", aliases=("Minute Smith",))
    assert older_versions("MinuteSmith 2", [renamed]) == [renamed]


def test_a_tool_known_by_the_very_release_is_not_older_than_it() -> None:
    assert older_versions("Noteforge 2", [a_tool("Noteforge", aliases=("Noteforge 2",))]) == []


def test_of_two_older_versions_the_one_with_a_verdict_comes_first() -> None:
    bare, judged = an_unreviewed_tool("Noteforge"), a_tool("Noteforge", slug="judged")
    assert older_versions("Noteforge 2", [bare, judged]) == [judged, bare]


@given(names, names)
def test_a_version_is_neither_the_tool_itself_nor_a_near_miss(name: str, other: str) -> None:
    tool = a_tool(other)
    if older_versions(name, [tool]):
        assert find(name, "", [tool]) is None
        assert near_misses(name, [tool]) == []


# --- near misses ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Noteforge", "Noteforges"),
        ("Noteforge Cloud", "Noteforge"),
        ("Noteforge", "Noteforge Studio"),
        ("Noteforge 3", "Noteforge 2"),
        ("Notion", "Notion AI"),
    ],
)
def test_a_name_nearly_like_one_we_know_is_for_an_editor_to_judge(name: str, known: str) -> None:
    tool = a_tool(known)
    assert near_misses(name, [a_tool("Papermill"), tool]) == [tool]


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Noteforge", "Papermill"),
        ("Robo", "Robotics Garden"),
        ("Noteforge AI", "Noteforge"),  # the same
        ("Noteforge 2", "Noteforge"),  # a version
        ("Not", "Note"),  # short names stand in too many others
        ("", ""),
        ("!?!?", "!?!?!"),
    ],
)
def test_nobody_is_asked_about_what_is_plain(name: str, known: str) -> None:
    assert near_misses(name, [a_tool(known)]) == []


def test_a_tool_whose_name_and_alias_are_both_near_is_named_once() -> None:
    tool = a_tool("Noteforges", aliases=("Noteforge Studio",))
    assert near_misses("Noteforge", [tool]) == [tool]


def test_an_editor_is_asked_about_so_many_tools_and_no_more() -> None:
    many = [a_tool(f"Noteforge {letter}") for letter in "abcdefghijklmnop"]
    assert len(near_misses("Noteforge q", many)) == MOST_NEAR_MISSES


@given(names, st.lists(names, max_size=4))
def test_a_near_miss_is_a_tool_of_another_name(name: str, others: list[str]) -> None:
    tools: list[Tool] = [a_tool(other, slug=str(n)) for n, other in enumerate(others)]
    near = near_misses(name, tools)
    assert all(relation(name, tool.name) is Relation.DIFFERENT for tool in near)
    assert len({tool.slug for tool in near}) == len(near)
