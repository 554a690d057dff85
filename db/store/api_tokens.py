"""Tokens of programs, known by their hash."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.mapping import columns, value
from db.tables import ApiTokenRow
from digest.model import ApiToken

KEPT = ("name", "issued_by", "created_at")


def keep_token(session: Session, token: ApiToken, token_hash: str) -> ApiToken:
    row = ApiTokenRow(**columns(token, KEPT), scopes=list(token.scopes), token_hash=token_hash)
    session.add(row)
    session.flush()
    return value(ApiToken, row)


def tokens(session: Session) -> list[ApiToken]:
    """Those in use first, the newest first of each."""
    revoked = ApiTokenRow.revoked_at.is_not(None)
    query = select(ApiTokenRow).order_by(revoked, ApiTokenRow.id.desc())
    return [value(ApiToken, row) for row in session.scalars(query)]


def token_of(session: Session, token_hash: str) -> ApiToken | None:
    """The token with this hash, if it was not revoked."""
    query = select(ApiTokenRow).where(
        ApiTokenRow.token_hash == token_hash, ApiTokenRow.revoked_at.is_(None)
    )
    row = session.scalar(query)
    return value(ApiToken, row) if row else None


def used(session: Session, number: int, now: datetime) -> None:
    session.execute(update(ApiTokenRow).where(ApiTokenRow.id == number).values(used_at=now))


def revoke(session: Session, number: int, now: datetime) -> str | None:
    """The name of what was revoked; None where there is no such token in use."""
    gone = update(ApiTokenRow).where(ApiTokenRow.id == number, ApiTokenRow.revoked_at.is_(None))
    return session.scalar(gone.values(revoked_at=now).returning(ApiTokenRow.name))
