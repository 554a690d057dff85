"""Pairs: which two tools are read against each other, and why."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.orm import Session, aliased

from db.mapping import value
from db.store.tools import read, stamps
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


class Among(NamedTuple):
    """Which comparisons a list is of: those where either tool is in one of these categories, as
    they are spelled, or is this one, by its id."""

    categories: Sequence[str] | None = None
    tool: int | None = None


ALL = Among()


def latest(session: Session, limit: int, among: Among = ALL, start: int = 0) -> list[Pair]:
    """The newest pairs, leaving out the first `start`."""
    return _pairs(session, _among(among).offset(start).limit(limit))


def list_version(
    session: Session, limit: int, among: Among = ALL, start: int = 0, *, whole: bool = False
) -> tuple[object, ...]:
    """What changes whenever the list does that `latest` would give: what a line on each shows, or
    all of it. One statement."""
    told = stamps if whole else _seen
    newest = _newest(_among(among)).offset(start).limit(limit).subquery()
    a, b = aliased(ToolRow), aliased(ToolRow)
    query = (
        select(newest.c.id, newest.c.updated_at, *told(a), *told(b))
        .join(a, a.id == newest.c.challenger_id)
        .join(b, b.id == newest.c.incumbent_id)
        .order_by(newest.c.published_at.desc(), newest.c.id.desc())
    )
    return tuple(map(tuple, session.execute(query)))


def _seen(tool: type[ToolRow]) -> list[Any]:
    """What a list shows of a tool and may change on its own; the rest changes `updated_at`."""
    return [tool.updated_at, tool.category]


def version(session: Session, slug: str) -> tuple[object, ...] | None:
    """What changes whenever a comparison's page does; None for no comparison. One statement."""
    a, b = aliased(ToolRow), aliased(ToolRow)
    query = (
        select(ComparisonRow.id, ComparisonRow.updated_at, *stamps(a), *stamps(b))
        .join(a, a.id == ComparisonRow.challenger_id)
        .join(b, b.id == ComparisonRow.incumbent_id)
        .where(ComparisonRow.slug == slug)
    )
    found = session.execute(query).first()
    return tuple(found) if found else None


def _among(among: Among) -> Select[ComparisonRow]:
    query = select(ComparisonRow)
    if among.categories is not None:
        tools = select(ToolRow.id).where(ToolRow.category.in_(among.categories))
        query = query.where(_either(tools))
    if among.tool is not None:
        query = query.where(_either([among.tool]))
    return query


def _either(tools: Select[int] | Sequence[int]) -> ColumnElement[bool]:
    return or_(ComparisonRow.challenger_id.in_(tools), ComparisonRow.incumbent_id.in_(tools))


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
    session.execute(update(ComparisonRow).where(_either(tools)).values(updated_at=now))


def _pairs(session: Session, query: Select[ComparisonRow]) -> list[Pair]:
    rows = list(session.scalars(_newest(query)))
    ids = {row.challenger_id for row in rows} | {row.incumbent_id for row in rows}
    tools = {tool.id: tool for tool in read(session, select(ToolRow).where(ToolRow.id.in_(ids)))}
    return [_pair(row, tools) for row in rows]


def _newest(query: Select[ComparisonRow]) -> Select[ComparisonRow]:
    return query.order_by(ComparisonRow.published_at.desc(), ComparisonRow.id.desc())


def _pair(row: ComparisonRow, tools: dict[int, Tool]) -> Pair:
    return value(
        Pair,
        row,
        challenger=tools[row.challenger_id],
        incumbent=tools[row.incumbent_id],
        why=value(Why, row),
    )
