"""Which verdict a launch is read against: every tool of the pool, ranked.

Words (BM25) and meaning (cosine of sentence vectors) say how alike two texts are; the pool's own
categories then steady it. What was tried and measured stands in docs/decisions.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from digest.model import Tool
from digest.pairing.categories import Matrix, Vector, standardised
from digest.pairing.confidence import PUBLISH, Evidence, confidence
from digest.pairing.pool import Pool
from digest.pairing.rivalry import is_rival
from digest.pairing.vocabulary import spellings, terms, text_of

__all__ = ["Candidate", "Pool", "rank"]

WORDS_WEIGHT = 0.5  # .15 to .5 rank alike
LABEL_WEIGHT = 0.5  # .3 to .8 rank alike
CATEGORY_WEIGHT = 2.0  # 1 to 3 rank alike
NAMED_CATEGORY_WEIGHT = 4.0  # where the launch came with one
MOST_RANKED = 400  # of a large pool: nobody looks further down


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A possible opponent and what speaks for it.

    `score` orders the candidates of one challenger: `words`, `meaning` and `category_pull`, each in
    standard deviations among the pool. `confidence` (0 to 1) says whether to pair. `cosine` is None
    where no model was at hand. `shared` are terms of both texts as the challenger spells them, the
    rarest first; `closeness` (0 to 1) is the cosine of the two texts' rare terms, `familiarity`
    (0 to 1) the part of the challenger's terms that the pool uses at all.
    """

    tool: Tool
    score: float
    confidence: float = 0.0
    words: float = 0.0
    meaning: float = 0.0
    category_pull: float = 0.0
    bm25: float = 0.0
    cosine: float | None = None
    closeness: float = 0.0
    familiarity: float = 0.0
    shared: tuple[str, ...] = ()
    category_agrees: bool = False
    entry_agrees: bool = False

    @property
    def is_sure(self) -> bool:
        return self.confidence >= PUBLISH


def rank(challenger: Tool, pool: Pool, *, limit: int = 50) -> tuple[Candidate, ...]:
    """The best candidates, best first: never the challenger itself, a tool of its maker, one that
    is built on the other, or one of which too little is told."""
    if not len(pool):
        return ()
    itself = pool.itself(challenger)
    allowed = _allowed(len(pool), itself | pool.of_its_maker(challenger) | pool.speechless)
    scored = _Scored(challenger, pool, allowed)
    near = _Closeness(challenger, pool, itself)
    rivals = (
        i
        for i in map(int, _best_first(scored.score, allowed))
        if is_rival(challenger, pool.tools[i], scored.cosine_of(i) or 0.0)
    )
    return tuple(_candidate(challenger, i, scored, near) for i in islice(rivals, limit))


def _best_first(score: Vector, allowed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The places of the best scores among those allowed; of equals the first comes first."""
    among = np.flatnonzero(allowed)
    if len(among) > MOST_RANKED:
        among = np.sort(among[np.argpartition(-score[among], MOST_RANKED)[:MOST_RANKED]])
    return among[np.argsort(-score[among], kind="stable")]


def _allowed(size: int, excluded: Collection[int]) -> NDArray[np.bool_]:
    allowed = np.ones(size, dtype=np.bool_)
    allowed[list(excluded)] = False
    return allowed


class _Scored:
    """The parts of every tool's score for one challenger."""

    def __init__(self, challenger: Tool, pool: Pool, allowed: NDArray[np.bool_]) -> None:
        self.pool, self.allowed = pool, allowed
        self.bm25 = np.where(allowed, pool.bm25(terms(text_of(challenger))), 0.0)
        vector = pool.vector(challenger)
        self.cosine = None if vector is None else pool.cosine(vector)
        # The root keeps one rare word that two texts share from drowning all else.
        self.words = standardised(np.sqrt(self.bm25), allowed)
        self.meaning = self._meaning(vector)
        similar = self.words if vector is None else WORDS_WEIGHT * self.words + self.meaning
        self.category_pull = pool.categories.pull(similar, allowed, vector)
        named = pool.categories.number(challenger.category)
        self.agrees = (pool.categories.numbers == named) & (named >= 0)
        self.score = (
            similar + CATEGORY_WEIGHT * self.category_pull + NAMED_CATEGORY_WEIGHT * self.agrees
        )

    def _meaning(self, vector: Matrix | None) -> Vector:
        if self.cosine is None:
            return np.zeros(len(self.pool))
        labels = self.pool.categories.label_cosine(vector)
        return standardised(self.cosine + LABEL_WEIGHT * labels, self.allowed)

    def cosine_of(self, i: int) -> float | None:
        return None if self.cosine is None else float(self.cosine[i])


def _candidate(challenger: Tool, i: int, scored: _Scored, near: "_Closeness") -> Candidate:
    tool, cosine = scored.pool.tools[i], scored.cosine_of(i)
    shared, closeness = near.shared(i), near.to(i)
    evidence = Evidence(
        score=float(scored.score[i]),
        rivals=int(scored.allowed.sum()),
        cosine=cosine,
        shared=len(shared),
        told=len(near.spelled),
        closeness=closeness,
        familiarity=near.familiarity,
    )
    return Candidate(
        tool=tool,
        score=evidence.score,
        confidence=confidence(evidence),
        words=float(scored.words[i]),
        meaning=float(scored.meaning[i]),
        category_pull=float(scored.category_pull[i]),
        bm25=float(scored.bm25[i]),
        cosine=cosine,
        closeness=closeness,
        familiarity=near.familiarity,
        shared=shared,
        category_agrees=bool(scored.agrees[i]),
        entry_agrees=challenger.entry is not None and challenger.entry == tool.entry,
    )


class _Closeness:
    """One challenger's terms weighed by their rarity in a pool that does not hold it."""

    def __init__(self, challenger: Tool, pool: Pool, itself: Collection[int]) -> None:
        self.pool = pool
        self.spelled = spellings(text_of(challenger))
        self.weight = {term: pool.rarity(term, itself) for term in self.spelled}
        self.norm = math.sqrt(sum(self.weight.values()))
        known = (self.weight[term] for term in self.spelled if pool.seen(term, itself))
        self.familiarity = sum(known) / self.norm**2 if self.weight else 0.0

    def shared_terms(self, i: int) -> list[str]:
        return sorted(self.weight.keys() & self.pool.terms[i], key=lambda t: (-self.weight[t], t))

    def shared(self, i: int) -> tuple[str, ...]:
        return tuple(self.spelled[term] for term in self.shared_terms(i))

    def to(self, i: int) -> float:
        norms = self.norm * self.pool.norms[i]
        return sum(self.weight[term] for term in self.shared_terms(i)) / norms if norms else 0.0
