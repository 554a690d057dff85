"""What the mail service said of our messages, once per event, and what it makes of the ledger."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Update, bindparam, func, select, update
from sqlalchemy.orm import Session

from db.bulk import Given, among, insert_rows
from db.tables import DeliveryEventRow, DeliveryRow, SubscriberRow
from digest.model import DeliveryState, SubscriberState
from digest.readers.feedback import Ledger, Meaning, Past


class Found(NamedTuple):
    """A delivery that an event may speak of, and whom it went to."""

    delivery: int
    issue: str
    attempt: int
    message_id: str
    subscriber: int
    key: str


class KnownReader(NamedTuple):
    number: int
    state: SubscriberState
    confirmed_at: datetime | None


class Kept(NamedTuple):
    """An event as it is written down. `detail` holds nothing that names a reader unless
    `subscriber` does: it goes when they are erased."""

    event_id: str
    delivery: int | None
    subscriber: int | None
    kind: str
    meaning: Meaning
    message_id: str
    attempt: int
    detail: Mapping[str, Any]
    at: datetime


# --- whom an event concerns ----------------------------------------------------------------


def by_number(session: Session, numbers: Collection[int]) -> dict[int, Found]:
    """Deliveries by their numbers."""
    return {
        one.delivery: one
        for one in _found(session, numbers, among(session, DeliveryRow.id, numbers))
    }


def by_message(session: Session, message_ids: Collection[str]) -> dict[str, Found]:
    """Deliveries by the ids their messages were accepted under."""
    named = (among(session, DeliveryRow.message_id, message_ids), DeliveryRow.message_id != "")
    return {one.message_id: one for one in _found(session, message_ids, *named)}


def readers_by_key(session: Session, keys: Collection[str]) -> dict[str, int]:
    if not keys:
        return {}
    query = select(SubscriberRow.key, SubscriberRow.id).where(
        among(session, SubscriberRow.key, keys)
    )
    return dict(session.execute(query).all())


def _found(
    session: Session, wanted: Collection[object], *which: ColumnElement[bool]
) -> Iterator[Found]:
    if not wanted:
        return
    query = select(
        DeliveryRow.id,
        DeliveryRow.issue_id,
        DeliveryRow.attempt,
        DeliveryRow.message_id,
        SubscriberRow.id,
        SubscriberRow.key,
    ).join(SubscriberRow, SubscriberRow.id == DeliveryRow.subscriber_id)
    for row in session.execute(query.where(*which)):
        yield Found(*row)


def hold_readers(session: Session, numbers: Collection[int]) -> dict[int, KnownReader]:
    """Those readers who are still there, ours to change until the transaction ends.

    Readers are held before deliveries, and each by rising number: so do an erasure and another
    hand with the same events, and nobody waits in a circle.
    """
    query = (
        select(SubscriberRow.id, SubscriberRow.state, SubscriberRow.confirmed_at)
        .where(among(session, SubscriberRow.id, numbers))
        .order_by(SubscriberRow.id)
        .with_for_update(key_share=True)
    )
    return {row.id: KnownReader(*row) for row in session.execute(query)} if numbers else {}


def hold_deliveries(session: Session, numbers: Collection[int]) -> dict[int, Ledger]:
    """Those deliveries that are still there, ours to change until the transaction ends."""
    query = (
        select(
            DeliveryRow.id,
            DeliveryRow.state,
            DeliveryRow.attempt,
            DeliveryRow.message_id,
            DeliveryRow.reason,
            DeliveryRow.copies,
        )
        .where(among(session, DeliveryRow.id, numbers))
        .order_by(DeliveryRow.id)
        .with_for_update(key_share=True)
    )
    if not numbers:
        return {}
    return {
        number: Ledger(state, attempt, message_id, reason, copies)
        for number, state, attempt, message_id, reason, copies in session.execute(query)
    }


# --- what was said -------------------------------------------------------------------------


def keep_events(session: Session, events: Collection[Kept], now: datetime) -> set[str]:
    """Write events down; the ids of those that are new."""
    rows = [
        {
            "event_id": one.event_id,
            "delivery_id": one.delivery,
            "subscriber_id": one.subscriber,
            "kind": one.kind,
            "meaning": one.meaning,
            "message_id": one.message_id,
            "attempt": one.attempt,
            "detail": dict(one.detail),
            "at": one.at,
            "created_at": now,
        }
        for one in sorted(events, key=attrgetter("event_id"))  # one order for every hand
    ]
    added = insert_rows(session, DeliveryEventRow, rows, DeliveryEventRow.event_id)
    return {event_id for (event_id,) in added}


def past_of_deliveries(session: Session, numbers: Collection[int]) -> dict[int, list[Past]]:
    return _past(session, DeliveryEventRow.delivery_id, numbers)


def past_of_readers(
    session: Session, numbers: Collection[int], meanings: Collection[Meaning]
) -> dict[int, list[Past]]:
    """What of these meanings was said of each reader's messages."""
    which = DeliveryEventRow.meaning.in_(meanings)
    return _past(session, DeliveryEventRow.subscriber_id, numbers, which)


def _past(
    session: Session, of: Any, numbers: Collection[int], *which: ColumnElement[bool]
) -> dict[int, list[Past]]:
    past: dict[int, list[Past]] = defaultdict(list)
    if not numbers:
        return past
    query = select(
        of,
        DeliveryEventRow.meaning,
        DeliveryEventRow.at,
        func.coalesce(DeliveryEventRow.delivery_id, 0),
        DeliveryEventRow.attempt,
        DeliveryEventRow.message_id,
    )
    for number, *rest in session.execute(query.where(among(session, of, numbers), *which)):
        past[number].append(Past(*rest))
    return past


def settle_deliveries(session: Session, rows: Mapping[int, Ledger], now: datetime) -> None:
    """Write what events made of deliveries that we hold."""
    if not rows:
        return
    told, sentence = _settling(session.get_bind().dialect.name)
    given = [
        (number, row.state.value, row.message_id, row.reason, row.copies)
        for number, row in sorted(rows.items())
    ]
    session.connection().execute(sentence, told.values(given) | {"now": now})


@lru_cache
def _settling(dialect: str) -> tuple[Given, Update]:
    number, text, copies = DeliveryRow.id.type, DeliveryRow.reason.type, DeliveryRow.copies.type
    told = Given(dialect, number=number, state=text, message_id=text, reason=text, copies=copies)
    sentence = (
        update(DeliveryRow)
        .where(DeliveryRow.id == told.c.number)
        .values(
            state=told.c.state,
            message_id=told.c.message_id,
            reason=told.c.reason,
            copies=told.c.copies,
            updated_at=bindparam("now", type_=DeliveryRow.updated_at.type),
        )
    )
    return told, sentence


def change_standing(
    session: Session, numbers: Collection[int], to: SubscriberState, now: datetime
) -> None:
    """Change the state of readers we hold; unlike `readers.change_state` this confirms nothing."""
    session.execute(
        update(SubscriberRow).where(SubscriberRow.id.in_(numbers)).values(state=to, updated_at=now)
    )


# --- looking -------------------------------------------------------------------------------


class Line(NamedTuple):
    """A delivery in a reader's history."""

    number: int
    issue: str
    state: DeliveryState
    reason: str
    message_id: str
    attempt: int
    copies: int
    updated_at: datetime


class Said(NamedTuple):
    """An event in a reader's history; `delivery` is None for a mail of its own, not an issue's."""

    delivery: int | None
    kind: str
    meaning: Meaning
    message_id: str
    detail: Mapping[str, Any]
    at: datetime


def deliveries_of(session: Session, reader: int) -> list[Line]:
    """All that was to be sent to one reader, in its order."""
    query = (
        select(
            DeliveryRow.id,
            DeliveryRow.issue_id,
            DeliveryRow.state,
            DeliveryRow.reason,
            DeliveryRow.message_id,
            DeliveryRow.attempt,
            DeliveryRow.copies,
            DeliveryRow.updated_at,
        )
        .where(DeliveryRow.subscriber_id == reader)
        .order_by(DeliveryRow.id)
    )
    return [Line(*row) for row in session.execute(query)]


def events_of(session: Session, reader: int) -> list[Said]:
    """All that was said of one reader's messages, in the order in which it happened."""
    query = (
        select(
            DeliveryEventRow.delivery_id,
            DeliveryEventRow.kind,
            DeliveryEventRow.meaning,
            DeliveryEventRow.message_id,
            DeliveryEventRow.detail,
            DeliveryEventRow.at,
        )
        .where(DeliveryEventRow.subscriber_id == reader)
        .order_by(DeliveryEventRow.at, DeliveryEventRow.event_id)
    )
    return [Said(*row) for row in session.execute(query)]


def events_by_meaning(session: Session) -> dict[tuple[str, Meaning], int]:
    query = select(DeliveryEventRow.kind, DeliveryEventRow.meaning, func.count())
    counted = session.execute(query.group_by(DeliveryEventRow.kind, DeliveryEventRow.meaning))
    return {(kind, meaning): count for kind, meaning, count in counted}


def duplicates(session: Session, issue: str = "") -> int:
    """Deliveries of which two messages were accepted, of one issue or of all."""
    query = select(func.count()).select_from(DeliveryRow).where(DeliveryRow.copies > 1)
    return session.scalar(query.where(DeliveryRow.issue_id == issue) if issue else query) or 0
