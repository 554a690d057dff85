"""The team. What it did is noted in `db.store.audit`, whose `note` and `times` are here too."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.mapping import value
from db.store.audit import note, times
from db.tables import EditorRow
from digest.errors import NotFoundError
from digest.model import Editor, Role

__all__ = [
    "editor",
    "editor_by_id",
    "editors",
    "find_editor",
    "note",
    "put_editor",
    "remove_editor",
    "times",
]


def put_editor(session: Session, email: str, role: Role, now: datetime) -> None:
    """Add an editor, or give one another role."""
    row = session.scalar(select(EditorRow).where(EditorRow.email == email))
    if row is None:
        session.add(EditorRow(email=email, role=role, created_at=now))
    else:
        row.role = role
    session.flush()


def editor(session: Session, email: str) -> Editor:
    found = find_editor(session, email)
    if found is None:
        raise NotFoundError("editor", email, "`digest editors add` adds one")
    return found


def find_editor(session: Session, email: str) -> Editor | None:
    row = session.scalar(select(EditorRow).where(EditorRow.email == email.lower()))
    return value(Editor, row) if row else None


def editor_by_id(session: Session, number: int) -> Editor:
    row = session.get(EditorRow, number)
    if row is None:
        raise NotFoundError("editor", number)
    return value(Editor, row)


def editors(session: Session) -> list[Editor]:
    return [value(Editor, row) for row in session.scalars(select(EditorRow).order_by(EditorRow.id))]


def remove_editor(session: Session, email: str) -> None:
    editor(session, email)
    session.execute(delete(EditorRow).where(EditorRow.email == email.lower()))
