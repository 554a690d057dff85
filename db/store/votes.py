"""Ballots, and the counts they add up to.

The counts of a tool are at most four rows of `votes`: what verdict files brought ("imported") and
what the ballots say ("readers"), each by call. A vote changes both tables in one transaction, so
whoever shows a tool reads these few rows and never the ballots, and a page that is kept in a cache
can name the counts in its version: they differ as soon as what it shows of them does. A vote does
not change when a tool or a comparison was last updated, since neither is news by it.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from db.mapping import columns, insert_new, value
from db.tables import BallotRow, ToolRow, VoteRow
from digest.errors import NotFoundError
from digest.model import Call
from digest.readers.voting import Ballot, Voter

READERS = "readers"  # the voter that stands for all ballots
KNOWN_BY = ("browser", "network", "reader")


def lock_tool(session: Session, slug: str) -> int:
    """The id of a tool whose votes come one after the other from here to the commit. Raises
    NotFoundError."""
    query = select(ToolRow.id).where(ToolRow.slug == slug)
    found = session.scalar(query.with_for_update(key_share=True))
    if found is None:
        raise NotFoundError("tool", slug)
    return found


def ballots(session: Session, tool: int, voter: Voter) -> list[Ballot]:
    """The ballots on a tool that share anything with the voter, oldest first."""
    query = select(BallotRow).where(BallotRow.tool_id == tool, _shares(voter))
    return [value(Ballot, row) for row in session.scalars(query.order_by(BallotRow.id))]


def calls(session: Session, slugs: Collection[str], voter: Voter) -> dict[str, Call]:
    """What the voter said of the tools with these slugs, as far as they are known by it."""
    query = (
        select(ToolRow.slug, BallotRow.call)
        .join(BallotRow, BallotRow.tool_id == ToolRow.id)
        .where(ToolRow.slug.in_(slugs), _shares(voter))
    )
    return dict(session.execute(query).all())


def cast_by(session: Session, reader: str) -> list[tuple[str, Call, datetime]]:
    """Every vote that a reader cast by a mailed link: on which tool, what, and when."""
    query = (
        select(ToolRow.slug, BallotRow.call, BallotRow.cast_at)
        .join(BallotRow, BallotRow.tool_id == ToolRow.id)
        .where(BallotRow.reader == reader)
        .order_by(BallotRow.id)
    )
    return [(slug, call, at) for slug, call, at in session.execute(query)]


def others(session: Session, tool: int, voter: Voter, since: datetime) -> int:
    """On how many other tools the voter voted since then."""
    query = select(func.count(BallotRow.tool_id.distinct())).where(
        BallotRow.tool_id != tool, BallotRow.cast_at > since, _shares(voter)
    )
    return session.scalar(query) or 0


def replace_ballots(
    session: Session, tool: int, mine: Sequence[Ballot], stand: Sequence[Ballot], now: datetime
) -> None:
    """On a locked tool, let these ballots stand for those that were the voter's, and count them."""
    staying = {one.id for one in stand}
    gone = [one.id for one in mine if one.id not in staying]
    session.execute(delete(BallotRow).where(BallotRow.id.in_(gone)))
    for ballot in stand:
        _keep(session, tool, ballot, now)
    for call in Call:
        if change := _said(stand, call) - _said(mine, call):
            _count(session, tool, call, change, now)


def forget_reader(session: Session, reader: str) -> None:
    """Let a reader's ballots be nobody's: they stay counted, and nothing leads from them to the
    reader, the browser or the network they came from."""
    unknown = dict.fromkeys(KNOWN_BY)
    session.execute(update(BallotRow).where(BallotRow.reader == reader).values(unknown))


def forget_networks(session: Session, before: datetime) -> int:
    """Let the networks of votes cast before then be forgotten; how many they were."""
    forgotten = session.execute(
        update(BallotRow)
        .where(BallotRow.network.is_not(None), BallotRow.cast_at < before)
        .values(network=None)
        .returning(BallotRow.id)
    )
    return len(forgotten.all())


def _shares(voter: Voter) -> ColumnElement[bool]:
    known = {name: hashed for name, hashed in columns(voter, KNOWN_BY).items() if hashed}
    return or_(False, *(getattr(BallotRow, name) == hashed for name, hashed in known.items()))


def _keep(session: Session, tool: int, ballot: Ballot, now: datetime) -> None:
    values = {**columns(ballot, ("call", *KNOWN_BY)), "cast_at": now}
    if ballot.id:
        session.execute(update(BallotRow).where(BallotRow.id == ballot.id).values(values))
    else:
        session.add(BallotRow(tool_id=tool, **values))
        session.flush()


def _said(ballots: Iterable[Ballot], call: Call) -> int:
    return sum(one.call is call for one in ballots)


def _count(session: Session, tool: int, call: Call, by: int, now: datetime) -> None:
    row = {"tool_id": tool, "voter": READERS, "call": call}
    session.execute(insert_new(session, VoteRow).values(**row, count=0, created_at=now))
    session.execute(update(VoteRow).filter_by(**row).values(count=VoteRow.count + by))
