"""What all of the site is found by: the names and words of tools, the addresses of pages."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.tables import AliasRow, ComparisonRow, IssueRow, ToolRow
from digest.model import IssueState


class ToolWords(NamedTuple):
    """What a tool is found by."""

    id: int
    slug: str
    name: str
    tagline: str
    description: str
    category: str


class Head(NamedTuple):
    """What a comparison is found by: its two tools, by their ids."""

    slug: str
    challenger: int
    incumbent: int


def tool_words(session: Session) -> list[ToolWords]:
    columns = (ToolRow.id, ToolRow.slug, ToolRow.name)
    texts = (ToolRow.tagline, ToolRow.description, ToolRow.category)
    return [ToolWords(*row) for row in session.execute(select(*columns, *texts))]


def aliases(session: Session) -> list[tuple[int, str]]:
    """All other names of tools, with the tools' ids."""
    return [(tool, name) for tool, name in session.execute(select(AliasRow.tool_id, AliasRow.name))]


def heads(session: Session) -> list[Head]:
    """All comparisons, the newest first."""
    query = select(ComparisonRow.slug, ComparisonRow.challenger_id, ComparisonRow.incumbent_id)
    newest = query.order_by(ComparisonRow.published_at.desc(), ComparisonRow.id.desc())
    return [Head(*row) for row in session.execute(newest)]


def newest_ids(session: Session) -> tuple[int | None, int | None]:
    """The last tool's and the last comparison's id, by which new ones show. One statement."""
    tool = select(func.max(ToolRow.id)).scalar_subquery()
    comparison = select(func.max(ComparisonRow.id)).scalar_subquery()
    found = session.execute(select(tool, comparison)).one()
    return found[0], found[1]


def dated_comparisons(session: Session) -> list[tuple[str, datetime]]:
    """Every comparison's slug and when it last changed."""
    query = select(ComparisonRow.slug, ComparisonRow.updated_at).order_by(ComparisonRow.id)
    return [(slug, changed) for slug, changed in session.execute(query)]


def dated_tools(session: Session) -> list[tuple[str, datetime]]:
    query = select(ToolRow.slug, ToolRow.updated_at).order_by(ToolRow.id)
    return [(slug, changed) for slug, changed in session.execute(query)]


def dated_issues(session: Session, states: tuple[IssueState, ...]) -> list[tuple[str, date]]:
    query = select(IssueRow.id, IssueRow.dated).where(IssueRow.state.in_(states))
    return [(name, dated) for name, dated in session.execute(query.order_by(IssueRow.id))]
