"""Parts of what is kept of readers that are forgotten while the rest stays."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from db.tables import ConsentRow, InvitationRow


def coarsen_addresses(session: Session, before: datetime, coarse: Callable[[str], str]) -> int:
    """Let `coarse` stand for each network address in the records from before then; how many lines
    that changed. A network, known by its slash, stays as it is."""
    old = (
        ConsentRow.created_at < before,
        ConsentRow.ip != "",
        ConsentRow.ip.not_like("%/%"),
    )
    changed = 0
    for address in session.scalars(select(ConsentRow.ip).where(*old).distinct()).all():
        lines = session.execute(
            update(ConsentRow)
            .where(*old, ConsentRow.ip == address)
            .values(ip=coarse(address))
            .returning(ConsentRow.id)
        )
        changed += len(lines.all())
    return changed


def drop_invitations(session: Session, before: datetime, left: int) -> int:
    """Forget the mails that answered sign-ups before then, but of those that asked for a
    confirmation the newest `left`; how many they were."""
    kept = (
        select(InvitationRow.id)
        .where(InvitationRow.asks, InvitationRow.created_at < before)
        .order_by(InvitationRow.created_at.desc(), InvitationRow.id.desc())
        .limit(left)
    )
    dropped = session.execute(
        delete(InvitationRow)
        .where(InvitationRow.created_at < before, InvitationRow.id.not_in(kept))
        .returning(InvitationRow.id)
    )
    return len(dropped.all())
