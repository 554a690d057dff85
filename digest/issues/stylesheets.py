"""What the styles of a mail make of its elements: the cascade, as far as a check of a mail asks."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

import tinycss2
from cssselect import HTMLTranslator, SelectorError, parse
from lxml.etree import _Element
from lxml.html import HtmlElement
from tinycss2.ast import AtRule, Declaration, Node, QualifiedRule

Scheme = Literal["light", "dark"]
Weight = tuple[bool, tuple[int, int, int, int], int]  # important, specificity, place

DARK = "prefers-color-scheme:dark"
INLINE = (1, 0, 0, 0)
PRESENTATIONAL = (0, 0, 0, 0)


class Rule(NamedTuple):
    """One selector's declarations; `dark` if they hold in dark mode alone."""

    selector: str
    declarations: tuple[tuple[str, str, bool], ...]  # property, value, important
    dark: bool


@dataclass(frozen=True, slots=True)
class Cascade:
    """Who says what of which element, in one colour scheme."""

    said: Mapping[_Element, Mapping[str, tuple[Weight, str]]]

    def declared(self, element: HtmlElement) -> dict[str, str]:
        """The properties that hold for an element, without what it inherits."""
        values = dict(self.said.get(element, {}))
        if color := element.get("bgcolor"):
            _put(values, "background-color", (False, PRESENTATIONAL, -1), color)
        for name, value, important in _inline(element.get("style") or ""):
            _put(values, name, (important, INLINE, 0), value)
        return {name: value for name, (_, value) in values.items()}


def cascade(tree: HtmlElement, styles: Iterable[str], scheme: Scheme) -> Cascade:
    """The style blocks of a mail applied to its tree. Rules for narrow screens are left out: they
    move things, and colours with nobody."""
    said: dict[_Element, dict[str, tuple[Weight, str]]] = {}
    rules = (rule for style in styles for rule in parsed(style))
    for place, rule in enumerate(rules):
        if rule.dark and scheme != "dark":
            continue
        for element, specificity in _matched(tree, rule.selector):
            values = said.setdefault(element, {})
            for name, value, important in rule.declarations:
                _put(values, name, (important, specificity, place), value)
    return Cascade(said)


@lru_cache(maxsize=64)
def parsed(style: str) -> tuple[Rule, ...]:
    """The rules of a style block that hold on a wide screen, in their order."""
    return tuple(_rules(tinycss2.parse_stylesheet(style, skip_comments=True), dark=False))


def _rules(nodes: Iterable[Node], *, dark: bool) -> Iterator[Rule]:
    for node in nodes:
        if isinstance(node, QualifiedRule):
            declarations = tuple(_declarations(node.content))
            for selector in tinycss2.serialize(node.prelude).split(","):
                yield Rule(selector.strip(), declarations, dark)
        elif isinstance(node, AtRule) and node.at_keyword == "media" and node.content:
            condition = "".join(tinycss2.serialize(node.prelude).split()).lower()
            if "-width:" not in condition:
                inner = tinycss2.parse_rule_list(node.content, skip_comments=True)
                yield from _rules(inner, dark=dark or DARK in condition)


@lru_cache(maxsize=4096)
def _inline(style: str) -> tuple[tuple[str, str, bool], ...]:
    return tuple(_declarations(style))


def _declarations(content: str | list[Node]) -> Iterator[tuple[str, str, bool]]:
    for node in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if isinstance(node, Declaration):
            yield node.lower_name, tinycss2.serialize(node.value).strip(), node.important


def _put(values: dict[str, tuple[Weight, str]], name: str, weight: Weight, value: str) -> None:
    # a shorthand says the colour as well, and whichever comes last of the two holds
    name = "background-color" if name == "background" else name
    if name not in values or values[name][0] <= weight:
        values[name] = (weight, value)


def _matched(
    tree: HtmlElement, selector: str
) -> Iterator[tuple[_Element, tuple[int, int, int, int]]]:
    for path, specificity in _paths(selector):
        for element in tree.xpath(path):
            yield element, specificity


@lru_cache(maxsize=4096)
def _paths(selector: str) -> tuple[tuple[str, tuple[int, int, int, int]], ...]:
    """XPath and specificity; nothing for what no client of ours matches either (`::before`)."""
    try:
        found = parse(selector)
        return tuple(
            (HTMLTranslator().selector_to_xpath(one), (0, *one.specificity()))
            for one in found
            if one.pseudo_element is None
        )
    except SelectorError:
        return ()
