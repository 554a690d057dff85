"""What is said to the ledger for every micro-batch, written once for each kind of database."""

from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    literal,
    literal_column,
    or_,
    select,
    update,
)

from db.bulk import Given
from db.tables import DeliveryRow, IssueRow, SubscriberRow
from digest.model import DeliveryState, IssueState, SubscriberState
from digest.readers.audience import CADENCES

S = DeliveryState
# SQLite finds an index that is of some states alone only where its condition stands in the sentence
# as it is written; by a parameter it does not, and goes through the whole issue for each chunk.
IS_QUEUED: ColumnElement[bool] = DeliveryRow.state == literal_column("'queued'")
IS_HELD = DeliveryRow.state.in_([literal_column("'leased'"), literal_column("'sending'")])


def free(query: Select[int]) -> Select[int]:
    """Those of the rows that nobody else is writing, ours until the transaction ends."""
    locked = query.with_for_update(skip_locked=True).cte("free")
    return select(locked.prefix_with("MATERIALIZED", dialect="postgresql").c.id)


def of_its_cadence() -> ColumnElement[bool]:
    """Whether a reader asked for issues of a kind."""
    return or_(
        *(
            and_(IssueRow.kind == kind, SubscriberRow.cadence.in_(chosen))
            for kind, chosen in CADENCES.items()
        )
    )


class Sentences:
    """What is said for every micro-batch, written once for a kind of database: building such a
    sentence takes longer than the database needs to do it."""

    def __init__(self, dialect: str) -> None:
        number, attempt = DeliveryRow.id.type, DeliveryRow.attempt.type
        text = DeliveryRow.reason.type
        self.numbers = Given(dialect, number=number)
        self.attempts = Given(dialect, number=number, attempt=attempt)
        self.outcomes = Given(
            dialect, number=number, attempt=attempt, state=text, message_id=text, reason=text
        )
        self.lease, self.leased = self._lease(), self._leased()
        self.mark, self.settle = self._mark(), self._settle()

    def _lease(self) -> Any:
        waiting = (
            select(DeliveryRow.id)
            .where(DeliveryRow.issue_id == bindparam("issue"), IS_QUEUED)
            .order_by(DeliveryRow.id)
            .limit(bindparam("size"))
        )
        return (
            update(DeliveryRow)
            .where(DeliveryRow.id.in_(free(waiting)))
            .values(state=S.LEASED, attempt=DeliveryRow.attempt + 1, **self._held())
            .returning(DeliveryRow.id)
        )

    def _leased(self) -> Any:
        columns = (
            *(DeliveryRow.id, DeliveryRow.attempt, SubscriberRow.id, SubscriberRow.email),
            *(SubscriberRow.confirmed_at, SubscriberRow.state, SubscriberRow.cadence),
            SubscriberRow.paused_until,
            cast(SubscriberRow.categories, Text),  # many have the same, which is read once
        )
        return (
            select(*columns)
            .join_from(DeliveryRow, SubscriberRow, SubscriberRow.id == DeliveryRow.subscriber_id)
            .where(DeliveryRow.id.in_(select(self.numbers.c.number)))
            .order_by(DeliveryRow.id)
        )

    def _mark(self) -> Any:
        now = bindparam("now", type_=SubscriberRow.paused_until.type)
        # Values where conditions would do: an EXISTS PostgreSQL would make a join with every reader
        # there is, and for a plain state it would look through all that anybody holds. What counts
        # is that it starts from the few that are given, whatever it knows of the table by now.
        is_leased = DeliveryRow.state == select(literal(S.LEASED)).scalar_subquery()
        still_wanted = (
            select(SubscriberRow.id)
            .join(IssueRow, of_its_cadence())
            .where(
                IssueRow.id == bindparam("issue"),
                IssueRow.state == IssueState.SENDING,
                SubscriberRow.id == DeliveryRow.subscriber_id,
                SubscriberRow.state == SubscriberState.ACTIVE,
                or_(SubscriberRow.paused_until.is_(None), SubscriberRow.paused_until <= now),
            )
            .scalar_subquery()
        )
        return (
            update(DeliveryRow)
            .where(
                DeliveryRow.id == self.attempts.c.number,
                DeliveryRow.attempt == self.attempts.c.attempt,
                is_leased,
                still_wanted.is_not(None),
            )
            .values(state=S.SENDING, **self._held())
            .returning(DeliveryRow.id)
        )

    def _settle(self) -> Any:
        given = self.outcomes.c
        return (
            update(DeliveryRow)
            .where(
                DeliveryRow.id == given.number,
                DeliveryRow.attempt == given.attempt,
                DeliveryRow.state.in_([S.LEASED, S.SENDING, S.UNKNOWN]),
            )
            .values(
                state=given.state,
                message_id=given.message_id,
                reason=given.reason,
                lease_until=None,
                updated_at=bindparam("now", type_=DeliveryRow.updated_at.type),
            )
        )

    @staticmethod
    def _held() -> dict[str, Any]:
        return {
            "lease_until": bindparam("until", type_=DeliveryRow.lease_until.type),
            "updated_at": bindparam("now", type_=DeliveryRow.updated_at.type),
        }


sentences = lru_cache(Sentences)
