"""What holds of any text that the lints may get, by chance or by malice."""

from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.issues.lint import html_lint
from digest.issues.lint.mjml_lint import problems
from digest.issues.lint.problems import LIMIT
from digest.issues.markup import unread_mjml
from tests.pure.mjml_documents import TITLE, a_column, a_source, rendered

FRAGMENTS = st.lists(
    st.sampled_from(
        [
            *("<p>", "</p>", "<b>", "</b>", "<br>", "<o:p>", "</o:p>", "<div/>", "<P>", "</P>"),
            *("<mj-text>", "</mj-text>", "<mj-raw>", "</mj-raw>", "<mj-raw/>", "<mj-foo>"),
            *("</mj-foo>", "<mj-Text>", "<mj-spacer/>", "<mj-style>", "</mj-style>", "<mj:x>"),
            *("</mj-column>", "</mj-section>", "<mj-column>", "</mj-body>", "<table><tr><td>"),
            *("</td></tr></table>", "<!--", "-->", "<!-- x -->", "<!--[if mso]>", "<![endif]-->"),
            *("<!--[if !mso]><!-->", "<!--<![endif]-->", "<![CDATA[", "]]>", "<?x?>", "<style>"),
            *("</style>", '<p title="<mj-text>">', "&lt;mj-text&gt;", "<p a=1>", "<", ">", '"'),
            *("'", "x", "—", "é", "\n", "&amp;", "{", "__END__", "<script>", "</script>"),
        ]
    ),
    max_size=5,
).map("".join)


@st.composite
def nearly_right(draw: st.DrawFn) -> str:
    """A document with something odd in one or two of its places."""
    places = dict.fromkeys("abcdefgh", "")
    for place in draw(st.lists(st.sampled_from(sorted(places)), max_size=2)):
        places[place] = draw(FRAGMENTS)
    title = TITLE.replace("The", places["f"])
    return a_source(
        places["a"],
        a_column(
            places["b"], f"<mj-text>x{places['c']}</mj-text><mj-table>{places['d']}</mj-table>"
        ),
        f"<mj-raw>{places['e']}</mj-raw>",
        head=f"{title}<mj-style>a{{}}{places['g']}</mj-style>{places['h']}",
    )


@settings(max_examples=400)
@given(nearly_right())
def test_of_a_source_without_problems_mrml_makes_a_page_without_problems(source: str) -> None:
    if problems(source):
        return
    html = rendered(source)
    assert unread_mjml(html) == ()
    assert html_lint.problems(html) == ()


@given(st.text() | st.text("<>/!-'\"= mjptx\n[]&{%") | nearly_right())
def test_any_text_is_read_and_nothing_raises(source: str) -> None:
    lines = [problem.line for problem in problems(source)]
    assert lines == sorted(lines)
    assert len(lines) <= LIMIT


HOSTILE = {
    "deep": "<mj-text>" * 50_000,
    "deep HTML": a_source(a_column("<mj-text>" + "<b>" * 50_000)),
    "angles": "<" * 100_000,
    "comments": "<!--" * 50_000,
    "unclosed quotes": "<p a=\"<p b='" * 20_000,
    "one endless tag": "<p" + " a" * 100_000,
    "one endless name": "<" + "p" * 300_000,
    "attributes": "<p " + " ".join(f'a{n}="<"' for n in range(20_000)) + ">",
    "spaces": "<p" + " " * 300_000,
    "closing": "</p>" * 50_000,
    "braces": "{{" * 100_000,
    "conditions": "<!--[if x]>" * 20_000,
    "revealed": "<!--[if x]><!-->" * 20_000,
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_takes_no_longer_than_its_length(source: str) -> None:
    started = perf_counter()
    assert problems(source)
    assert html_lint.problems(source)
    assert perf_counter() - started < 3
