"""Which verdict a launch is read against, and why.

BM25 finds tools described in the same words. The pool's own categories then steady it: a
category whose tools together match well lifts each of them.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.model import PanelCall, Tool, Why
from digest.pairing.pool import Pool, Vector
from digest.pairing.vocabulary import (
    HOLLOW_TERMS,
    shared_phrases,
    spellings,
    stems,
    terms,
    text_of,
)

__all__ = ["Candidate", "Pool", "category_of", "choose", "rank", "why", "why_none"]

RANKER = "bm25"

CATEGORY_WEIGHT = 1.0  # .7 to 1.5 rank alike
NAMED_CATEGORY_WEIGHT = 2.0

# When to pair at all. Measured on two public lists of tools, each its own pool of 365 and 327
# verdicts: 8 launches in 10 get an opponent, who is of their finest category in 52 and 61 of 100
# cases; pools of 50 serve 6 in 10. Of thirty tools from other walks of life, such as a hiking
# map, 1 to 10 in 100 get one by a short tagline, none by a longer text.
LEAST_SHARED = 2
LEAST_CLOSENESS = 0.18
LEAST_FAMILIARITY = 0.25

MOST_USES = 3
NEARLY_EQUAL = 0.05

REACH = 3  # how far down the ranking an opponent may be taken from

MOST_PHRASES = 3

# Half the launches of the two lists get a category so; 92 and 80 in 100 are right where
# categories are coarse, 69 and 78 where they are fine.
NEAREST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A possible opponent and what speaks for it.

    `score` orders the candidates of one challenger and means nothing beyond. `shared` are
    terms of both texts as the challenger spells them, the rarest first. `closeness` (0 to 1)
    is the cosine of the two texts' rare terms, `familiarity` (0 to 1) the part of the
    challenger's terms that the pool uses at all: these two say whether to pair.
    """

    tool: Tool
    score: float
    shared: tuple[str, ...] = ()
    category_agrees: bool = False
    entry_agrees: bool = False
    bm25: float = 0.0
    category_pull: float = 0.0
    closeness: float = 0.0
    familiarity: float = 0.0

    @property
    def is_sure(self) -> bool:
        return (
            len(self.shared) >= LEAST_SHARED
            and self.closeness >= LEAST_CLOSENESS
            and self.familiarity >= LEAST_FAMILIARITY
        )


# --- ranking -------------------------------------------------------------------------------


def rank(challenger: Tool, pool: Pool, *, limit: int = 50) -> tuple[Candidate, ...]:
    """The best candidates, best first; never the challenger itself or a tool of its maker."""
    itself = pool.itself(challenger)
    allowed = _allowed(len(pool), itself | pool.of_its_maker(challenger))
    bm25 = np.where(allowed, pool.bm25(terms(text_of(challenger))), 0.0)
    pull = _category_pull(pool, bm25, allowed)
    named = pool.number(challenger.category)
    agrees = (pool.numbers == named) & (named >= 0)
    score = _standardised(bm25, allowed) + CATEGORY_WEIGHT * pull + NAMED_CATEGORY_WEIGHT * agrees
    closeness = _Closeness(challenger, pool, itself)
    best = np.argsort(np.where(allowed, -score, np.inf), kind="stable")[: allowed.sum()]
    return tuple(
        Candidate(
            tool=pool.tools[i],
            score=float(score[i]),
            shared=closeness.shared(i),
            category_agrees=bool(agrees[i]),
            entry_agrees=challenger.entry is not None and challenger.entry == pool.tools[i].entry,
            bm25=float(bm25[i]),
            category_pull=float(pull[i]),
            closeness=closeness.to(i),
            familiarity=closeness.familiarity,
        )
        for i in map(int, best[:limit])
    )


def _allowed(size: int, excluded: Collection[int]) -> NDArray[np.bool_]:
    allowed = np.ones(size, dtype=np.bool_)
    allowed[list(excluded)] = False
    return allowed


def _category_pull(pool: Pool, bm25: Vector, allowed: NDArray[np.bool_]) -> Vector:
    """How far each tool's category stands out, in standard deviations; 0 for a tool without one.

    A category's strength is the sum of its tools' scores over the root of their number: a plain
    sum prefers large categories, a mean small ones. Measured against a vote of the nearest five
    or ten on two public lists of tools, it gained three points of P@1.
    """
    labelled = allowed & (pool.numbers >= 0)
    numbers = pool.numbers[labelled]
    if not numbers.size:
        return np.zeros(len(pool))
    sizes = np.bincount(numbers)
    strength = np.bincount(numbers, weights=bm25[labelled]) / np.sqrt(np.maximum(sizes, 1))
    pull = _standardised(strength, sizes > 0)
    spread = np.zeros(len(pool))
    spread[labelled] = pull[numbers]
    return spread


def _standardised(values: Vector, among: NDArray[np.bool_]) -> Vector:
    """Values in standard deviations from the mean of those `among`; 0 for the others."""
    chosen = values[among]
    spread = float(chosen.std()) if chosen.size else 0.0
    if spread < 1e-9:
        return np.zeros(len(values))
    standard: Vector = np.where(among, (values - chosen.mean()) / spread, 0.0)
    return standard


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


# --- choosing ------------------------------------------------------------------------------


def choose(candidates: Sequence[Candidate], uses: Mapping[str, int]) -> Candidate | None:
    """The opponent, or None: no head-to-head yet is better than one readers shake their head at.

    `uses` counts, by slug, how often each tool was an opponent lately. Candidates that score
    nearly as high as the best are taken as equal, and the better reading wins.
    """
    free = [
        candidate
        for candidate in candidates[:REACH]
        if candidate.is_sure and uses.get(candidate.tool.slug, 0) < MOST_USES
    ]
    if not free:
        return None
    top = max(candidate.score for candidate in free)
    equals = (c for c in free if c.score >= top - NEARLY_EQUAL * abs(top))
    return min(equals, key=lambda candidate: _worse_reading(candidate, uses))


def _worse_reading(candidate: Candidate, uses: Mapping[str, int]) -> tuple[object, ...]:
    """Sorts first what costs as much to start, has a decided panel, and was seen less lately."""
    verdict = candidate.tool.verdict
    undecided = verdict is None or verdict.call is PanelCall.SPLIT
    used = uses.get(candidate.tool.slug, 0)
    return (not candidate.entry_agrees, undecided, used, -candidate.score, candidate.tool.slug)


def why_none(candidates: Sequence[Candidate]) -> str:
    """Why `choose` found no opponent among these, in words for an editor."""
    if not candidates:
        return "no tool with a verdict shares anything with it"
    sure = next((candidate for candidate in candidates[:REACH] if candidate.is_sure), None)
    if sure:
        return f"{sure.tool.name} would fit, but was an opponent {MOST_USES} times lately"
    nearest = candidates[0].tool.name
    return f"no head-to-head yet: {nearest} comes nearest, and is not near enough"


def category_of(challenger: Tool, candidates: Sequence[Candidate]) -> str:
    """Its own category, or the one all its nearest tools are in; "" when unsure."""
    nearest = candidates[:NEAREST]
    categories = {candidate.tool.category for candidate in nearest}
    unsure = len(nearest) < NEAREST or not any(candidate.is_sure for candidate in nearest)
    if challenger.category or unsure or len(categories) > 1:
        return challenger.category
    return categories.pop()


# --- why -----------------------------------------------------------------------------------


def why(challenger: Tool, candidate: Candidate) -> Why:
    """One sentence from what both texts say, and the numbers behind the choice."""
    return Why(
        sentence=_sentence(challenger, candidate),
        evidence=_evidence(candidate),
        ranker=RANKER,
        score=candidate.score,
    )


def _sentence(challenger: Tool, candidate: Candidate) -> str:
    said = _listed(_telling_phrases(challenger, candidate))
    category = candidate.tool.category if candidate.category_agrees else ""
    match (category, said):
        case ("", ""):
            return f"{candidate.tool.name} is the nearest tool with a verdict."
        case ("", _):
            return f"Both mention {said}."
        case (_, ""):
            return f"Both are in {category}."
    return f"Both are in {category} and mention {said}."


def _telling_phrases(challenger: Tool, candidate: Candidate) -> list[str]:
    """The rarest shared phrases in the order of the text, no term twice.

    Names tell nothing, unless they are all that is shared; hollow words, only beside others.
    """
    weight = {term: -place for place, term in enumerate(stems(candidate.shared))}
    untold = set(terms(candidate.tool.category))
    named = set(terms(f"{challenger.name} {candidate.tool.name}"))
    found = _phrases(challenger, candidate, weight.keys() - untold - named) or _phrases(
        challenger, candidate, weight.keys() - untold
    )
    chosen: dict[str, tuple[str, ...]] = {}
    for phrase in sorted(found, key=lambda phrase: _rarity(found[phrase], weight), reverse=True):
        told = {term for chosen_terms in chosen.values() for term in chosen_terms}
        if len(chosen) < MOST_PHRASES and not told.intersection(found[phrase]):
            chosen[phrase] = found[phrase]
    return [phrase for phrase in found if phrase in chosen]


def _phrases(
    challenger: Tool, candidate: Candidate, among: Collection[str]
) -> dict[str, tuple[str, ...]]:
    found = shared_phrases(_prose(challenger), _prose(candidate.tool), among)
    return {phrase: said for phrase, said in found.items() if not HOLLOW_TERMS.issuperset(said)}


def _rarity(phrase: Sequence[str], weight: Mapping[str, int]) -> tuple[int, int]:
    return max(weight[term] for term in phrase), len(phrase)


def _prose(tool: Tool) -> str:
    return ". ".join((tool.tagline, tool.description, tool.best_for))


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def _evidence(candidate: Candidate) -> tuple[str, ...]:
    return (
        f"shared: {', '.join(candidate.shared) or 'nothing'}",
        f"category: {candidate.tool.category or 'none'}"
        + (", named for both" if candidate.category_agrees else ""),
        f"bm25 {candidate.bm25:.2f}",
        f"category pull {candidate.category_pull:+.2f}",
        f"closeness {candidate.closeness:.2f}",
        f"familiarity {candidate.familiarity:.2f}",
    )
