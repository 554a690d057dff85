"""The clock's."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.base import Id, Table


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
