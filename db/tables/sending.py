"""Deliveries, how fast they go, and what was said of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.base import NEVER_REUSED, Id, Table
from digest.model import DeliveryState
from digest.readers.feedback import Meaning


class DeliveryRow(Table):
    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("issue_id", "subscriber_id"),
        Index(
            "ix_deliveries_waiting",
            "issue_id",
            "id",
            postgresql_where=text("state = 'queued'"),
            sqlite_where=text("state = 'queued'"),
        ),
        Index(
            "ix_deliveries_held",
            "lease_until",
            postgresql_where=text("state IN ('leased', 'sending')"),
            sqlite_where=text("state IN ('leased', 'sending')"),
        ),
        Index(
            "ix_deliveries_unknown",
            "issue_id",
            postgresql_where=text("state = 'unknown'"),
            sqlite_where=text("state = 'unknown'"),
        ),
        Index(
            "ix_deliveries_message_id",
            "message_id",
            postgresql_where=text("message_id <> ''"),
            sqlite_where=text("message_id <> ''"),
        ),
        NEVER_REUSED,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    issue_id: Mapped[str] = mapped_column(ForeignKey("issues.id"))
    subscriber_id: Mapped[int] = mapped_column(
        ForeignKey("subscribers.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[DeliveryState]
    attempt: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    message_id: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    copies: Mapped[int] = mapped_column(default=0)  # messages that were accepted, as events tell
    updated_at: Mapped[datetime]


class PaceRow(Table):
    """A rate that all senders share, that of all mail or of a domain's: the moment up to which it
    is spent, and how much of it is used since the provider slowed us down."""

    __tablename__ = "paces"

    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    free_at: Mapped[datetime | None]
    factor: Mapped[float]
    slowed_at: Mapped[datetime | None]


class DeliveryEventRow(Table):
    """What the mail service said afterwards, once per event id. `delivery_id` is that of an issue
    we sent, `subscriber_id` that of the reader who has the address."""

    __tablename__ = "delivery_events"
    __table_args__ = (
        Index("ix_delivery_events_subscriber_id", "subscriber_id", "meaning"),
        Index("ix_delivery_events_meaning", "meaning", "delivery_id"),
    )

    event_id: Mapped[str] = mapped_column(primary_key=True)
    delivery_id: Mapped[int | None] = mapped_column(
        ForeignKey("deliveries.id", ondelete="CASCADE"), index=True
    )
    subscriber_id: Mapped[int | None] = mapped_column(
        ForeignKey("subscribers.id", ondelete="CASCADE")
    )
    kind: Mapped[str] = mapped_column(String(32))
    meaning: Mapped[Meaning]
    message_id: Mapped[str] = mapped_column(default="")
    attempt: Mapped[int] = mapped_column(default=0)
    detail: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    created_at: Mapped[datetime]


class UnreadableEventRow(Table):
    """What came as an event and is none we know, kept for a person to look at."""

    __tablename__ = "unreadable_events"

    body_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)
