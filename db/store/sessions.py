"""Links that sign an editor in, and the browsers that are signed in; both known by a hash alone."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from db.mapping import insert_new, value
from db.tables import EditorRow, EditorSessionRow, SignInRow
from digest.model import Editor, EditorSession

# --- links ---------------------------------------------------------------------------------


def keep_link(
    session: Session, editor: int, token_hash: str, now: datetime, expires_at: datetime
) -> None:
    row = SignInRow(editor_id=editor, token_hash=token_hash, created_at=now, expires_at=expires_at)
    session.add(row)


def count_links(session: Session, editor: int, now: datetime) -> int:
    """How many links an editor was mailed that have not run out, used or not."""
    query = select(func.count()).select_from(SignInRow)
    alive = query.where(SignInRow.editor_id == editor, SignInRow.expires_at > now)
    return session.scalar(alive) or 0


def use_once(session: Session, editor: int, token_hash: str, now: datetime) -> bool:
    """Note that an editor proved themselves by something other than a link; False if by the same
    before."""
    given = {"editor_id": editor, "token_hash": token_hash, "created_at": now}
    used = insert_new(session, SignInRow).values(**given, expires_at=now, used_at=now)
    return session.scalar(used.returning(SignInRow.id)) is not None


def works(session: Session, token_hash: str, now: datetime) -> bool:
    """Whether a link would sign somebody in."""
    return session.scalar(select(SignInRow.id).where(*_unused(token_hash, now))) is not None


def use_link(session: Session, token_hash: str, now: datetime) -> int | None:
    """The editor whom a link signs in, once; all other links of theirs are used up with it."""
    used = update(SignInRow).where(*_unused(token_hash, now)).values(used_at=now)
    editor = session.scalar(used.returning(SignInRow.editor_id))
    if editor is not None:
        others = update(SignInRow).where(SignInRow.editor_id == editor, SignInRow.used_at.is_(None))
        session.execute(others.values(used_at=now))
    return editor


def _unused(token_hash: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        SignInRow.token_hash == token_hash,
        SignInRow.used_at.is_(None),
        SignInRow.expires_at > now,
    )


# --- browsers ------------------------------------------------------------------------------


def open_session(
    session: Session, editor: int, token_hash: str, agent: str, ip: str, now: datetime
) -> None:
    given = {"editor_id": editor, "token_hash": token_hash, "agent": agent, "ip": ip}
    session.add(EditorSessionRow(**given, created_at=now, seen_at=now))


def known(session: Session, token_hash: str) -> tuple[Editor, EditorSession] | None:
    """Whose browser holds that token, as the team is now; whatever became of the session."""
    query = (
        select(EditorRow, EditorSessionRow)
        .join(EditorRow, EditorRow.id == EditorSessionRow.editor_id)
        .where(EditorSessionRow.token_hash == token_hash)
    )
    found = session.execute(query).first()
    return (value(Editor, found[0]), value(EditorSession, found[1])) if found else None


def saw(session: Session, number: int, now: datetime) -> None:
    seen = update(EditorSessionRow).where(EditorSessionRow.id == number)
    session.execute(seen.values(seen_at=now))


def sessions_since(
    session: Session, created: datetime, seen: datetime, editor: int | None = None
) -> list[EditorSession]:
    """Sessions not revoked that began and were last seen after these moments, of one editor or of
    all, the last seen first."""
    query = select(EditorSessionRow).where(
        EditorSessionRow.revoked_at.is_(None),
        EditorSessionRow.created_at > created,
        EditorSessionRow.seen_at > seen,
    )
    if editor is not None:
        query = query.where(EditorSessionRow.editor_id == editor)
    rows = session.scalars(query.order_by(EditorSessionRow.seen_at.desc(), EditorSessionRow.id))
    return [value(EditorSession, row) for row in rows]


def revoke(session: Session, editor: int, now: datetime, number: int | None = None) -> int:
    """End one session of an editor, or all of them; how many were open."""
    ended = update(EditorSessionRow).where(
        EditorSessionRow.editor_id == editor, EditorSessionRow.revoked_at.is_(None)
    )
    if number is not None:
        ended = ended.where(EditorSessionRow.id == number)
    return len(session.execute(ended.values(revoked_at=now).returning(EditorSessionRow.id)).all())


def forget(session: Session, before: datetime) -> None:
    """Drop links and sessions that began before then."""
    session.execute(delete(SignInRow).where(SignInRow.created_at < before))
    session.execute(delete(EditorSessionRow).where(EditorSessionRow.created_at < before))
