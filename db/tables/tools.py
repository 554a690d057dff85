"""Tools, their verdicts, and what they are compared with."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.tables.base import Id, Table
from digest.model import Call, EntryPrice


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
