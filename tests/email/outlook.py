"""Outlook for Windows, as far as widths go: a reader of the tables that only it is shown.

Word draws what stands in conditional comments, and knows neither `max-width` nor `inline-block`.
So the tables there must hold the frame by themselves: columns that add up, and nothing wider.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

FRAME = 640
SLACK = 1.0  # pixels that rounding may cost
SHOWN = re.compile(r"<!--\[if (?:gte )?mso[^\]]*\]>(.*?)<!\[endif\]-->", re.DOTALL)
OLD = re.compile(r"<!--\[if lte mso.*?<!\[endif\]-->", re.DOTALL)
NOT_SHOWN = re.compile(r"<!--\[if !mso.*?<!--<!\[endif\]-->", re.DOTALL)
STYLES = re.compile(r"<(style|xml)\b.*?</\1>", re.DOTALL)
LENGTH = re.compile(r"(-?[\d.]+)(px|%|)")
EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"}
GHOST = "vertical-align"  # how MJML's columns for Outlook begin


@dataclass(slots=True)
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element"] = field(default_factory=list)

    def __str__(self) -> str:
        said = {name: self.attributes[name] for name in ("class", "width") if self[name]}
        return f"<{self.tag} {said}>" if said else f"<{self.tag}>"

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")

    def styled(self, name: str) -> str:
        """The value of a property of its `style`; of several, the last."""
        declared = [part.partition(":") for part in self["style"].split(";")]
        values = [value.strip() for known, _, value in declared if known.strip() == name]
        return values[-1] if values else ""

    def width(self, around: float) -> float | None:
        """What it asks for, within that much room. An attribute with a unit, as MJML writes it at
        the cells of a wrapper without taking off the padding, has never moved Outlook."""
        own = "" if self["width"].endswith("px") else self["width"]
        return _length(self.styled("width") or own, around)

    @property
    def edges(self) -> float:
        """How much of its width padding and borders take."""
        return sum(self._padding(side) + self._border(side) for side in ("left", "right"))

    def _padding(self, side: str) -> float:
        sides = [_length(part, 0.0) or 0.0 for part in self.styled("padding").split()] or [0.0]
        default = sides[{"left": 3, "right": 1}[side]] if len(sides) == 4 else sides[len(sides) > 1]
        own = _length(self.styled(f"padding-{side}"), 0.0)
        return default if own is None else own

    def _border(self, side: str) -> float:
        said = self.styled(f"border-{side}") or self.styled("border")
        return _length(said.split(" ")[0], 0.0) or 0.0


def too_wide(html: str) -> list[str]:
    """Where Outlook's tables break the frame of a mail."""
    return [problem for child in _read(as_outlook(html)) for problem in _problems(child, FRAME)]


def as_outlook(html: str) -> str:
    """The HTML with what only Outlook sees, and without what it is told to pass over."""
    return STYLES.sub("", SHOWN.sub(r"\1", OLD.sub("", NOT_SHOWN.sub("", html))))


def _problems(element: Element, room: float) -> Iterator[str]:
    """Of an element in so much room, and of all in it."""
    asked = element.width(room)
    if asked is not None and asked > room + SLACK:
        yield f"{element} asks for {asked:g} px and has {room:g}"
    inner = min(asked or room, room) - element.edges
    if element.tag == "tr":
        yield from _row_problems(element, room)
        return
    for child in element.children:
        yield from _problems(child, inner)


def _row_problems(row: Element, room: float) -> Iterator[str]:
    cells = [cell for cell in row.children if cell.tag in ("td", "th")]
    widths = [cell.width(room) for cell in cells]
    known = sum(width for width in widths if width is not None)
    if known > room + SLACK:
        yield f"the cells of a row ask for {known:g} px and have {room:g}"
    columns = cells and all(cell["style"].startswith(GHOST) for cell in cells)
    if columns and None not in widths and known < room - SLACK:
        yield f"the columns of a section add up to {known:g} px, not to {room:g}"
    left = room - known
    for cell, width in zip(cells, widths, strict=True):
        inner = left if width is None else width
        for child in cell.children:
            yield from _problems(child, inner - cell.edges)


def _length(text: str, around: float) -> float | None:
    found = LENGTH.fullmatch(text.strip())
    if found is None:
        return None
    return float(found[1]) * around / 100 if found[2] == "%" else float(found[1])


def _read(html: str) -> list[Element]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.open[0].children


class _Reader(HTMLParser):
    """The tree of elements; those that stay open end with the one around them."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in EMPTY:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        places = [place for place, element in enumerate(self.open) if element.tag == tag]
        if places:
            del self.open[places[-1] :]
