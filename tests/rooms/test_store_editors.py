"""The team and what it did, as it is kept."""

import pytest
from sqlalchemy import select

from db.engine import Sessions
from db.store import editors as store
from db.tables import AuditRow, SignInRow
from digest.errors import NotFoundError
from digest.model import Role
from tests.makers import SUNDAY


def put(sessions: Sessions, email: str, role: Role = Role.WRITER) -> None:
    with sessions.begin() as session:
        store.put_editor(session, email, role, SUNDAY)


def test_an_editor_is_known_by_the_address(sessions: Sessions) -> None:
    put(sessions, "writer@desk.example")
    with sessions() as session:
        editor = store.editor(session, "writer@desk.example")
    assert (editor.email, editor.role) == ("writer@desk.example", Role.WRITER)
    assert editor.id > 0


def test_an_editor_put_again_has_the_new_role_and_the_old_place(sessions: Sessions) -> None:
    put(sessions, "writer@desk.example")
    put(sessions, "publisher@desk.example", Role.PUBLISHER)
    put(sessions, "writer@desk.example", Role.ADMIN)
    with sessions() as session:
        team = [(editor.email, editor.role) for editor in store.editors(session)]
    assert team == [
        ("writer@desk.example", Role.ADMIN),
        ("publisher@desk.example", Role.PUBLISHER),
    ]


def test_an_editor_who_is_removed_can_no_longer_sign_in(sessions: Sessions) -> None:
    put(sessions, "writer@desk.example")
    with sessions.begin() as session:
        number = store.editor(session, "writer@desk.example").id
        session.add(
            SignInRow(editor_id=number, token_hash="0" * 64, expires_at=SUNDAY, created_at=SUNDAY)
        )
    with sessions.begin() as session:
        store.remove_editor(session, "writer@desk.example")
    with sessions() as session:
        assert store.editors(session) == []
        assert session.scalars(select(SignInRow)).all() == []


def test_who_is_no_editor_is_not_found_and_not_removed(sessions: Sessions) -> None:
    with sessions() as session:
        with pytest.raises(NotFoundError, match=r"there is no editor 'nobody@desk\.example'"):
            store.editor(session, "nobody@desk.example")
        with pytest.raises(NotFoundError, match="`digest editors add` adds one"):
            store.remove_editor(session, "nobody@desk.example")


def test_the_record_says_who_did_what_to_what(sessions: Sessions) -> None:
    with sessions.begin() as session:
        store.note(session, "writer@desk.example", "submit", "2026-W47", SUNDAY, fingerprint="ab")
        store.note(session, "command line", "cancel", "2026-W47", SUNDAY)
    with sessions() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.id))
        noted = [(row.who, row.act, row.what, row.detail, row.created_at) for row in rows]
    assert noted == [
        ("writer@desk.example", "submit", "2026-W47", {"fingerprint": "ab"}, SUNDAY),
        ("command line", "cancel", "2026-W47", {}, SUNDAY),
    ]


def test_the_record_of_an_editor_outlives_the_editor(sessions: Sessions) -> None:
    put(sessions, "writer@desk.example")
    with sessions.begin() as session:
        store.note(session, "writer@desk.example", "submit", "2026-W47", SUNDAY)
        store.remove_editor(session, "writer@desk.example")
    with sessions() as session:
        assert session.scalars(select(AuditRow.who)).all() == ["writer@desk.example"]
