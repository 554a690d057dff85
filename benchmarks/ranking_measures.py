"""How good a ranking is, and whether one ranker is better than another or was only lucky."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

DEPTH = 10  # of nDCG
RESAMPLES = 2000
SEED = 20


class Measures(NamedTuple):
    """Of one ranking, or their means over many; each runs from 0 to 1."""

    p_at_1: float = 0.0
    mrr: float = 0.0
    ndcg_at_10: float = 0.0


def first_relevant(grades: Sequence[int]) -> int:
    """The rank, counted from 1, of the first with a grade; 0 if there is none."""
    return next((rank for rank, grade in enumerate(grades, start=1) if grade), 0)


def measures(grades: Sequence[int], there: Iterable[int]) -> Measures:
    """Of the grades of what was ranked, best first, where the pool has those that are `there`."""
    rank = first_relevant(grades)
    ideal = _gain(sorted(there, reverse=True))
    return Measures(
        p_at_1=float(rank == 1),
        mrr=1 / rank if rank else 0.0,
        ndcg_at_10=_gain(grades) / ideal if ideal else 0.0,
    )


def _gain(grades: Sequence[int]) -> float:
    """Discounted cumulative gain, in which a grade is its gain."""
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades[:DEPTH], start=1))


def means(found: Sequence[Measures]) -> dict[str, float]:
    return {
        name: round(float(np.mean(values)), 4)
        for name, values in zip(Measures._fields, zip(*found, strict=True), strict=True)
    }


def share(part: int, whole: int) -> float | None:
    """None where there is nothing to have a part in."""
    return round(part / whole, 4) if whole else None


def gains_over(ours: Sequence[Measures], theirs: Sequence[Measures]) -> dict[str, list[float]]:
    """By how much we are better on the same queries: the mean, and the ends of the 95 % interval
    of a paired bootstrap."""
    differences = np.array(ours) - np.array(theirs)
    chosen = np.random.default_rng(SEED).integers(0, len(ours), (RESAMPLES, len(ours)))
    low, high = np.percentile(differences[chosen].mean(axis=1), (2.5, 97.5), axis=0)
    columns = zip(differences.mean(axis=0), low, high, strict=True)
    return {
        name: [round(float(value), 4) for value in column]
        for name, column in zip(Measures._fields, columns, strict=True)
    }
