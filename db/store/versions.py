"""What tells a page from what it was: values that change whenever something does that it shows.

Each is one statement, built once: to build one takes SQLAlchemy far longer than to run it.
"""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select
from sqlalchemy.orm import aliased

from db.store.comparisons import ALL, Among, chosen
from db.tables import ComparisonRow, IssueRow, ItemRow, ToolRow, VoteRow
from digest.model import Call, IssueState

Version = tuple[Any, ...]


def comparison(connection: Connection, slug: str) -> Version | None:
    """Of a comparison with both its tools; None where there is none."""
    found = connection.execute(_comparison(), {"slug": slug}).first()
    return tuple(found) if found else None


def comparisons(
    connection: Connection, limit: int, among: Among = ALL, start: int = 0, *, whole: bool = False
) -> Version:
    """Of the list that `comparisons.latest` gives: of what a line on each shows, or of all."""
    query = _comparisons(among.by_category, among.by_tool, whole)
    found = connection.execute(query, {**among.values, "most": limit, "start": start})
    return tuple(map(tuple, found))


def tool(connection: Connection, slug: str) -> Version | None:
    """Of a tool; the first value is its id. None where there is none."""
    found = connection.execute(_tool(), {"slug": slug}).first()
    return tuple(found) if found else None


def issues(
    connection: Connection, states: Collection[IssueState], limit: int, start: int = 0
) -> Version:
    """Of the list that `issues.shown` gives."""
    values = {"states": list(states), "most": limit, "start": start}
    return tuple(map(tuple, connection.execute(_issues(), values)))


def issue(connection: Connection, name: str, states: Collection[IssueState]) -> Version:
    """Of an issue and its comparisons; empty where there is none in one of the states."""
    found = connection.execute(_issue(), {"name": name, "states": list(states)})
    return tuple(map(tuple, found))


@cache
def _comparison() -> Select[Any]:
    a, b = aliased(ToolRow), aliased(ToolRow)
    return (
        select(ComparisonRow.id, ComparisonRow.updated_at, *_whole(a), *_whole(b))
        .join(a, a.id == ComparisonRow.challenger_id)
        .join(b, b.id == ComparisonRow.incumbent_id)
        .where(ComparisonRow.slug == bindparam("slug"))
    )


@cache
def _comparisons(by_category: bool, by_tool: bool, whole: bool) -> Select[Any]:
    shown = chosen(by_category, by_tool).subquery()
    a, b = aliased(ToolRow), aliased(ToolRow)
    told = _whole if whole else _line
    return (
        select(shown.c.id, shown.c.updated_at, *told(a), *told(b))
        .join(a, a.id == shown.c.challenger_id)
        .join(b, b.id == shown.c.incumbent_id)
        .order_by(shown.c.published_at.desc(), shown.c.id.desc())
    )


@cache
def _tool() -> Select[Any]:
    return select(*_whole(ToolRow)).where(ToolRow.slug == bindparam("slug"))


@cache
def _issues() -> Select[str, datetime]:
    return (
        select(IssueRow.id, IssueRow.updated_at)
        .where(IssueRow.state.in_(bindparam("states", expanding=True)))
        .order_by(IssueRow.created_at.desc(), IssueRow.id.desc())
        .limit(bindparam("most"))
        .offset(bindparam("start"))
    )


@cache
def _issue() -> Select[Any]:
    a, b = aliased(ToolRow), aliased(ToolRow)
    return (
        select(IssueRow.state, IssueRow.updated_at, ComparisonRow.updated_at, *_line(a), *_line(b))
        .outerjoin(ItemRow, ItemRow.issue_id == IssueRow.id)
        .outerjoin(ComparisonRow, ComparisonRow.id == ItemRow.comparison_id)
        .outerjoin(a, a.id == ComparisonRow.challenger_id)
        .outerjoin(b, b.id == ComparisonRow.incumbent_id)
        .where(
            IssueRow.id == bindparam("name"),
            IssueRow.state.in_(bindparam("states", expanding=True)),
        )
        .order_by(ItemRow.position)
    )


def _line(tool: type[ToolRow]) -> list[Any]:
    """What a line on a tool shows that may change on its own; the rest moves `updated_at`."""
    return [tool.updated_at, tool.category]


def _whole(tool: type[ToolRow]) -> list[Any]:
    """When a tool was written, what a launch may have filled in since, and what readers voted."""
    votes = [
        select(func.sum(VoteRow.count))
        .where(VoteRow.tool_id == tool.id, VoteRow.call == call)
        .scalar_subquery()
        for call in Call
    ]
    told = (tool.tagline, tool.description, tool.url, tool.category)
    return [tool.id, tool.updated_at, *told, *votes]
