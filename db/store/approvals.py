"""What editors approved, whole, and what became of it."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.mapping import value
from db.tables import ApprovalRow, AuditRow
from digest.model import Approval, Rendering

APPROVE = "approve"  # the act's name in the audit


def keep_approval(
    session: Session, issue: str, editor: str, rendering: Rendering, now: datetime
) -> None:
    session.add(
        ApprovalRow(
            issue_id=issue,
            editor=editor,
            fingerprint=rendering.fingerprint,
            subject=rendering.subject,
            preheader=rendering.preheader,
            html=rendering.html,
            text=rendering.text,
            created_at=now,
        )
    )
    session.flush()


def void_approvals(session: Session, issue: str, reason: str, now: datetime) -> None:
    """Say by whom and why the issue's approvals no longer hold; those voided before stay as they
    were."""
    session.execute(
        update(ApprovalRow)
        .where(ApprovalRow.issue_id == issue, ApprovalRow.voided_at.is_(None))
        .values(voided=reason, voided_at=now)
    )


def approvals(session: Session, issue: str) -> list[Approval]:
    """The issue's approvals, newest first."""
    query = select(ApprovalRow).where(ApprovalRow.issue_id == issue)
    rows = session.scalars(query.order_by(ApprovalRow.id.desc()))
    held = _fields(session, issue)
    return [
        value(
            Approval,
            row,
            issue=row.issue_id,
            rendering=value(Rendering, row),
            fields=held.get(row.fingerprint, {}),
        )
        for row in rows
    ]


def _fields(session: Session, issue: str) -> dict[str, dict[str, str]]:
    """What the issue held when it was approved, by fingerprint, as the audit remembers it."""
    query = select(AuditRow).where(AuditRow.what == issue, AuditRow.act == APPROVE)
    lines = session.scalars(query.order_by(AuditRow.id))
    return {line.detail["fingerprint"]: line.detail.get("fields", {}) for line in lines}
