"""The names tools and pairs have in addresses."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from digest.pairing.naming import announced, pair_slug, slug_of, unused
from tests.makers import a_launch, a_tool


@given(st.text())
def test_a_slug_is_lower_case_letters_digits_and_single_hyphens(name: str) -> None:
    slug = slug_of(name)
    assert slug == slug_of(slug)
    assert all(part.isascii() and part.isalnum() for part in slug.split("-"))


def test_accents_are_put_off_and_a_name_in_another_script_still_has_an_address() -> None:
    assert slug_of("\N{LATIN CAPITAL LETTER E WITH ACUTE}mile's  Notes 2.0") == "emiles-notes-2-0"
    assert slug_of("\u7ffb\u8a33") != slug_of("\u7ffb\u8b6f")


def test_two_tools_of_one_name_have_two_addresses() -> None:
    assert unused("notekeel", {"notekeel", "notekeel-2"}) == "notekeel-3"


def test_a_pair_is_named_after_both() -> None:
    assert pair_slug(a_tool("Mergewren"), a_tool("Notekeel")) == "mergewren-vs-notekeel"


def test_a_launch_of_a_known_tool_announces_that_tool() -> None:
    known = a_tool("Notekeel")
    assert announced(a_launch("Notekeel"), {known.slug: known}) == known


def test_a_launch_tells_what_we_did_not_know_of_its_tool() -> None:
    known = a_tool("Notekeel", tagline="", description="", url="")
    told = announced(a_launch("Notekeel", category="News"), {known.slug: known})
    assert told == replace(known, tagline="Drafts release notes", url="https://plain.example/")


def test_a_launch_of_a_new_tool_announces_one_without_a_verdict() -> None:
    new = announced(a_launch("Mergewren", url="https://mergewren.example/"), {})
    assert (new.slug, new.verdict) == ("mergewren", None)
