"""The kinds of values that attributes of MJML components take.

Narrower than MJML's own: MRML reads a length in px alone, and drops all of a padding that holds
anything else when it works out how wide Outlook shall draw a column.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from digest.issues.lint.problems import shortened
from digest.issues.lint.tags import names

# Those of HTML 4, which Outlook's Word knows too, and two that all others know.
COLORS = names(
    "aqua black blue fuchsia gray green lime maroon navy olive purple red silver teal white yellow"
    " orange transparent"
)
HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
LENGTH = r"\d{1,5}(?:\.\d{1,4})?"
BORDER_PARTS = re.compile(
    rf"{LENGTH}px (?:dashed|dotted|double|none|solid) (?P<color>\S+)", re.ASCII
)
BARE_NUMBER = re.compile(r"(?<![\w.#-])-?[\d.]+(?![\w.%])")
FOREIGN_UNIT = re.compile(r"(?<![\w.#-])-?[\d.]+([A-Za-z]+|%)")


@dataclass(frozen=True, slots=True)
class Values:
    """What an attribute takes, and how a message calls it."""

    expected: str
    accepts: Callable[[str], object]
    units: frozenset[str] = frozenset()  # those a number needs; none where it needs no unit

    def fault(self, value: str) -> str:
        """What is wrong with a value: "has a number without px"; "" for one that is right."""
        if self.accepts(value):
            return ""
        if self.units and BARE_NUMBER.search(value):
            return f"has a number without {_either(self.units)}"
        foreign = FOREIGN_UNIT.search(value) if self.units else None
        if foreign and foreign[1] not in self.units:
            return f"has “{shortened(foreign[0])}”, and takes {_either(self.units)} alone"
        return f"is not {self.expected}"


def _either(units: frozenset[str]) -> str:
    return " or ".join(sorted(units, reverse=True))


def _like(expected: str, pattern: str, *units: str) -> Values:
    return Values(expected, re.compile(pattern, re.ASCII).fullmatch, frozenset(units))


def one_of(*words: str) -> Values:
    return Values(f"one of {', '.join(words)}", frozenset(words).__contains__)


def any_of(kinds: Iterable[Values]) -> Values:
    """What one of them takes; messages speak of the first."""
    first, *others = dict.fromkeys(kinds)
    if not others:
        return first
    return replace(
        first,
        accepts=lambda value: any(kind.accepts(value) for kind in (first, *others)),
        units=first.units.union(*(kind.units for kind in others)),
    )


def _is_color(value: str) -> bool:
    return value in COLORS or HEX.fullmatch(value) is not None


def _is_border(value: str) -> bool:
    parts = BORDER_PARTS.fullmatch(value)
    return value == "none" or (parts is not None and _is_color(parts["color"]))


PX = _like("a length such as “12px”", rf"{LENGTH}px", "px")
SIGNED_PX = _like("a length such as “-1px”", rf"-?{LENGTH}px", "px")
PX_OR_SHARE = _like("a length such as “12px” or “50%”", rf"{LENGTH}(?:px|%)", "px", "%")
# MJML cuts the fraction off the px of a column, and MRML does not.
COLUMN_WIDTH = _like("a width such as “300px” or “33.34%”", rf"\d{{1,5}}px|{LENGTH}%", "px", "%")
PX_OR_AUTO = _like("a length such as “12px”, or “auto”", rf"{LENGTH}px|auto", "px")
SIZE = _like("a length such as “12px” or “50%”, or “auto”", rf"{LENGTH}(?:px|%)|auto", "px", "%")
PADDING = _like("one to four lengths in px", rf"{LENGTH}px(?: {LENGTH}px){{0,3}}", "px")
CORNERS = _like(
    "one to four lengths in px or %", rf"{LENGTH}(?:px|%)(?: {LENGTH}(?:px|%)){{0,3}}", "px", "%"
)
COLOR = Values("a colour such as “#0a7a4a” or “white”", _is_color)
BORDER = Values("“none”, or a border such as “1px solid #dddddd”", _is_border, frozenset({"px"}))
NUMBER = _like("a whole number", r"\d{1,3}")
WORD = _like("one word", r"[\w-]+")
CLASSES = _like("names of classes, one space apart", r"[\w-]+(?: [\w-]+)*")
ADDRESS = _like("an address", r"[^\s{}<>]+")
TEXT = _like("text", r"(?s:.*\S.*)")
ANY_TEXT = _like("text", r"(?s:.*)")
LANGUAGE = _like("a language such as “en” or “pt-BR”", r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
POSITION = _like(
    "two places such as “top center”",
    r"(?:top|center|bottom|left|right)(?: (?:top|center|bottom|left|right))?",
)
BACKGROUND_SIZE = _like(
    "“auto”, “cover”, “contain” or lengths",
    rf"auto|cover|contain|{LENGTH}(?:px|%)(?: {LENGTH}(?:px|%))?",
    "px",
    "%",
)
DIRECTION = one_of("ltr", "rtl")
SIDE = one_of("left", "center", "right")
ALIGNMENT = one_of("left", "center", "right", "justify")
HEIGHT_ON_LINE = one_of("top", "middle", "bottom")
WEIGHT = one_of("normal", "bold", *(str(weight) for weight in range(100, 1000, 100)))
STYLE = one_of("normal", "italic", "oblique")
DECORATION = one_of("none", "underline", "overline", "line-through")
LETTERS = one_of("none", "capitalize", "uppercase", "lowercase")
STROKE = one_of("solid", "dashed", "dotted")
