"""What an HTML document is made of, as far as a check of a mail asks."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

HEADING = re.compile(r"h[1-6]")

Attributes = dict[str, str | None]


@dataclass(slots=True)
class Anchor:
    """A link as a reader meets it: where it leads, and what it says to eyes and to ears."""

    href: str
    label: str = ""  # aria-label, or title
    text: str = ""  # of its pictures, too

    @property
    def name(self) -> str:
        return " ".join((self.label or self.text).split())


@dataclass(slots=True)
class Outline:
    """Everything in the order of the document; `text` is what a reader can read."""

    language: str = ""
    direction: str = ""
    title: str = ""
    text: str = ""
    tags: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    headings: list[int] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    images: list[Attributes] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    inline_styles: list[str] = field(default_factory=list)

    @property
    def links(self) -> list[str]:
        return [anchor.href for anchor in self.anchors]


def outline(html: str) -> Outline:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = Outline()
        self.inside = ""  # "style" or "title" while their contents are read
        self.anchor: Anchor | None = None  # while what it says is read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes, found = dict(attrs), self.found
        found.tags.add(tag)
        found.attributes.update(attributes)
        if HEADING.fullmatch(tag):
            found.headings.append(int(tag[1]))
        if identity := attributes.get("id"):
            found.ids.append(identity)
        if style := attributes.get("style"):
            found.inline_styles.append(style)
        self._note(tag, attributes)

    def _note(self, tag: str, attributes: Attributes) -> None:
        match tag:
            case "html":
                self.found.language = attributes.get("lang") or ""
                self.found.direction = attributes.get("dir") or ""
            case "a":
                label = attributes.get("aria-label") or attributes.get("title") or ""
                self.anchor = Anchor(attributes.get("href") or "", label)
                self.found.anchors.append(self.anchor)
            case "img":
                self.found.images.append(attributes)
                if self.anchor:
                    self.anchor.text += attributes.get("alt") or ""
            case "style":
                self.inside = tag
                self.found.styles.append("")
            case "title":
                self.inside = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self.inside:
            self.inside = ""
        if tag == "a":
            self.anchor = None

    def handle_data(self, data: str) -> None:
        match self.inside:
            case "style":
                self.found.styles[-1] += data
            case "title":
                self.found.title += data
            case _:
                self.found.text += data
                if self.anchor:
                    self.anchor.text += data
