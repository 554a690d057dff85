"""What the published feeds hold, told by what may change of it; and what hubs were told."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, ScalarSelect, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from db.tables import AnnouncementRow, ComparisonRow, ToolRow, VoteRow
from digest.model import Call

TOLD = ("tagline", "description", "url", "category")  # what a later launch may mend in a tool


class Stamp(NamedTuple):
    """One comparison, by what a feed's item may change with: when it was last updated, the words of
    its tools that change without that, and their votes."""

    slug: str
    updated_at: datetime
    others: tuple[Any, ...]


def stamps(
    connection: Connection, categories: Collection[str], limit: int, offset: int = 0
) -> list[Stamp]:
    """The newest comparisons, of which either tool is in one of `categories` if there are any, by
    one statement whatever their number."""
    asked = {"limit": limit, "offset": offset, "categories": list(categories)}
    rows = connection.execute(_stamped(chosen=bool(categories)), asked).all()
    return [Stamp(slug, updated_at, tuple(others)) for slug, updated_at, *others in rows]


@cache  # every poll of a feed asks it, and building it takes longer than its answer
def _stamped(*, chosen: bool) -> Select[Any]:
    newest = select(ComparisonRow)
    if chosen:
        named = ToolRow.category.in_(bindparam("categories", expanding=True))
        tools = select(ToolRow.id).where(named)
        newest = newest.where(
            or_(ComparisonRow.challenger_id.in_(tools), ComparisonRow.incumbent_id.in_(tools))
        )
    newest = newest.order_by(ComparisonRow.published_at.desc(), ComparisonRow.id.desc())
    page = newest.limit(bindparam("limit")).offset(bindparam("offset"))
    one, a, b = aliased(ComparisonRow, page.subquery()), aliased(ToolRow), aliased(ToolRow)
    words = [getattr(tool, name) for tool in (a, b) for name in TOLD]
    votes = [_votes(tool, call) for tool in (a.id, b.id) for call in Call]
    return (
        select(one.slug, one.updated_at, *words, *votes)
        .join(a, a.id == one.challenger_id)
        .join(b, b.id == one.incumbent_id)
        .order_by(one.published_at.desc(), one.id.desc())
    )


def _votes(tool: Any, call: Call) -> ScalarSelect[int]:
    counted = select(func.coalesce(func.sum(VoteRow.count), 0))
    return counted.where(VoteRow.tool_id == tool, VoteRow.call == call).scalar_subquery()


def categories(session: Session) -> list[str]:
    """The categories of all tools, as they are spelt, in order."""
    query = select(ToolRow.category).where(ToolRow.category != "").distinct()
    return sorted(session.scalars(query))


def announced(session: Session, hub: str) -> dict[str, str]:
    """The version of each feed, by its address, that a hub was last told of."""
    query = select(AnnouncementRow.topic, AnnouncementRow.version)
    return dict(session.execute(query.where(AnnouncementRow.hub == hub)).all())


def keep_announced(session: Session, hub: str, topic: str, version: str, now: datetime) -> None:
    """Note that a hub was told of a feed's version."""
    session.merge(AnnouncementRow(hub=hub, topic=topic, version=version, announced_at=now))
