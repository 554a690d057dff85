from collections.abc import Callable
from dataclasses import replace

import pytest

from digest.issues.preflight import findings
from digest.issues.rendering import render, templates
from digest.markers import Marker
from digest.model import IssueKind, Rendering
from tests.makers import (
    a_comparison,
    a_publication,
    a_tool,
    an_issue,
    an_unreviewed_tool,
    the_mail_templates,
)

TEMPLATES = templates(the_mail_templates())
Defect = Callable[[Rendering], Rendering]


def a_rendering(base_url: str = "https://shiporskip.example") -> Rendering:
    comparisons = [a_comparison(), a_comparison(an_unreviewed_tool("Newcomer"))]
    return render(an_issue(), comparisons, a_publication(base_url=base_url), TEMPLATES)


def html_with(old: str, new: str) -> Defect:
    """The same mail with a place of its HTML changed, once."""

    def plant(rendering: Rendering) -> Rendering:
        assert old in rendering.html
        return replace(rendering, html=rendering.html.replace(old, new, 1))

    return plant


def body_with(markup: str) -> Defect:
    return html_with("</body>", f"{markup}</body>")


def text_without(part: str) -> Defect:
    return lambda rendering: replace(rendering, text=rendering.text.replace(part, ""))


def words(**texts: str) -> Defect:
    return lambda rendering: replace(rendering, **texts)


UNSUBSCRIBE = f"/unsubscribe/{Marker.READER}"
LONG_STYLE = "<style>" + ".a{color:red}" * 700 + "</style>"

DEFECTS: list[tuple[str, str, Defect]] = [
    ("block", "cut it short", body_with("x" * 99_000)),
    ("warn", "near where Gmail cuts", lambda r: body_with("x" * (93_000 - len(r.html)))(r)),
    ("block", "is MJML that nothing has read", body_with("<mj-foo></mj-foo>")),
    ("block", "a piece of template is left: {{", body_with("{{ name")),
    ("block", "a piece of template is left: {%", body_with("{% if")),
    ("block", "the HTML has no unsubscribe link", html_with(UNSUBSCRIBE, "/leave")),
    ("block", "the text has no unsubscribe link", text_without(UNSUBSCRIBE)),
    ("block", "the HTML lacks the postal address", html_with("1 Example Street", "")),
    ("block", "the text lacks the postal address", text_without("1 Example Street")),
    ("block", "says its language is none", html_with('<html lang="en"', "<html")),
    (
        "block",
        "is empty",
        html_with("<title>Plainwright or Notekeel? The week in verdicts", "<title>"),
    ),
    ("block", "does not start with its only h1", html_with("<h2", "<h1")),
    ("block", "does not start with its only h1", html_with("<h1", "<h2")),
    ("block", "an h4 follows an h2", body_with("<h4>x</h4>")),
    (
        "block",
        "no alt text: https://a.example/b.png",
        body_with('<img src="https://a.example/b.png">'),
    ),
    (
        "block",
        "a link is not https: http://a.example/",
        body_with('<a href="http://a.example/">a</a>'),
    ),
    ("block", "a link is not https: javascript:x()", body_with('<a href="javascript:x()">a</a>')),
    ("block", "a link leads nowhere", body_with("<a>a</a>")),
    ("block", "holds a <script>", body_with("<script>x()</script>")),
    ("block", "holds a <form>", body_with("<form></form>")),
    ("block", "handles an event: onclick", body_with('<p onclick="x()">a</p>')),
    ("warn", "fetches a style", html_with("</head>", '<link rel="stylesheet"></head>')),
    ("warn", "fetches a style", body_with("<style>@import 'https://a.example/b.css'</style>")),
    ("warn", "two elements have the id 'a'", body_with('<p id="a">a</p><p id="a">b</p>')),
    ("warn", "a style block has 9,100 characters", body_with(LONG_STYLE)),
    ("warn", "the styles have", body_with(LONG_STYLE * 2)),
    ("block", "“&#34;” is no CSS, and voids", body_with("<style>a{font:&#34;X&#34;}</style>")),
    ("warn", "shows 'None'", body_with("<p> None </p>")),
    (
        "block",
        "a comment is never closed",
        html_with("</body>", "<!--[if mso]></body>"),
    ),
    ("block", "there is no subject", words(subject=" ")),
    ("warn", "the subject has 9 characters", words(subject="Too short")),
    ("warn", "the subject has 79 characters", words(subject="x" * 79)),
    ("warn", "the preheader has 0 characters", words(preheader="")),
    ("warn", "the preheader has 111 characters", words(preheader="x" * 111)),
]


@pytest.mark.parametrize(("level", "what", "plant"), DEFECTS)
def test_a_planted_defect_is_found(level: str, what: str, plant: Defect) -> None:
    found = findings(plant(a_rendering()), a_publication())
    assert (level, True) in {(finding.level, what in finding.what) for finding in found}
    assert all(finding.mend for finding in found)


def test_a_clean_digest_may_go() -> None:
    assert findings(a_rendering(), a_publication()) == ()


def test_a_clean_comparison_may_go() -> None:
    issue = an_issue(id="c-one", kind=IssueKind.COMPARISON)
    rendering = render(issue, [a_comparison()], a_publication(), TEMPLATES)
    assert findings(rendering, a_publication()) == ()


def test_nothing_goes_without_a_postal_address() -> None:
    found = findings(a_rendering(), a_publication(postal_address=" "))
    assert [(finding.level, finding.what) for finding in found] == [
        ("block", "there is no postal address")
    ]


def test_an_address_in_several_lines_is_found_again() -> None:
    publication = a_publication(postal_address="Ship or Skip\n1 Example Street\nSpringfield")
    rendering = render(an_issue(), [a_comparison()], publication, TEMPLATES)
    assert findings(rendering, publication) == ()


@pytest.mark.parametrize("site", ["http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]"])
def test_a_site_on_this_machine_needs_no_https(site: str) -> None:
    assert findings(a_rendering(site), a_publication(base_url=site)) == ()


def test_a_site_elsewhere_needs_https() -> None:
    site = "http://shiporskip.example"
    found = findings(a_rendering(site), a_publication(base_url=site))
    assert {finding.level for finding in found} == {"block"}
    assert all("a link is not https" in finding.what for finding in found)


def test_a_local_site_lets_no_other_site_off() -> None:
    site = "http://localhost:80"
    other = body_with('<a href="http://localhost:8080/x">a</a>')(a_rendering(site))
    assert len(findings(other, a_publication(base_url=site))) == 1


def test_what_a_tool_is_called_is_no_leftover() -> None:
    comparison = a_comparison(a_tool("{{ name }} {% if %} <mj-text>"))
    rendering = render(an_issue(), [comparison], a_publication(), TEMPLATES)
    assert findings(rendering, a_publication()) == ()
