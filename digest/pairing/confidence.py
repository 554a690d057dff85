"""Whether a pair may be shown: no head-to-head is better than one readers shake their head at.

Two roads lead there. A pair may stand out among its pool, which only a pool of some size can tell;
or its two texts may be told in the same words, which even a pool of one can.
"""

import math
from dataclasses import dataclass

from digest.pairing.rivalry import LEAST_WORDS

PUBLISH = 0.5  # from here on a pair is made


@dataclass(frozen=True, slots=True)
class Curve:
    """A logistic curve of the score: its slope, and the score where it is one half."""

    slope: float
    middle: float


# Rounded fits to pools of 50, 100, 200 and all tools of two public lists, with fine and coarse
# categories; docs/decisions has the shares they cover and how often they are right.
WITH_MEANING = Curve(slope=0.45, middle=8.3)
WORDS_ALONE = Curve(slope=0.25, middle=7.0)
SMALLNESS = 150.0  # points of score that a pool of one would lose; one of 50 loses three

# Below these nothing is alike: a launch from another walk of life. A score cannot tell, since it
# compares the tools of one pool with each other.
LEAST_COSINE = 0.40
LEAST_SHARED = 2
LEAST_CLOSENESS = 0.18
LEAST_FAMILIARITY = 0.25
# Closeness of two texts that say the same in the same words. Among more rivals one is as close by
# chance: from FEW rivals to MANY what is asked rises to this from LEAST_CLOSENESS.
SAME_WORDS = 0.3
FEW, MANY = 10, 50
ANOTHER_MEANING = 0.35  # cosine below which the same words are no sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for a pair. `rivals` counts those it was chosen among, `told` the challenger's
    terms; the others are as in `Candidate`."""

    score: float
    rivals: int
    cosine: float | None
    shared: int
    told: int
    closeness: float
    familiarity: float


def confidence(evidence: Evidence) -> float:
    """From 0 to 1, how sure we are that readers would accept the pair."""
    same_words = _in_the_same_words(evidence)
    if evidence.told < LEAST_WORDS or not (same_words or _is_alike(evidence)):
        return 0.0
    curve = WORDS_ALONE if evidence.cosine is None else WITH_MEANING
    points = evidence.score - SMALLNESS / evidence.rivals - curve.middle
    stands_out = 1 / (1 + math.exp(min(-curve.slope * points, 500.0)))
    return max(stands_out, PUBLISH) if same_words else stands_out


def _is_alike(evidence: Evidence) -> bool:
    if evidence.cosine is not None:
        return evidence.cosine >= LEAST_COSINE
    return (
        evidence.shared >= LEAST_SHARED
        and evidence.closeness >= LEAST_CLOSENESS
        and evidence.familiarity >= LEAST_FAMILIARITY
    )


def _in_the_same_words(evidence: Evidence) -> bool:
    means_another = evidence.cosine is not None and evidence.cosine < ANOTHER_MEANING
    shares = evidence.shared >= LEAST_SHARED and evidence.familiarity >= LEAST_FAMILIARITY
    return shares and not means_another and evidence.closeness >= same_words(evidence.rivals)


def same_words(rivals: int) -> float:
    """How close two texts must be to say the same, where one was chosen among so many."""
    part = math.log(max(rivals, 1) / FEW) / math.log(MANY / FEW)
    return LEAST_CLOSENESS + (SAME_WORDS - LEAST_CLOSENESS) * min(max(part, 0.0), 1.0)
