"""A comparison as the HTML that stands inside a feed item.

Feed readers drop styles and scripts, so it is plain: headings, paragraphs, lists and tables.
It is built as a tree; escaping is the serialiser's.
"""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from digest.issues.words import capitalised
from digest.language import ENGLISH, Language
from digest.model import Card, Comparison, Review, Row, Scored

# What XML 1.0 allows in no spelling, not even escaped, and C1 controls, which some parsers
# take for Windows-1252.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def clean(text: str) -> str:
    """A text as every parser reads it back: no control characters, line ends as "\\n"."""
    return _FORBIDDEN.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def article(comparison: Comparison, language: Language = ENGLISH) -> str:
    """Takeaway, both cards, decision table, scorecard, and why these two."""
    a, b = comparison.a, comparison.b
    blocks = [
        _element("p", _element("strong", comparison.outcome)),
        _element("p", comparison.takeaway),
        *_card(a, language),
        *_card(b, language),
        _element("h3", language.gettext("Decision table")),
        _decision_table(comparison.rows, a, b),
        *_scorecard(comparison.scorecard, a, b, language),
    ]
    if comparison.why:
        blocks += [_element("h3", language.gettext("Why these two")), _element("p", comparison.why)]
    return "\n".join(ET.tostring(block, encoding="unicode", method="html") for block in blocks)


def _card(card: Card, language: Language) -> Iterable[ET.Element]:
    yield _element("h3", _linked(card))
    if card.tagline:
        yield _element("p", _element("em", card.tagline))
    yield _element("ul", *(_element("li", fact) for fact in _facts(card, language)))
    if card.description:
        yield _element("p", card.description)


def _facts(card: Card, language: Language) -> Iterable[str]:
    if card.category:
        yield language.gettext("Category: %(category)s", category=card.category)
    if card.verdict:
        yield language.gettext(
            "Panel: %(call)s, %(share)s ship, %(average)s on average",
            call=language.pgettext("verdict", card.call),
            share=language.percent(card.verdict.percent_ship),
            average=language.number(card.verdict.average),
        )
    yield language.gettext("To start: %(price)s", price=card.entry)
    yield language.gettext("Community: %(votes)s", votes=card.community)


def _linked(card: Card) -> ET.Element | str:
    """The name, linked where the address is one a browser should open, and a whole one."""
    try:
        parts = urlsplit(card.url)
    except ValueError:
        return card.name
    whole = parts.scheme in ("http", "https") and parts.hostname
    return _element("a", card.name, href=card.url) if whole else card.name


def _decision_table(rows: Iterable[Row], a: Card, b: Card) -> ET.Element:
    head = _table_row("th", "", a.name, b.name)
    return _table(head, (_table_row("td", row.label, row.a, row.b) for row in rows))


def _scorecard(
    scorecard: Iterable[Scored], a: Card, b: Card, language: Language
) -> Iterable[ET.Element]:
    rows = [
        _table_row(
            "td",
            capitalised(scored.reviewer),
            _said(scored.a, language),
            _said(scored.b, language),
        )
        for scored in scorecard
    ]
    if rows:
        yield _element("h3", language.gettext("Reviewer scorecard"))
        yield _table(_table_row("th", language.gettext("Reviewer"), a.name, b.name), rows)


def _said(review: Review | None, language: Language) -> ET.Element | str:
    if review is None:
        return language.gettext("Not reviewed yet")
    call = language.pgettext("verdict", review.call.capitalize())
    score = _element("strong", f"{review.score} · {call}")
    return _element("span", score, f" {review.text}" if review.text else "")


def _table(head: ET.Element, rows: Iterable[ET.Element]) -> ET.Element:
    return _element("table", _element("thead", head), _element("tbody", *rows))


def _table_row(cell: str, label: str, *values: ET.Element | str) -> ET.Element:
    return _element("tr", _element("th", label), *(_element(cell, value) for value in values))


def _element(tag: str, *content: ET.Element | str, **attributes: str) -> ET.Element:
    """An element of texts and elements, in their order."""
    element = ET.Element(tag, {name: clean(value) for name, value in attributes.items()})
    for piece in content:
        if isinstance(piece, ET.Element):
            element.append(piece)
        elif len(element):
            element[-1].tail = (element[-1].tail or "") + clean(piece)
        else:
            element.text = (element.text or "") + clean(piece)
    return element
