"""A list of feeds in and out: OPML 2.0."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from xml.parsers import expat

from digest.errors import InputError
from digest.model import Feed


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed as a list of feeds names it."""

    url: str
    title: str = ""
    category: str = ""


def read(body: bytes) -> tuple[Outline, ...]:
    """The feeds of a list, each address once; a folder's name is its feeds' category."""
    reading = _Reading()
    try:
        reading.parser.Parse(body, True)
    except expat.ExpatError as error:
        raise InputError(f"not an OPML file: {error}") from error
    except (UnicodeError, ValueError, LookupError) as error:
        raise InputError("not an OPML file: its encoding cannot be read") from error
    return tuple(reading.outlines.values())


def write(feeds: Iterable[Feed], title: str = "Feeds") -> bytes:
    """The list of these feeds, for another reader or for ours."""
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = title
    body = ET.SubElement(root, "body")
    for feed in feeds:
        text = feed.title or feed.url
        ET.SubElement(
            body,
            "outline",
            type="rss",
            text=text,
            title=text,
            xmlUrl=feed.url,
            category=feed.category,
        )
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


class _Reading:
    """What expat tells while it parses. A list of feeds needs no document type, so none is taken:
    without one there are no entities to expand and no files to ask for."""

    def __init__(self) -> None:
        self.outlines: dict[str, Outline] = {}
        self._folders: list[str] = []
        self._is_opml = False
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _doctype(self, *_: object) -> None:
        raise InputError("not an OPML file: it declares a document type, which is not taken")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if not self._is_opml and tag.lower() != "opml":
            raise InputError(f"not an OPML file: its root is <{tag}>")
        self._is_opml = True
        if tag == "outline":
            self._outline({name.lower(): value.strip() for name, value in attributes.items()})

    def _outline(self, said: dict[str, str]) -> None:
        title = said.get("title") or said.get("text", "")
        if url := said.get("xmlurl", ""):
            category = self._category(said.get("category", ""))
            self.outlines.setdefault(url, Outline(url, title, category))
        self._folders.append("" if url else title)

    def _category(self, own: str) -> str:
        """Its own first ("/Tools/Writing,/Other" is Writing), else the nearest folder's name."""
        first = own.split(",")[0].rstrip("/").rpartition("/")[2].strip()
        return first or next((name for name in reversed(self._folders) if name), "")

    def _end(self, tag: str) -> None:
        if tag == "outline":
            self._folders.pop()
