"""Issues, what they hold, and who approved them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.tables.base import Id, Table
from digest.model import IssueKind, IssueState


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
