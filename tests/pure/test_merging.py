"""One content for many: whatever stands in it, each reader reads what was approved."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import InputError
from digest.markers import CLOSED, MARKERS, Marker, opening
from digest.model import Copy, Message
from digest.readers.addressing import filled
from digest.readers.merging import LARGEST, Merging, template, variables
from digest.standin import merging as service
from tests.makers import SUNDAY, a_publication, an_issue
from tests.pure.test_addressing import TOKEN, TOKENS, VALUES, a_delivery, a_rendering

# What a template engine could take for its own, between ordinary text and our markers.
TAKEN = (
    *("{", "}", "{{", "}}", "{{{", "\\", "\\\\", "\\{{", "{%", "{{#if x}}", "{{/if}}", "{{else}}"),
    *("{{reader}}", "{{> part}}", "{{!-- --}}", "{{~x~}}", "{{&x}}", "&", "<", "ü", " "),
)
HOSTILE = st.lists(st.sampled_from([*Marker, *TAKEN]) | st.text(max_size=5), max_size=12).map(
    "".join
)
# A text with a NUL is no template, see below.
MERGED = HOSTILE.map(lambda text: text.replace("\0", ""))


def a_copy(topics: frozenset[str] = frozenset(), **fields: str) -> Copy:
    merging = Merging(an_issue(), a_rendering(**fields), a_publication())
    copy = merging.address(a_delivery(), TOKENS, SUNDAY, topics)
    assert isinstance(copy, Copy)
    return copy


def read(copy: Copy) -> dict[str, str]:
    """What the stand-in makes of it."""
    content = copy.content
    parts = {"Subject": content.subject, "Text": content.text, "Html": content.html}
    return service.merged(parts, copy.values)


@given(MERGED, MERGED, MERGED)
def test_nothing_of_ours_is_read_as_a_template(subject: str, text: str, html: str) -> None:
    subject = "".join(MARKERS.sub("", subject).splitlines()) or "?"
    copy = a_copy(subject=subject, text=text, html=html)
    assert read(copy) == {
        name: value
        for name, value in {
            "Subject": subject,
            "Text": filled(text, VALUES).replace("\r\n", "\n"),
            "Html": filled(html, VALUES).replace("\r\n", "\n"),
        }.items()
        if value
    }


@given(MERGED)
def test_every_variable_is_one_that_each_reader_has(text: str) -> None:
    copy = a_copy(text=text)
    assert copy.content.variables == set(copy.values)


@given(HOSTILE)
def test_no_sign_beside_a_variable_could_change_its_meaning(text: str) -> None:
    """Handlebars reads a backslash before `{{`, and a third brace on either side."""
    made = template(text)
    for found in ("\\{{", "{{{", "}}}"):
        assert found not in made


def test_css_is_left_as_it_is() -> None:
    style = "<style>@media screen { .a { color: red } }</style>"
    assert template(style) == style


def test_a_value_is_escaped_in_html_alone() -> None:
    day = a_publication(language=Ampersands())
    rendering = a_rendering(html=Marker.CONFIRMED_ON, text=Marker.CONFIRMED_ON)
    copy = Merging(an_issue(), rendering, day).address(a_delivery(), TOKENS, SUNDAY)
    assert isinstance(copy, Copy)
    assert read(copy)["Html"] == "22 &amp; &lt;11&gt;"
    assert read(copy)["Text"] == "22 & <11>"


class Ampersands:
    """A language whose dates HTML cannot hold as they are."""

    def date(self, day: object) -> str:
        return "22 & <11>"

    def gettext(self, text: str) -> str:
        return text


def test_readers_of_the_same_blocks_share_a_content() -> None:
    text = f"{opening(['coding'])}On code.{CLOSED}{opening(['law'])}On law.{CLOSED} {Marker.READER}"
    merging = Merging(an_issue(), a_rendering(text=text, html=text), a_publication())
    coding, also, law, whole = (
        merging.content(frozenset(topics)) for topics in ({"coding"}, {"coding", "x"}, {"law"}, ())
    )
    assert coding is also
    assert coding
    assert law
    assert whole
    assert (coding.text, law.text) == ("On code. {{reader}}", "On law. {{reader}}")
    assert whole.text == "On code.On law. {{reader}}"


def test_a_copy_names_its_reader_in_list_unsubscribe_alone() -> None:
    copy = a_copy()
    assert copy.headers == (
        ("List-Unsubscribe", f"<https://shiporskip.example/unsubscribe/{TOKEN}>"),
    )
    assert copy.content.headers == (
        ("List-Id", "Weekly AI Tool Verdicts <weekly.shiporskip.example>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("Precedence", "bulk"),
    )


def test_what_is_too_large_to_be_merged_goes_out_finished() -> None:
    merging = Merging(an_issue(), a_rendering(html="x" * LARGEST), a_publication())
    assert isinstance(merging.address(a_delivery(), TOKENS, SUNDAY), Message)


@pytest.mark.parametrize("part", ["text", "html"])
def test_what_no_template_can_hold_goes_out_finished(part: str) -> None:
    merging = Merging(an_issue(), a_rendering(**{part: "a\0b"}), a_publication())
    assert isinstance(merging.address(a_delivery(), TOKENS, SUNDAY), Message)


def test_a_name_beyond_ascii_is_encoded_in_the_headers() -> None:
    publication = a_publication(sender="Überprüft <verdicts@mail.shiporskip.example>")
    content = Merging(an_issue(), a_rendering(), publication).content(frozenset())
    assert content
    assert content.sender == "=?utf-8?q?=C3=9Cberpr=C3=BCft?= <verdicts@mail.shiporskip.example>"


def test_an_address_no_header_can_hold_is_refused() -> None:
    merging = Merging(an_issue(), a_rendering(), a_publication())
    with pytest.raises(InputError, match="cannot stand in a header as an address"):
        merging.address(replace(a_delivery(), email="a@b\r\nBcc: c@d"), TOKENS, SUNDAY)


@pytest.mark.parametrize("text", ["{{name}}", "{{ reader }}", "{{#if reader}}", "}}"])
def test_a_template_that_asks_for_more_is_none(text: str) -> None:
    with pytest.raises(InputError):
        variables(text)
