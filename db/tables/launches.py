"""What reaches us."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.base import Id, Table
from digest.model import LaunchState


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
