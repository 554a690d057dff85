"""Whether the HTML of a mail is whole, as browsers read it and as Outlook does.

Stricter than HTML itself: a </td> or a </p> may not be left out, since mail clients cut, wrap
and rewrite what they get.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from digest.issues.lint.conditionals import Conditionals, as_in_outlook
from digest.issues.lint.elements import VOID, element_faults, text_faults
from digest.issues.lint.nesting import Nesting
from digest.issues.lint.problems import TOO_DEEP, Fault, Problem, located, shortened
from digest.issues.lint.tags import ENTITY, Kind, Token, tokens

ONCE = ("html", "head", "title", "body")


def problems(html: str) -> tuple[Problem, ...]:
    """What is wrong, line by line; nothing for a page that every client reads alike."""
    return located(html, _Page().faults(html)) or located(html, _faults_in_outlook(html))


def _faults_in_outlook(html: str) -> Iterator[Fault]:
    for fault in _Page().faults(as_in_outlook(html)):
        yield fault._replace(said=f"in Outlook: {fault.said}")


class _Page:
    """One reading of a page, from its first tag to its last."""

    def __init__(self) -> None:
        self.nesting = Nesting()
        self.conditionals = Conditionals()
        self.seen: Counter[str] = Counter()

    def faults(self, html: str) -> Iterator[Fault]:
        for token in tokens(html):
            yield from self._token_faults(token)
            if token.kind is Kind.OPENS and self.nesting.too_deep:
                yield Fault(token.at, token.text, TOO_DEEP)
                return
        yield from self.nesting.end()
        yield from self.conditionals.end()
        yield from self._count_faults()

    def _token_faults(self, token: Token) -> Iterable[Fault]:
        match token.kind:
            case Kind.OPENS | Kind.EMPTY:
                return self._element_faults(token)
            case Kind.CLOSES:
                return self.nesting.close(token)
            case Kind.TEXT:
                return self._text_faults(token)
            case Kind.COMMENT:
                return self.conditionals.read(token)
            case Kind.DOCTYPE:
                return self._doctype_faults(token)
            case Kind.STRAY:
                return (Fault(token.at, self.nesting.inmost, token.text),)

    def _element_faults(self, token: Token) -> Iterator[Fault]:
        self.seen[token.text] += 1
        yield from element_faults(token, self.nesting)
        if token.text.lower().startswith("mj-"):
            yield Fault(token.at, token.text, "is MJML that nothing has read")
        if token.kind is Kind.OPENS and token.text not in VOID:
            self.nesting.open(token)

    def _text_faults(self, token: Token) -> Iterator[Fault]:
        inmost = self.nesting.inmost
        yield from text_faults(token, self.nesting)
        if inmost == "style":
            yield from _style_faults(token)
        elif inmost == "title" and token.text.strip():
            self.seen["words of the title"] += 1
        elif inmost in ("", "html", "head") and (text := token.text.strip()):
            yield Fault(token.at, inmost, f"“{shortened(text)}” stands outside of the body")

    def _doctype_faults(self, token: Token) -> Iterator[Fault]:
        self.seen["doctype"] += 1
        if self.seen.total() > 1:
            yield Fault(token.at, "", "the doctype is not the first thing in it")

    def _count_faults(self) -> Iterator[Fault]:
        if not self.seen["doctype"]:
            yield Fault(0, "", "there is no doctype")
        for name in ONCE:
            if self.seen[name] != 1:
                yield Fault(0, name, f"stands there {self.seen[name]} times, not once")
        if self.seen["title"] and not self.seen["words of the title"]:
            yield Fault(0, "title", "is empty")


def _style_faults(token: Token) -> Iterator[Fault]:
    """In CSS an entity is no entity: the rule that holds it is void."""
    if entity := ENTITY.search(token.text):
        at = token.at + entity.start()
        yield Fault(at, "style", f"“{entity[0]}” is no CSS, and voids the rule it stands in")
    if "<" in token.text:
        yield Fault(token.at + token.text.index("<"), "style", "“<” is no CSS")
