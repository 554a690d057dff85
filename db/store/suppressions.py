"""Addresses that must not be mailed, and which of them the mail service's own list has.

`readers.suppress` and `readers.suppressed` put one in and ask for some; here stands what events
and editors need. The list on this side is the truth.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from db.mapping import insert_new
from db.tables import SubscriberRow, SuppressionRow


class Suppression(NamedTuple):
    """`email` is "" where no reader of ours has the address."""

    address_hash: str
    reason: str
    created_at: datetime
    mirrored_at: datetime | None
    email: str


def suppress_all(
    session: Session,
    readers: Mapping[str, int | None],
    reason: str,
    outranked: Collection[str],
    now: datetime,
    mirrored_at: datetime | None = None,
) -> None:
    """Suppress addresses by their hashes, each with its reader, if there is one. One that is
    suppressed already keeps its reason, unless that is `outranked`."""
    rows = [
        {
            "address_hash": address,
            "reason": reason,
            "subscriber_id": reader,
            "mirrored_at": mirrored_at,
            "created_at": now,
        }
        for address, reader in sorted(readers.items())  # two hands take them in the same order
    ]
    if not rows:
        return
    session.execute(insert_new(session, SuppressionRow), rows)
    session.execute(
        update(SuppressionRow)
        .where(SuppressionRow.address_hash.in_(readers), SuppressionRow.reason.in_(outranked))
        .values(reason=reason)
    )


def suppression(session: Session, address_hash: str) -> Suppression | None:
    found = session.execute(_query().where(SuppressionRow.address_hash == address_hash)).first()
    return Suppression(*found) if found else None


def suppressions(session: Session) -> Iterator[Suppression]:
    """All of them, the oldest first, a thousand rows at a time."""
    query = _query().order_by(SuppressionRow.created_at, SuppressionRow.address_hash)
    for row in session.execute(query.execution_options(yield_per=1000)):
        yield Suppression(*row)


def unmirrored(session: Session, reasons: Collection[str], most: int) -> Sequence[Suppression]:
    """Those of some reasons that the mail service has not been told, and whose reader we have."""
    query = _query().where(
        SuppressionRow.mirrored_at.is_(None),
        SuppressionRow.reason.in_(reasons),
        SuppressionRow.subscriber_id.is_not(None),
    )
    oldest = query.order_by(SuppressionRow.created_at, SuppressionRow.address_hash).limit(most)
    return [Suppression(*row) for row in session.execute(oldest)]


def mark_mirrored(session: Session, hashes: Collection[str], now: datetime) -> None:
    session.execute(
        update(SuppressionRow)
        .where(SuppressionRow.address_hash.in_(hashes))
        .values(mirrored_at=now)
    )


def release(session: Session, address_hash: str) -> None:
    """Let an address be mailed again."""
    session.execute(delete(SuppressionRow).where(SuppressionRow.address_hash == address_hash))


def _query() -> Select[str, str, datetime, datetime | None, str]:
    return (
        select(
            SuppressionRow.address_hash,
            SuppressionRow.reason,
            SuppressionRow.created_at,
            SuppressionRow.mirrored_at,
            func.coalesce(SubscriberRow.email, ""),
        )
        .select_from(SuppressionRow)
        .outerjoin(SubscriberRow, SubscriberRow.id == SuppressionRow.subscriber_id)
    )
