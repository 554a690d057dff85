"""Issues, their items and the states they go through."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, defer, selectinload

from db.mapping import value
from db.tables import ComparisonRow, IssueRow, ItemRow
from digest.errors import NotFoundError
from digest.model import Issue, IssueKind, IssueState, Item, Rendering

UNAPPROVED: Mapping[str, Any] = {
    "approved_by": "",
    "approved_fingerprint": "",
    "approved_at": None,
    "send_at": None,
}
"""What an issue says of its approval when it has none."""

WRITTEN = (
    *("kind", "state", "subject", "preheader", "headline", "intro", "reason", "planned_at"),
    "resume_at",
    *("edited_by", "submitted_by", "approved_by", "approved_fingerprint", "approved_at", "send_at"),
)


def issue(session: Session, name: str) -> Issue:
    found = find_issue(session, name)
    if found is None:
        raise NotFoundError("issue", name, "`digest issues` shows them")
    return found


def state_of(session: Session, name: str) -> IssueState | None:
    """The state alone, without the rendering; None when there is no such issue."""
    return session.scalar(select(IssueRow.state).where(IssueRow.id == name))


def locked_issue(session: Session, name: str) -> Issue:
    """The issue as it is now, and as nobody else changes it until this transaction ends."""
    session.execute(select(IssueRow.id).where(IssueRow.id == name).with_for_update())
    return issue(session, name)


def find_issue(session: Session, name: str) -> Issue | None:
    found = _issues(session, [name])
    return found[0] if found else None


def issues(session: Session, states: Collection[IssueState] = ()) -> list[Issue]:
    """Issues, newest first, of all states or some."""
    query = select(IssueRow.id).order_by(IssueRow.created_at.desc(), IssueRow.id.desc())
    if states:
        query = query.where(IssueRow.state.in_(states))
    return _issues(session, list(session.scalars(query)))


def shown(
    session: Session, states: Collection[IssueState], limit: int, start: int = 0
) -> list[Issue]:
    """Issues as a list shows them, the newest first: without their items and renderings."""
    query = (
        select(IssueRow)
        .options(defer(IssueRow.html), defer(IssueRow.text))
        .where(IssueRow.state.in_(states))
        .order_by(IssueRow.created_at.desc(), IssueRow.id.desc())
    )
    rows = session.scalars(query.offset(start).limit(limit))
    return [value(Issue, row, items=(), tray=(), rendering=None) for row in rows]


def put_issue(session: Session, issue: Issue, dated: date, now: datetime) -> None:
    """Write an issue whole: its words, its items in order and its rendering."""
    whole = [selectinload(IssueRow.items)]
    row = session.get(IssueRow, issue.id, options=whole, with_for_update=True)
    if row is None:
        row = IssueRow(id=issue.id, created_at=now, items=[])
        session.add(row)
    for name in WRITTEN:
        setattr(row, name, getattr(issue, name))
    row.html = issue.rendering.html if issue.rendering else ""
    row.text = issue.rendering.text if issue.rendering else ""
    row.dated, row.updated_at, row.version = dated, now, (row.version or 0) + 1
    _put_items(session, row, (*issue.items, *issue.tray))
    session.flush()


def move(
    session: Session,
    name: str,
    come_from: Collection[IssueState],
    to: IssueState,
    now: datetime,
    **values: Any,
) -> bool:
    """Change an issue's state if it is in one of `come_from`; False when another was faster."""
    moved = session.execute(
        update(IssueRow)
        .where(IssueRow.id == name, IssueRow.state.in_(come_from))
        .values(state=to, updated_at=now, version=IssueRow.version + 1, **values)
        .returning(IssueRow.id)
    )
    return moved.first() is not None


def due(session: Session, now: datetime) -> list[str]:
    """Issues to send now: approved and past their undo, already on their way, or paused until a
    moment that has come."""
    query = select(IssueRow.id).where(
        (IssueRow.state == IssueState.SENDING)
        | ((IssueRow.state == IssueState.APPROVED) & (IssueRow.send_at <= now))
        | ((IssueRow.state == IssueState.PAUSED) & (IssueRow.resume_at <= now))
    )
    return list(session.scalars(query.order_by(IssueRow.send_at, IssueRow.id)))


def planned(session: Session, states: Collection[IssueState]) -> list[Issue]:
    """Issues of these states that have their time, the soonest first."""
    query = select(IssueRow.id).where(IssueRow.planned_at.is_not(None), IssueRow.state.in_(states))
    return _issues(session, list(session.scalars(query.order_by(IssueRow.planned_at, IssueRow.id))))


def held(session: Session) -> list[Issue]:
    """Issues whose time passed without an approval, as long as there is something to decide."""
    query = select(IssueRow.id).where(
        IssueRow.held != "", IssueRow.state.in_([IssueState.DRAFT, IssueState.REVIEW])
    )
    return _issues(session, list(session.scalars(query.order_by(IssueRow.held_at, IssueRow.id))))


def named(session: Session, names: Sequence[str]) -> list[Issue]:
    """Those of these issues that there are."""
    return _issues(session, names)


def mark(session: Session, name: str, **values: Any) -> None:
    """Note of an issue what is none of its contents: neither its state nor its version changes."""
    session.execute(update(IssueRow).where(IssueRow.id == name).values(**values))


def last_sent(session: Session, slugs: Collection[str], but: str) -> dict[str, datetime]:
    """When a digest other than `but` last brought these comparisons to readers; those that none
    did are left out."""
    query = (
        select(ComparisonRow.slug, func.max(IssueRow.sent_at))
        .join(ItemRow, ItemRow.comparison_id == ComparisonRow.id)
        .join(IssueRow, IssueRow.id == ItemRow.issue_id)
        .where(ComparisonRow.slug.in_(slugs), ItemRow.dropped == "", IssueRow.id != but)
        .where(IssueRow.kind == IssueKind.DIGEST, IssueRow.sent_at.is_not(None))
        .group_by(ComparisonRow.slug)
    )
    return {slug: sent for slug, sent in session.execute(query) if sent}


def _put_items(session: Session, row: IssueRow, items: Sequence[Item]) -> None:
    slugs = [item.comparison for item in items]
    found = session.execute(
        select(ComparisonRow.slug, ComparisonRow.id).where(ComparisonRow.slug.in_(slugs))
    )
    ids = dict(found.all())
    for slug in slugs:
        if slug not in ids:
            raise NotFoundError("comparison", slug)
    known = {item.comparison_id: item for item in row.items}
    kept = []
    for position, item in enumerate(items):
        written = known.get(ids[item.comparison]) or ItemRow(comparison_id=ids[item.comparison])
        written.position, written.takeaway = position, item.takeaway
        written.dropped = item.dropped
        kept.append(written)
    row.items = kept


def _issues(session: Session, names: Sequence[str]) -> list[Issue]:
    rows = session.scalars(
        select(IssueRow).options(selectinload(IssueRow.items)).where(IssueRow.id.in_(names))
    ).all()
    ids = {item.comparison_id for row in rows for item in row.items}
    found = session.execute(
        select(ComparisonRow.id, ComparisonRow.slug).where(ComparisonRow.id.in_(ids))
    )
    slugs = dict(found.all())
    known = {row.id: _issue(row, slugs) for row in rows}
    return [known[name] for name in names if name in known]


def _issue(row: IssueRow, slugs: dict[int, str]) -> Issue:
    held = [value(Item, item, comparison=slugs[item.comparison_id]) for item in row.items]
    return value(
        Issue,
        row,
        items=tuple(item for item in held if not item.dropped),
        tray=tuple(item for item in held if item.dropped),
        rendering=value(Rendering, row) if row.html else None,
    )
