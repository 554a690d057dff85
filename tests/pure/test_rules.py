"""Why an issue may not go on, for every state and every act."""

from datetime import timedelta
from typing import Any

import pytest

from digest.issues.rules import (
    APPROVE,
    RULES,
    SUBMIT,
    WARNINGS,
    Act,
    Context,
    Rule,
    Warn,
    enough_is_new,
    lapsed,
    objections,
    pairs_are_not_repeated,
    reason,
    tools_come_once,
    verdicts_are_fresh,
    warnings,
)
from digest.model import Editor, Issue, IssueKind, IssueState, Item, Rendering, Role
from tests.makers import SUNDAY, a_pair, a_tool, an_issue, an_unreviewed_tool

RENDERING = Rendering(subject="s", preheader="p", html="h", text="t")
WRITER = Editor(email="writer@desk.example", role=Role.WRITER)
PUBLISHER = Editor(email="publisher@desk.example", role=Role.PUBLISHER)
PAT = "pat@desk.example"
ADMIN = Editor(email="admin@desk.example", role=Role.ADMIN)
STATES = {
    IssueState.DRAFT: ("", "it was not submitted for review"),
    IssueState.REVIEW: ("it is review, not a draft", ""),
    IssueState.APPROVED: ("it is approved, not a draft", "it is approved"),
    IssueState.SENDING: ("it is sending, not a draft", "it is sending"),
    IssueState.SENT: ("it is sent, not a draft", "it is sent"),
    IssueState.PAUSED: ("it is paused, not a draft", "it is paused"),
    IssueState.CANCELLED: ("it is cancelled, not a draft", "it is cancelled"),
    IssueState.SKIPPED: ("it is skipped, not a draft", "it is skipped"),
}
"""What speaks against submitting and against approving an issue that is whole but for its state."""


def a_whole_issue(**fields: Any) -> Issue:
    usual = {"items": (Item(comparison="plainwright-vs-notekeel"),), "rendering": RENDERING}
    return an_issue(**(usual | fields))


def in_review(**fields: Any) -> Issue:
    return a_whole_issue(state=IssueState.REVIEW, **fields)


@pytest.mark.parametrize("state", IssueState)
def test_each_state_says_what_it_has_against_each_act(state: IssueState) -> None:
    issue, act = a_whole_issue(state=state), Act(editor=PUBLISHER)
    submit, approve = STATES[state]
    assert objections(issue, act, SUBMIT) == ((submit,) if submit else ())
    assert objections(issue, act, APPROVE) == ((approve,) if approve else ())


def test_all_objections_are_told_at_once_in_the_order_of_the_rules() -> None:
    bare = an_issue(items=(), rendering=None, state=IssueState.SENT)
    act = Act(editor=WRITER, minimum=2)
    hollow = (
        "it holds no comparison, and needs 2",
        "it was never rendered; `digest draft` does that",
    )
    assert objections(bare, act, SUBMIT) == ("it is sent, not a draft", *hollow)
    assert objections(bare, act, APPROVE) == (
        "it is sent",
        *hollow,
        "writer@desk.example is a writer; a publisher approves",
    )


@pytest.mark.parametrize(
    ("count", "minimum", "said"),
    [
        (0, 1, "it holds no comparison, and needs 1"),
        (1, 2, "it holds 1 comparison, and needs 2"),
        (2, 3, "it holds 2 comparisons, and needs 3"),
        (3, 3, ""),
        (4, 3, ""),
    ],
)
def test_a_digest_holds_as_many_comparisons_as_the_house_wants(
    count: int, minimum: int, said: str
) -> None:
    issue = a_whole_issue(items=tuple(Item(comparison=f"a-vs-{n}") for n in range(count)))
    assert objections(issue, Act(editor=WRITER, minimum=minimum), SUBMIT) == (
        (said,) if said else ()
    )


def test_the_issue_of_one_comparison_needs_only_that_one() -> None:
    single = a_whole_issue(kind=IssueKind.COMPARISON, id="c-plainwright-vs-notekeel")
    assert objections(single, Act(editor=WRITER, minimum=3), SUBMIT) == ()
    empty = a_whole_issue(kind=IssueKind.COMPARISON, items=())
    assert objections(empty, Act(editor=WRITER, minimum=3), SUBMIT) == (
        "it holds no comparison, and needs 1",
    )


@pytest.mark.parametrize(
    ("editor", "said"),
    [
        (WRITER, ("writer@desk.example is a writer; a publisher approves",)),
        (PUBLISHER, ()),
        (ADMIN, ()),
    ],
)
def test_publishers_and_admins_approve(editor: Editor, said: tuple[str, ...]) -> None:
    assert objections(in_review(), Act(editor=editor), APPROVE) == said


def test_writers_submit() -> None:
    assert objections(a_whole_issue(), Act(editor=WRITER), SUBMIT) == ()


@pytest.mark.parametrize("hand", ["edited_by", "submitted_by"])
def test_with_two_approvers_a_second_pair_of_eyes_is_needed(hand: str) -> None:
    issue = in_review(**{hand: PUBLISHER.email})
    [said] = objections(issue, Act(editor=PUBLISHER, approvers=2), APPROVE)
    assert said == (
        "publisher@desk.example changed it or handed it in, and a second editor has to approve it"
    )
    assert objections(issue, Act(editor=ADMIN, approvers=2), APPROVE) == ()
    assert objections(issue, Act(editor=PUBLISHER, approvers=1), APPROVE) == ()


def test_an_issue_that_no_hand_touched_may_be_approved_by_any_publisher() -> None:
    assert objections(in_review(), Act(editor=PUBLISHER, approvers=2), APPROVE) == ()


def test_every_rule_stands_in_the_way_of_some_act() -> None:
    assert set(RULES) == {*SUBMIT, *APPROVE}
    assert len(RULES) == len(set(RULES))


# --- when sending begins -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("approver", "fingerprint", "said"),
    [
        (PUBLISHER, RENDERING.fingerprint, ""),
        (ADMIN, RENDERING.fingerprint, ""),
        (WRITER, RENDERING.fingerprint, f"{PAT}, who approved it, is a writer now"),
        (
            None,
            RENDERING.fingerprint,
            f"{PAT}, who approved it, is no longer on the team",
        ),
        (PUBLISHER, "ab", "its rendering is not the one that was approved"),
    ],
)
def test_an_approval_lapses_with_its_bytes_or_with_who_gave_it(
    approver: Editor | None, fingerprint: str, said: str
) -> None:
    issue = a_whole_issue(approved_by=PAT, approved_fingerprint=fingerprint)
    assert lapsed(issue, approver) == said


def test_an_approval_of_nothing_lapses() -> None:
    assert lapsed(an_issue(rendering=None), PUBLISHER)


# --- warnings ------------------------------------------------------------------------------


def a_context(**fields: Any) -> Context:
    usual: dict[str, Any] = {"pairs": (), "sent": {}, "now": SUNDAY}
    return Context(**(usual | fields))


def test_a_tool_in_two_comparisons_is_told() -> None:
    pairs = (a_pair(), a_pair(a_tool("Fernwick"), a_tool("Notekeel")))
    assert tools_come_once(an_issue(), a_context(pairs=pairs)) == "listed more than once: Notekeel"
    assert tools_come_once(an_issue(), a_context(pairs=pairs[:1])) == ""


@pytest.mark.parametrize(("weeks", "warned"), [(7.9, True), (8, False)])
def test_a_pair_of_the_last_eight_weeks_is_told(weeks: float, warned: bool) -> None:
    context = a_context(sent={"a-vs-b": SUNDAY - timedelta(weeks=weeks)})
    said = pairs_are_not_repeated(an_issue(), context)
    assert said.startswith("sent in the last 8 weeks already: a-vs-b on 2026-09") is warned


@pytest.mark.parametrize(("days", "warned"), [(181, True), (180, False)])
def test_a_verdict_of_more_than_half_a_year_is_told(days: int, warned: bool) -> None:
    judged = a_tool("Oldstone", updated_at=SUNDAY - timedelta(days=days))
    pair = a_pair(an_unreviewed_tool(updated_at=SUNDAY - timedelta(days=900)), judged)
    said = verdicts_are_fresh(an_issue(), a_context(pairs=(pair,)))
    assert said == ("the verdict is older than 180 days: Oldstone" if warned else "")


def test_too_little_that_is_new_is_told_of_a_digest() -> None:
    context = a_context(sent={"plainwright-vs-notekeel": SUNDAY}, minimum=1)
    said = "none of its comparisons is new, and 1 should be"
    assert enough_is_new(a_whole_issue(), context) == said
    assert enough_is_new(a_whole_issue(kind=IssueKind.COMPARISON), context) == ""
    assert enough_is_new(a_whole_issue(), a_context()) == ""


def test_all_warnings_are_told_in_their_order() -> None:
    old = SUNDAY - timedelta(days=400)
    tool = a_tool("Oldstone", updated_at=old)
    context = a_context(pairs=(a_pair(tool, tool),), sent={"plainwright-vs-notekeel": SUNDAY})
    assert len(warnings(a_whole_issue(), context)) == len(WARNINGS)


@pytest.mark.parametrize("rule", [*RULES, *WARNINGS])
def test_every_rule_says_why_it_is_there(rule: Rule | Warn) -> None:
    assert reason(rule).endswith(".")
