"""Feeds, their entries, and the launches recognised in them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from db.mapping import insert_new, value
from db.tables import EntryRow, FeedRow, LaunchRow
from digest.errors import NotAllowedError, NotFoundError
from digest.model import Entry, Feed, Launch, LaunchState

CHECKED = (
    "title",
    "etag",
    "last_modified",
    "next_check_at",
    "whole_at",
    "failure",
    "failures",
    "failing_since",
    "told_at",
    "moved_to",
    "moved_since",
    "moved_hits",
)
"""What a check may change of a feed, besides its address."""


def add_feed(
    session: Session, *, url: str, kind: str, title: str, category: str, now: datetime
) -> Feed:
    if session.scalar(select(FeedRow.id).where(FeedRow.url == url)):
        raise NotAllowedError("add the feed", (f"{url} is followed already",))
    row = FeedRow(url=url, kind=kind, title=title, category=category, created_at=now)
    session.add(row)
    session.flush()
    return value(Feed, row)


def feeds(session: Session) -> list[Feed]:
    return [value(Feed, row) for row in session.scalars(select(FeedRow).order_by(FeedRow.id))]


def pause_feed(session: Session, feed: int, *, paused: bool) -> None:
    found = session.execute(
        update(FeedRow).where(FeedRow.id == feed).values(paused=paused).returning(FeedRow.id)
    )
    if found.first() is None:
        raise NotFoundError("feed", feed, "`digest feeds list` shows their numbers")


def note_checked(session: Session, feed: Feed, now: datetime) -> None:
    """Remember what the last check left. A new address that another feed has is not taken."""
    row = session.get(FeedRow, feed.id)
    if row is None:
        return  # taken off while it was fetched
    taken = select(FeedRow.id).where(FeedRow.url == feed.url, FeedRow.id != feed.id)
    url = row.url if session.scalar(taken) else feed.url
    for name in CHECKED:
        setattr(row, name, getattr(feed, name))
    row.url, row.checked_at = url, now
    row.paused = row.paused or feed.paused  # an editor may have paused it meanwhile
    session.flush()


def tell_of(session: Session, feeds: Collection[int], now: datetime) -> None:
    """Note that the editors heard of these feeds' trouble."""
    session.execute(update(FeedRow).where(FeedRow.id.in_(feeds)).values(told_at=now))


def unseen(session: Session, feed: int, identities: Collection[str]) -> set[str]:
    """Those of the identities that this feed has never shown us."""
    known = session.scalars(
        select(EntryRow.identity).where(EntryRow.feed_id == feed, EntryRow.identity.in_(identities))
    )
    return set(identities) - set(known)


def keep_entry(
    session: Session,
    feed: int,
    identity: str,
    entry: Entry,
    *,
    launch: int | None,
    reason: str,
    now: datetime,
) -> None:
    session.execute(
        insert_new(session, EntryRow).values(
            feed_id=feed,
            identity=identity,
            title=entry.title,
            link=entry.link,
            published=entry.published,
            first_seen=now,
            reason=reason,
            launch_id=launch,
        )
    )


def keep_launch(session: Session, launch: Launch, now: datetime) -> int:
    row = LaunchRow(
        name=launch.name,
        tagline=launch.tagline,
        description=launch.description,
        url=launch.url,
        category=launch.category,
        published=launch.published,
        state=launch.state,
        reason=launch.reason,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def launches(session: Session, states: Sequence[LaunchState] = ()) -> list[Launch]:
    """Launches in the order they were first seen, of all states or some."""
    query = select(LaunchRow).order_by(LaunchRow.id)
    if states:
        query = query.where(LaunchRow.state.in_(states))
    return [value(Launch, row) for row in session.scalars(query)]


def launch(session: Session, number: int) -> Launch:
    row = session.get(LaunchRow, number)
    if row is None:
        raise NotFoundError("launch", number, "`digest launches` shows their numbers")
    return value(Launch, row)


def settle_launch(
    session: Session, number: int, state: LaunchState, *, tool: int | None = None, reason: str = ""
) -> None:
    session.execute(
        update(LaunchRow)
        .where(LaunchRow.id == number)
        .values(state=state, tool_id=tool, reason=reason)
    )


def without_words(session: Session, *, since: datetime, unread: datetime) -> list[Launch]:
    """Launches seen `since` that have a name and an address alone, whose page was not read after
    `unread`: those still on their way to a comparison."""
    query = select(LaunchRow).where(
        LaunchRow.state.in_((LaunchState.NEW, LaunchState.UNMATCHED, LaunchState.CANDIDATE)),
        LaunchRow.tagline == "",
        LaunchRow.description == "",
        LaunchRow.url != "",
        LaunchRow.created_at >= since,
        or_(LaunchRow.page_read_at.is_(None), LaunchRow.page_read_at <= unread),
    )
    return [value(Launch, row) for row in session.scalars(query.order_by(LaunchRow.id))]


def describe_launch(
    session: Session, number: int, *, tagline: str, description: str, now: datetime
) -> None:
    """Note what a launch's page says of it; "" and "" when that is nothing."""
    said = {"tagline": tagline, "description": description, "page_read_at": now}
    session.execute(update(LaunchRow).where(LaunchRow.id == number).values(said))


def count_entries(session: Session) -> dict[int, int]:
    """How many entries each feed has shown so far, by feed id."""
    rows = session.execute(select(EntryRow.feed_id, func.count()).group_by(EntryRow.feed_id))
    return dict(rows.all())
