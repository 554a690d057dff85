"""Whole lists of readers: what is known of many addresses at once, many readers in, all out."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from db.mapping import insert_new
from db.tables import ConsentRow, SubscriberRow, SuppressionRow
from digest.model import Consent, Subscriber, SubscriberState

READER = [field.name for field in fields(Subscriber)]


def known(session: Session, keys: Collection[str]) -> set[str]:
    """Those of the address keys that belong to a reader."""
    return set(session.scalars(select(SubscriberRow.key).where(SubscriberRow.key.in_(keys))))


def add_subscribers(
    session: Session, subscribers: Mapping[str, Subscriber], now: datetime
) -> dict[str, int]:
    """Add readers by their address keys; the numbers of those who were not known, by key."""
    if not subscribers:
        return {}
    rows = [
        {
            "key": key,
            "email": one.email,
            "state": one.state,
            "categories": list(one.categories),
            "language": one.language,
            "cadence": one.cadence,
            "paused_until": one.paused_until,
            "confirmed_at": one.confirmed_at,
            "created_at": now,
            "updated_at": now,
        }
        for key, one in subscribers.items()
    ]
    new = insert_new(session, SubscriberRow).returning(SubscriberRow.key, SubscriberRow.id)
    return dict(session.connection().execute(new, rows).all())


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
    if rows:
        session.connection().execute(insert(ConsentRow), rows)


def suppress_all(session: Session, reasons: Mapping[str, str], now: datetime) -> None:
    """Suppress addresses by their keyed hashes; what was suppressed before keeps its reason."""
    rows = [
        {"address_hash": address_hash, "reason": reason, "created_at": now}
        for address_hash, reason in reasons.items()
    ]
    if rows:
        session.connection().execute(insert_new(session, SuppressionRow), rows)


def subscribers_with_source(
    session: Session, states: Collection[SubscriberState] | None = None
) -> Iterator[tuple[Subscriber, str]]:
    """Readers, or those in some states, in the order they came, a thousand rows at a time; each
    with the source of the first line of their record."""
    first_source = (
        select(ConsentRow.source)
        .where(ConsentRow.subscriber_id == SubscriberRow.id)
        .order_by(ConsentRow.id)
        .limit(1)
        .scalar_subquery()
    )
    # Columns rather than rows: nothing is changed, and a list is long.
    columns = [getattr(SubscriberRow, name) for name in READER]
    query = select(first_source, *columns)
    if states is not None:
        query = query.where(SubscriberRow.state.in_(states))
    found = session.execute(query.order_by(SubscriberRow.id).execution_options(yield_per=1000))
    for source, *given in found:
        one = dict(zip(READER, given, strict=True))
        yield Subscriber(**one | {"categories": tuple(one["categories"])}), source or ""
