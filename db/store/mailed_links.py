"""Links that were mailed because somebody asked for them, known by the hash of their token."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.mapping import value
from db.tables import MailedLinkRow
from digest.model import MailedLink


def keep_link(session: Session, token_hash: str, link: MailedLink, now: datetime) -> None:
    session.add(
        MailedLinkRow(
            token_hash=token_hash,
            purpose=link.purpose,
            subscriber_id=link.subscriber,
            email=link.email,
            message_id=link.message_id,
            expires_at=link.expires_at,
            created_at=now,
        )
    )


def use_link(session: Session, token_hash: str, purpose: str, now: datetime) -> MailedLink | None:
    """The link of a token while it works, from now on used: `used_at` of what comes back is None
    the first time only. Two hands that use it at once come one after the other."""
    query = select(MailedLinkRow).where(
        MailedLinkRow.token_hash == token_hash,
        MailedLinkRow.purpose == purpose,
        MailedLinkRow.expires_at > now,
    )
    row = session.scalar(query.with_for_update())
    if row is None:
        return None
    found = value(MailedLink, row, subscriber=row.subscriber_id)
    row.used_at = row.used_at or now
    return found


def drop_links(session: Session, before: datetime) -> int:
    """Forget links that ran out before then; how many they were."""
    dropped = session.execute(
        delete(MailedLinkRow)
        .where(MailedLinkRow.expires_at < before)
        .returning(MailedLinkRow.token_hash)
    )
    return len(dropped.all())
