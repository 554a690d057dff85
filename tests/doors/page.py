"""A page of the site as a person or a program reads it."""

import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from lxml import html


class Page:
    """HTML, asked by XPath."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._root = html.fromstring(source)

    def texts(self, path: str) -> list[str]:
        """The text of each element found, its white space evened out."""
        return [_words(found) for found in self._root.xpath(path)]

    def text(self, path: str = "//main") -> str:
        (found,) = self.texts(path)
        return found

    def values(self, path: str) -> list[str]:
        """Attributes, by a path that ends in one."""
        return [str(found) for found in self._root.xpath(path)]

    def meta(self, name: str) -> str:
        (found,) = self.values(f"//meta[@name='{name}' or @property='{name}']/@content")
        return found

    @property
    def links(self) -> list[str]:
        return self.values("//a/@href")

    @property
    def rows(self) -> list[list[str]]:
        """The decision table, its head first."""
        return [
            [_words(cell) for cell in row.xpath("./th|./td")]
            for row in self._root.xpath("//table//tr")
        ]

    @cached_property
    def json_ld(self) -> Any:
        (script,) = self._root.xpath("//script[@type='application/ld+json']")
        return json.loads(script.text)

    def things(self, kind: str) -> list[Any]:
        """What the page tells programs of a kind, however deep it stands."""
        return [thing for thing in _within(self.json_ld) if thing.get("@type") == kind]


def _within(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict):
        yield data
    for part in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from _within(part)


def _words(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())
