"""What feeds showed us, entry by entry, and what it was taken for."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from db.mapping import columns, insert_new, value
from db.tables import EntryRow
from digest.model import Seen

SAID = ("identity", "title", "link", "updated", "content")  # what an entry says of itself
MOST_OF_LATE = 1_000
"""How far back we look for an entry that came back under another identity."""


def seen(session: Session, feed: int, identities: Collection[str]) -> dict[str, Seen]:
    """Those of the identities that this feed showed before."""
    rows = session.scalars(
        select(EntryRow).where(EntryRow.feed_id == feed, EntryRow.identity.in_(identities))
    )
    return {row.identity: value(Seen, row) for row in rows}


def latest(session: Session, feed: int) -> list[Seen]:
    """What a feed showed of late, the newest first."""
    query = select(EntryRow).where(EntryRow.feed_id == feed).order_by(EntryRow.id.desc())
    return [value(Seen, row) for row in session.scalars(query.limit(MOST_OF_LATE))]


def keep_entry(session: Session, feed: int, seen: Seen, now: datetime) -> bool:
    """Note an entry that is new; False if another hand was faster."""
    shown = columns(seen, (*SAID, "published", "kind", "reason", "launch_id"))
    insert = insert_new(session, EntryRow).values(feed_id=feed, first_seen=now, **shown)
    return session.scalar(insert.returning(EntryRow.id)) is not None


def keep_launch_of(session: Session, feed: int, identity: str, launch: int, reason: str) -> None:
    """Note which launch an entry announced; the `reason` says if another had done so before."""
    session.execute(
        update(EntryRow)
        .where(EntryRow.feed_id == feed, EntryRow.identity == identity)
        .values(launch_id=launch, reason=reason)
    )


def change_entry(session: Session, feed: int, identity: str, seen: Seen, now: datetime) -> None:
    """Put what an entry says now in place of what it said under its former `identity`. When it
    was published stays."""
    session.execute(
        update(EntryRow)
        .where(EntryRow.feed_id == feed, EntryRow.identity == identity)
        .values(changed_at=now, **columns(seen, SAID))
    )


def count_entries(session: Session) -> dict[int, int]:
    """How many entries each feed has shown so far, by feed id."""
    rows = session.execute(select(EntryRow.feed_id, func.count()).group_by(EntryRow.feed_id))
    return dict(rows.all())
