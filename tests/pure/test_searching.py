"""Search: what is found, and what comes first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.store.search import Head, ToolWords
from digest.archive.searching import MOST_WORDS, Catalogue, Found, folded, gathered, search

NOTEKEEL = ToolWords(1, "notekeel", "Notekeel", "Keeps notes of releases", "", "Writing")
NOTES = ToolWords(2, "notes", "Notes", "A plain pad", "", "Writing")
NOTES_PRO = ToolWords(3, "notes-pro", "Notes Pro", "A pad for teams", "", "Writing")
EMILE = ToolWords(4, "emiles-desk", "Émile’s Desk", "Replies to mail", "Reads notes.", "Support")
TALLYWREN = ToolWords(5, "tallywren", "Tallywren", "Counts votes", "It drafts minutes.", "Meetings")
HEADS = [
    Head("tallywren-vs-notes", 5, 2),
    Head("notes-pro-vs-notekeel", 3, 1),
    Head("emiles-desk-vs-tallywren", 4, 5),
]
HELD = gathered([NOTEKEEL, NOTES, NOTES_PRO, EMILE, TALLYWREN], [(5, "Wren Notes")], HEADS)


def found(query: str, held: Catalogue = HELD) -> Found:
    return search(query, held, most=10)


@pytest.mark.parametrize(
    ("query", "tools"),
    [
        # its whole name; a name that begins so; in a name or an alias; in a tagline; in the rest
        ("notes", ["notes", "notes-pro", "tallywren", "notekeel", "emiles-desk"]),
        ("NOTES", ["notes", "notes-pro", "tallywren", "notekeel", "emiles-desk"]),
        ("wren notes", ["tallywren"]),  # an alias
        ("emile", ["emiles-desk"]),  # accents do not matter
        ("ÉMILE’S", ["emiles-desk"]),
        ("keel", ["notekeel"]),  # a part of a word
        ("writing pad", ["notes", "notes-pro"]),  # a category and a tagline
        ("pad writing", ["notes", "notes-pro"]),
        ("pad meetings", []),  # all words must be there
        ("drafts minutes", ["tallywren"]),
        ("", []),
        ("   ", []),
        ("%", []),
        ("_", []),
        ("\0", []),
        ("notes\0pro", ["notes-pro"]),
        ("vs", []),
    ],
)
def test_tools_are_found_the_likeliest_first(query: str, tools: list[str]) -> None:
    assert list(found(query).tools) == tools


@pytest.mark.parametrize(
    ("query", "comparisons"),
    [
        ("notes", ["tallywren-vs-notes", "notes-pro-vs-notekeel", "emiles-desk-vs-tallywren"]),
        ("tallywren vs notes", ["tallywren-vs-notes", "emiles-desk-vs-tallywren"]),
        ("Notes Pro vs. Notekeel", ["notes-pro-vs-notekeel"]),
        ("émile tallywren", ["emiles-desk-vs-tallywren"]),
        ("support meetings", ["emiles-desk-vs-tallywren"]),  # a word in each of the two
    ],
)
def test_a_comparison_holds_the_words_in_either_of_its_tools(
    query: str, comparisons: list[str]
) -> None:
    assert list(found(query).comparisons) == comparisons


def test_of_one_rank_the_shorter_name_and_the_newer_comparison_come_first() -> None:
    tools = [ToolWords(n, f"t{n}", name, "x", "", "") for n, name in enumerate(("Abcd", "Abc"))]
    heads = [Head("newer", 0, 1), Head("older", 1, 0)]
    said = found("ab", gathered(tools, [], heads))
    assert (said.tools, said.comparisons) == (("t1", "t0"), ("newer", "older"))


def test_only_so_many_are_named_and_all_are_counted() -> None:
    tools = [ToolWords(n, f"t{n}", f"Tool {n}", "", "", "") for n in range(30)]
    said = search("tool", gathered(tools, [], []), most=10)
    assert (len(said.tools), said.tool_count) == (10, 30)
    assert (said.comparisons, said.comparison_count) == ((), 0)


def test_a_site_without_tools_finds_nothing() -> None:
    assert found("notes", gathered([], [], [])) == Found()


def test_of_a_query_without_end_the_beginning_counts() -> None:
    assert found("notes " * 2000).tools[0] == "notes"
    many = " ".join(f"w{n}" for n in range(MOST_WORDS)) + " notes"
    assert found(many).tools == ()


@given(st.text(max_size=40))
def test_any_text_may_be_searched_for(query: str) -> None:
    said = found(query)
    assert len(said.tools) == said.tool_count
    assert set(said.comparisons) <= set(HELD.comparisons)


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.sampled_from([NOTEKEEL, NOTES, NOTES_PRO, TALLYWREN]))
def test_a_tool_is_found_first_by_its_whole_name(tool: ToolWords) -> None:
    assert found(tool.name).tools[0] == tool.slug
