"""Whether a launch is a tool we know: better to miss a sameness than to merge two tools."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import Launch
from digest.pairing.addresses import owner
from digest.pairing.identity import (
    LONGEST,
    Relation,
    canonical,
    canonical_url,
    find,
    known_by,
    relation,
    same_launch,
)
from digest.pairing.names import VARIANTS
from tests.makers import a_launch, a_tool

words = st.text(st.characters(categories=["Ll", "Lu"]), min_size=2, max_size=8)
bare_names = st.lists(words, min_size=1, max_size=3).map(" ".join)
names = bare_names | st.text(max_size=30)
discriminators = st.sampled_from(sorted(VARIANTS)) | st.integers(0, 99).map(str)
spellings = st.sampled_from(
    ["Noteforge", "Note Forge AI", "Noteforge CLI", "Noteforge 2", "Papermill", "!?", ""]
)
pages = st.sampled_from(
    ["", "https://forge.example/", "http://www.forge.example/?ref=x", "https://mill.example/a"]
)
launches = st.builds(a_launch, spellings, url=pages)


# --- names ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Noteforge", "noteforge"),
        ("Note Forge", "NoteForge"),
        ("Noteforge", "Noteforge — Minutes that write themselves"),
        ("Noteforge", "Noteforge: minutes that write themselves"),
        ("Noteforge", "Noteforge AI"),
        ("Noteforge", "Noteforge.ai"),
        ("Noteforge", "Noteforge (NF)"),
        ("Noteforge", "Noteforge by Example Works"),
        ("Noteforge", "Noteforge Community Edition"),
        ("Noteforge", "Apache Noteforge"),
        ("Noteforge 2", "Noteforge 2.0"),
        ("Noteforge-v2", "Noteforge2"),
        ("Noteforge 4 Mini", "Noteforge Mini 4"),
        ("Ｎoteforge", "Noteforge"),
        ("AI", "ai"),
        ("1984", "1984"),
    ],
)
def test_spellings_of_one_name_are_the_same_tool(a: str, b: str) -> None:
    assert relation(a, b) is Relation.SAME


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Noteforge 2.0", "Noteforge"),
        ("Noteforge", "Noteforge v6"),
        ("Noteforge", "Noteforge 1.0a35"),
        ("Noteforge", "Noteforge beta"),
        ("Noteforge Mini 2", "Noteforge Mini"),
    ],
)
def test_a_name_that_only_adds_a_release_is_a_version(a: str, b: str) -> None:
    assert relation(a, b) is Relation.VERSION


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Noteforge", "Notefarge"),
        ("Noteforge", "Noteforge CLI"),
        ("Noteforge", "Noteforge (Pro)"),
        ("Noteforge 2", "Noteforge 3"),
        ("Noteforge 3", "Noteforge 3.5"),
        ("Noteforge 4", "Noteforge 4n"),
        ("Noteforge 7B", "Noteforge"),
        ("Google Noteforge", "Microsoft Noteforge"),
        ("Notion", "Notion AI"),
        ("AI Logo Maker", "AI Menu Maker"),
        ("", ""),
        ("!?", "…"),
    ],
)
def test_near_names_stay_different_tools(a: str, b: str) -> None:
    assert relation(a, b) is Relation.DIFFERENT


@given(names, names)
def test_a_relation_reads_the_same_from_both_sides(a: str, b: str) -> None:
    assert relation(a, b) is relation(b, a)


@given(names)
def test_a_name_is_itself_or_says_nothing(name: str) -> None:
    expected = Relation.SAME if canonical(name).base else Relation.DIFFERENT
    assert relation(name, name) is expected


@given(bare_names)
def test_a_key_read_again_stays_as_it_is(name: str) -> None:
    base = canonical(name).base
    assert canonical(base).base == base


@given(bare_names, discriminators)
def test_adding_a_discriminator_never_yields_the_same_tool(name: str, added: str) -> None:
    assert relation(name, f"{name} {added}") is not Relation.SAME
    assert relation(name, f"{name} ({added})") is not Relation.SAME


# --- addresses -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "canonical_form"),
    [
        ("https://www.Noteforge.example/", "noteforge.example"),
        ("http://noteforge.example:80", "noteforge.example"),
        ("https://noteforge.example/?ref=somewhere&utm_source=x#top", "noteforge.example"),
        ("https://noteforge.example/a//b/index.html", "noteforge.example/a/b"),
        ("https://noteforge.example/?b=2&a=1", "noteforge.example?a=1&b=2"),
        ("https://noteforge.example:8443/", "noteforge.example:8443"),
        ("https://github.com/Forge/Note.git", "github.com/forge/note"),
        ("https://github.com/forge/note/releases/tag/v1", "github.com/forge/note"),
        ("ftp://noteforge.example/", ""),
        ("javascript:alert(1)", ""),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_addresses_of_one_page_have_one_spelling(url: str, canonical_form: str) -> None:
    assert canonical_url(url) == canonical_form


@given(st.text() | st.text().map("https://noteforge.example/".__add__))
def test_any_text_is_an_address_or_none(text: str) -> None:
    assert isinstance(canonical_url(text), str)
    assert isinstance(owner(text), str)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://app.noteforge.example/start", "noteforge.example"),
        ("https://noteforge.co.uk/", "noteforge.co.uk"),
        ("https://noteforge.github.io/docs", "noteforge.github.io"),
        ("https://github.com/forge/note", "github.com/forge"),
        ("https://github.com/", ""),
        ("https://apps.apple.com/app/id1", ""),
        ("https://192.0.2.7/", "192.0.2.7"),
        ("noteforge", ""),
    ],
)
def test_an_address_says_who_stands_behind_it(url: str, expected: str) -> None:
    assert owner(url) == expected


# --- finding -------------------------------------------------------------------------------


def test_a_launch_is_found_by_its_name() -> None:
    noteforge = a_tool("Noteforge")
    assert find("NoteForge AI", "", [a_tool("Papermill"), noteforge]) is noteforge


def test_a_launch_is_found_by_an_alias() -> None:
    noteforge = a_tool("Noteforge", aliases=("Minute Smith",))
    assert find("MinuteSmith", "", [noteforge]) is noteforge


def test_a_launch_is_found_by_its_address() -> None:
    noteforge = a_tool("Noteforge", url="https://noteforge.example/")
    assert find("The Forge", "http://www.noteforge.example/?ref=x", [noteforge]) is noteforge


def test_a_name_is_believed_before_an_address() -> None:
    first = a_tool("Papermill", url="https://shared.example/")
    second = a_tool("Noteforge")
    assert find("Noteforge", "https://shared.example/", [first, second]) is second


def test_siblings_on_one_page_are_not_one_tool() -> None:
    noteforge = a_tool("Noteforge", url="https://noteforge.example/")
    assert find("Noteforge CLI", "https://noteforge.example/", [noteforge]) is None


def test_a_shared_domain_alone_proves_nothing() -> None:
    noteforge = a_tool("Noteforge", url="https://forge.example/notes")
    assert find("Taskforge", "https://forge.example/tasks", [noteforge]) is None


def test_a_new_release_is_not_the_tool_itself() -> None:
    assert find("Noteforge 2.0", "", [a_tool("Noteforge")]) is None


def test_a_nameless_launch_without_an_address_is_nobody() -> None:
    assert find("", "", [a_tool("Noteforge", url="")]) is None


# --- one launch, announced twice -----------------------------------------------------------


def announced(name: str, url: str = "") -> Launch:
    return a_launch(name, url=url)


def test_one_name_without_an_address_is_one_launch() -> None:
    assert same_launch(announced("Noteforge"), announced("Note Forge AI"))
    assert same_launch(announced("Noteforge", "https://noteforge.example/"), announced("noteforge"))


def test_one_page_is_one_launch_whatever_it_is_called() -> None:
    first = announced("Noteforge", "https://noteforge.example/")
    again = announced("Minutes that write themselves", "http://www.noteforge.example/?ref=x")
    assert same_launch(first, again)


def test_one_page_may_announce_siblings() -> None:
    page = "https://noteforge.example/"
    assert not same_launch(announced("Noteforge", page), announced("Noteforge CLI", page))
    assert not same_launch(announced("Noteforge 2", page), announced("Noteforge 3", page))


def test_two_makers_may_use_one_name() -> None:
    one = announced("Noteforge", "https://noteforge.example/")
    assert not same_launch(one, announced("Noteforge", "https://other.example/noteforge"))
    assert same_launch(one, announced("Noteforge", "https://app.noteforge.example/start"))


def test_launches_that_neither_name_nor_address_tells_apart_are_not_joined() -> None:
    assert not same_launch(announced("!?"), announced("!?"))


@given(launches, launches)
def test_what_is_one_launch_is_so_from_both_sides(a: Launch, b: Launch) -> None:
    assert same_launch(a, b) == same_launch(b, a)


@given(launches, launches)
def test_one_launch_is_found_again_by_what_it_is_known_by(a: Launch, b: Launch) -> None:
    (an_address, a_key), (other_address, other_key) = known_by(a), known_by(b)
    if same_launch(a, b):
        assert (an_address and an_address == other_address) or (a_key and a_key == other_key)


@given(st.text() | bare_names.map(lambda name: name * 200), st.text(max_size=2000))
def test_what_a_launch_is_known_by_fits_an_index(name: str, path: str) -> None:
    address, key = known_by(announced(name, f"https://noteforge.example/{path}"))
    assert max(len(address), len(key)) <= LONGEST
