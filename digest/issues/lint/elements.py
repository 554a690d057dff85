"""Rules that hold for HTML wherever it stands: in an mj-text as on the finished page.

A browser mends what breaks them, each in its own way; mail clients mend it in theirs.
"""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from digest.issues.lint.nesting import Nesting
from digest.issues.lint.problems import Fault, named, shortened
from digest.issues.lint.tags import Kind, Token, names, pairs
from digest.markers import EDGE

VOID = names("area base br col embed hr img input link meta param source track wbr")
ROWS = names("table thead tbody tfoot mj-table")
HOMES = {
    "tr": ROWS,
    "td": names("tr"),
    "th": names("tr"),
    "thead": names("table mj-table"),
    "tbody": names("table mj-table"),
    "tfoot": names("table mj-table"),
    "li": names("ul ol"),
}
WITHOUT_TEXT = ROWS | {"tr", "ul", "ol"}
BLOCKS = names("blockquote div dl h1 h2 h3 h4 h5 h6 hr ol p pre section table ul")
LINKS = ("a", "mj-button")


def text_faults(token: Token, nesting: Nesting) -> Iterator[Fault]:
    """Words between two rows or items would be shown before the whole table or list."""
    if nesting.inmost in WITHOUT_TEXT and (stray := EDGE.sub("", token.text).strip()):
        said = f"“{shortened(stray)}” stands outside of a cell or an item"
        yield Fault(token.at, nesting.inmost, said)


def element_faults(token: Token, nesting: Nesting) -> Iterator[Fault]:
    """What is wrong with an HTML element that opens here, below the ones that are open."""
    for said in _own_faults(token.text, token.attributes):
        yield Fault(token.at, token.text, said)
    for said in _place_faults(token.text, nesting):
        yield Fault(token.at, token.text, said)
    if token.kind is Kind.EMPTY and token.text not in VOID and ":" not in token.text:
        yield Fault(token.at, token.text, "cannot close itself: in HTML it stays open")


def _place_faults(name: str, nesting: Nesting) -> Iterator[str]:
    if (homes := HOMES.get(name)) and nesting.inmost not in homes:
        yield f"stands in {named(nesting.inmost)}, not in {_either(homes)}"
    if name in BLOCKS and "p" in nesting.names:
        yield "stands in a <p>, which ends before it in every browser"
    if name == "a" and any(link in nesting.names for link in LINKS):
        yield "is a link within a link"


@lru_cache(maxsize=1024)
def _own_faults(name: str, attributes: str) -> tuple[str, ...]:
    return (*_name_faults(name), *attribute_faults(attributes))


def _name_faults(name: str) -> Iterator[str]:
    if name != name.lower() and ":" not in name:
        yield "is not in lower case"


def attribute_faults(attributes: str) -> Iterator[str]:
    """What is wrong with attributes of any element, whatever they mean there."""
    for name, count in Counter(name.lower() for name, _ in pairs(attributes)).items():
        if count > 1:
            yield f"{shortened(name)} stands there {count} times"
    for name, value in pairs(attributes):
        if "<" in value:
            yield f"{shortened(name)} holds a “<”: write “&lt;”"
        if name == "href" and not value.strip():
            yield "href is empty"


def _either(homes: frozenset[str]) -> str:
    return " or ".join(f"<{name}>" for name in sorted(homes) if not name.startswith("mj-"))
