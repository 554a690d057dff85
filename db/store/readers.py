"""Subscribers, what they agreed to, and the addresses that must not be mailed."""

import json
from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import Text, case, cast, delete, exists, false, func, select, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.bulk import among
from db.mapping import insert_new, value
from db.store.webhooks import raise_event
from db.tables import ConsentRow, SubscriberRow, SuppressionRow
from digest.model import Consent, Event, Origin, Subscriber, SubscriberState
from digest.readers.audience import Choice

TOLD = {"confirm": Event.SUBSCRIBER_CONFIRMED, "leave": Event.SUBSCRIBER_LEFT}


def add_subscriber(session: Session, key: str, subscriber: Subscriber, now: datetime) -> int | None:
    """Add a reader under an address key; None when the key is known already."""
    return session.scalar(
        insert_new(session, SubscriberRow)
        .values(
            key=key,
            email=subscriber.email,
            state=subscriber.state,
            categories=list(subscriber.categories),
            language=subscriber.language,
            cadence=subscriber.cadence,
            paused_until=subscriber.paused_until,
            confirmed_at=subscriber.confirmed_at,
            created_at=now,
            updated_at=now,
        )
        .returning(SubscriberRow.id)
    )


def subscriber_by_key(session: Session, key: str) -> Subscriber | None:
    row = session.scalar(select(SubscriberRow).where(SubscriberRow.key == key))
    return value(Subscriber, row) if row else None


def subscriber(session: Session, number: int) -> Subscriber | None:
    row = session.get(SubscriberRow, number)
    return value(Subscriber, row) if row else None


def held_subscriber(session: Session, number: int) -> Subscriber | None:
    """As `subscriber`; nobody else changes the reader until this transaction ends."""
    row = session.get(SubscriberRow, number, with_for_update=True)
    return value(Subscriber, row) if row else None


def subscribers(session: Session) -> Iterator[Subscriber]:
    """All readers, in the order they came, a thousand rows at a time."""
    query = select(SubscriberRow).order_by(SubscriberRow.id)
    for row in session.scalars(query.execution_options(yield_per=1000)):
        yield value(Subscriber, row)


def beginning(
    session: Session, start: str, state: SubscriberState | None, after: str, limit: int
) -> list[Subscriber]:
    """Readers whose address key starts so, in the order of the keys, from `after` one on."""
    query = select(SubscriberRow).where(SubscriberRow.key > after)
    if start:
        query = query.where(SubscriberRow.key.startswith(start, autoescape=True))
    if state:
        query = query.where(SubscriberRow.state == state)
    rows = session.scalars(query.order_by(SubscriberRow.key).limit(limit))
    return [value(Subscriber, row) for row in rows]


def count_by_state(session: Session) -> dict[SubscriberState, int]:
    query = select(SubscriberRow.state, func.count()).group_by(SubscriberRow.state)
    return dict(session.execute(query).all())


def choices(session: Session, now: datetime) -> list[Choice]:
    """What the active readers chose, each choice once with how many made it."""
    as_text = cast(SubscriberRow.categories, Text).label("categories")
    paused = case((SubscriberRow.paused_until > now, true()), else_=false()).label("paused")
    query = (
        select(as_text, SubscriberRow.cadence, paused, func.count())
        .where(SubscriberRow.state == SubscriberState.ACTIVE)
        .group_by(as_text, SubscriberRow.cadence, paused)
    )
    return [
        Choice(frozenset(map(str.lower, json.loads(names or "[]"))), cadence, bool(resting), count)
        for names, cadence, resting, count in session.execute(query)
    ]


def change_state(
    session: Session,
    number: int,
    come_from: Collection[SubscriberState],
    to: SubscriberState,
    now: datetime,
) -> bool:
    """Change a reader's state if it is one of `come_from`; confirming remembers when."""
    values = {"confirmed_at": now} if to is SubscriberState.ACTIVE else {}
    moved = session.execute(
        update(SubscriberRow)
        .where(SubscriberRow.id == number, SubscriberRow.state.in_(come_from))
        .values(state=to, updated_at=now, **values)
        .returning(SubscriberRow.id)
    )
    return moved.first() is not None


def update_subscriber(session: Session, number: int, now: datetime, **values: object) -> None:
    """Write what a reader chose: any of `Subscriber`'s fields, by name."""
    session.execute(
        update(SubscriberRow).where(SubscriberRow.id == number).values(updated_at=now, **values)
    )


def move_subscriber(session: Session, number: int, key: str, email: str, now: datetime) -> bool:
    """Give a reader another address; False when another hand just gave it to another reader."""
    values = {"key": key, "email": email, "updated_at": now}
    try:
        with session.begin_nested():
            session.execute(update(SubscriberRow).where(SubscriberRow.id == number).values(values))
    except IntegrityError:
        return False
    return True


def keep_consent(session: Session, number: int, consent: Consent) -> None:
    """Add a line to the record of what a reader agreed to or withdrew, and tell who is told of
    readers that confirm and leave: by number, for an address is nobody's else."""
    session.add(
        ConsentRow(
            subscriber_id=number,
            act=consent.act,
            source=consent.source,
            form=consent.form,
            form_hash=consent.form_hash,
            message_id=consent.message_id,
            detail=dict(consent.detail),
            ip=consent.origin.ip,
            agent=consent.origin.agent,
            page=consent.origin.page,
            created_at=consent.at,
        )
    )
    if event := TOLD.get(consent.act):
        raise_event(session, event, {"subscriber": number}, consent.at)


def consents(session: Session, number: int) -> list[Consent]:
    """The record of one reader, in its order."""
    query = select(ConsentRow).where(ConsentRow.subscriber_id == number).order_by(ConsentRow.id)
    return [
        value(Consent, row, origin=value(Origin, row), at=row.created_at)
        for row in session.scalars(query)
    ]


def last_consent(session: Session, number: int, act: str) -> datetime | None:
    """When this reader last did `act`."""
    query = select(func.max(ConsentRow.created_at)).where(
        ConsentRow.subscriber_id == number, ConsentRow.act == act
    )
    return session.scalar(query)


def erase_subscriber(session: Session, number: int) -> None:
    row = session.get(SubscriberRow, number)
    if row is not None:
        session.delete(row)
        session.flush()


def suppress(session: Session, address_hash: str, reason: str, now: datetime) -> None:
    session.execute(
        insert_new(session, SuppressionRow).values(
            address_hash=address_hash, reason=reason, created_at=now
        )
    )


def lift_suppression(session: Session, address_hash: str) -> None:
    session.execute(delete(SuppressionRow).where(SuppressionRow.address_hash == address_hash))


def suppressed(session: Session, hashes: Collection[str]) -> dict[str, str]:
    """Those of the keyed hashes that must not be mailed, with the reason."""
    query = select(SuppressionRow.address_hash, SuppressionRow.reason)
    found = session.execute(query.where(among(session, SuppressionRow.address_hash, hashes)))
    return dict(found.all())


def drop_unconfirmed(session: Session, before: datetime) -> int:
    """Forget sign-ups that nobody confirmed; how many they were. Who asked again since stays."""
    asked_since = exists().where(
        ConsentRow.subscriber_id == SubscriberRow.id, ConsentRow.created_at >= before
    )
    dropped = session.execute(
        delete(SubscriberRow)
        .where(SubscriberRow.state == SubscriberState.PENDING, SubscriberRow.created_at < before)
        .where(~asked_since)
        .returning(SubscriberRow.id)
    )
    return len(dropped.all())
