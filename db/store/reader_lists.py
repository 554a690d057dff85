"""Whole lists of readers: what is known of many addresses at once, many readers in, all out."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.bulk import among, insert_rows
from db.mapping import columns
from db.tables import ConsentRow, SubscriberRow, SuppressionRow
from digest.model import Consent, Subscriber, SubscriberState

READER = [field.name for field in fields(Subscriber) if field.name != "id"]


def known(session: Session, keys: Collection[str]) -> set[str]:
    """Those of the address keys that belong to a reader."""
    query = select(SubscriberRow.key).where(among(session, SubscriberRow.key, keys))
    return set(session.scalars(query))


def add_subscribers(
    session: Session, subscribers: Mapping[str, Subscriber], now: datetime
) -> dict[str, int]:
    """Add readers by their address keys; the numbers of those who were not known, by key."""
    rows = [
        columns(one, READER)
        | {"key": key, "categories": list(one.categories), "created_at": now, "updated_at": now}
        for key, one in subscribers.items()
    ]
    return dict(insert_rows(session, SubscriberRow, rows, SubscriberRow.key, SubscriberRow.id))


def keep_consents(session: Session, consents: Sequence[tuple[int, Consent]]) -> None:
    """Add a line to the record of each of these readers."""
    rows = [
        {
            "subscriber_id": number,
            "act": one.act,
            "source": one.source,
            "detail": dict(one.detail),
            "created_at": one.at,
        }
        for number, one in consents
    ]
    insert_rows(session, ConsentRow, rows)


def suppress_all(session: Session, reasons: Mapping[str, str], now: datetime) -> None:
    """Suppress addresses by their keyed hashes; what was suppressed before keeps its reason."""
    rows = [
        {"address_hash": address_hash, "reason": reason, "created_at": now}
        for address_hash, reason in reasons.items()
    ]
    insert_rows(session, SuppressionRow, rows)


def subscribers_with_source(
    session: Session, states: Collection[SubscriberState] | None = None
) -> Iterator[tuple[Subscriber, str]]:
    """Readers, or those in some states, in the order they came, a thousand rows at a time; each
    with the source of the first line of their record."""
    # Columns rather than rows: nothing is changed, and a list is long.
    asked = (getattr(SubscriberRow, name) for name in ("id", *READER))
    query = select(*asked).order_by(SubscriberRow.id)
    if states is not None:
        query = query.where(SubscriberRow.state.in_(states))
    for some in session.execute(query.execution_options(yield_per=1000)).mappings().partitions():
        sources = _first_sources(session, [one["id"] for one in some])
        for one in some:
            reader = Subscriber(**dict(one) | {"categories": tuple(one["categories"])})
            yield reader, sources.get(reader.id, "")


def _first_sources(session: Session, numbers: Collection[int]) -> dict[int, str]:
    query = select(ConsentRow.subscriber_id, ConsentRow.source)
    query = query.where(among(session, ConsentRow.subscriber_id, numbers))
    latest_first = query.order_by(ConsentRow.id.desc())
    return dict(session.execute(latest_first).all())
