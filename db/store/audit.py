"""The record of what was done at the desk, each line chained to the one before."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from db.engine import ASKED_FROM
from db.mapping import insert_new
from db.tables import AuditHeadRow, AuditRow
from digest.chain import Head, Line, following

HEAD = 1  # the one row of its table
COLUMNS = [getattr(AuditRow, field.name) for field in fields(Line)]
AT_ONCE = 500  # lines read from the database, however long the record


class Search(NamedTuple):
    """What a look into the record asks for; "" and None ask for nothing."""

    who: str = ""
    act: str = ""
    what: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None  # the id of a line: those that are older


def note(
    session: Session, who: str, act: str, what: str, now: datetime, *, ip: str = "", **detail: Any
) -> None:
    """Add a line. Say it last in a transaction, or `take_turn` first: from here to its end, whoever
    else adds a line waits. Without an `ip`, it is the one that the session was asked from."""
    head, ip = take_turn(session), ip or session.info.get(ASKED_FROM, "")
    line = Line(who=who, act=act, what=what, detail=detail, ip=ip, created_at=now)
    moved = following(head, line)
    columns = {"who": who, "act": act, "what": what, "detail": detail, "ip": ip}
    session.add(AuditRow(**columns, created_at=now, hash=moved.hash))
    _move(session, moved)
    session.flush()  # now, so that the ids follow the chain


def times(
    session: Session, act: str, *, who: str = "", what: str = "", since: datetime | None = None
) -> list[datetime]:
    """When this was done, oldest first: by an editor, to one thing, since a moment."""
    query = select(AuditRow.created_at).where(AuditRow.act == act).order_by(AuditRow.id)
    if who:
        query = query.where(AuditRow.who == who)
    if what:
        query = query.where(AuditRow.what == what)
    if since:
        query = query.where(AuditRow.created_at > since)
    return list(session.scalars(query))


def take_turn(session: Session) -> Head:
    """The chain's head, held until this transaction ends."""
    query = select(AuditHeadRow.hash, AuditHeadRow.lines).where(AuditHeadRow.id == HEAD)
    found = session.execute(query.with_for_update()).first()
    if found is None:
        session.execute(insert_new(session, AuditHeadRow).values(id=HEAD, hash="", lines=0))
        found = session.execute(query.with_for_update()).one()
    head = Head(*found)
    return head if head.lines else _from_before(session)


def _from_before(session: Session) -> Head:
    """The head after the lines that were written before there was a chain."""
    head = Head()
    for line in lines(session):
        head = following(head, line)
    _move(session, head)
    return head


def _move(session: Session, head: Head) -> None:
    moved = update(AuditHeadRow).where(AuditHeadRow.id == HEAD)
    session.execute(moved.values(hash=head.hash, lines=head.lines))


def chain_head(session: Session) -> Head:
    found = session.execute(
        select(AuditHeadRow.hash, AuditHeadRow.lines).where(AuditHeadRow.id == HEAD)
    ).first()
    return Head(*found) if found else Head()


def lines(session: Session) -> Iterator[Line]:
    """Every line, the oldest first, a few at a time."""
    last = 0
    query = select(*COLUMNS).order_by(AuditRow.id).limit(AT_ONCE)
    while rows := session.execute(query.where(AuditRow.id > last)).all():
        yield from (Line(**row._mapping) for row in rows)
        last = rows[-1].id


def search(session: Session, wanted: Search, limit: int) -> list[Line]:
    """The latest lines that fit, the newest first."""
    query = select(*COLUMNS).order_by(AuditRow.id.desc()).limit(limit)
    given = {"who": AuditRow.who, "act": AuditRow.act, "what": AuditRow.what}
    for name, column in given.items():
        if text := getattr(wanted, name):
            query = query.where(column == text)
    if wanted.since:
        query = query.where(AuditRow.created_at >= wanted.since)
    if wanted.until:
        query = query.where(AuditRow.created_at < wanted.until)
    if wanted.before is not None:
        query = query.where(AuditRow.id < wanted.before)
    return [Line(**row._mapping) for row in session.execute(query)]


def acts(session: Session) -> list[str]:
    """What has ever been done, by name."""
    return list(session.scalars(select(AuditRow.act).distinct().order_by(AuditRow.act)))


def count(session: Session, act: str, what: str, since: datetime) -> int:
    """How often something was done to something since then."""
    query = select(func.count()).select_from(AuditRow)
    fits = (AuditRow.what == what, AuditRow.act == act, AuditRow.created_at > since)
    return session.scalar(query.where(*fits)) or 0
