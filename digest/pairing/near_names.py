"""Names so like another that it takes an editor to tell whether one tool bears both."""

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.fuzz import WRatio, ratio
from rapidfuzz.utils import default_process

from digest.model import Tool
from digest.pairing.identity import Relation, names_of, relation

NEAR_MISS = 90  # of 100, by WRatio: a third of such pairs are one tool, two thirds are not
MOST_NEAR_MISSES = 10
LEAST_LETTERS = 4  # shorter names stand in too many others


def near_misses(name: str, tools: Iterable[Tool]) -> list[Tool]:
    """Tools whose name is so like this one that only an editor can tell whether it is the same."""
    known = [(other, tool) for tool in tools for other in names_of(tool) if _is_long(other)]
    if not _is_long(name):
        return []
    spelled = [other for other, _ in known]
    alike = process.extract(
        name,
        spelled,
        scorer=WRatio,
        processor=default_process,
        score_cutoff=NEAR_MISS,
        limit=MOST_NEAR_MISSES,
    )
    near = [known[at] for *_, at in alike]
    found = (tool for other, tool in near if _is_unclear(name, other))
    return list({tool.slug: tool for tool in found}.values())


def _is_unclear(name: str, other: str) -> bool:
    """One holds all words of the other, or they are spelled nearly alike: letters of one somewhere
    within the other ("Robo" in "robotics") are chance."""
    words, others = (set(default_process(one).split()) for one in (name, other))
    alike = words <= others or others <= words or ratio(name, other, processor=default_process) > 80
    return alike and relation(name, other) is Relation.DIFFERENT


def _is_long(name: str) -> bool:
    return len(default_process(name)) >= LEAST_LETTERS
