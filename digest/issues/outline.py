"""What an HTML document is made of, as far as a check of a mail asks."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

HEADING = re.compile(r"h[1-6]")

Attributes = dict[str, str | None]


@dataclass(slots=True)
class Outline:
    """Everything in the order of the document; `text` is what a reader can read."""

    language: str = ""
    title: str = ""
    text: str = ""
    tags: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    headings: list[int] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    images: list[Attributes] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)


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

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes, found = dict(attrs), self.found
        found.tags.add(tag)
        found.attributes.update(attributes)
        if HEADING.fullmatch(tag):
            found.headings.append(int(tag[1]))
        if identity := attributes.get("id"):
            found.ids.append(identity)
        self._note(tag, attributes)

    def _note(self, tag: str, attributes: Attributes) -> None:
        match tag:
            case "html":
                self.found.language = attributes.get("lang") or ""
            case "a":
                self.found.links.append(attributes.get("href") or "")
            case "img":
                self.found.images.append(attributes)
            case "style":
                self.inside = tag
                self.found.styles.append("")
            case "title":
                self.inside = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self.inside:
            self.inside = ""

    def handle_data(self, data: str) -> None:
        match self.inside:
            case "style":
                self.found.styles[-1] += data
            case "title":
                self.found.title += data
            case _:
                self.found.text += data
