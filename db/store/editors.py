"""The team, and the record of what it did."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.mapping import value
from db.tables import AuditRow, EditorRow
from digest.errors import NotFoundError
from digest.model import Editor, Role


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


def editors(session: Session) -> list[Editor]:
    return [value(Editor, row) for row in session.scalars(select(EditorRow).order_by(EditorRow.id))]


def remove_editor(session: Session, email: str) -> None:
    editor(session, email)
    session.execute(delete(EditorRow).where(EditorRow.email == email.lower()))


def note(session: Session, who: str, act: str, what: str, now: datetime, **detail: Any) -> None:
    session.add(AuditRow(who=who, act=act, what=what, detail=detail, created_at=now))


def acts(
    session: Session, act: str, *, who: str = "", what: str = "", since: datetime | None = None
) -> list[datetime]:
    """When this was done, oldest first: by an editor, to one thing, since a moment."""
    query = select(AuditRow.created_at).where(AuditRow.act == act).order_by(AuditRow.id)
    if who:
        query = query.where(AuditRow.who == who)
    if what:
        query = query.where(AuditRow.what == what)
    if since:
        query = query.where(AuditRow.created_at > since)
    return list(session.scalars(query))
