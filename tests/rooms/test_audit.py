"""The record of what was done, as the database keeps it."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from db.engine import Sessions
from db.store import audit as store
from db.store.audit import Search
from digest.desk import record
from tests.makers import SUNDAY

WRITERS, EACH = 6, 10


def did(sessions: Sessions, *acts: str, who: str = "pat@desk.example") -> None:
    for act in acts:
        with sessions.begin() as session:
            store.note(session, who, act, "2026-W47", SUNDAY, ip="192.0.2.1", reason="Fine.")


def says(sessions: Sessions, sentence: str) -> None:
    with sessions.begin() as session:
        session.execute(text(sentence))


def test_what_was_noted_is_whole(sessions: Sessions) -> None:
    assert record.verify(sessions).broken is None
    did(sessions, "submit", "approve", "cancel")
    checked = record.verify(sessions)
    assert (checked.broken, checked.head.lines) == (None, 3)


def test_several_lines_of_one_transaction_follow_each_other(sessions: Sessions) -> None:
    with sessions.begin() as session:
        for act in ("submit", "approve"):
            store.note(session, "pat", act, "2026-W47", SUNDAY)
    assert record.verify(sessions).head.lines == 2


def test_an_act_that_fails_leaves_no_line_and_no_gap(sessions: Sessions) -> None:
    did(sessions, "submit")
    session = sessions()
    store.note(session, "pat", "approve", "2026-W47", SUNDAY)
    session.rollback()
    session.close()
    did(sessions, "cancel")
    assert record.verify(sessions).head.lines == 2


@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        ("UPDATE audit SET who = 'sam' WHERE act = 'approve'", 2),
        ("UPDATE audit SET ip = '' WHERE act = 'submit'", 1),
        ("DELETE FROM audit WHERE act = 'approve'", 3),
        ("DELETE FROM audit WHERE act = 'cancel'", 0),
        ("DELETE FROM audit", 0),
        ("UPDATE audit SET id = 99 WHERE act = 'submit'", 2),
        ("UPDATE audit_head SET lines = 2", 0),
    ],
)
def test_what_is_done_to_the_table_by_hand_is_found(
    sessions: Sessions, tampering: str, broken: int
) -> None:
    did(sessions, "submit", "approve", "cancel")
    says(sessions, tampering)
    assert record.verify(sessions).broken == broken


def test_lines_from_before_the_chain_are_covered_by_the_first_that_is_chained(
    sessions: Sessions,
) -> None:
    did(sessions, "submit", "approve")
    says(sessions, "UPDATE audit SET hash = ''")  # as an older version left them
    says(sessions, "DELETE FROM audit_head")
    assert record.verify(sessions).broken is None
    did(sessions, "cancel")
    assert record.verify(sessions).head.lines == 3
    says(sessions, "UPDATE audit SET who = 'sam' WHERE act = 'submit'")
    assert record.verify(sessions).broken == 3


def test_a_long_record_is_read_a_few_lines_at_a_time(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "AT_ONCE", 2)
    did(sessions, *"abcde")
    assert record.verify(sessions).head.lines == 5
    assert [json.loads(line)["act"] for line in record.export(sessions)] == list("abcde")


def test_many_hands_at_once_make_one_chain(postgres_sessions: Sessions) -> None:
    """The first of all lines too: nobody has made the head before."""

    def writes(number: int) -> None:
        did(postgres_sessions, *["edit"] * EACH, who=f"editor {number}")

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(writes, range(WRITERS)))
    checked = record.verify(postgres_sessions)
    assert (checked.broken, checked.head.lines) == (None, WRITERS * EACH)


def test_the_export_says_all_there_is_to_say(sessions: Sessions) -> None:
    did(sessions, "submit")
    (line,) = (json.loads(line) for line in record.export(sessions))
    assert line == {
        "id": line["id"],
        "at": "2026-11-22T09:00:00+00:00",
        "who": "pat@desk.example",
        "act": "submit",
        "what": "2026-W47",
        "detail": {"reason": "Fine."},
        "ip": "192.0.2.1",
        "hash": record.verify(sessions).head.hash,
    }


def test_the_record_is_searched_by_who_what_and_when(sessions: Sessions) -> None:
    did(sessions, "submit", "approve")
    did(sessions, "cancel", who="sam@desk.example")

    def found(**wanted: object) -> list[str]:
        return [line.act for line in record.search(sessions, Search(**wanted), 10)]  # type: ignore[arg-type]

    assert found() == ["cancel", "approve", "submit"]
    assert found(who="pat@desk.example") == ["approve", "submit"]
    assert found(act="submit", what="2026-W47") == ["submit"]
    assert found(what="2026-W48") == []
    assert found(since=SUNDAY, until=SUNDAY) == []
    assert len(found(since=SUNDAY, until=SUNDAY + timedelta(seconds=1))) == 3
    assert record.acts(sessions) == ["approve", "cancel", "submit"]
    newest = record.search(sessions, Search(), 1)
    assert found(before=newest[0].id) == ["approve", "submit"]
