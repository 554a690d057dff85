"""The rows, one class a table, and nothing else. One schema for SQLite and PostgreSQL."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from digest.model import (
    Cadence,
    Call,
    DeliveryState,
    EntryPrice,
    IssueKind,
    IssueState,
    LaunchState,
    Role,
    SubscriberState,
)
from digest.readers.feedback import Meaning

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only INTEGER primary keys

# SQLite gives the number of a deleted last row to the next one. A reader's number stands in signed
# links, a delivery's in the hands of senders: these must never come to mean another.
NEVER_REUSED = {"sqlite_autoincrement": True}


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment. SQLite forgets zones, so they are put off and on again here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def words(kind: type[StrEnum]) -> Enum:
    """An enumeration stored as its words: readable in the database, no type to migrate."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=16,
        values_callable=lambda members: [member.value for member in members],
    )


ENUMS: tuple[type[StrEnum], ...] = (
    Cadence,
    Call,
    DeliveryState,
    EntryPrice,
    IssueKind,
    IssueState,
    LaunchState,
    Meaning,
    Role,
    SubscriberState,
)
COLUMN_TYPES: dict[Any, Any] = {
    datetime: Moment,
    str: Text,
    dict[str, Any]: JSON,
    list[str]: JSON,
    **{kind: words(kind) for kind in ENUMS},
}


class Table(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = COLUMN_TYPES


# --- what reaches us -----------------------------------------------------------------------


class FeedRow(Table):
    __tablename__ = "feeds"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    url: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    category: Mapped[str] = mapped_column(default="")
    paused: Mapped[bool] = mapped_column(default=False)
    etag: Mapped[str] = mapped_column(default="")
    last_modified: Mapped[str] = mapped_column(default="")
    checked_at: Mapped[datetime | None]
    next_check_at: Mapped[datetime | None]
    whole_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(default="")
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    moved_to: Mapped[str] = mapped_column(default="")
    moved_since: Mapped[datetime | None]
    moved_hits: Mapped[int] = mapped_column(default=0)
    backlog: Mapped[bool] = mapped_column(default=False)
    seeded_at: Mapped[datetime | None]
    notice: Mapped[str] = mapped_column(default="")
    noticed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class EntryRow(Table):
    __tablename__ = "entries"
    __table_args__ = (UniqueConstraint("feed_id", "identity"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    feed_id: Mapped[int] = mapped_column(ForeignKey("feeds.id", ondelete="CASCADE"))
    identity: Mapped[str]  # guid, else link, else a hash of the text
    title: Mapped[str]
    link: Mapped[str]
    published: Mapped[datetime | None]
    updated: Mapped[datetime | None]
    content: Mapped[str] = mapped_column(default="")  # hash of its words, to tell an edit by
    first_seen: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    kind: Mapped[str] = mapped_column(String(16), default="")  # launch, update or not
    reason: Mapped[str] = mapped_column(default="")  # why it is no launch, "" when it is one
    launch_id: Mapped[int | None] = mapped_column(ForeignKey("launches.id"), index=True)


class LaunchRow(Table):
    __tablename__ = "launches"
    __table_args__ = (
        Index(
            "ix_launches_new",
            "id",
            postgresql_where=text("state = 'new'"),
            sqlite_where=text("state = 'new'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str]
    tagline: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(default="")
    category: Mapped[str] = mapped_column(default="")
    published: Mapped[datetime | None]
    state: Mapped[LaunchState]
    reason: Mapped[str] = mapped_column(default="")
    tool_id: Mapped[int | None] = mapped_column(ForeignKey("tools.id"), index=True)
    address: Mapped[str] = mapped_column(default="", index=True)  # its canonical URL
    key: Mapped[str] = mapped_column(default="", index=True)  # its name's canonical key
    confirmed: Mapped[bool] = mapped_column(default=False)  # none of the tools like it
    page_read_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]  # when an opponent was last looked for in vain
    created_at: Mapped[datetime]


# --- tools and verdicts --------------------------------------------------------------------


class ToolRow(Table):
    __tablename__ = "tools"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    tagline: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    category: Mapped[str] = mapped_column(default="", index=True)
    url: Mapped[str] = mapped_column(default="")
    pricing: Mapped[str] = mapped_column(default="")
    entry: Mapped[EntryPrice | None]
    best_for: Mapped[str] = mapped_column(default="")
    review_wanted: Mapped[str] = mapped_column(default="")  # why the panel should look again
    updated_at: Mapped[datetime]

    aliases: Mapped[list["AliasRow"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="AliasRow.id"
    )
    reviews: Mapped[list["ReviewRow"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="ReviewRow.position"
    )
    votes: Mapped[list["VoteRow"]] = relationship(lazy="raise", cascade="all, delete-orphan")


class AliasRow(Table):
    __tablename__ = "tool_aliases"
    __table_args__ = (UniqueConstraint("tool_id", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    tool_id: Mapped[int] = mapped_column(ForeignKey("tools.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(index=True)
    by_editor: Mapped[bool] = mapped_column(default=False)  # no verdict file takes it away


class ReviewRow(Table):
    __tablename__ = "reviews"
    __table_args__ = (UniqueConstraint("tool_id", "reviewer"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    tool_id: Mapped[int] = mapped_column(ForeignKey("tools.id", ondelete="CASCADE"))
    reviewer: Mapped[str]
    position: Mapped[int]
    score: Mapped[int]
    call: Mapped[Call]
    text: Mapped[str] = mapped_column(default="")


class VoteRow(Table):
    """Community counts: a row an origin and call. `voter` is "imported" for a verdict file's counts
    and "readers" for those of the ballots."""

    __tablename__ = "votes"

    tool_id: Mapped[int] = mapped_column(
        ForeignKey("tools.id", ondelete="CASCADE"), primary_key=True
    )
    voter: Mapped[str] = mapped_column(String(64), primary_key=True)
    call: Mapped[Call] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class BallotRow(Table):
    """What one of the community says of a tool. Who that is, only keyed hashes tell: of a browser's
    cookie, of the network a vote came from, of a reader's number. None where it is not known, or
    no longer.

    The constraints begin with the voter and are the only indexes, so that a vote is found by who
    cast it: a planner that could look a tool up instead would read all that were cast on it.
    """

    __tablename__ = "ballots"
    __table_args__ = (
        UniqueConstraint("browser", "tool_id"),
        UniqueConstraint("network", "tool_id"),
        UniqueConstraint("reader", "tool_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    tool_id: Mapped[int] = mapped_column(ForeignKey("tools.id", ondelete="CASCADE"))
    browser: Mapped[str | None] = mapped_column(String(64))
    network: Mapped[str | None] = mapped_column(String(64))
    reader: Mapped[str | None] = mapped_column(String(64))
    call: Mapped[Call]
    cast_at: Mapped[datetime]


class EmbeddingRow(Table):
    """What a model made of a text: 32-bit floats, lowest byte first."""

    __tablename__ = "embeddings"

    model: Mapped[str] = mapped_column(String(128), primary_key=True)
    text_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    vector: Mapped[bytes]
    created_at: Mapped[datetime]


class ComparisonRow(Table):
    """The decision to read one tool against another; the contents are the tools' own."""

    __tablename__ = "comparisons"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    challenger_id: Mapped[int] = mapped_column(ForeignKey("tools.id"), index=True)
    incumbent_id: Mapped[int] = mapped_column(ForeignKey("tools.id"), index=True)
    launch_id: Mapped[int | None] = mapped_column(ForeignKey("launches.id"), index=True)
    sentence: Mapped[str]
    evidence: Mapped[list[str]]
    ranker: Mapped[str]
    score: Mapped[float]
    published_at: Mapped[datetime] = mapped_column(index=True)
    updated_at: Mapped[datetime]


# --- issues --------------------------------------------------------------------------------


class IssueRow(Table):
    __tablename__ = "issues"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[IssueKind]
    state: Mapped[IssueState] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(default="")
    preheader: Mapped[str] = mapped_column(default="")
    headline: Mapped[str] = mapped_column(default="")
    intro: Mapped[str] = mapped_column(default="")
    html: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    edited_by: Mapped[str] = mapped_column(default="")
    submitted_by: Mapped[str] = mapped_column(default="")
    approved_by: Mapped[str] = mapped_column(default="")
    approved_fingerprint: Mapped[str] = mapped_column(default="")
    approved_at: Mapped[datetime | None]
    send_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    audience_cursor: Mapped[int] = mapped_column(Id, default=0)  # the last subscriber taken
    audience_frozen: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=0)  # counts every write: who saves names theirs
    planned_at: Mapped[datetime | None]  # when it is to go out, if it is approved by then
    resume_at: Mapped[datetime | None]  # of a paused issue: when it goes on by itself
    held: Mapped[str] = mapped_column(default="")  # why it did not go out when it was planned to
    held_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]  # when those who approve were last asked to
    dated: Mapped[date]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    items: Mapped[list["ItemRow"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="ItemRow.position"
    )


class ItemRow(Table):
    __tablename__ = "issue_items"
    __table_args__ = (UniqueConstraint("issue_id", "comparison_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    issue_id: Mapped[str] = mapped_column(ForeignKey("issues.id", ondelete="CASCADE"))
    comparison_id: Mapped[int] = mapped_column(ForeignKey("comparisons.id"), index=True)
    position: Mapped[int]
    takeaway: Mapped[str] = mapped_column(default="")
    dropped: Mapped[str] = mapped_column(default="")  # why an editor laid it aside, "" if it is in


class ApprovalRow(Table):
    """What an editor approved, whole: the bytes, so that the next one sees what has changed."""

    __tablename__ = "approvals"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    issue_id: Mapped[str] = mapped_column(ForeignKey("issues.id", ondelete="CASCADE"), index=True)
    editor: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str]
    preheader: Mapped[str]
    html: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    voided: Mapped[str] = mapped_column(default="")  # by whom and why it no longer holds


# --- readers -------------------------------------------------------------------------------


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


# --- sending -------------------------------------------------------------------------------


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


# --- editors and the clock -----------------------------------------------------------------


class EditorRow(Table):
    __tablename__ = "editors"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    role: Mapped[Role]
    created_at: Mapped[datetime]


class SignInRow(Table):
    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("editors.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class EditorSessionRow(Table):
    """A browser that an editor signed in with, known by the hash of its cookie."""

    __tablename__ = "editor_sessions"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("editors.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    agent: Mapped[str] = mapped_column(default="")
    ip: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class PasskeyRow(Table):
    """A WebAuthn credential of an editor: its public half."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("editors.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[str] = mapped_column(unique=True)  # base64url
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiTokenRow(Table):
    """A token of a program that writes or reads by the API, known by its hash."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]]
    issued_by: Mapped[str]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class WebhookRow(Table):
    """An address that is told of events, signed with its own secret."""

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    url: Mapped[str]
    secret: Mapped[str]
    events: Mapped[list[str]]
    paused: Mapped[bool] = mapped_column(default=False)
    failing_since: Mapped[datetime | None]
    created_at: Mapped[datetime]


class WebhookCallRow(Table):
    """One event for one webhook: what is to be said, how often it was tried, what came back."""

    __tablename__ = "webhook_calls"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        Index(
            "ix_webhook_calls_waiting",
            "next_at",
            postgresql_where=text("state = 'waiting'"),
            sqlite_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    event_id: Mapped[str] = mapped_column(String(64))
    event: Mapped[str] = mapped_column(String(32))
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16))  # waiting, delivered or given-up
    tries: Mapped[int] = mapped_column(default=0)
    status: Mapped[int | None]  # of the last answer; None: there was none
    answer: Mapped[str] = mapped_column(default="")  # its beginning, or why there was none
    next_at: Mapped[datetime]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class AuditHeadRow(Table):
    """The end of the audit's chain: one row, which every new line locks and moves on."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    hash: Mapped[str] = mapped_column(String(64))
    lines: Mapped[int] = mapped_column(Id)


class AuditRow(Table):
    """Who did what to what, append-only. `hash` is SHA-256 over the line and the hash before it:
    a line that is changed or taken out breaks the chain."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    who: Mapped[str]
    act: Mapped[str] = mapped_column(String(32))
    what: Mapped[str] = mapped_column(index=True)
    detail: Mapped[dict[str, Any]]
    ip: Mapped[str] = mapped_column(String(64), default="")
    hash: Mapped[str] = mapped_column(String(64), default="")  # "": from before there was a chain
    created_at: Mapped[datetime]


class ScheduleRow(Table):
    """When each job is due next; moved on by compare-and-set, so that one hand takes each run."""

    __tablename__ = "schedules"

    job: Mapped[str] = mapped_column(String(32), primary_key=True)
    rule: Mapped[str]
    next_at: Mapped[datetime]


class AnnouncementRow(Table):
    """What a WebSub hub was last told of a feed: the version that it held then."""

    __tablename__ = "announcements"

    hub: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(String(64))
    announced_at: Mapped[datetime]


class RunRow(Table):
    """One run of a job for one period, once."""

    __tablename__ = "runs"
    __table_args__ = (UniqueConstraint("job", "period"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    job: Mapped[str] = mapped_column(String(32))
    period: Mapped[str] = mapped_column(String(32))
    outcome: Mapped[str] = mapped_column(default="")
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
