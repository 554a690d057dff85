"""What an editor changes in an issue: its words, its comparisons and their order. Pure.

All that can be changed is a field with a name and a text: "subject", "takeaway a-vs-b", "order".
So an audit line, a conflict of two editors and a difference speak of the same things.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from digest.errors import NotAllowedError
from digest.issues import markdown
from digest.issues.composing import MOST, worded
from digest.issues.words import plain_text
from digest.language import Language
from digest.model import Comparison, Issue, IssueKind, IssueState, Item

EDITABLE = (IssueState.DRAFT, IssueState.REVIEW, IssueState.APPROVED)
INTRO = "intro"
LONGEST: Mapping[str, int] = {"subject": 200, "preheader": 300, "headline": 200, INTRO: 5_000}
"""The words around the comparisons, and how many characters each may have."""
LONGEST_TAKEAWAY = 1_000
TAKEAWAY, DROPPED, ORDER = "takeaway ", "dropped ", "order"  # of "takeaway a-vs-b", and so on

Fields = Mapping[str, str]


class Place(StrEnum):
    """Where a comparison goes; the lead is the one that the headline is about."""

    UP = "up"
    DOWN = "down"
    LEAD = "lead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Save:
    """Words an editor hands in: `now` what they are to be, `was` what they were when the editor
    looked, both by field; `version` is the issue's at that moment."""

    version: int
    now: Fields
    was: Fields = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that two editors changed, neither knowing of the other."""

    field: str
    was: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A save that came second: nothing of it is kept, and all of it is here. `issue` is as the
    faster one left it, so its `edited_by` is who that was."""

    issue: Issue
    save: Save
    clashes: tuple[Clash, ...]


def fields(issue: Issue) -> dict[str, str]:
    """Everything an editor can change of an issue, by name."""
    every = (*issue.items, *issue.tray)
    return {
        **{name: str(getattr(issue, name)) for name in LONGEST},
        ORDER: " ".join(item.comparison for item in issue.items),
        **{f"{TAKEAWAY}{item.comparison}": item.takeaway for item in every},
        **{f"{DROPPED}{item.comparison}": item.dropped for item in issue.tray},
    }


# --- words ---------------------------------------------------------------------------------


def saved(issue: Issue, save: Save) -> Issue | Conflict:
    """The issue with the saved words. Fields that only one of two editors touched go together;
    raises NotAllowedError for words that are none or too long."""
    mine = {name: _tidied(name, text) for name, text in save.now.items()}
    theirs = fields(issue)
    known = theirs if save.version == issue.version else {}
    _require_fit(issue, mine, known or mine)
    was = {**known, **{name: _tidied(name, text) for name, text in save.was.items()}}
    changed = {name: text for name, text in mine.items() if text != was.get(name)}
    clashes = tuple(
        Clash(name, was.get(name, ""), theirs.get(name, ""), text)
        for name, text in changed.items()
        if theirs.get(name) not in (text, was.get(name, text))
    )
    return Conflict(issue, save, clashes) if clashes else _with(issue, changed)


def _tidied(name: str, text: str) -> str:
    return markdown.cleaned(text) if name == INTRO else plain_text(text)


def _require_fit(issue: Issue, words: Fields, known: Fields) -> None:
    reasons = [reason for name, text in words.items() if (reason := _misfit(name, text))]
    reasons += [f"it has no {name}" for name in words if name not in known]
    if reasons:
        raise NotAllowedError(f"save {issue.id}", tuple(reasons))


def _misfit(name: str, text: str) -> str:
    if name not in LONGEST and not name.startswith(TAKEAWAY):
        return f"{name!r} is no field with words"
    limit = LONGEST.get(name, LONGEST_TAKEAWAY)
    return f"the {name} has {len(text):,} characters of at most {limit:,}" * (len(text) > limit)


def _with(issue: Issue, words: Fields) -> Issue:
    around: dict[str, Any] = {name: text for name, text in words.items() if name in LONGEST}
    items, tray = (
        tuple(
            replace(item, takeaway=words.get(f"{TAKEAWAY}{item.comparison}", item.takeaway))
            for item in held
        )
        for held in (issue.items, issue.tray)
    )
    return replace(issue, items=items, tray=tray, **around)


def following(
    before: Issue,
    shown_before: Sequence[Comparison],
    after: Issue,
    shown: Sequence[Comparison],
    language: Language,
) -> Issue:
    """The changed issue, whose words follow its comparisons where nobody wrote them: "three
    head-to-heads" is wrong as soon as one is dropped."""
    if after.kind is not IssueKind.DIGEST or not (shown and shown_before):
        return after
    made, new = worded(before, shown_before, language), worded(after, shown, language)
    unwritten = {
        name: getattr(new, name)
        for name in LONGEST
        if plain_text(getattr(made, name)) == getattr(after, name) == getattr(before, name)
    }
    return replace(after, **unwritten)


# --- comparisons ---------------------------------------------------------------------------


def moved(issue: Issue, slug: str, place: Place) -> Issue:
    """With the comparison one place up or down, or as the lead; at an end it stays."""
    at = _position(issue, slug, f"move {slug}")
    rest = [item for item in issue.items if item.comparison != slug]
    to = {Place.UP: max(at - 1, 0), Place.DOWN: at + 1, Place.LEAD: 0}[place]
    return replace(issue, items=(*rest[:to], issue.items[at], *rest[to:]))


def dropped(issue: Issue, slug: str, reason: str) -> Issue:
    """With the comparison in the tray; it needs a reason, for whoever wonders later."""
    act, why = f"drop {slug}", plain_text(reason)
    at = _position(issue, slug, act)
    if not why:
        raise NotAllowedError(act, ("it needs a reason",))
    laid_aside = replace(issue.items[at], dropped=why)
    return replace(issue, items=_without(issue.items, slug), tray=(*issue.tray, laid_aside))


def brought_back(issue: Issue, slug: str) -> Issue:
    """With the comparison out of the tray and at the end."""
    act = f"bring {slug} back"
    found = [item for item in issue.tray if item.comparison == slug]
    if not found:
        raise NotAllowedError(act, (f"it is not in the tray of {issue.id}",))
    _require_room(issue, act)
    back = replace(found[0], dropped="")
    return replace(issue, items=(*issue.items, back), tray=_without(issue.tray, slug))


def added(issue: Issue, slug: str) -> Issue:
    """With one more comparison, at the end."""
    act = f"add {slug}"
    _require_new(issue, slug, act)
    _require_room(issue, act)
    return replace(issue, items=(*issue.items, Item(comparison=slug)))


def replaced(issue: Issue, slug: str, other: str) -> Issue:
    """With another comparison in the place of one, which goes to the tray."""
    act = f"put {other} in the place of {slug}"
    _require_new(issue, other, act)
    at = _position(issue, slug, act)
    old = replace(issue.items[at], dropped=f"another opponent was chosen: {other}")
    items = (*issue.items[:at], Item(comparison=other), *issue.items[at + 1 :])
    return replace(issue, items=items, tray=(*issue.tray, old))


def _position(issue: Issue, slug: str, act: str) -> int:
    """Where a comparison stands; raises NotAllowedError where the issue does not hold it."""
    if issue.kind is not IssueKind.DIGEST:
        raise NotAllowedError(act, (f"{issue.id} is the issue of one comparison",))
    for at, item in enumerate(issue.items):
        if item.comparison == slug:
            return at
    laid = next((item.dropped for item in issue.tray if item.comparison == slug), "")
    why = f"it lies in the tray of {issue.id}: {laid}" if laid else f"{issue.id} does not hold it"
    raise NotAllowedError(act, (why,))


def _require_new(issue: Issue, slug: str, act: str) -> None:
    if issue.kind is not IssueKind.DIGEST:
        raise NotAllowedError(act, (f"{issue.id} is the issue of one comparison",))
    if any(item.comparison == slug for item in issue.items):
        raise NotAllowedError(act, (f"{issue.id} holds it already",))
    if any(item.comparison == slug for item in issue.tray):
        raise NotAllowedError(act, (f"it lies in the tray of {issue.id}; bring it back",))


def _require_room(issue: Issue, act: str) -> None:
    if len(issue.items) >= MOST:
        raise NotAllowedError(act, (f"{issue.id} is full ({MOST}); drop one first",))


def _without(items: Sequence[Item], slug: str) -> tuple[Item, ...]:
    return tuple(item for item in items if item.comparison != slug)
