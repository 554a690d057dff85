"""A comparison as the HTML that stands inside a feed item.

Feed readers drop styles and scripts, so it is plain: headings, paragraphs, lists and tables.
It is built as a tree; escaping is the serialiser's.
"""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

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


def article(comparison: Comparison) -> str:
    """Takeaway, both cards, decision table, scorecard, and why these two."""
    a, b = comparison.a, comparison.b
    blocks = [
        _element("p", _element("strong", comparison.outcome)),
        _element("p", comparison.takeaway),
        *_card(a),
        *_card(b),
        _element("h3", "Decision table"),
        _decision_table(comparison.rows, a, b),
        *_scorecard(comparison.scorecard, a, b),
    ]
    if comparison.why:
        blocks += [_element("h3", "Why these two"), _element("p", comparison.why)]
    return "\n".join(ET.tostring(block, encoding="unicode", method="html") for block in blocks)


def _card(card: Card) -> Iterable[ET.Element]:
    yield _element("h3", _linked(card))
    if card.tagline:
        yield _element("p", _element("em", card.tagline))
    facts = [f"To start: {card.entry}", f"Community: {card.community}"]
    if card.verdict:
        panel = f"Panel: {card.call}, {card.verdict.percent_ship}% ship"
        facts.insert(0, f"{panel}, {card.verdict.average} on average")
    if card.category:
        facts.insert(0, f"Category: {card.category}")
    yield _element("ul", *(_element("li", fact) for fact in facts))
    if card.description:
        yield _element("p", card.description)


def _linked(card: Card) -> ET.Element | str:
    """The name, linked where the address is one a browser should open."""
    try:
        scheme = urlsplit(card.url).scheme
    except ValueError:
        return card.name
    return _element("a", card.name, href=card.url) if scheme in ("http", "https") else card.name


def _decision_table(rows: Iterable[Row], a: Card, b: Card) -> ET.Element:
    head = _table_row("th", "", a.name, b.name)
    return _table(head, (_table_row("td", row.label, row.a, row.b) for row in rows))


def _scorecard(scorecard: Iterable[Scored], a: Card, b: Card) -> Iterable[ET.Element]:
    rows = [
        _table_row("td", scored.reviewer.capitalize(), _said(scored.a), _said(scored.b))
        for scored in scorecard
    ]
    if rows:
        yield _element("h3", "Reviewer scorecard")
        yield _table(_table_row("th", "Reviewer", a.name, b.name), rows)


def _said(review: Review | None) -> ET.Element | str:
    if review is None:
        return "Not reviewed yet"
    score = _element("strong", f"{review.score} · {review.call.capitalize()}")
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
