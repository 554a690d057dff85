"""Links that were mailed because somebody asked for them, known by the hash of their token."""

from datetime import datetime

from sqlalchemy import Select, delete, or_, select
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


def find_link(session: Session, token_hash: str, purpose: str, now: datetime) -> MailedLink | None:
    """The link of a token while it works; looking leaves it as it is."""
    row = session.scalar(_working(token_hash, purpose, now))
    return value(MailedLink, row, subscriber=row.subscriber_id) if row else None


def mailed_since(
    session: Session, purpose: str, subscriber: int, email: str, since: datetime
) -> list[datetime]:
    """When links for a purpose were mailed to a reader, or to an address they wanted to move to."""
    theirs = MailedLinkRow.subscriber_id == subscriber
    query = select(MailedLinkRow.created_at).where(
        MailedLinkRow.purpose == purpose,
        MailedLinkRow.created_at >= since,
        or_(theirs, MailedLinkRow.email == email) if email else theirs,
    )
    return list(session.scalars(query))


def use_link(session: Session, token_hash: str, purpose: str, now: datetime) -> MailedLink | None:
    """The link of a token while it works, from now on used: `used_at` of what comes back is None
    the first time only. Two hands that use it at once come one after the other."""
    row = session.scalar(_working(token_hash, purpose, now).with_for_update())
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


def _working(token_hash: str, purpose: str, now: datetime) -> Select[MailedLinkRow]:
    return select(MailedLinkRow).where(
        MailedLinkRow.token_hash == token_hash,
        MailedLinkRow.purpose == purpose,
        MailedLinkRow.expires_at > now,
    )
