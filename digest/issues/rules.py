"""Why an issue may not go on, and what its editors should know before it does.

One small function a rule, whose docstring is the reason for it; RULES and WARNINGS list them all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.model import Editor, Issue, IssueKind, IssueState, Pair

AGAIN = timedelta(weeks=8)  # within which readers remember a pair
LATE = timedelta(hours=12)  # after its time an issue is no longer news
STALE = timedelta(days=180)  # after which a tool is no longer the one that was judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who wants to move an issue on, under which house rules."""

    editor: Editor
    approvers: int = 1
    minimum: int = 1


Rule = Callable[[Issue, Act], str]
"""Answers why not, in words an editor understands, or "" when it has nothing against it."""


def has_something_to_say(issue: Issue, act: Act) -> str:
    """The house's minimum is for digests; the issue of one comparison is whole with that one."""
    needed = act.minimum if issue.kind is IssueKind.DIGEST else 1
    count = len(issue.items)
    if count >= needed:
        return ""
    held = f"{count or 'no'} {'comparisons' if count > 1 else 'comparison'}"
    return f"it holds {held}, and needs {needed}"


def is_rendered(issue: Issue, _: Act) -> str:
    """What goes out is what was looked at, so there must be something to look at."""
    return "" if issue.rendering else "it was never rendered; `digest draft` does that"


def is_a_draft(issue: Issue, _: Act) -> str:
    """Only what is still being written can be handed in."""
    return "" if issue.state is IssueState.DRAFT else f"it is {issue.state.value}, not a draft"


def was_submitted(issue: Issue, _: Act) -> str:
    """Its writer must have said that it is ready, and it is approved once."""
    if issue.state is IssueState.REVIEW:
        return ""
    if issue.state is IssueState.DRAFT:
        return "it was not submitted for review"
    return f"it is {issue.state.value}"


def editor_may_publish(_: Issue, act: Act) -> str:
    """Who writes proposes; who publishes answers for what goes out."""
    if act.editor.may_publish:
        return ""
    return f"{act.editor.email} is a {act.editor.role.value}; a publisher approves"


def two_pairs_of_eyes(issue: Issue, act: Act) -> str:
    """With two approvers nobody approves alone what they last changed or handed in."""
    if act.approvers < 2 or act.editor.email not in {issue.edited_by, issue.submitted_by}:
        return ""
    changed = f"{act.editor.email} changed it or handed it in"
    return f"{changed}, and a second editor has to approve it"


SUBMIT: tuple[Rule, ...] = (is_a_draft, has_something_to_say, is_rendered)
APPROVE: tuple[Rule, ...] = (
    was_submitted,
    has_something_to_say,
    is_rendered,
    editor_may_publish,
    two_pairs_of_eyes,
)
RULES: tuple[Rule, ...] = tuple(dict.fromkeys((*SUBMIT, *APPROVE)))


def objections(issue: Issue, act: Act, rules: Sequence[Rule]) -> tuple[str, ...]:
    """What the rules have against it, in their order; empty when it may go on."""
    return tuple(said for rule in rules if (said := rule(issue, act)))


def lapsed(issue: Issue, approver: Editor | None, now: datetime | None = None) -> str:
    """Why an approval no longer holds when sending begins, "" while it does. `approver` is who gave
    it as the team knows them now, None when it no longer does; without `now` no time is too late.

    A machine that stood still for days, or a database that was restored from an older copy, must
    not mail last week's news, or mail it twice.
    """
    if not issue.rendering or issue.rendering.fingerprint != issue.approved_fingerprint:
        return "its rendering is not the one that was approved"
    if approver is None:
        return f"{issue.approved_by}, who approved it, is no longer on the team"
    if not approver.may_publish:
        return f"{issue.approved_by}, who approved it, is a {approver.role.value} now"
    if now and issue.send_at and now - issue.send_at > LATE:
        return f"it was to go out at {issue.send_at:%Y-%m-%d %H:%M} UTC, and that is too long ago"
    return ""


# --- warnings ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What stands around an issue: its pairs in their order, when another issue last brought one of
    them to readers (by slug), and how many comparisons the house wants."""

    pairs: Sequence[Pair]
    sent: Mapping[str, datetime]
    now: datetime
    minimum: int = 1


Warn = Callable[[Issue, Context], str]
"""Answers what an editor should know, or ""; it keeps nothing from going out."""


def tools_come_once(_: Issue, context: Context) -> str:
    """A tool in two comparisons of one issue reads like a mistake, or like an advertisement."""
    names = [tool.name for pair in context.pairs for tool in (pair.challenger, pair.incumbent)]
    twice = sorted({name for name in names if names.count(name) > 1})
    return f"listed more than once: {', '.join(twice)}" if twice else ""


def pairs_are_not_repeated(_: Issue, context: Context) -> str:
    """Readers remember for about eight weeks what they were told."""
    recent = [
        f"{slug} on {sent:%Y-%m-%d}"
        for slug, sent in context.sent.items()
        if context.now - sent < AGAIN
    ]
    return f"sent in the last 8 weeks already: {', '.join(recent)}" if recent else ""


def verdicts_are_fresh(_: Issue, context: Context) -> str:
    """Tools change: after half a year a verdict may be on another one than readers will find."""
    tools = {
        tool.slug: tool for pair in context.pairs for tool in (pair.challenger, pair.incumbent)
    }
    old = [
        tool.name
        for tool in tools.values()
        if tool.verdict and tool.updated_at and context.now - tool.updated_at > STALE
    ]
    return f"the verdict is older than 180 days: {', '.join(old)}" if old else ""


def enough_is_new(issue: Issue, context: Context) -> str:
    """A digest of what readers know already costs their attention for the next one."""
    new = [item for item in issue.items if item.comparison not in context.sent]
    if issue.kind is not IssueKind.DIGEST or len(new) >= context.minimum:
        return ""
    return f"{len(new) or 'none'} of its comparisons is new, and {context.minimum} should be"


WARNINGS: tuple[Warn, ...] = (
    tools_come_once,
    pairs_are_not_repeated,
    verdicts_are_fresh,
    enough_is_new,
)


def warnings(issue: Issue, context: Context) -> tuple[str, ...]:
    """What an editor should know of it, in the order of WARNINGS."""
    return tuple(said for warn in WARNINGS if (said := warn(issue, context)))


def reason(rule: Rule | Warn) -> str:
    """Why there is this rule, as one line."""
    return " ".join((rule.__doc__ or "").split())
