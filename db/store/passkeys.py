"""Passkeys of editors."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from db.mapping import columns, insert_new, value
from db.tables import PasskeyRow
from digest.model import Passkey

KEPT = ("editor_id", "credential_id", "public_key", "sign_count", "name", "created_at")


def keep_passkey(session: Session, passkey: Passkey) -> bool:
    """False if somebody has it already."""
    kept = insert_new(session, PasskeyRow).values(**columns(passkey, KEPT))
    return session.scalar(kept.returning(PasskeyRow.id)) is not None


def passkeys(session: Session, editor: int) -> list[Passkey]:
    query = select(PasskeyRow).where(PasskeyRow.editor_id == editor).order_by(PasskeyRow.id)
    return [value(Passkey, row) for row in session.scalars(query)]


def passkey(session: Session, credential_id: str) -> Passkey | None:
    """The passkey of that credential, held until this transaction ends."""
    query = select(PasskeyRow).where(PasskeyRow.credential_id == credential_id)
    row = session.scalar(query.with_for_update())
    return value(Passkey, row) if row else None


def used(session: Session, number: int, sign_count: int, now: datetime) -> None:
    seen = update(PasskeyRow).where(PasskeyRow.id == number)
    session.execute(seen.values(sign_count=sign_count, used_at=now))


def remove_passkey(session: Session, editor: int, number: int) -> str | None:
    """The name of what was removed; None if the editor has no such passkey."""
    gone = delete(PasskeyRow).where(PasskeyRow.id == number, PasskeyRow.editor_id == editor)
    return session.scalar(gone.returning(PasskeyRow.name))
