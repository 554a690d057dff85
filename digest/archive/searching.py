"""Search: which tools and comparisons a person's words mean, the likeliest first.

A few thousand tools are a few megabytes of words in memory. Letters are folded here and not by a
database, so that "emile" finds "Émile" on each of them. A word of a query may be part of a longer
one, so every distinct word that holds it is looked up among all that there are.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from db.store.search import Head, ToolWords

LONGEST = 200  # characters of a query that are looked at
MOST_WORDS = 10
BETWEEN = frozenset({"vs", "vs.", "versus"})  # stand between two names, and in none

Hits: TypeAlias = NDArray[np.bool_]
Positions: TypeAlias = NDArray[np.intp]


class Rank(IntEnum):
    """How something was found; the lower, the likelier it is meant."""

    EXACT = 0  # a tool's whole name, or an alias
    PREFIX = 1  # a name begins so
    NAME = 2
    TAGLINE = 3
    REST = 4  # a category or a description
    NOWHERE = 5


class Found(NamedTuple):
    """Slugs, the likeliest first, and how many there are in all."""

    tools: tuple[str, ...] = ()
    tool_count: int = 0
    comparisons: tuple[str, ...] = ()
    comparison_count: int = 0


class Field:
    """The words of one field of all tools: which tools hold each of them."""

    def __init__(self, texts: Sequence[str]) -> None:
        holders: dict[str, list[int]] = {}
        for position, text in enumerate(texts):
            for word in set(text.split()):
                holders.setdefault(word, []).append(position)
        self._size = len(texts)
        self._holders = {word: np.array(places) for word, places in holders.items()}

    def hits(self, part: str) -> Hits:
        """The tools with a word that holds this part."""
        found = np.zeros(self._size, dtype=np.bool_)
        for word, places in self._holders.items():
            if part in word:
                found[places] = True
        return found


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that the site holds. A tool is known by its position, those of short names first;
    comparisons stand with the newest first, and `sides` holds both tools of each."""

    tools: tuple[str, ...]
    comparisons: tuple[str, ...]
    sides: tuple[Positions, Positions]
    names: tuple[tuple[str, int], ...]
    fields: tuple[Field, Field, Field]  # names, taglines, the rest: as Rank has them


def gathered(
    tools: Iterable[ToolWords], aliases: Iterable[tuple[int, str]], heads: Sequence[Head]
) -> Catalogue:
    """The catalogue of tools, their other names by their ids, and comparisons."""
    ordered = sorted(tools, key=lambda tool: (len(tool.name), tool.name))
    position = {tool.id: number for number, tool in enumerate(ordered)}
    names = [(folded(tool.name), number) for number, tool in enumerate(ordered)]
    names += [(folded(name), position[tool]) for tool, name in aliases if tool in position]
    called = [""] * len(ordered)
    for name, number in names:
        called[number] += f" {name}"
    return Catalogue(
        tools=tuple(tool.slug for tool in ordered),
        comparisons=tuple(head.slug for head in heads),
        sides=(
            np.array([position[head.challenger] for head in heads], dtype=np.intp),
            np.array([position[head.incumbent] for head in heads], dtype=np.intp),
        ),
        names=tuple(names),
        fields=(
            Field(called),
            Field([folded(tool.tagline) for tool in ordered]),
            Field([folded(f"{tool.category} {tool.description}") for tool in ordered]),
        ),
    )


def search(query: str, catalogue: Catalogue, most: int) -> Found:
    """What holds every word of the query, of a comparison in either of its tools; at most so many
    of each. Nothing for a query without words."""
    whole = folded(query[:LONGEST])
    words = _words(whole)
    if not words:
        return Found()
    a, b = catalogue.sides
    hits = [_by_field(word, catalogue) for word in words]
    named = _named(whole, catalogue)
    tools = np.minimum(_ranked(hits), named)
    pairs = np.minimum(
        _ranked([[field[a] | field[b] for field in word] for word in hits]),
        np.minimum(named[a], named[b]),
    )
    return Found(*_best(tools, catalogue.tools, most), *_best(pairs, catalogue.comparisons, most))


def folded(text: str) -> str:
    """Without the capitals, accents and white space that a search should not depend on.

    >>> folded("  Émile's NOTES ")
    "emile's notes"
    """
    if not text.isascii():
        spread = unicodedata.normalize("NFKD", text.casefold())
        text = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return " ".join(text.casefold().replace("\0", " ").split())


def _words(whole: str) -> list[str]:
    words = list(dict.fromkeys(whole.split()))
    return ([word for word in words if word not in BETWEEN] or words)[:MOST_WORDS]


def _by_field(word: str, catalogue: Catalogue) -> list[Hits]:
    """Where a word is, field by field, each with those before it."""
    names, taglines, rest = (field.hits(word) for field in catalogue.fields)
    return [names, names | taglines, names | taglines | rest]


def _ranked(hits: Sequence[Sequence[Hits]]) -> NDArray[np.int8]:
    """The least field that, with those before it, holds all words."""
    ranks = np.full(len(hits[0][0]), Rank.NOWHERE, dtype=np.int8)
    for number, rank in ((2, Rank.REST), (1, Rank.TAGLINE), (0, Rank.NAME)):
        ranks[np.logical_and.reduce([word[number] for word in hits])] = rank
    return ranks


def _named(whole: str, catalogue: Catalogue) -> NDArray[np.int8]:
    """The tools whose name the query is, or the beginning of whose name."""
    ranks = np.full(len(catalogue.tools), Rank.NOWHERE, dtype=np.int8)
    begun = [(name, number) for name, number in catalogue.names if name.startswith(whole)]
    for name, number in begun:
        ranks[number] = min(ranks[number], Rank.EXACT if name == whole else Rank.PREFIX)
    return ranks


def _best(ranks: NDArray[np.int8], slugs: Sequence[str], most: int) -> tuple[tuple[str, ...], int]:
    """The slugs of the least ranks, and how many were found; of one rank in their own order."""
    found = np.flatnonzero(ranks < Rank.NOWHERE)
    best = found[np.argsort(ranks[found], kind="stable")][:most]
    return tuple(slugs[number] for number in best), len(found)
