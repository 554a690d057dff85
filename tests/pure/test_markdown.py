"""The Markdown of introductions: what it may be, and that nothing else comes of it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from digest.issues.markdown import Block, as_text, blocks, cleaned
from digest.markers import BEGUN

TAG = re.compile(r"<[^>]*>")
OURS = re.compile(
    r'</?(em|strong|a)>|<br>|<a href="https://[^"<>]*">'  # all that a part may hold
)
PIECES = st.sampled_from(
    (
        *("*", "**", "_", "__", "[", "](", ")", "https://a.example/", "javascript:alert(1)", "\\"),
        *("<b>", "<script>", "&lt;", '"', "- ", "1. ", "\n", "\n\n", "{{", "__READER__", "\\_"),
        *("__END__", "FOR:", "READER", "word", " "),
    )
)
ANYTHING = st.lists(PIECES | st.text(max_size=5), max_size=25).map("".join)


def test_a_line_without_markup_is_a_paragraph_as_it_was() -> None:
    plain = "One head-to-head this week: one where both sides clear the panel."
    assert blocks(plain) == (Block("p", (Markup(plain),)),)
    assert as_text(plain) == plain


def test_nothing_has_no_blocks() -> None:
    assert blocks("") == () == blocks(" \n ")
    assert as_text("") == ""


def test_lists_are_flat_and_numbered_anew() -> None:
    assert blocks("3. one\n4. two\n   - three") == (
        Block("ol", (Markup("one"), Markup("two"), Markup("three"))),
    )
    assert as_text("3. one\n4. two") == "1. one\n2. two"


def test_a_link_carries_what_the_template_wants_and_says_its_address_in_text() -> None:
    [block] = blocks("[here](https://a.example/)", ' class="x"')
    assert block.parts == (Markup('<a href="https://a.example/" class="x">here</a>'),)
    assert as_text("[here](https://a.example/)") == "here (https://a.example/)"
    assert as_text("[https://a.example/](https://a.example/)") == "https://a.example/"


@pytest.mark.parametrize(
    "address",
    ["http://a.example/", "javascript:alert(1)", "data:text/html,x", "//a.example", "/here",
     "https://user:pass@a.example/"],
)  # fmt: skip
def test_what_is_no_https_link_stays_as_it_was_typed(address: str) -> None:
    typed = f"[here]({address})"
    assert blocks(typed) == (Block("p", (Markup(typed),)),)
    assert as_text(typed) == typed


@pytest.mark.parametrize("typed", ["# Title", "> quoted", "`code`", "| a | b |", "---", "<b>x</b>"])
def test_what_mails_cannot_lay_out_is_text(typed: str) -> None:
    assert blocks(typed) == (Block("p", (escape(typed),)),)
    assert as_text(typed) == typed


def test_a_picture_is_a_link_to_it() -> None:
    assert as_text("![x](https://a.example/x.png)") == "!x (https://a.example/x.png)"


@pytest.mark.parametrize("typed", [r"\_\_READER\_\_", "_*_*READER__", "__READER__", "*__*END__"])
def test_no_marker_comes_of_escapes_and_emphasis(typed: str) -> None:
    assert not BEGUN.search(as_text(typed))
    assert not any(BEGUN.search(part) for block in blocks(typed) for part in block.parts)


@given(ANYTHING)
def test_whatever_is_typed_only_our_tags_come_of_it(typed: str) -> None:
    for block in blocks(cleaned(typed)):
        for part in block.parts:
            assert [tag for tag in TAG.findall(part) if not OURS.fullmatch(tag)] == []
            assert not BEGUN.search(part)
            assert "{" not in part
    assert not BEGUN.search(as_text(cleaned(typed)))


@given(st.text(alphabet="abc \n\r\x00\u202e-", max_size=40))
def test_once_cleaned_is_clean(typed: str) -> None:
    assert cleaned(cleaned(typed)) == cleaned(typed)
