"""Issues as they are kept, and the states they go through."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from time import sleep

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from db.engine import Sessions
from db.store import comparisons, tools
from db.store import issues as store
from db.tables import ItemRow
from digest.errors import NotFoundError
from digest.model import Issue, IssueState, Item, Rendering
from tests.makers import SUNDAY, a_pair, a_tool, an_issue

HOUR = timedelta(hours=1)
S = IssueState
RENDERING = Rendering(
    subject="Plainwright or Notekeel?",
    preheader="Both sides clear the panel — barely.",
    html="<p>Ship &amp; skip\r\n\u00a0für alle \U0001f6a2</p>",
    text="Ship & skip\n-- \n",
)


def put(sessions: Sessions, issue: Issue, now: datetime = SUNDAY) -> Issue:
    with sessions.begin() as session:
        store.put_issue(session, issue, SUNDAY.date(), now)
    return kept(sessions, issue.id)


def kept(sessions: Sessions, name: str = "2026-W47") -> Issue:
    with sessions() as session:
        return store.issue(session, name)


def keep_pairs(sessions: Sessions, *challengers: str) -> None:
    """Comparisons `<challenger>-vs-notekeel`."""
    with sessions.begin() as session:
        known = a_tool("Notekeel")
        known = replace(known, id=tools.put_tool(session, known, SUNDAY).id)
        for name in challengers:
            new = a_tool(name)
            new = replace(new, id=tools.put_tool(session, new, SUNDAY).id)
            comparisons.keep_pair(session, a_pair(new, known), None)


def items(*challengers: str) -> tuple[Item, ...]:
    return tuple(Item(comparison=f"{name}-vs-notekeel", takeaway=name) for name in challengers)


def test_an_issue_comes_back_as_it_was_put(sessions: Sessions) -> None:
    keep_pairs(sessions, "Aldermoor", "Fernwick")
    given_issue = an_issue(
        items=items("fernwick", "aldermoor"),
        rendering=RENDERING,
        subject=RENDERING.subject,
        preheader=RENDERING.preheader,
        edited_by="writer@desk.example",
        reason="A reason",
    )
    assert put(sessions, given_issue) == given_issue


def test_a_rendering_comes_back_with_the_fingerprint_that_was_approved(sessions: Sessions) -> None:
    issue = an_issue(rendering=RENDERING, subject=RENDERING.subject, preheader=RENDERING.preheader)
    known = put(sessions, issue).rendering
    assert known == RENDERING
    assert known.fingerprint == RENDERING.fingerprint


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.tuples(WORDS, WORDS, WORDS.filter(bool), WORDS))
def test_no_text_changes_its_fingerprint_by_being_kept(
    sessions: Sessions, words: tuple[str, str, str, str]
) -> None:
    subject, preheader, html, text = words
    rendering = Rendering(subject=subject, preheader=preheader, html=html, text=text)
    known = put(sessions, an_issue(rendering=rendering, subject=subject, preheader=preheader))
    assert known.rendering
    assert known.rendering.fingerprint == rendering.fingerprint


def test_items_keep_the_order_an_editor_gives_them(sessions: Sessions) -> None:
    keep_pairs(sessions, "Aldermoor", "Fernwick", "Tarnhelm")
    put(sessions, an_issue(items=items("aldermoor", "fernwick", "tarnhelm")))
    turned = items("tarnhelm", "aldermoor", "fernwick")
    assert put(sessions, an_issue(items=turned)).items == turned
    assert put(sessions, an_issue(items=turned[1:])).items == turned[1:]
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(ItemRow)) == 2


def test_an_issue_put_twice_in_one_transaction_is_the_later_one(sessions: Sessions) -> None:
    keep_pairs(sessions, "Aldermoor", "Fernwick")
    with sessions.begin() as session:
        for name in ("aldermoor", "fernwick"):
            store.put_issue(session, an_issue(items=items(name)), SUNDAY.date(), SUNDAY)
            assert store.issue(session, "2026-W47").items == items(name)
    assert kept(sessions).items == items("fernwick")


def test_an_issue_cannot_hold_a_comparison_nobody_made(sessions: Sessions) -> None:
    with pytest.raises(NotFoundError, match="there is no comparison 'ghost-vs-notekeel'"):
        put(sessions, an_issue(items=items("ghost")))


def test_an_issue_nobody_drafted_is_not_found(sessions: Sessions) -> None:
    with sessions() as session:
        assert store.find_issue(session, "2026-W47") is None
        with pytest.raises(NotFoundError, match="there is no issue '2026-W47'"):
            store.issue(session, "2026-W47")


def test_issues_come_newest_first_all_or_some(sessions: Sessions) -> None:
    put(sessions, an_issue(id="2026-W46", state=S.SENT), SUNDAY - 7 * 24 * HOUR)
    put(sessions, an_issue(id="2026-W47"), SUNDAY)
    put(sessions, an_issue(id="c-aldermoor-vs-notekeel"), SUNDAY)
    with sessions() as session:
        names = [issue.id for issue in store.issues(session)]
        sent = [issue.id for issue in store.issues(session, [S.SENT, S.CANCELLED])]
    assert names == ["c-aldermoor-vs-notekeel", "2026-W47", "2026-W46"]
    assert sent == ["2026-W46"]


# --- states --------------------------------------------------------------------------------


def test_a_move_writes_what_it_brings(sessions: Sessions) -> None:
    put(sessions, an_issue(state=S.REVIEW))
    with sessions.begin() as session:
        seen = store.issue(session, "2026-W47")
        assert store.move(
            session,
            "2026-W47",
            [seen.state],
            S.APPROVED,
            SUNDAY,
            approved_by="publisher@desk.example",
            approved_at=SUNDAY,
            send_at=SUNDAY + HOUR,
        )
        assert store.issue(session, "2026-W47").state is S.APPROVED
    known = kept(sessions)
    assert (known.state, known.approved_by) == (S.APPROVED, "publisher@desk.example")
    assert (known.approved_at, known.send_at) == (SUNDAY, SUNDAY + HOUR)


def test_a_move_from_another_state_does_nothing(sessions: Sessions) -> None:
    put(sessions, an_issue(state=S.DRAFT))
    with sessions.begin() as session:
        assert not store.move(session, "2026-W47", [S.REVIEW], S.APPROVED, SUNDAY)
        assert not store.move(session, "2026-W99", [S.DRAFT], S.REVIEW, SUNDAY)
    assert kept(sessions).state is S.DRAFT


def test_of_many_hands_that_saw_the_same_state_one_moves_the_issue(sessions: Sessions) -> None:
    hands = 6
    put(sessions, an_issue(state=S.REVIEW))
    barrier = Barrier(hands)

    def approve(hand: int) -> bool:
        barrier.wait()
        with sessions.begin() as session:
            name = f"publisher-{hand}@desk.example"
            move = (session, "2026-W47", [S.REVIEW], S.APPROVED, SUNDAY)
            return store.move(*move, approved_by=name)

    with ThreadPoolExecutor(hands) as pool:
        won = list(pool.map(approve, range(hands)))
    assert won.count(True) == 1
    assert kept(sessions).approved_by == f"publisher-{won.index(True)}@desk.example"


def test_an_issue_drafted_anew_while_it_is_being_approved_is_not_approved(
    sessions: Sessions,
) -> None:
    put(sessions, an_issue(state=S.DRAFT))
    with ThreadPoolExecutor(1) as pool:
        with sessions.begin() as approver:
            assert store.move(approver, "2026-W47", [S.DRAFT], S.APPROVED, SUNDAY)
            redrafted = pool.submit(put, sessions, an_issue(headline="Another"))
            sleep(0.2)  # the drafter is in the midst of it now, waiting for the approval
        assert redrafted.result().state is S.DRAFT
    assert kept(sessions).headline == "Another"


def test_due_is_what_is_approved_past_its_undo_or_on_its_way(sessions: Sessions) -> None:
    for name, state, wait in (
        ("2026-W41", S.APPROVED, HOUR),
        ("2026-W42", S.APPROVED, 0 * HOUR),
        ("2026-W43", S.APPROVED, -HOUR),
        ("2026-W44", S.SENDING, -2 * HOUR),
        ("2026-W45", S.PAUSED, -HOUR),
        ("2026-W46", S.SENT, -HOUR),
        ("2026-W47", S.REVIEW, -HOUR),
    ):
        put(sessions, an_issue(id=name))
        with sessions.begin() as session:
            assert store.move(session, name, [S.DRAFT], state, SUNDAY, send_at=SUNDAY + wait)
    with sessions() as session:
        assert store.due(session, SUNDAY) == ["2026-W44", "2026-W43", "2026-W42"]
