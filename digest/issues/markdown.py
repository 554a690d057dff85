"""The Markdown of an introduction: paragraphs, lists, emphasis and https links. Pure.

That is what every mail client lays out. All else, HTML before all, stays the text that was typed.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from digest.issues.markup import linkable
from digest.issues.words import plain_text, wrapped
from digest.markers import disarmed

Kind = Literal["p", "ul", "ol"]


class Block(NamedTuple):
    """A paragraph of one part, or a list with a part an item; a list in a list is one with it."""

    kind: Kind
    parts: tuple[Markup, ...]


class _Reader(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        return linkable(url)


READER = _Reader("zero").enable(["emphasis", "link", "list", "newline", "escape"])
LISTS: dict[str, Kind] = {"bullet_list": "ul", "ordered_list": "ol"}
TAGS = {"em_open": "<em>", "em_close": "</em>", "strong_open": "<strong>"}
TAGS |= {"strong_close": "</strong>", "link_close": "</a>", "softbreak": " ", "hardbreak": "<br>"}


def cleaned(text: str) -> str:
    """Markdown with its lines, each fit to be read: `plain_text` would make one of them."""
    return "\n".join(plain_text(line) for line in text.splitlines()).strip()


def blocks(text: str, link: str = "") -> tuple[Block, ...]:
    """The text as HTML, block by block; `link` is written into each opening tag of a link."""
    return tuple(
        Block(kind, tuple(_safe(_html(tokens, link)) for tokens in parts))
        for kind, parts in _read(text)
    )


def as_text(text: str) -> str:
    """The text as a mail's text part says it: wrapped, each link's address after its words."""
    return "\n\n".join(_laid_out(kind, parts) for kind, parts in _read(text))


def _read(text: str) -> Iterator[tuple[Kind, list[Sequence[Token]]]]:
    """The blocks of a text, outermost lists as one, each with the tokens of its parts."""
    depth, items = 0, list[Sequence[Token]]()
    for token in READER.parse(text):
        name = token.type.removesuffix("_open").removesuffix("_close")
        depth += token.nesting if name in LISTS else 0
        if token.type == "inline":
            items.append(token.children or [])
        if token.type == "paragraph_close" and not depth:
            yield "p", items
            items = []
        elif name in LISTS and not depth:
            yield LISTS[name], items
            items = []


def _html(tokens: Sequence[Token], link: str) -> str:
    return "".join(_tag(token, link) for token in tokens)


def _tag(token: Token, link: str) -> str:
    if token.type == "link_open":
        return f'<a href="{_escaped(str(token.attrs["href"]))}"{link}>'
    return TAGS.get(token.type) or _escaped(token.content)


def _escaped(text: str) -> str:
    return str(escape(text)).replace("{", "&#123;").replace("}", "&#125;")


def _safe(html: str) -> Markup:
    # Once more at the end: an escape or an emphasis may have stood within a marker's letters.
    return Markup(disarmed(html))  # noqa: S704 - every text in it is escaped


def _laid_out(kind: Kind, parts: Sequence[Sequence[Token]]) -> str:
    said = [disarmed(_said(tokens)) for tokens in parts]
    if kind == "p":
        return wrapped(said[0])
    signs = ["*" if kind == "ul" else f"{number}." for number in range(1, len(said) + 1)]
    return "\n".join(
        wrapped(f"{sign} {item}", len(sign) + 1) for sign, item in zip(signs, said, strict=True)
    )


def _said(tokens: Sequence[Token]) -> str:
    said, address, begun = "", "", 0
    for token in tokens:
        match token.type:
            case "link_open":
                address, begun = str(token.attrs["href"]), len(said)
            case "link_close" if said[begun:] != address:
                said += f" ({address})"
            case "softbreak" | "hardbreak":
                said += " "
            case _:
                said += token.content
    return said
