"""Search: which tools and comparisons a person's words mean, the likeliest first."""

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from digest.archive.catalogue import Catalogue, Known, folded

LONGEST = 200  # characters of a query that are looked at
MOST_WORDS = 10
BETWEEN = frozenset({"vs", "vs.", "versus"})  # stand between two names, and in none


class Rank(IntEnum):
    """How a tool was found; the lower, the likelier it is meant."""

    EXACT = 0  # its whole name, or an alias
    PREFIX = 1  # its name begins so
    NAME = 2
    TAGLINE = 3
    REST = 4  # its category or description


class Found(NamedTuple):
    """Slugs, the likeliest first."""

    tools: tuple[str, ...]
    comparisons: tuple[str, ...]


def search(query: str, catalogue: Catalogue) -> Found:
    """What holds every word of the query, of a comparison in either of its tools. A word may be
    part of a longer one. Nothing for a query without words."""
    whole = folded(query[:LONGEST])
    words = _words(whole)
    if not words:
        return Found((), ())
    hits = [{i for i, tool in catalogue.tools.items() if word in tool.words} for word in words]
    ranked = {i: _rank(whole, words, (tool,)) for i, tool in _named(catalogue, hits)}
    tools = sorted(ranked, key=lambda i: (ranked[i], *_shortest(catalogue.tools[i])))
    return Found(
        tuple(catalogue.tools[i].slug for i in tools),
        _comparisons(whole, words, catalogue, hits),
    )


def _words(whole: str) -> list[str]:
    words = list(dict.fromkeys(whole.split()))
    return [word for word in words if word not in BETWEEN][:MOST_WORDS] or words[:MOST_WORDS]


def _named(catalogue: Catalogue, hits: Sequence[set[int]]) -> list[tuple[int, Known]]:
    return [(i, catalogue.tools[i]) for i in set.intersection(*hits)]


def _comparisons(
    whole: str, words: Sequence[str], catalogue: Catalogue, hits: Sequence[set[int]]
) -> tuple[str, ...]:
    """They are sorted by rank alone: the newest of the same rank stay in front."""
    found = [
        (head.slug, (catalogue.tools[head.challenger], catalogue.tools[head.incumbent]))
        for head in catalogue.comparisons
        if all(head.challenger in hit or head.incumbent in hit for hit in hits)
    ]
    found.sort(key=lambda one: _rank(whole, words, one[1]))
    return tuple(slug for slug, _ in found)


def _rank(whole: str, words: Sequence[str], tools: Sequence[Known]) -> Rank:
    """The best of what one of the tools, or all of them together, are found by."""
    names = [name for tool in tools for name in tool.names]
    if whole in names:
        return Rank.EXACT
    if any(name.startswith(whole) for name in names):
        return Rank.PREFIX
    if _hold(names, words):
        return Rank.NAME
    taglines = [tool.tagline for tool in tools]
    return Rank.TAGLINE if _hold([*names, *taglines], words) else Rank.REST


def _hold(texts: Sequence[str], words: Sequence[str]) -> bool:
    return all(any(word in text for text in texts) for word in words)


def _shortest(tool: Known) -> tuple[int, str]:
    return len(tool.names[0]), tool.names[0]
