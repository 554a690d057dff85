"""Readers, what they agreed to, and what they are asked."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.base import NEVER_REUSED, Id, Table
from digest.model import Cadence, SubscriberState


class SubscriberRow(Table):
    __tablename__ = "subscribers"
    __table_args__ = NEVER_REUSED

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # lower-cased address: who they are to us
    email: Mapped[str]  # as typed: where mail goes
    state: Mapped[SubscriberState] = mapped_column(index=True)
    categories: Mapped[list[str]]
    language: Mapped[str] = mapped_column(default="en")
    cadence: Mapped[Cadence]
    paused_until: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ConsentRow(Table):
    """Append-only: what a reader agreed to or withdrew, when, from where, and by which words."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_act", "act", "created_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(
        ForeignKey("subscribers.id", ondelete="CASCADE"), index=True
    )
    act: Mapped[str] = mapped_column(String(16))  # the words of model.Consent
    source: Mapped[str] = mapped_column(default="")
    form: Mapped[str] = mapped_column(String(32), default="")
    form_hash: Mapped[str] = mapped_column(String(64), default="")
    message_id: Mapped[str] = mapped_column(default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    ip: Mapped[str] = mapped_column(String(64), default="")
    agent: Mapped[str] = mapped_column(default="")
    page: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]


class MailedLinkRow(Table):
    """A link that was mailed and works for a while, for one purpose. The token itself is not kept:
    who reads this table can follow no link."""

    __tablename__ = "mailed_links"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16))
    subscriber_id: Mapped[int] = mapped_column(
        ForeignKey("subscribers.id", ondelete="CASCADE"), index=True
    )
    email: Mapped[str] = mapped_column(default="")
    message_id: Mapped[str] = mapped_column(default="")
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class InvitationRow(Table):
    """A mail that answered a sign-up, one row each: what the limits on these mails count.

    `bucket` and `network` are keyed hashes: of the address without tags and dots, and of the
    network that asked (IPv4 /24, IPv6 /64). They hold nobody's address.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        Index("ix_invitations_bucket", "bucket", "created_at"),
        Index("ix_invitations_network", "network", "created_at"),
        Index("ix_invitations_domain", "domain", "created_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bucket: Mapped[str] = mapped_column(String(64))
    network: Mapped[str] = mapped_column(String(64))
    domain: Mapped[str] = mapped_column(String(255))
    asks: Mapped[bool]  # for a confirmation; else it told somebody that they are in already
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(index=True)


class SuppressionRow(Table):
    """An address that must not be mailed, known only by a keyed hash. While its reader is known to
    us, so is the address; nothing of it is left once they are erased."""

    __tablename__ = "suppressions"

    address_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[str]
    subscriber_id: Mapped[int | None] = mapped_column(
        ForeignKey("subscribers.id", ondelete="SET NULL"), index=True
    )
    mirrored_at: Mapped[datetime | None]  # when the mail service's own list had it
    created_at: Mapped[datetime]
