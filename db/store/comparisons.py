"""Pairs: which two tools are read against each other, and why."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, or_, select, update
from sqlalchemy.orm import Session

from db.mapping import value
from db.store.tools import those
from db.store.webhooks import raise_event
from db.tables import ComparisonRow, IssueRow, ItemRow, ToolRow
from digest.errors import NotFoundError
from digest.model import OFFERED, Event, IssueKind, IssueState, Pair, Tool, Why

AT = select(*ComparisonRow.__table__.c).where(ComparisonRow.slug == bindparam("slug"))


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
    sides = {"challenger": pair.challenger.slug, "incumbent": pair.incumbent.slug}
    said = {"comparison": pair.slug, **sides}
    raise_event(session, Event.COMPARISON_PUBLISHED, said, pair.published_at)


def pair(connection: Connection, slug: str) -> Pair:
    found = connection.execute(AT, {"slug": slug}).all()
    if not found:
        raise NotFoundError("comparison", slug)
    return _whole(connection, found)[0]


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

    @property
    def by_category(self) -> bool:
        return self.categories is not None

    @property
    def by_tool(self) -> bool:
        return self.tool is not None

    @property
    def values(self) -> dict[str, Any]:
        """What `chosen` is run with."""
        return {"categories": list(self.categories or ()), "tool": self.tool}


ALL = Among()


def latest(session: Session, limit: int, among: Among = ALL, start: int = 0) -> list[Pair]:
    """The newest pairs, leaving out the first `start`."""
    query = chosen(among.by_category, among.by_tool)
    values = {**among.values, "most": limit, "start": start}
    return _whole(session.connection(), list(session.scalars(query, values)))


@cache
def chosen(by_category: bool, by_tool: bool) -> Select[ComparisonRow]:
    """The statement of a list, to be run with `Among.values`, `most` and `start`."""
    query = select(ComparisonRow)
    if by_category:
        named = ToolRow.category.in_(bindparam("categories", expanding=True))
        query = query.where(_either(select(ToolRow.id).where(named)))
    if by_tool:
        query = query.where(_either([bindparam("tool")]))
    return newest(query).limit(bindparam("most")).offset(bindparam("start"))


def _either(tools: Any) -> ColumnElement[bool]:
    return or_(ComparisonRow.challenger_id.in_(tools), ComparisonRow.incumbent_id.in_(tools))


def unmailed(session: Session, but: Collection[str] = ()) -> list[Pair]:
    """Pairs that no digest holds yet, those named in `but` left aside; skipped and cancelled
    digests hold nothing, and one that is sent did not hold what it was only offered."""
    left = (IssueRow.state == IssueState.SENT) & (ItemRow.dropped == OFFERED)
    held = (
        select(ItemRow.comparison_id)
        .join(IssueRow, IssueRow.id == ItemRow.issue_id)
        .where(
            IssueRow.kind == IssueKind.DIGEST,
            IssueRow.state.not_in([IssueState.SKIPPED, IssueState.CANCELLED]),
            IssueRow.id.not_in(but),
            ~left,
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
    session.execute(update(ComparisonRow).where(_either(tools)).values(updated_at=now))


def _pairs(session: Session, query: Select[ComparisonRow]) -> list[Pair]:
    return _whole(session.connection(), list(session.scalars(newest(query))))


def newest(query: Select[ComparisonRow]) -> Select[ComparisonRow]:
    return query.order_by(ComparisonRow.published_at.desc(), ComparisonRow.id.desc())


def _whole(connection: Connection, rows: Sequence[ComparisonRow | Row[Any]]) -> list[Pair]:
    ids = {row.challenger_id for row in rows} | {row.incumbent_id for row in rows}
    tools = those(connection, ids)
    return [_pair(row, tools) for row in rows]


def _pair(row: ComparisonRow | Row[Any], tools: dict[int, Tool]) -> Pair:
    return value(
        Pair,
        row,
        challenger=tools[row.challenger_id],
        incumbent=tools[row.incumbent_id],
        why=value(Why, row),
    )
