"""Which comparisons an issue holds, in which order, and the words around them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from digest.issues.words import (
    PREHEADER_LEAST,
    PREHEADER_LIMIT,
    SUBJECT_LIMIT,
    capitalised,
    fitting,
)
from digest.language import ENGLISH, Language, gettext_noop, ngettext_noop
from digest.model import Comparison, Issue, IssueKind, IssueState, Item

MOST = 8  # comparisons a digest holds: more would outgrow what Gmail shows of a mail
NUMBERS = (
    gettext_noop("no"),
    gettext_noop("one"),
    gettext_noop("two"),
    gettext_noop("three"),
    gettext_noop("four"),
    gettext_noop("five"),
    gettext_noop("six"),
    gettext_noop("seven"),
    gettext_noop("eight"),
    gettext_noop("nine"),
    gettext_noop("ten"),
)


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
    name: str,
    candidates: Sequence[Comparison],
    *,
    minimum: int,
    dated: date,
    language: Language = ENGLISH,
) -> Composition:
    """A period's digest of the candidates: a draft, or *skipped* with its reason when too few."""
    chosen, left_out = choose(candidates)
    if len(chosen) < minimum:
        issue = _issue(name, IssueKind.DIGEST, dated, state=IssueState.SKIPPED)
        reason = too_few(len(chosen), minimum)
        return Composition(replace(issue, reason=reason), (), left_out)
    issue = _issue(name, IssueKind.DIGEST, dated, state=IssueState.DRAFT)
    return Composition(worded(issue, chosen, language), chosen, left_out)


def compose_single(
    comparison: Comparison, *, dated: date, language: Language = ENGLISH
) -> Composition:
    """The issue of one comparison, for readers who want each as it is published."""
    issue = _issue(f"c-{comparison.slug}", IssueKind.COMPARISON, dated, state=IssueState.DRAFT)
    chosen = (comparison,)
    asked = gettext_noop("%(title)s: which one should you ship?")
    words = replace(
        issue,
        items=_items(chosen),
        subject=fitting(SUBJECT_LIMIT, language.gettext(asked, title=comparison.title)),
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


def worded(issue: Issue, comparisons: Sequence[Comparison], language: Language = ENGLISH) -> Issue:
    """A digest's items and words, made from its comparisons' facts."""
    return replace(
        issue,
        items=_items(comparisons),
        subject=subject(comparisons, language),
        preheader=preheader(comparisons, language),
        headline=_question(comparisons[0], language),
        intro=intro(comparisons, language),
    )


MORE_VERDICTS = ngettext_noop("Plus one more verdict", "Plus %(count)s more verdicts")


def subject(comparisons: Sequence[Comparison], language: Language = ENGLISH) -> str:
    question, more = _question(comparisons[0], language), len(comparisons) - 1
    if not more:
        return fitting(SUBJECT_LIMIT, question)
    rest = _counted(MORE_VERDICTS, more, language)
    whole = f"{question} {rest}"
    if len(whole) <= SUBJECT_LIMIT:
        return whole
    return fitting(SUBJECT_LIMIT, f"{fitting(SUBJECT_LIMIT - len(rest) - 2, question)} {rest}")


def _question(lead: Comparison, language: Language) -> str:
    return language.gettext("%(a)s or %(b)s?", a=lead.a.name, b=lead.b.name)


def preheader(comparisons: Sequence[Comparison], language: Language = ENGLISH) -> str:
    """What stands beside the subject in an inbox: the next titles, or the lead's takeaway."""
    others = [comparison.title for comparison in comparisons[1:]]
    for shown in range(len(others), 0, -1):
        line = _also(", ".join(others[:shown]), len(others) - shown, language)
        if len(line) <= PREHEADER_LIMIT:
            return line if len(line) >= PREHEADER_LEAST else _filled_up(line, comparisons[0])
    return fitting(PREHEADER_LIMIT, comparisons[0].takeaway)


def _also(titles: str, more: int, language: Language) -> str:
    if not more:
        return language.gettext("Also: %(titles)s.", titles=titles)
    count = number(more, language)
    return language.gettext("Also: %(titles)s and %(count)s more.", titles=titles, count=count)


def _filled_up(line: str, lead: Comparison) -> str:
    """A short line goes on with the lead's takeaway: an inbox shows what comes next anyway."""
    return fitting(PREHEADER_LIMIT, f"{line} {lead.takeaway}")


def intro(comparisons: Sequence[Comparison], language: Language = ENGLISH) -> str:
    tones = Counter(comparison.tone for comparison in comparisons)
    parts = [_counted(told, tones[tone], language) for tone, told in TONES.items() if tones[tone]]
    count = len(comparisons)
    return language.ngettext(
        "One head-to-head this week: %(parts)s.",
        "%(count)s head-to-heads this week: %(parts)s.",
        count,
        count=capitalised(number(count, language)),
        parts=language.listing(parts),
    )


def _counted(message: tuple[str, str], count: int, language: Language) -> str:
    return language.ngettext(*message, count, count=number(count, language))


TONES: Mapping[str, tuple[str, str]] = {
    "ship": ngettext_noop(
        "one where both sides clear the panel",
        "%(count)s where both sides clear the panel",
    ),
    "split": ngettext_noop(
        "one where the panel parts",
        "%(count)s where the panel parts",
    ),
    "skip": ngettext_noop(
        "one where neither side is worth your time yet",
        "%(count)s where neither side is worth your time yet",
    ),
    "unreviewed": ngettext_noop(
        "one with a newcomer the panel has still to see",
        "%(count)s with a newcomer the panel has still to see",
    ),
}
"""What an introduction says of so many comparisons of a tone, in this order."""


def too_few(count: int, minimum: int) -> str:
    """Why there is no digest, for editors."""
    if not count:
        return "nothing new: no comparison since the last digest"
    return f"only {number(count)} new of the {number(minimum)} a digest needs at least"


def number(count: int, language: Language = ENGLISH) -> str:
    """Small numbers as words, others as figures."""
    return language.gettext(NUMBERS[count]) if count < len(NUMBERS) else language.number(count)


def _rank(comparison: Comparison) -> tuple[int, float, str]:
    reviewed = (comparison.a.verdict is not None) + (comparison.b.verdict is not None)
    return -reviewed, -comparison.published_at.timestamp(), comparison.slug


def _reason_against(comparison: Comparison, chosen: Sequence[Comparison]) -> str:
    if len(chosen) == MOST:
        return f"the issue is full ({MOST}); it waits for the next"
    there = {card.slug for other in chosen for card in (other.a, other.b)}
    twice = [card.name for card in (comparison.a, comparison.b) if card.slug in there]
    verb = "is" if len(twice) == 1 else "are"
    return (
        f"{ENGLISH.listing(twice)} {verb} in this issue already; it waits for the next"
        if twice
        else ""
    )


def _items(comparisons: Iterable[Comparison]) -> tuple[Item, ...]:
    return tuple(Item(comparison=comparison.slug) for comparison in comparisons)


def _issue(name: str, kind: IssueKind, dated: date, *, state: IssueState) -> Issue:
    return Issue(id=name, kind=kind, state=state, dated=dated)
