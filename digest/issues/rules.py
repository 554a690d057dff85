"""Why an issue may not go on: one small function a rule, and the rules of each step as a table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from digest.model import Editor, Issue, IssueKind, IssueState


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
    return "" if issue.rendering else "it was never rendered; `digest draft` does that"


def is_a_draft(issue: Issue, _: Act) -> str:
    return "" if issue.state is IssueState.DRAFT else f"it is {issue.state.value}, not a draft"


def was_submitted(issue: Issue, _: Act) -> str:
    if issue.state is IssueState.REVIEW:
        return ""
    if issue.state is IssueState.DRAFT:
        return "it was not submitted for review"
    return f"it is {issue.state.value}"


def editor_may_publish(_: Issue, act: Act) -> str:
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
