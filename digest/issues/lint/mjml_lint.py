"""Whether MRML will make of a source what its writer meant.

MRML prints what it does not know as it stands, drops what it cannot use and says nothing. So the
source is held against the components we use, before MRML sees it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from digest.issues.lint.column_widths import BODY_WIDTH, ROW_HOLDERS, ColumnWidths
from digest.issues.lint.component_attributes import component_faults
from digest.issues.lint.components import AT_MOST_ONCE, COMPONENTS, ONCE
from digest.issues.lint.conditionals import Conditionals
from digest.issues.lint.defaults import Defaults
from digest.issues.lint.elements import VOID, element_faults, text_faults
from digest.issues.lint.nesting import Nesting
from digest.issues.lint.placement import (
    comment_misplaced,
    component_misplaced,
    html_misplaced,
    text_misplaced,
    why_unknown,
)
from digest.issues.lint.problems import TOO_DEEP, Fault, Problem, located, shortened
from digest.issues.lint.tags import ENTITY, Kind, Token, pairs, tokens

JINJA = re.compile(r"\{[{%]")
NOT_CSS = re.compile(rf"[\"'<]|{ENTITY.pattern}|[^\x00-\x7f]|]]>")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def problems(source: str) -> tuple[Problem, ...]:
    """What is wrong, line by line; nothing for a source that MJML and MRML read alike."""
    return located(source, _Source().faults(source))


class _Source:
    """One reading of a source, from its first tag to its last."""

    def __init__(self) -> None:
        self.nesting = Nesting()
        self.conditionals = Conditionals()
        self.defaults = Defaults()
        self.widths = ColumnWidths()
        self.seen: Counter[str] = Counter()

    def faults(self, source: str) -> Iterator[Fault]:
        for token in tokens(source):
            yield from self._token_faults(token)
            if token.kind is Kind.OPENS and self.nesting.too_deep:
                yield Fault(token.at, token.text, TOO_DEEP)
                return
        yield from self.nesting.end()
        yield from self.conditionals.end()
        yield from self.widths.faults()
        yield from self._missing()
        yield from _character_faults(source)

    def _token_faults(self, token: Token) -> Iterable[Fault]:
        match token.kind:
            case Kind.OPENS | Kind.EMPTY:
                return self._element_faults(token)
            case Kind.CLOSES:
                return self.nesting.close(token)
            case Kind.TEXT:
                return self._text_faults(token)
            case Kind.COMMENT:
                return self._comment_faults(token)
            case Kind.DOCTYPE:
                return (Fault(token.at, self.nesting.inmost, "MRML writes the doctype itself"),)
            case Kind.STRAY:
                return (Fault(token.at, self.nesting.inmost, token.text),)

    def _element_faults(self, token: Token) -> Iterator[Fault]:
        name = token.text
        if name in COMPONENTS:
            yield from self._component_faults(token)
        elif name.lower().startswith("mj"):
            yield Fault(token.at, name, why_unknown(name))
        elif said := html_misplaced(self.nesting):
            yield Fault(token.at, name, said)
        else:
            yield from element_faults(token, self.nesting)
        if token.kind is Kind.OPENS and name not in VOID:
            self.nesting.open(token)

    def _component_faults(self, token: Token) -> Iterator[Fault]:
        name, sets_defaults = token.text, self.nesting.inmost == "mj-attributes"
        if said := component_misplaced(name, self.nesting):
            yield Fault(token.at, name, said)
        for said in component_faults(name, token.attributes, sets_defaults):
            yield Fault(token.at, name, said)
        for said in (*self._out_of_turn(name), *self._held_against_earlier(token)):
            yield Fault(token.at, name, said)
        self.seen[name] += not sets_defaults

    def _out_of_turn(self, name: str) -> Iterator[str]:
        if name in AT_MOST_ONCE and self.seen[name]:
            yield f"there is a second <{name}>"
        if name == "mj-head" and self.seen["mj-body"]:
            yield "comes after <mj-body>"

    def _held_against_earlier(self, token: Token) -> Iterator[str]:
        """Keep what sets defaults and widths; say where a class has none."""
        name, attributes = token.text, dict(pairs(token.attributes))
        if self.nesting.inmost == "mj-attributes":
            self.defaults.keep(name, attributes)
            return
        if name == "mj-body":
            self.widths.body = attributes.get("width", BODY_WIDTH)
        if self.nesting.inmost in ROW_HOLDERS and name in ("mj-column", "mj-group"):
            row = (self.nesting.offsets[-1], self.nesting.inmost)
            self.widths.add(row, self.defaults.value("width", name, attributes))
        for named in attributes.get("mj-class", "").split():
            if not self.defaults.knows_class(named):
                yield f"no <mj-class> above has the name “{shortened(named)}”"

    def _text_faults(self, token: Token) -> Iterator[Fault]:
        inmost, text = self.nesting.inmost, token.text.strip()
        if not text:
            return
        self.seen[f"text of {inmost}"] += 1
        if said := text_misplaced(text, self.nesting):
            yield Fault(token.at, inmost, said)
        elif inmost == "mj-style":
            yield from _style_faults(token)
        else:
            yield from text_faults(token, self.nesting)
            yield from _unescaped_faults(token, inmost)

    def _comment_faults(self, token: Token) -> Iterator[Fault]:
        yield from self.conditionals.read(token)
        if said := comment_misplaced(token.text, self.nesting):
            yield Fault(token.at, self.nesting.inmost, said)

    def _missing(self) -> Iterator[Fault]:
        for name in ONCE:
            if not self.seen[name]:
                yield Fault(0, name, "is missing")
        if self.seen["mj-title"] and not self.seen["text of mj-title"]:
            yield Fault(0, "mj-title", "is empty")


def _style_faults(token: Token) -> Iterator[Fault]:
    """Jinja makes entities of quotes, which void the rule they stand in; so no quotes at all.

    Nor other alphabets: MRML panics at a “>” that follows one, and CSS needs its “>”.
    """
    for found in NOT_CSS.finditer(token.text):
        yield Fault(token.at + found.start(), "mj-style", f"“{found[0]}” may not stand in CSS here")


def _unescaped_faults(token: Token, element: str) -> Iterator[Fault]:
    """MRML panics at a “>” in a text with a dash, a curly quote or the like before it."""
    if (at := token.text.find(">")) >= 0:
        yield Fault(token.at + at, element, "“>” stands in text: write “&gt;”")
    if element == "mj-title" and (at := token.text.find('"')) >= 0:
        said = "a quote ends the attribute that MRML makes of the title: write “&quot;”"
        yield Fault(token.at + at, element, said)


def _character_faults(source: str) -> Iterator[Fault]:
    for left in JINJA.finditer(source):
        yield Fault(left.start(), "", f"“{left[0]}” is left over from a template")
    for control in CONTROL.finditer(source):
        said = f"holds the character U+{ord(control[0]):04X}, which no document may"
        yield Fault(control.start(), "", said)
