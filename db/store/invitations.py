"""The mails that answered sign-ups, one row each, as the limits on them count."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, text, true, update
from sqlalchemy.orm import Session

from db.mapping import columns
from db.tables import InvitationRow
from digest.model import Invitation

TURN = 7203  # names our lock among PostgreSQL's advisory locks; any number that no other has
COUNTED_BY = {"network": InvitationRow.network, "domain": InvitationRow.domain}


def take_turns(session: Session) -> None:
    """Until this transaction ends, whoever else calls this waits: what was counted stays true. On
    SQLite every transaction that writes has the database for itself anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": TURN})


def keep_invitation(session: Session, invitation: Invitation, now: datetime) -> None:
    named = ("bucket", "network", "domain", "asks")
    session.add(InvitationRow(**columns(invitation, named), created_at=now))


def latest_mails(session: Session, bucket: str, most: int) -> list[datetime]:
    """When the latest mails went to an inbox, newest first."""
    query = select(InvitationRow.created_at).where(InvitationRow.bucket == bucket)
    return list(session.scalars(query.order_by(InvitationRow.created_at.desc()).limit(most)))


def last_told(session: Session, bucket: str) -> datetime | None:
    """When an inbox was last told that it is in already."""
    query = select(func.max(InvitationRow.created_at))
    return session.scalar(query.where(InvitationRow.bucket == bucket, ~InvitationRow.asks))


def count_mails(session: Session, by: str, name: str, since: Sequence[datetime]) -> tuple[int, ...]:
    """How many mails have gone since each of these moments to a `network` or a `domain` of that
    name; to all of the `site`, if that is what `by` says."""
    column = COUNTED_BY.get(by)
    of: ColumnElement[bool] = true() if column is None else column == name
    counts = [func.count().filter(InvitationRow.created_at > moment) for moment in since]
    query = select(*counts).where(of, InvitationRow.created_at > min(since))
    return tuple(session.execute(query).one())


def confirm_invitations(session: Session, bucket: str, now: datetime) -> None:
    """Note that who reads an inbox wanted the mails that asked."""
    session.execute(
        update(InvitationRow)
        .where(InvitationRow.bucket == bucket, InvitationRow.asks)
        .where(InvitationRow.confirmed_at.is_(None))
        .values(confirmed_at=now)
    )


def answers(session: Session, before: datetime, most: int) -> tuple[int, int]:
    """Of the newest mails that asked before then: how many they are, how many were confirmed."""
    newest = (
        select(InvitationRow.confirmed_at)
        .where(InvitationRow.asks, InvitationRow.created_at <= before)
        .order_by(InvitationRow.created_at.desc())
        .limit(most)
        .subquery()
    )
    asked, confirmed = session.execute(
        select(func.count(), func.count(newest.c.confirmed_at)).select_from(newest)
    ).one()
    return asked, confirmed
