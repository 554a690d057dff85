"""Blocks for some readers, and texts of others that must never open one."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.issues.words import plain_text
from digest.markers import (
    CLOSED,
    MARKERS,
    PARTLY,
    Marker,
    chosen,
    disarmed,
    opening,
    passages,
    topics,
)


def a_block(text: str, *topics: str) -> str:
    return opening(topics) + text + CLOSED


NOTICE = f"{PARTLY}More on the web.{CLOSED}"
ISSUE = f"{NOTICE}Hello. {a_block('Notes', 'Writing')}{a_block('Calls', 'Voice', 'Data')} Bye."


@pytest.mark.parametrize(
    ("wanted", "read"),
    [
        (set(), "Hello. NotesCalls Bye."),
        ({"writing", "voice"}, "Hello. NotesCalls Bye."),
        ({"writing", "data", "law"}, "Hello. NotesCalls Bye."),
        ({"writing"}, "More on the web.Hello. Notes Bye."),
        ({"data"}, "More on the web.Hello. Calls Bye."),
        ({"law"}, "More on the web.Hello.  Bye."),
    ],
)
def test_a_reader_gets_the_blocks_on_what_they_chose(wanted: set[str], read: str) -> None:
    assert chosen(ISSUE, wanted) == read


def test_the_topics_of_a_rendering_are_those_of_all_its_blocks() -> None:
    assert topics(ISSUE) == {"writing", "voice", "data"}


def test_a_rendering_without_blocks_has_no_topics_and_is_whole_for_everyone() -> None:
    assert topics("Hello.") == frozenset()
    assert chosen("Hello.", {"law"}) == "Hello."


def test_what_is_on_nothing_in_particular_is_for_everyone() -> None:
    issue = NOTICE + a_block("Tidings", "", "") + a_block("Calls", "Voice")
    assert topics(issue) == {"voice"}
    assert chosen(issue, {"voice"}) == "TidingsCalls"
    assert chosen(issue, {"writing"}) == "More on the web.Tidings"


names = st.text(min_size=1, max_size=20)


@given(st.lists(names, max_size=4), st.text(), st.text())
def test_any_text_may_name_a_topic(named: list[str], before: str, inside: str) -> None:
    before, inside = disarmed(before), disarmed(inside)
    issue = before + a_block(inside, *named)
    assert topics(issue) == {name.lower() for name in named}
    for name in named:
        assert chosen(issue, {name.lower()}) == before + inside


def test_an_opening_is_plain_ascii_that_html_leaves_as_it_is() -> None:
    signs = set(opening(['<Ä & "B">', "snake_case", "a,b", "{{ c }}", "it's"]))
    assert signs <= {*string.ascii_letters, *string.digits, *"_:,%.-~"}


@given(st.lists(names, min_size=2, max_size=5, unique_by=str.lower), st.data())
def test_a_choice_keeps_what_it_names_and_drops_the_rest(
    named: list[str], data: st.DataObject
) -> None:
    issue = "".join(a_block(f"[{place}]", name) for place, name in enumerate(named))
    wanted = data.draw(st.sets(st.sampled_from(named), min_size=1))
    kept = [f"[{place}]" for place, name in enumerate(named) if name in wanted]
    assert chosen(issue, {name.lower() for name in wanted}) == "".join(kept)


# Made of what markers are made of, whole and in part, so that chance finds the ones that matter.
SCRAPS = (*Marker, PARTLY, CLOSED, "__FOR:", "FOR:", "END", "READER", "PARTLY", "CONFIRMED_ON")
SCRAPS += ("_", "__", "a", " ", ":", ",", "x__", "end__", "__end__", "\0", "\n", "\u202e")
hostile = st.lists(st.sampled_from(SCRAPS), max_size=12).map("".join) | st.text()


@given(hostile)
def test_no_text_of_others_holds_a_marker_or_a_block(text: str) -> None:
    for cleaned in (plain_text(text), plain_text(text).upper()):
        assert not MARKERS.search(cleaned)
        assert [passage.text for passage in passages(cleaned)] == [cleaned]
        assert not any(sign in cleaned for sign in (PARTLY, CLOSED, "__FOR:"))


@given(hostile, hostile, hostile)
def test_texts_of_others_leave_the_blocks_and_markers_around_them_alone(
    before: str, inside: str, after: str
) -> None:
    before, inside, after = map(plain_text, (before, inside, after))
    issue = before + a_block(inside, "voice") + after
    assert [passage.text for passage in passages(issue)] == [before, inside, after]
    marked = before + Marker.READER + inside + Marker.CONFIRMED_ON + after
    assert MARKERS.split(marked) == [before, inside, after]


@given(hostile)
def test_what_is_clean_is_not_touched_again(text: str) -> None:
    assert plain_text(plain_text(text)) == plain_text(text)


@pytest.mark.parametrize(
    "text", ["__init__", "snake_case", "__ENDPOINT__", "__reader2__", "_END_", "FOR: you", "a__b"]
)
def test_ordinary_underscores_stay(text: str) -> None:
    assert plain_text(text) == text
