"""Which comparisons an issue holds, in which order, and the words around them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from digest.issues.words import PREHEADER_LEAST, PREHEADER_LIMIT, SUBJECT_LIMIT, fitting
from digest.model import Comparison, Issue, IssueKind, IssueState, Item

MOST = 8  # comparisons a digest holds: more would outgrow what Gmail shows of a mail
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A comparison that an issue does not hold, and why."""

    comparison: Comparison
    reason: str


@dataclass(frozen=True, slots=True)
class Composition:
    issue: Issue
    comparisons: tuple[Comparison, ...]
    left_out: tuple[LeftOut, ...]


def compose(
    name: str, candidates: Sequence[Comparison], *, minimum: int, dated: date
) -> Composition:
    """A period's digest of the candidates: a draft, or *skipped* with its reason when too few."""
    chosen, left_out = choose(candidates)
    if len(chosen) < minimum:
        issue = _issue(name, IssueKind.DIGEST, dated, state=IssueState.SKIPPED)
        reason = too_few(len(chosen), minimum)
        return Composition(replace(issue, reason=reason), (), left_out)
    issue = _issue(name, IssueKind.DIGEST, dated, state=IssueState.DRAFT)
    return Composition(worded(issue, chosen), chosen, left_out)


def compose_single(comparison: Comparison, *, dated: date) -> Composition:
    """The issue of one comparison, for readers who want each as it is published."""
    issue = _issue(f"c-{comparison.slug}", IssueKind.COMPARISON, dated, state=IssueState.DRAFT)
    chosen = (comparison,)
    words = replace(
        issue,
        items=_items(chosen),
        subject=fitting(SUBJECT_LIMIT, f"{comparison.title}: which one should you ship?"),
        preheader=fitting(PREHEADER_LIMIT, comparison.takeaway),
        headline=comparison.title,
    )
    return Composition(words, chosen, ())


def choose(
    candidates: Sequence[Comparison],
) -> tuple[tuple[Comparison, ...], tuple[LeftOut, ...]]:
    """The comparisons to hold, best first, and the rest with reasons; each tool comes once.

    Two verdicts side by side say more than one beside a newcomer, so those lead; within that the
    order is newest first.
    """
    chosen: list[Comparison] = []
    left_out: list[LeftOut] = []
    for comparison in sorted(candidates, key=_rank):
        reason = _reason_against(comparison, chosen)
        if reason:
            left_out.append(LeftOut(comparison, reason))
        else:
            chosen.append(comparison)
    return tuple(chosen), tuple(left_out)


def worded(issue: Issue, comparisons: Sequence[Comparison]) -> Issue:
    """A digest's items and words, made from its comparisons' facts."""
    lead = comparisons[0]
    return replace(
        issue,
        items=_items(comparisons),
        subject=subject(comparisons),
        preheader=preheader(comparisons),
        headline=f"{lead.a.name} or {lead.b.name}?",
        intro=intro(comparisons),
    )


def subject(comparisons: Sequence[Comparison]) -> str:
    lead, more = comparisons[0], len(comparisons) - 1
    question = f"{lead.a.name} or {lead.b.name}?"
    if not more:
        return fitting(SUBJECT_LIMIT, question)
    rest = f"Plus {number(more)} more {'verdict' if more == 1 else 'verdicts'}"
    whole = f"{question} {rest}"
    if len(whole) <= SUBJECT_LIMIT:
        return whole
    return fitting(SUBJECT_LIMIT, f"{fitting(SUBJECT_LIMIT - len(rest) - 2, question)} {rest}")


def preheader(comparisons: Sequence[Comparison]) -> str:
    """What stands beside the subject in an inbox: the next titles, or the lead's takeaway."""
    others = [comparison.title for comparison in comparisons[1:]]
    for shown in range(len(others), 0, -1):
        more = len(others) - shown
        tail = f" and {number(more)} more" if more else ""
        line = f"Also: {', '.join(others[:shown])}{tail}."
        if len(line) <= PREHEADER_LIMIT:
            return line if len(line) >= PREHEADER_LEAST else _filled_up(line, comparisons[0])
    return fitting(PREHEADER_LIMIT, comparisons[0].takeaway)


def _filled_up(line: str, lead: Comparison) -> str:
    """A short line goes on with the lead's takeaway: an inbox shows what comes next anyway."""
    return fitting(PREHEADER_LIMIT, f"{line} {lead.takeaway}")


def intro(comparisons: Sequence[Comparison]) -> str:
    count = len(comparisons)
    heads = "head-to-head" if count == 1 else "head-to-heads"
    tones = Counter(comparison.tone for comparison in comparisons)
    parts = [f"{number(tones[tone])} {words}" for tone, words in TONES if tones[tone]]
    return f"{number(count).capitalize()} {heads} this week: {listing(parts)}."


TONES = (
    ("ship", "where both sides clear the panel"),
    ("split", "where the panel parts"),
    ("skip", "where neither side is worth your time yet"),
    ("unreviewed", "with a newcomer the panel has still to see"),
)


def too_few(count: int, minimum: int) -> str:
    if not count:
        return "nothing new: no comparison since the last digest"
    return f"only {number(count)} new of the {number(minimum)} a digest needs at least"


def number(count: int) -> str:
    """Small numbers as words, others as figures."""
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def listing(parts: Sequence[str]) -> str:
    """The parts as a person lists them: `a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _rank(comparison: Comparison) -> tuple[int, float, str]:
    reviewed = (comparison.a.verdict is not None) + (comparison.b.verdict is not None)
    return -reviewed, -comparison.published_at.timestamp(), comparison.slug


def _reason_against(comparison: Comparison, chosen: Sequence[Comparison]) -> str:
    if len(chosen) == MOST:
        return f"the issue is full ({MOST}); it waits for the next"
    there = {card.slug for other in chosen for card in (other.a, other.b)}
    twice = [card.name for card in (comparison.a, comparison.b) if card.slug in there]
    verb = "is" if len(twice) == 1 else "are"
    return f"{listing(twice)} {verb} in this issue already; it waits for the next" if twice else ""


def _items(comparisons: Iterable[Comparison]) -> tuple[Item, ...]:
    return tuple(Item(comparison=comparison.slug) for comparison in comparisons)


def _issue(name: str, kind: IssueKind, dated: date, *, state: IssueState) -> Issue:
    return Issue(id=name, kind=kind, state=state, dated=dated)
