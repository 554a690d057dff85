"""Pairs: which two tools are read against each other, and why."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from db.mapping import value
from db.store.tools import WHOLE, tool_of
from db.tables import ComparisonRow, IssueRow, ItemRow, ToolRow
from digest.errors import NotFoundError
from digest.model import IssueKind, IssueState, Pair, Tool, Why


def keep_pair(session: Session, pair: Pair, launch: int | None) -> None:
    session.add(
        ComparisonRow(
            slug=pair.slug,
            challenger_id=pair.challenger.id,
            incumbent_id=pair.incumbent.id,
            launch_id=launch,
            sentence=pair.why.sentence,
            evidence=list(pair.why.evidence),
            ranker=pair.why.ranker,
            score=pair.why.score,
            published_at=pair.published_at,
            updated_at=pair.updated_at,
        )
    )
    session.flush()


def pair(session: Session, slug: str) -> Pair:
    found = _pairs(session, select(ComparisonRow).where(ComparisonRow.slug == slug))
    if not found:
        raise NotFoundError("comparison", slug)
    return found[0]


def pair_of(session: Session, a: str, b: str) -> Pair | None:
    """The pair of two tools by their slugs, whichever of them is the challenger."""
    tools = dict(
        session.execute(select(ToolRow.slug, ToolRow.id).where(ToolRow.slug.in_([a, b]))).all()
    )
    both = [tools.get(a), tools.get(b)]
    found = _pairs(
        session,
        select(ComparisonRow).where(
            ComparisonRow.challenger_id.in_(both), ComparisonRow.incumbent_id.in_(both)
        ),
    )
    return found[0] if found else None


def pairs(session: Session, slugs: Sequence[str]) -> list[Pair]:
    """The named pairs in the order of their names."""
    found = _pairs(session, select(ComparisonRow).where(ComparisonRow.slug.in_(slugs)))
    known = {one.slug: one for one in found}
    return [known[slug] for slug in slugs if slug in known]


def latest(session: Session, limit: int, category: str = "") -> list[Pair]:
    """The newest pairs, those of one category if it is named (either tool's)."""
    query = select(ComparisonRow)
    if category:
        tools = select(ToolRow.id).where(func.lower(ToolRow.category) == category.lower())
        query = query.where(
            or_(ComparisonRow.challenger_id.in_(tools), ComparisonRow.incumbent_id.in_(tools))
        )
    return _pairs(session, query.limit(limit))


def unmailed(session: Session) -> list[Pair]:
    """Pairs that no digest holds yet; skipped and cancelled digests hold nothing."""
    held = (
        select(ItemRow.comparison_id)
        .join(IssueRow, IssueRow.id == ItemRow.issue_id)
        .where(
            IssueRow.kind == IssueKind.DIGEST,
            IssueRow.state.not_in([IssueState.SKIPPED, IssueState.CANCELLED]),
        )
    )
    return _pairs(session, select(ComparisonRow).where(ComparisonRow.id.not_in(held)))


def challengers(session: Session) -> set[int]:
    """The ids of the tools that were challengers already."""
    return set(session.scalars(select(ComparisonRow.challenger_id)))


def categories_compared(session: Session) -> list[str]:
    """The categories of all tools that stand in a comparison."""
    tools = select(ComparisonRow.challenger_id).union(select(ComparisonRow.incumbent_id))
    query = select(ToolRow.category).where(ToolRow.id.in_(tools), ToolRow.category != "")
    return list(session.scalars(query.distinct().order_by(ToolRow.category)))


def uses(session: Session, since: datetime) -> Counter[str]:
    """How often each tool, by slug, was an incumbent since then."""
    query = (
        select(ToolRow.slug)
        .join(ComparisonRow, ComparisonRow.incumbent_id == ToolRow.id)
        .where(ComparisonRow.published_at >= since)
    )
    return Counter(session.scalars(query))


def touch(session: Session, tools: Sequence[int], now: datetime) -> None:
    """Mark the comparisons of these tools as updated: their contents changed."""
    session.execute(
        update(ComparisonRow)
        .where(or_(ComparisonRow.challenger_id.in_(tools), ComparisonRow.incumbent_id.in_(tools)))
        .values(updated_at=now)
    )


def _pairs(session: Session, query: Select[ComparisonRow]) -> list[Pair]:
    newest = query.order_by(ComparisonRow.published_at.desc(), ComparisonRow.id.desc())
    rows = list(session.scalars(newest))
    ids = {row.challenger_id for row in rows} | {row.incumbent_id for row in rows}
    found = session.scalars(select(ToolRow).options(*WHOLE).where(ToolRow.id.in_(ids)))
    tools = {row.id: tool_of(row) for row in found}
    return [_pair(row, tools) for row in rows]


def _pair(row: ComparisonRow, tools: dict[int, Tool]) -> Pair:
    return value(
        Pair,
        row,
        challenger=tools[row.challenger_id],
        incumbent=tools[row.incumbent_id],
        why=value(Why, row),
    )
