"""The tools that hold a verdict, made ready to be searched."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import bm25s
import numpy as np

from digest.model import Tool
from digest.pairing.addresses import owner
from digest.pairing.categories import Categories, Encode, Matrix, Vector
from digest.pairing.identity import Key, Relation, canonical, relation_of_keys
from digest.pairing.rivalry import LEAST_WORDS
from digest.pairing.vocabulary import meaning_of, terms, text_of

# A small pool knows too little of a word's rarity: below this size it is judged as if the pool
# were this large, so that one bar for closeness serves pools of 5 and of 5,000.
RARITY_FLOOR = 200


class Pool:
    """Built once for many launches. Tools without a verdict are left out; the order is by slug.

    With an `encode` meaning counts beside words; without one, words alone.
    """

    def __init__(self, tools: Sequence[Tool], encode: Encode | None = None) -> None:
        judged = (tool for tool in tools if tool.verdict)
        self.tools: tuple[Tool, ...] = tuple(sorted(judged, key=lambda tool: tool.slug))
        documents = [terms(text_of(tool)) for tool in self.tools]
        self.terms: tuple[frozenset[str], ...] = tuple(frozenset(doc) for doc in documents)
        self.frequency = Counter(term for found in self.terms for term in found)
        self._index = _index(documents) if self.frequency else None
        self._encode = encode if self.tools else None
        self.vectors: Matrix | None = None
        if self._encode:
            self.vectors = self._encode([meaning_of(tool) for tool in self.tools])
        labels = [tool.category for tool in self.tools]
        self.categories = Categories(labels, self.vectors, self._encode)

    def __len__(self) -> int:
        return len(self.tools)

    @property
    def ranker(self) -> str:
        """The name of the method by which this pool ranks."""
        return "bm25" if self.vectors is None else "bm25+meaning"

    def vector(self, challenger: Tool) -> Matrix | None:
        """What the challenger's text means; None where words alone count."""
        return self._encode([meaning_of(challenger)])[0] if self._encode else None

    def cosine(self, vector: Matrix) -> Vector:
        """How near the meaning of each tool's text is."""
        assert self.vectors is not None
        return np.asarray(self.vectors @ vector, dtype=np.float64)

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
        if challenger.slug in self._by_slug:
            found.add(self._by_slug[challenger.slug])
        return frozenset(found)

    def of_its_maker(self, challenger: Tool) -> frozenset[int]:
        """Tools of the challenger's own vendor, or of its family: readers choose between these."""
        key, maker = canonical(challenger.name), owner(challenger.url)
        found = set(self._by_owner.get(maker, ())) if maker else set()
        found.update(i for _, i in self._by_base.get(key.base, ()))
        for vendor in key.vendors:
            found.update(self._by_vendor.get(vendor, ()))
        return frozenset(found)

    @cached_property
    def speechless(self) -> frozenset[int]:
        """Tools of which too little is told to be compared."""
        return frozenset(i for i, found in enumerate(self.terms) if len(found) < LEAST_WORDS)

    @cached_property
    def _by_slug(self) -> dict[str, int]:
        return {tool.slug: i for i, tool in enumerate(self.tools)}

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
