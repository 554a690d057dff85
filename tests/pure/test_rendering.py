from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digest.issues import words
from digest.issues.outline import outline
from digest.issues.preflight import findings
from digest.issues.rendering import RenderingError, render, templates
from digest.markers import Marker, chosen
from digest.model import Comparison, IssueKind, Item, Rendering, Tool, Why
from tests.makers import (
    PANEL,
    a_comparison,
    a_panel,
    a_publication,
    a_review,
    a_tool,
    an_issue,
    an_unreviewed_tool,
    the_mail_templates,
)

SOURCES = the_mail_templates()
TEMPLATES = templates(SOURCES)
NOT_REVIEWED = "Not reviewed yet"


def a_digest(*comparisons: Comparison, **fields: object) -> Rendering:
    return render(an_issue(**fields), comparisons, a_publication(), TEMPLATES)


def a_single(comparison: Comparison, **fields: str) -> Rendering:
    unwritten = {"subject": "", "preheader": "", "headline": "", "intro": ""}
    issue = an_issue(id="c-one", kind=IssueKind.COMPARISON, **(unwritten | fields))
    return render(issue, [comparison], a_publication(), TEMPLATES)


def folded(text: str) -> str:
    return " ".join(text.split())


def both_parts(rendering: Rendering) -> tuple[str, str]:
    """What a reader can read of the HTML, and of the text, each on one line."""
    return folded(outline(rendering.html).text), folded(rendering.text)


def test_both_parts_hold_every_fact_of_a_comparison() -> None:
    texts = [f"Ran {n} jobs without a fault. It then asked for {n} more." for n in range(8)]
    sides = [
        a_tool(
            name,
            tagline=f"{name} in one line",
            description=f"{name} drafts, sorts and files.",
            category=f"{name} things",
            pricing=f"{name} is $7 a seat",
            best_for=f"Teams with a {name}",
            reviews=tuple(
                a_review(reviewer, 81 + n, text=texts[first + n])
                for n, reviewer in enumerate(PANEL)
            ),
        )
        for name, first in (("Plainwright", 0), ("Notekeel", 4))
    ]
    comparison = a_comparison(*sides)
    facts = [comparison.title, comparison.outcome, comparison.takeaway, comparison.why, *texts]
    for card in (comparison.a, comparison.b):
        facts += [card.name, card.category, card.tagline, card.description, card.community]
        facts += [card.entry, "Ship", "100%", *(f"{r.score}/100" for r in card.reviews)]
        facts += [card.url.removeprefix("https://").rstrip("/")]
    facts += [cell for row in comparison.rows for cell in (row.label, row.a, row.b)]
    facts += [scored.reviewer.capitalize() for scored in comparison.scorecard]
    for part, fact in product(both_parts(a_single(comparison)), facts):
        assert fact in part


def test_both_parts_hold_every_comparison_of_a_digest() -> None:
    pairs = [a_comparison(a_tool(f"Left{n}"), an_unreviewed_tool(f"Right{n}")) for n in range(3)]
    for part in both_parts(a_digest(*pairs)):
        assert "2026-W47 · November 22, 2026" in part
        for comparison in pairs:
            assert comparison.title in part
            assert comparison.outcome in part
            assert comparison.takeaway in part
        assert part.count("4 of 4 ship") == 3
        assert part.count("Founder 72") == 3
        assert part.count(NOT_REVIEWED) == 3


def test_a_side_without_reviews_says_so_wherever_a_verdict_would_stand() -> None:
    html, text = both_parts(a_single(a_comparison(an_unreviewed_tool("Newcomer"))))
    badge, decision, bars, columns = 1, 1, len(PANEL), len(PANEL)
    assert html.count(NOT_REVIEWED) == badge + decision + bars + columns
    assert text.count(NOT_REVIEWED) == badge + decision + columns
    for part in (html, text):
        assert part.count("85/100") == 1
        assert "0% panel ship" not in part.replace("100% panel ship", "").lower()


def test_two_sides_without_reviews_have_one_line_for_a_scorecard() -> None:
    comparison = a_comparison(an_unreviewed_tool("Newcomer"), an_unreviewed_tool("Latecomer"))
    for part in both_parts(a_single(comparison)):
        assert "Not reviewed yet: neither of the two has been before the panel." in part
        assert "/100" not in part


def test_panels_of_any_size_meet_in_one_scorecard() -> None:
    seven = (*PANEL, "designer", "operator", "buyer")
    a = a_tool("Plainwright", reviews=tuple(a_review(name, 0) for name in seven))
    b = a_tool("Notekeel", reviews=tuple(a_review(name, 100) for name in ("buyer", "auditor")))
    comparison = a_comparison(a, b)
    for part in both_parts(a_single(comparison)):
        assert part.count("0/100") == 7 + 2
        assert "Auditor" in part
    for part in both_parts(a_digest(comparison)):
        assert "0 of 7 ship" in part
        assert "2 of 2 ship" in part


def test_an_item_s_own_takeaway_stands_before_the_comparison_s() -> None:
    comparison = a_comparison()
    item = Item(comparison=comparison.slug, takeaway="Pick by who signs the invoice.")
    for part in both_parts(a_digest(comparison, items=(item,))):
        assert item.takeaway in part
        assert comparison.takeaway not in part


def test_a_mail_nobody_wrote_words_for_takes_them_from_its_comparison() -> None:
    comparison = a_comparison()
    single, digest = a_single(comparison), a_digest(comparison, comparison, subject="")
    assert single.subject.startswith("Plainwright vs Notekeel")
    assert single.preheader == comparison.takeaway
    assert digest.subject == "Plainwright vs Notekeel, and 1 more"


def test_what_an_editor_wrote_is_used() -> None:
    written = {"subject": "S one", "preheader": "P two", "headline": "H three", "intro": "I four"}
    rendering = a_single(a_comparison(), **written)
    assert (rendering.subject, rendering.preheader) == ("S one", "P two")
    assert outline(rendering.html).title == "S one"
    for part in both_parts(rendering):
        assert "H three" in part
        assert "I four" in part


def test_an_issue_without_a_date_shows_none() -> None:
    for part in both_parts(a_digest(a_comparison(), dated=None)):
        assert "2026-W47" in part
        assert "None" not in part


def test_nothing_names_a_brand_but_the_publication() -> None:
    publication = a_publication(name="Écart", list_name="Hebdo", base_url="https://ecart.example")
    rendering = render(an_issue(), [a_comparison()], publication, TEMPLATES)
    assert ">É<" in rendering.html
    assert "Ship or Skip" not in rendering.html.replace(publication.postal_address, "")
    for part in both_parts(rendering):
        assert "joined Hebdo at ecart.example on" in part


@pytest.mark.parametrize("make", [a_digest, a_single])
def test_a_reader_s_own_values_stand_in_four_places_of_each_part(
    make: Callable[[Comparison], Rendering],
) -> None:
    rendering = make(a_comparison())
    for part in (rendering.html, rendering.text):
        assert {marker: part.count(marker) for marker in Marker} == dict.fromkeys(Marker, 1)
        assert f"https://shiporskip.example/unsubscribe/{Marker.READER}" in part
        assert f"https://shiporskip.example/preferences/{Marker.CHOOSER}" in part
        assert f"/compare/plainwright-vs-notekeel/vote/{Marker.VOTER}" in part
    assert "__" not in rendering.subject + rendering.preheader


@pytest.mark.parametrize(
    "name", [*map(str, Marker), "____READER____", "__READ\x00ER__", "__READER____READER__"]
)
def test_a_tool_cannot_pass_for_a_reader(name: str) -> None:
    rendering = a_single(a_comparison(a_tool(name, slug=name)))
    for part in (rendering.html, rendering.text):
        assert {marker: part.count(marker) for marker in Marker} == dict.fromkeys(Marker, 1)


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://plain.example/a?b=1", True),
        ("http://plain.example/", False),
        ("javascript:alert(1)", False),
        ("https://shiporskip.example@evil.example/", False),
        ("data:text/html,hello", False),
    ],
)
def test_only_an_https_address_of_a_tool_becomes_a_link(url: str, linked: bool) -> None:
    rendering = a_single(a_comparison(a_tool(url=url)))
    assert (url in outline(rendering.html).links) is linked


# A slug is none of them: a verdict file's is refused unless it is letters, digits and hyphens.
FIELDS = ("name", "tagline", "description", "category", "url", "pricing", "best_for")
NASTY = st.sampled_from(
    (
        *("{{", "{%", "#}", "</mj-text>", "<mj-raw>", "-->", "]]>", "&#60;", '" onload="'),
        *("\u202e", "\n\n", "🚀", "__READER__", "background:#ffffff;", "None", "x" * 300),
    )
)
ANYTHING = st.lists(st.text(max_size=12) | NASTY, min_size=1, max_size=6).map("".join)


# Every way a side can look, so that its tags and attributes are all that a mail ever has.
HARMLESS = outline(a_single(a_comparison(a_tool(reviews=(a_review("auditor"),)))).html)


def a_tool_with(field: str, text: str) -> Tool:
    if field == "reviewer":
        return a_tool(reviews=(a_review(text),))
    if field == "text":
        return a_tool(reviews=(a_review(text=text),))
    return a_tool(**({"name": "Plainwright"} | {field: text}))


@pytest.mark.slow
@settings(deadline=None, max_examples=100)
@given(field=st.sampled_from([*FIELDS, "reviewer", "text"]), text=ANYTHING)
@example(field="name", text="http://")
def test_any_text_of_a_tool_is_shown_and_does_no_harm(field: str, text: str) -> None:
    comparison = a_comparison(a_tool_with(field, text), a_tool("Notekeel"))
    for make in (a_digest, a_single):
        rendering = make(comparison)
        read = outline(rendering.html)
        assert read.tags <= HARMLESS.tags
        assert read.attributes <= HARMLESS.attributes
        assert not [f for f in findings(rendering, a_publication()) if f.level == "block"]
        assert len(rendering.subject.splitlines()) == 1
    if field not in ("slug", "url"):
        shown = words.plain_text(text)
        for part in both_parts(rendering):
            assert folded(words.capitalised(shown) if field == "reviewer" else shown) in part


@settings(deadline=None, max_examples=25)
@given(field=st.sampled_from(("subject", "preheader", "headline", "intro")), text=ANYTHING)
def test_any_text_of_an_editor_is_shown_and_does_no_harm(field: str, text: str) -> None:
    rendering = a_digest(a_comparison(), **{field: text})
    own = {"em", "strong", "ul", "ol", "li"} if field == "intro" else set()
    assert outline(rendering.html).tags <= HARMLESS.tags | own
    if field == "headline":
        for part in both_parts(rendering):
            assert folded(words.plain_text(text)) in part


INTRO = """Two that *both* sides ship.\r
And **one** more, [told here](https://notes.example/a_b?c=1&d=2).

- the first
- the second
"""


def test_an_introduction_is_markdown_in_both_parts() -> None:
    rendering = a_digest(a_comparison(), intro=INTRO)
    assert "Two that <em>both</em> sides ship. And <strong>one</strong> more" in rendering.html
    assert "https://notes.example/a_b?c=1&d=2" in outline(rendering.html).links
    assert rendering.html.count("<li>") == 2
    said = "Two that both sides ship. And one more, told here"
    assert f"{said}\n(https://notes.example/a_b?c=1&d=2).\n\n* the first\n* the second\n" in (
        rendering.text
    )
    assert not [f for f in findings(rendering, a_publication()) if f.level == "block"]


def test_any_other_word_gives_another_fingerprint() -> None:
    usual = a_comparison()
    tools = [a_tool_with(field, f"https://other-{field}.example") for field in FIELDS]
    others = [a_comparison(tool, slug=tool.slug) for tool in tools]
    others += [a_comparison(a_tool(reviews=a_panel(85, 78, 82, 71)))]
    others += [a_comparison(why=Why(sentence="Both file the minutes."))]
    renderings = [a_single(usual), *map(a_single, others)]
    renderings += [a_single(usual, **{field: "x"}) for field in ("subject", "preheader", "intro")]
    assert len({rendering.fingerprint for rendering in renderings}) == len(renderings)
    assert a_single(usual).fingerprint == renderings[0].fingerprint


def test_eight_comparisons_with_long_names_and_big_panels_fit_what_gmail_shows() -> None:
    reviewers = (*PANEL, "designer", "security lead", "support engineer")
    panel = tuple(a_review(name, 77) for name in reviewers)
    a = a_tool("Framewright Studio Enterprise Edition Preview", reviews=panel)
    b = a_tool("Storyloom for Regulated Industries and Public Bodies", reviews=panel)
    comparison = replace(
        a_comparison(a, b), takeaway="Ten words that say something of both sides. " * 8
    )
    assert len(a_digest(*[comparison] * 8).html.encode()) <= 90 * 1024


def test_the_text_part_keeps_to_72_columns() -> None:
    comparison = a_comparison(an_unreviewed_tool("Newcomer"), a_tool("Notekeel of the North"))
    for rendering in (a_digest(comparison), a_single(comparison)):
        lines = chosen(rendering.text, ()).splitlines()
        assert max(len(line) for line in lines if not line.startswith("https://")) <= 72


def test_mjml_that_nothing_reads_is_refused_by_name() -> None:
    broken = SOURCES | {"email/digest/subject.txt": "x"}
    broken["email/digest/body.mjml"] = SOURCES["email/digest/body.mjml"].replace(
        "{% block content %}", "{% block content %}<mj-section><mj-foo></mj-foo></mj-section>"
    )
    with pytest.raises(RenderingError, match=r"email/digest/body\.mjml.*mj-foo"):
        render(an_issue(), [a_comparison()], a_publication(), templates(broken))


@pytest.mark.parametrize("source", ["{{ nothing }}", "{% if %}", "<mjml><p></mjml>"])
def test_a_broken_template_is_named(source: str) -> None:
    broken = templates(SOURCES | {"email/digest/body.mjml": source})
    with pytest.raises(RenderingError, match=r"templates/email/digest/body\.mjml"):
        render(an_issue(), [a_comparison()], a_publication(), broken)


@pytest.mark.parametrize(
    "name", ["Cafe\u0301", "Heart \u2764\ufe0f", "C:\\new\\u{41}", "\u0627\u064e", 'Say "so"']
)
def test_an_attribute_says_a_name_as_its_text_does(name: str) -> None:
    rendering = a_digest(a_comparison(a_tool(name, slug="x"), a_tool("Notekeel")))
    labels = [anchor.label for anchor in outline(rendering.html).anchors if anchor.label]
    title = f"{name} vs Notekeel"
    assert labels == [f"Read the full comparison: {title}", f"Vote on {title}"]
