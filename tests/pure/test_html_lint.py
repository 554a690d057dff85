import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.issues.lint.html_lint import problems
from digest.issues.lint.problems import LIMIT
from digest.issues.rendering import render, templates
from digest.model import IssueKind
from tests.makers import (
    a_comparison,
    a_publication,
    a_tool,
    an_issue,
    an_unreviewed_tool,
    the_mail_templates,
)

HEAD = "<head><title>The week in verdicts</title></head>"
TEMPLATES = templates(the_mail_templates())


def a_page(body: str = "", head: str = HEAD) -> str:
    return f"<!doctype html>\n<html>{head}\n<body>{body}</body></html>"


def said(html: str) -> list[str]:
    return [str(problem) for problem in problems(html)]


def test_the_mails_we_send_have_no_problems() -> None:
    hostile = "</td></mj-text> <b>“1 < 2”</b> & {{ name }} — 2 > 1"
    pairs = (
        a_comparison(),
        a_comparison(a_tool("Draftwell", tagline=hostile), an_unreviewed_tool("Newcomer")),
    )
    digest = render(an_issue(headline=hostile), pairs, a_publication(), TEMPLATES)
    single = an_issue(id="c-one", kind=IssueKind.COMPARISON)
    assert said(digest.html) == []
    for pair in pairs:
        assert said(render(single, [pair], a_publication(), TEMPLATES).html) == []


def test_a_whole_page_has_no_problem() -> None:
    conditions = '<!--[if mso | IE]><table><tr><td><![endif]--><div class="a">&nbsp;</div>'
    for body in (
        "<p>One<br>two<br/></p>",
        f"{conditions}<!--[if mso | IE]></td></tr></table><![endif]-->",
        "<!--[if !mso]><!--><p>Not for Outlook</p><!--<![endif]-->",
        "<table>__FOR:coding__<tr><td>One</td></tr>__END__</table>",
        "<!--[if mso]><xml><o:AllowPNG/></xml><![endif]--><ul><li>1 &lt; 2, 2 > 1</li></ul>",
    ):
        assert said(a_page(body)) == []


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("<table><tr><td>x</tr></table>", "line 3, <td>: is still open at </tr>"),
        ("<ul><li>x</ul>", "<li>: is still open at </ul>"),
        ("<p>x", "<p>: is still open at </body>"),
        ("x</div>", "<div>: </div> closes no open element"),
        ("<b><i>x</b></i>", "<i>: is still open at </b>"),
        ("<mj-text>x</mj-text>", "<mj-text>: is MJML that nothing has read"),
        ("<a href='x' HREF='y'>x</a>", "href stands there 2 times"),
        ("<a href=''>x</a>", "<a>: href is empty"),
        ("<a href='x'><b><a href='y'>x</a></b></a>", "<a>: is a link within a link"),
        ("<p><div>x</div></p>", "<div>: stands in a <p>"),
        ("<div/>", "<div>: cannot close itself"),
        ("1 < 2", "<body>: “<” stands in text"),
        ("<table>x<tr><td>y</td></tr></table>", "“x” stands outside of a cell"),
        ("<tr></tr>", "<tr>: stands in <body>, not in <table> or <tbody>"),
        ("<!--[if mso]><p>x</p>", "a comment is never closed"),
        ("<!--[if mso]><p>x</p>-->", "a conditional comment is never closed"),
        ("<!--[if mso]><!--[if IE]>x<![endif]-->", "a conditional comment holds another"),
        ("<!--[if !mso]><!-->x", "a conditional comment is never closed"),
        ("<!--<![endif]-->", "“<![endif]” closes no condition"),
        ("<!--[if mso]><table><tr><td><![endif]-->x", "<table>: in Outlook: is still open at"),
        ("<!--[if mso]></td><![endif]-->x", "<td>: in Outlook: </td> closes no open element"),
        ("<title>again</title>", "<title>: stands there 2 times, not once"),
        ("<!doctype html>", "the doctype is not the first thing in it"),
        ("<b>" * 200 + "</b>" * 200, "<b>: stands deeper than 100 elements"),
    ],
)
def test_what_is_wrong_in_a_body_is_told(body: str, complaint: str) -> None:
    found = said(a_page(body))
    assert any(complaint in problem for problem in found), found


@pytest.mark.parametrize(
    ("html", "complaint"),
    [
        ("", "line 1: there is no doctype"),
        (a_page().removeprefix("<!doctype html>"), "there is no doctype"),
        (a_page(head=""), "<head>: stands there 0 times, not once"),
        (a_page(head="<head></head>"), "<title>: stands there 0 times, not once"),
        (a_page(head="<head><title> </title></head>"), "<title>: is empty"),
        (a_page(head=HEAD + "x"), "<html>: “x” stands outside of the body"),
        (a_page() + "x", "“x” stands outside of the body"),
        (a_page() + a_page(), "<body>: stands there 2 times, not once"),
        (
            a_page(head=f"{HEAD}<style>a{{font-family:&#39;Arial&#39;}}</style>"),
            "line 2, <style>: “&#39;” is no CSS, and voids the rule it stands in",
        ),
        (a_page(head=f"{HEAD}<style>a{{}}<b></style>"), "<style>: “<” is no CSS"),
        (a_page(head=f"{HEAD}<style>a{{}}"), "<style>: is never closed"),
    ],
)
def test_what_is_wrong_with_a_whole_page_is_told(html: str, complaint: str) -> None:
    found = said(html)
    assert any(complaint in problem for problem in found), found


@given(st.data())
def test_a_mail_that_lost_or_doubled_a_tag_is_no_longer_whole(data: st.DataObject) -> None:
    html = render(an_issue(), [a_comparison()], a_publication(), TEMPLATES).html
    ends = [at for at in range(len(html)) if html.startswith(("</td>", "</tr>", "</p>"), at)]
    at = data.draw(st.sampled_from(ends))
    tag = html[at : html.index(">", at) + 1]
    change = data.draw(st.sampled_from(["", tag * 2]))
    assert problems(html[:at] + change + html[at + len(tag) :])


@given(st.text() | st.text("<>/!-[]'\"= ptdrif\n&;"))
def test_any_text_is_read_and_nothing_raises(html: str) -> None:
    lines = [problem.line for problem in problems(html)]
    assert lines == sorted(lines)
    assert 0 < len(lines) <= LIMIT
