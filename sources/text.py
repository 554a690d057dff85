"""Feed HTML -> plain text. Markup ends here: nothing behind this door ever sees a tag."""

import re

from lxml import etree

# fmt: off
# A text of their own starts and ends with each of these.
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main", "nav", "ol", "p",
    "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})
# What stands in these is not for readers.
UNREAD = frozenset({
    "head", "iframe", "math", "noembed", "noframes", "noscript", "object", "script", "style",
    "svg", "template", "title",
})
# fmt: on

PIECE = 1024  # bytes

_SPACES = re.compile(r"\s+")
_BLANK_LINE = re.compile(r"\n\s*\n")
# Not in XML, not on a page: C0 and C1 controls, and the marks that flip the reading direction.
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|<!--|&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z]\w+);")


def visible(text: str) -> str:
    """The text without what no reader sees and no database takes."""
    return _INVISIBLE.sub("", text).strip()


def fold(text: str) -> str:
    """The text on one line, runs of white space as one space."""
    return _SPACES.sub(" ", visible(text)).strip()


def looks_like_html(text: str) -> bool:
    """Whether a text of unsaid type holds a tag or a character reference."""
    return _MARKUP.search(text) is not None


def paragraphs(text: str, *, html: bool) -> tuple[str, ...]:
    """The texts of the block elements in order; of plain text, what blank lines part."""
    pieces = _blocks(text) if html else _BLANK_LINE.split(text.replace("\r\n", "\n"))
    return tuple(folded for piece in pieces if (folded := fold(piece)))


def one_line(text: str, *, html: bool) -> str:
    """A title as a person reads it."""
    return " ".join(paragraphs(text, html=html))


def _blocks(html: str) -> list[str]:
    # Bytes with a said encoding: libxml2 would otherwise believe a <meta charset> in the text.
    parser = etree.HTMLParser(target=_Reading(), encoding="utf-8")
    markup = _INVISIBLE.sub("", html).encode("utf-8", "replace")
    # In pieces: libxml2 looks for each end tag through all that is open, for minutes of a hostile
    # text, and only between two calls of it can Python be made to stop.
    for start in range(0, len(markup) or 1, PIECE):
        parser.feed(markup[start : start + PIECE])
    pieces: list[str] = parser.close()
    return pieces


class _Reading:
    """What lxml tells while it parses, gathered into blocks. Two line breaks part blocks too."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self._run: list[str] = []
        self._unread = 0

    def start(self, tag: str, _attributes: object) -> None:
        if tag in UNREAD:
            self._unread += 1
        elif tag == "br":
            self._run.append("\n")
        elif tag in BLOCKS:
            self._flush()

    def end(self, tag: str) -> None:
        if tag in UNREAD:
            self._unread -= 1
        elif tag in BLOCKS:
            self._flush()

    def data(self, text: str) -> None:
        if not self._unread:
            self._run.append(_SPACES.sub(" ", text))

    def close(self) -> list[str]:
        self._flush()
        return self.blocks

    def _flush(self) -> None:
        self.blocks += _BLANK_LINE.split("".join(self._run))
        self._run.clear()
