"""Which of the ranked candidates is the opponent, if any."""

from collections.abc import Mapping, Sequence

from digest.model import PanelCall, Tool
from digest.pairing.matching import Candidate
from digest.pairing.rivalry import LEAST_WORDS
from digest.pairing.vocabulary import terms, text_of

MOST_USES = 3  # lately, as an opponent
REACH = 3  # how far down the ranking an opponent may be taken from
NEARLY_EQUAL = 0.05  # of the score, and of the cosine

# Half the launches of two public lists get a category so; 92 and 80 in 100 are right where
# categories are coarse, 69 and 78 where they are fine.
NEAREST = 3


def choose(candidates: Sequence[Candidate], uses: Mapping[str, int]) -> Candidate | None:
    """The opponent, or None: no head-to-head yet.

    `uses` counts, by slug, how often each tool was an opponent lately. Candidates that are nearly
    as good as the best are taken as equal, and the better reading wins.
    """
    free = [
        candidate
        for candidate in candidates[:REACH]
        if candidate.is_sure and uses.get(candidate.tool.slug, 0) < MOST_USES
    ]
    if not free:
        return None
    top = max(free, key=lambda candidate: candidate.score)
    equals = (candidate for candidate in free if _nearly_equal(candidate, top))
    return min(equals, key=lambda candidate: _worse_reading(candidate, uses))


def _nearly_equal(candidate: Candidate, top: Candidate) -> bool:
    near = candidate.score >= top.score - NEARLY_EQUAL * abs(top.score)
    if candidate.cosine is None or top.cosine is None:
        return near
    return near and candidate.cosine >= top.cosine - NEARLY_EQUAL


def _worse_reading(candidate: Candidate, uses: Mapping[str, int]) -> tuple[object, ...]:
    """Sorts first what costs as much to start, was judged of late, has a decided panel, and was
    seen less lately."""
    tool, verdict = candidate.tool, candidate.tool.verdict
    undecided = verdict is None or verdict.call is PanelCall.SPLIT
    judged = tool.updated_at.toordinal() if tool.updated_at else 0
    used = uses.get(tool.slug, 0)
    return (not candidate.entry_agrees, -judged, undecided, used, -candidate.score, tool.slug)


def why_none(challenger: Tool, candidates: Sequence[Candidate], uses: Mapping[str, int]) -> str:
    """Why `choose` found no opponent among these, in words for an editor."""
    if len(set(terms(text_of(challenger)))) < LEAST_WORDS:
        return "no head-to-head yet: too little is told of it"
    if not candidates:
        return "no head-to-head yet: no tool with a verdict is a rival of it"
    sure = next((one for one in candidates[:REACH] if one.is_sure), None)
    if sure and uses.get(sure.tool.slug, 0) >= MOST_USES:
        return f"{sure.tool.name} would fit, but was an opponent {MOST_USES} times lately"
    nearest = ", ".join(f"{one.tool.name} ({one.confidence:.2f})" for one in candidates[:REACH])
    return f"no head-to-head yet: none is near enough of {nearest}"


def category_of(challenger: Tool, candidates: Sequence[Candidate]) -> str:
    """Its own category, or the one all its nearest tools are in; "" when unsure."""
    nearest = candidates[:NEAREST]
    categories = {candidate.tool.category for candidate in nearest}
    unsure = len(nearest) < NEAREST or not any(candidate.is_sure for candidate in nearest)
    if challenger.category or unsure or len(categories) > 1:
        return challenger.category
    return categories.pop()
