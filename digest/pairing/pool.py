"""The tools that hold a verdict, made ready to be searched."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import bm25s
import numpy as np
from numpy.typing import NDArray

from digest.model import Tool
from digest.pairing.addresses import owner
from digest.pairing.identity import Key, Relation, canonical, relation_of_keys
from digest.pairing.vocabulary import terms, text_of

Vector = NDArray[np.float64]

# A small pool knows too little of a word's rarity: below this size it is judged as if the pool
# were this large, so that one bar for closeness serves pools of 5 and of 5,000.
RARITY_FLOOR = 200


class Pool:
    """Built once for many launches. Tools without a verdict are left out; the order is by slug."""

    def __init__(self, tools: Sequence[Tool]) -> None:
        judged = (tool for tool in tools if tool.verdict)
        self.tools: tuple[Tool, ...] = tuple(sorted(judged, key=lambda tool: tool.slug))
        documents = [terms(text_of(tool)) for tool in self.tools]
        self.terms: tuple[frozenset[str], ...] = tuple(frozenset(doc) for doc in documents)
        self.frequency = Counter(term for found in self.terms for term in found)
        known = {tool.category.casefold() for tool in self.tools if tool.category}
        self._number = {category: i for i, category in enumerate(sorted(known))}
        self.numbers: NDArray[np.int64] = np.array(
            [self.number(tool.category) for tool in self.tools], dtype=np.int64
        )
        self._index = _index(documents) if self.frequency else None

    def __len__(self) -> int:
        return len(self.tools)

    def number(self, category: str) -> int:
        """The number of a category in `numbers`; -1 for none, or one that no tool here is in."""
        return self._number.get(category.casefold(), -1)

    def bm25(self, query: Sequence[str]) -> Vector:
        """One score per tool, 0 where no term is shared."""
        known = [term for term in query if term in self.frequency]
        if self._index is None or not known:
            return np.zeros(len(self))
        return np.asarray(self._index.get_scores(known), dtype=np.float64)

    def seen(self, term: str, without: Iterable[int] = ()) -> int:
        """How many tools use a term, not counting those `without`."""
        return self.frequency[term] - sum(term in self.terms[i] for i in without)

    def rarity(self, term: str, without: Iterable[int] = ()) -> float:
        """BM25's inverse document frequency."""
        seen = self.seen(term, without)
        size = max(len(self), RARITY_FLOOR)
        return math.log(1 + (size - seen + 0.5) / (seen + 0.5))

    @cached_property
    def norms(self) -> tuple[float, ...]:
        """The length of each tool's text as a vector of its terms' rarities."""
        return tuple(math.sqrt(sum(map(self.rarity, found))) for found in self.terms)

    def itself(self, challenger: Tool) -> frozenset[int]:
        """Where the challenger stands in the pool already, under any name or release."""
        found = set()
        for key in (canonical(name) for name in (challenger.name, *challenger.aliases)):
            for other, i in self._by_base.get(key.base, ()):
                if relation_of_keys(key, other) is not Relation.DIFFERENT:
                    found.add(i)
        return frozenset(found | {i for i, t in enumerate(self.tools) if t.slug == challenger.slug})

    def of_its_maker(self, challenger: Tool) -> frozenset[int]:
        """Tools of the challenger's own vendor: readers choose between vendors."""
        maker = owner(challenger.url)
        found = set(self._by_owner.get(maker, ())) if maker else set()
        for vendor in canonical(challenger.name).vendors:
            found.update(self._by_vendor.get(vendor, ()))
        return frozenset(found)

    @cached_property
    def _by_base(self) -> dict[str, list[tuple[Key, int]]]:
        found = defaultdict(list)
        for i, tool in enumerate(self.tools):
            for key in (canonical(name) for name in (tool.name, *tool.aliases)):
                if key.base:
                    found[key.base].append((key, i))
        return dict(found)

    @cached_property
    def _by_owner(self) -> dict[str, list[int]]:
        found = defaultdict(list)
        for i, tool in enumerate(self.tools):
            found[owner(tool.url)].append(i)
        return dict(found)

    @cached_property
    def _by_vendor(self) -> dict[str, list[int]]:
        found = defaultdict(list)
        for i, tool in enumerate(self.tools):
            for vendor in canonical(tool.name).vendors:
                found[vendor].append(i)
        return dict(found)


def _index(documents: list[list[str]]) -> Any:
    index = bm25s.BM25()  # k1 1.5, b .75: other values moved P@1 by less than a point
    index.index(documents, show_progress=False)
    return index
