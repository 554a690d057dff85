"""Tools with their aliases, reviews and votes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    Connection,
    Executable,
    Row,
    Select,
    bindparam,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, selectinload

from db.mapping import columns, insert_new, value
from db.tables import AliasRow, ReviewRow, ToolRow, VoteRow
from digest.errors import NotFoundError
from digest.model import Call, Review, Tool, Votes

IMPORTED = "imported"  # the voter that stands for the counts of a verdict file
COLUMNS = ("name", "tagline", "description", "category", "url", "pricing", "entry", "best_for")
AT_ONCE = 500  # ids in one statement; databases bound how many parameters it may have
WHOLE = tuple(map(selectinload, (ToolRow.aliases, ToolRow.reviews, ToolRow.votes)))

# What is read beside tools: built once, and asked on the bare connection. A page needs it of two
# tools, and by the loaders of the ORM it took longer than all the rest of the page.
NAMED: BindParameter[Any] = bindparam("tools", expanding=True)
THOSE = select(*ToolRow.__table__.c).where(ToolRow.id.in_(NAMED))
ALIASES = (
    select(AliasRow.tool_id, AliasRow.name).where(AliasRow.tool_id.in_(NAMED)).order_by(AliasRow.id)
)
REVIEWS = (
    select(ReviewRow.tool_id, *(getattr(ReviewRow, field.name) for field in fields(Review)))
    .where(ReviewRow.tool_id.in_(NAMED))
    .order_by(ReviewRow.position)
)
VOTED = (
    select(VoteRow.tool_id, VoteRow.call, func.sum(VoteRow.count).label("votes"))
    .where(VoteRow.tool_id.in_(NAMED))
    .group_by(VoteRow.tool_id, VoteRow.call)
)


def tools(session: Session, slugs: Sequence[str] | None = None) -> list[Tool]:
    """All tools, or those with the given slugs, by name."""
    query = select(ToolRow).order_by(ToolRow.name, ToolRow.id)
    if slugs is not None:
        query = query.where(ToolRow.slug.in_(slugs))
    return read(session, query)


def tool(session: Session, name: str) -> Tool:
    """The tool with this slug, or else with this very name."""
    for column in (ToolRow.slug, ToolRow.name):
        found = read(session, select(ToolRow).where(column == name).limit(1))
        if found:
            return found[0]
    raise NotFoundError("tool", name, "give its slug or its exact name")


def tool_at(session: Session, slug: str) -> Tool:
    """The tool at an address; unlike `tool`, no name will do."""
    found = read(session, select(ToolRow).where(ToolRow.slug == slug))
    if not found:
        raise NotFoundError("tool", slug)
    return found[0]


def found(session: Session, words: str, limit: int, start: int = 0) -> list[Tool]:
    """Tools whose name, slug or category has these words, by name."""
    query = select(ToolRow).order_by(ToolRow.name, ToolRow.id)
    if words:
        asked = words.lower()
        texts = (func.lower(ToolRow.name), ToolRow.slug, func.lower(ToolRow.category))
        query = query.where(or_(*(text.contains(asked, autoescape=True) for text in texts)))
    return read(session, query.limit(limit).offset(start))


def held_tool(session: Session, slug: str) -> Tool:
    """As `tool_at`; nobody else writes the tool until this transaction ends."""
    found = held_tools(session, [slug])
    if not found:
        raise NotFoundError("tool", slug)
    return found[0]


def held_tools(session: Session, slugs: Sequence[str]) -> list[Tool]:
    """As `tools`; nobody else writes them until this transaction ends."""
    session.execute(select(ToolRow.id).where(ToolRow.slug.in_(slugs)).with_for_update())
    return tools(session, slugs)


def categories(session: Session) -> dict[str, int]:
    """How many tools are in each category, as it is spelled; those without one do not count."""
    query = (
        select(ToolRow.category, func.count())
        .where(ToolRow.category != "")
        .group_by(ToolRow.category)
        .order_by(ToolRow.category)
    )
    return dict(session.execute(query).all())


def read(session: Session, query: Select[ToolRow]) -> list[Tool]:
    """The tools of a query in four statements, however many voted on them."""
    return _complete(session.connection(), list(session.scalars(query)))


def those(connection: Connection, ids: Collection[int]) -> dict[int, Tool]:
    """The tools of these ids, by id."""
    rows = [row for some in _slices(list(ids)) for row in _bare(connection, THOSE, some)]
    return {tool.id: tool for tool in _complete(connection, rows)}


def _complete(connection: Connection, rows: Sequence[ToolRow | Row[Any]]) -> list[Tool]:
    ids = [row.id for row in rows]
    aliases, reviews, voted = (_beside(connection, one, ids) for one in (ALIASES, REVIEWS, VOTED))
    return [_tool(row, aliases[row.id], reviews[row.id], voted[row.id]) for row in rows]


def _beside(
    connection: Connection, statement: Executable, tools: Sequence[int]
) -> Mapping[int, Sequence[Row[Any]]]:
    """The rows of these tools, by the tool."""
    found: dict[int, list[Row[Any]]] = {tool: [] for tool in tools}
    for some in _slices(tools):
        for row in _bare(connection, statement, some):
            found[row.tool_id].append(row)
    return found


def _bare(
    connection: Connection, statement: Executable, tools: Sequence[int]
) -> Iterable[Row[Any]]:
    return connection.execute(statement, {"tools": tools})


def _slices(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def fill_tool(session: Session, tool: Tool) -> None:
    """Keep what a launch told of a tool we hold; its reviews and votes stay as they are."""
    told = columns(tool, ("tagline", "description", "url", "category"))
    session.execute(update(ToolRow).where(ToolRow.id == tool.id).values(told))


def hold_tool(session: Session, tool: Tool, now: datetime) -> Tool:
    """The tool as it is held from now on: a new one is kept, a known one takes what it was told."""
    if tool.id:
        fill_tool(session, tool)
        return tool
    return replace(tool, id=put_tool(session, tool, now).id)


def want_review(session: Session, tool: int, reason: str) -> None:
    """Ask the panel to look at a tool again; its next reviews answer."""
    session.execute(update(ToolRow).where(ToolRow.id == tool).values(review_wanted=reason))


def add_alias(session: Session, tool: int, name: str) -> None:
    """Let a tool be known under one more name, on an editor's word."""
    said = insert_new(session, AliasRow).values(tool_id=tool, name=name, by_editor=True)
    session.execute(said)


def newest_verdict(session: Session) -> datetime | None:
    """When a tool that holds a verdict was last written; None while none does."""
    query = select(ToolRow.updated_at).where(ToolRow.reviews.any())
    return session.scalar(query.order_by(ToolRow.updated_at.desc()).limit(1))


def _tool(
    row: ToolRow | Row[Any],
    aliases: Sequence[Row[Any]],
    reviews: Sequence[Row[Any]],
    voted: Sequence[Row[Any]],
) -> Tool:
    counts = {one.call: int(one.votes) for one in voted}
    return value(
        Tool,
        row,
        aliases=tuple(alias.name for alias in aliases),
        reviews=tuple(value(Review, review) for review in reviews),
        votes=Votes(counts.get(Call.SHIP, 0), counts.get(Call.SKIP, 0)),
    )


class Put(NamedTuple):
    """What writing a tool did: its id and whether it was "added", "changed" or the "same"."""

    id: int
    change: str


def put_tool(session: Session, tool: Tool, now: datetime) -> Put:
    """Write a tool whole under its slug, with its reviews; `tool.votes` are the imported counts,
    what readers voted here and what editors call it stay beside them."""
    session.flush()
    row = session.scalar(select(ToolRow).options(*WHOLE).where(ToolRow.slug == tool.slug))
    new = row is None
    if row is None:
        row = ToolRow(slug=tool.slug, aliases=[], reviews=[], votes=[])
        session.add(row)
    for name, found in columns(tool, COLUMNS).items():
        setattr(row, name, found)
    _put_aliases(row, tool.aliases)
    _put_reviews(row, tool.reviews)
    _put_votes(row, tool.votes, now)
    changed = _stamped(session, row, now) or new
    return Put(row.id, "added" if new else "changed" if changed else "same")


def rewrite_tool(session: Session, tool: Tool, now: datetime) -> bool:
    """Write what an editor says of a tool we hold, whole but for its votes; whether that changed
    it. A name that is new to it is the editor's: no verdict file takes it away."""
    row = session.scalars(select(ToolRow).options(*WHOLE).where(ToolRow.id == tool.id)).one()
    for name, said in columns(tool, COLUMNS).items():
        setattr(row, name, said)
    known = {alias.name: alias for alias in row.aliases}
    names = dict.fromkeys(tool.aliases)
    row.aliases = [known.get(name) or AliasRow(name=name, by_editor=True) for name in names]
    _put_reviews(row, tool.reviews)
    return _stamped(session, row, now)


def _stamped(session: Session, row: ToolRow, now: datetime) -> bool:
    """Write what was changed, with the moment if anything was; whether it was."""
    changed = any(session.is_modified(one) for one in session.dirty) or bool(session.new)
    if changed:
        row.updated_at = now
    session.flush()
    return changed


def _put_aliases(row: ToolRow, names: Iterable[str]) -> None:
    known = {alias.name: alias for alias in row.aliases}
    said = (alias.name for alias in row.aliases if alias.by_editor)
    row.aliases = [
        known.get(name) or AliasRow(name=name) for name in dict.fromkeys([*names, *said])
    ]


def _put_reviews(row: ToolRow, reviews: Sequence[Review]) -> None:
    known = {review.reviewer: review for review in row.reviews}
    before = [(one.reviewer, one.score, one.call, one.text) for one in row.reviews]
    if before != [(one.reviewer, one.score, one.call, one.text) for one in reviews]:
        row.review_wanted = ""
    kept = []
    for position, review in enumerate(reviews):
        written = known.get(review.reviewer) or ReviewRow(reviewer=review.reviewer)
        written.position, written.score = position, review.score
        written.call, written.text = review.call, review.text
        kept.append(written)
    row.reviews = kept


def _put_votes(row: ToolRow, votes: Votes, now: datetime) -> None:
    known = {vote.call: vote for vote in row.votes if vote.voter == IMPORTED}
    kept = [vote for vote in row.votes if vote.voter != IMPORTED]
    for call, count in ((Call.SHIP, votes.ship), (Call.SKIP, votes.skip)):
        if count:
            vote = known.get(call) or VoteRow(voter=IMPORTED, call=call, created_at=now)
            vote.count = count
            kept.append(vote)
    row.votes = kept
