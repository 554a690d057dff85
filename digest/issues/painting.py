"""The texts of a mail as a reader's screen paints them: their colours, and whether they show."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import tinycss2.color3
from lxml.html import HtmlElement, document_fromstring

from digest.issues.colors import contrast
from digest.issues.stylesheets import Cascade, Scheme, cascade

BLACK, WHITE = "#000000", "#ffffff"
NIGHT = "#121212"  # the page of a browser in dark mode, where a mail says nothing of its own
ORDINARY = 16.0  # pixels
HIDING = {"display": "none", "visibility": "hidden", "opacity": "0", "mso-hide": "all"}
UNSEEN = frozenset({"style", "script", "title", "head", "template", "noscript"})
PIXELS = re.compile(r"(\d*\.?\d+)(?:px|$)")
COLOR = re.compile(r"#[0-9a-f]{3,8}\b|rgba?\([^)]*\)|[a-z]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Paint:
    """How text is painted; sizes in CSS pixels, colours as "#rrggbb"."""

    color: str
    background: str
    size: float = ORDINARY
    bold: bool = False
    hidden: bool = False

    @property
    def contrast(self) -> float:
        return contrast(self.color, self.background)

    @property
    def large(self) -> bool:
        """WCAG's large text: from 18 points, or 14 in bold."""
        return self.size >= 24 or (self.bold and self.size >= 18.66)


@dataclass(frozen=True, slots=True)
class Painted:
    """A text node's words, and the element they stand in."""

    text: str
    paint: Paint
    element: HtmlElement


def painted(html: str, scheme: Scheme) -> list[Painted]:
    """Every text of a mail in its order, hidden ones too."""
    tree = document_fromstring(html)
    styles = [style.text or "" for style in tree.iter("style")]
    body = tree.find("body")
    if body is None:
        return []
    page = Paint(WHITE, NIGHT) if scheme == "dark" else Paint(BLACK, WHITE)
    return list(_painted(body, page, cascade(tree, styles, scheme)))


def _painted(element: HtmlElement, around: Paint, said: Cascade) -> Iterator[Painted]:
    paint = _inherited(around, said.declared(element))
    if element.text and element.text.strip():
        yield Painted(" ".join(element.text.split()), paint, element)
    for child in element:
        if isinstance(child.tag, str) and child.tag not in UNSEEN:
            yield from _painted(child, paint, said)
        if child.tail and child.tail.strip():
            yield Painted(" ".join(child.tail.split()), paint, element)


def _inherited(around: Paint, declared: dict[str, str]) -> Paint:
    """What an element's own declarations make of the paint around it."""
    size = PIXELS.match(declared.get("font-size", ""))
    weight = declared.get("font-weight")
    return replace(
        around,
        color=_color(declared.get("color", "")) or around.color,
        background=_color(declared.get("background-color", "")) or around.background,
        size=float(size[1]) if size else around.size,
        bold=_is_bold(weight) if weight else around.bold,
        hidden=around.hidden or any(declared.get(name) == off for name, off in HIDING.items()),
    )


def _is_bold(weight: str) -> bool:
    return weight in ("bold", "bolder") or (weight.isdigit() and int(weight) >= 600)


def _color(value: str) -> str:
    """A declared colour as "#rrggbb"; "" for none, for `inherit` and for what is see-through."""
    for word in COLOR.findall(value):
        found = tinycss2.color3.parse_color(word)
        if found is not None and found != "currentColor" and found.alpha > 0:
            return "#" + "".join(f"{round(part * 255):02x}" for part in found[:3])
    return ""
