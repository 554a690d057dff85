"""Feeds, and the launches recognised in them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from db.mapping import columns, value
from db.tables import EntryRow, FeedRow, LaunchRow
from digest.errors import NotAllowedError, NotFoundError
from digest.model import Feed, Launch, LaunchState
from digest.pairing.identity import known_by

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
    "seeded_at",
    "notice",
    "noticed_at",
)
"""What a check may change of a feed, besides its address."""
TOLD = ("name", "tagline", "description", "url", "category", "published", "state", "reason")
"""What is kept of a launch as it stands."""


def add_feed(session: Session, feed: Feed, now: datetime) -> Feed:
    """Follow a feed that has no id yet."""
    if session.scalar(select(FeedRow.id).where(FeedRow.url == feed.url)):
        raise NotAllowedError("add the feed", (f"{feed.url} is followed already",))
    given = columns(feed, ("url", "kind", "title", "category", "backlog"))
    row = FeedRow(**given, created_at=now)
    session.add(row)
    session.flush()
    return value(Feed, row)


def feeds(session: Session) -> list[Feed]:
    return [value(Feed, row) for row in session.scalars(select(FeedRow).order_by(FeedRow.id))]


def feed(session: Session, number: int) -> Feed:
    row = session.get(FeedRow, number)
    if row is None:
        raise NotFoundError("feed", number, "`digest feeds list` shows their numbers")
    return value(Feed, row)


def categorise_feed(session: Session, number: int, category: str) -> None:
    """Give the launches that a feed brings from here on another category."""
    session.execute(update(FeedRow).where(FeedRow.id == number).values(category=category))


def launches_by_feed(session: Session) -> dict[int, int]:
    """How many launches each feed announced."""
    told = select(EntryRow.feed_id, func.count(EntryRow.launch_id.distinct()))
    told = told.where(EntryRow.launch_id.is_not(None)).group_by(EntryRow.feed_id)
    return dict(session.execute(told).all())


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
    for name, found in columns(feed, CHECKED).items():
        setattr(row, name, found)
    row.url, row.checked_at = url, now
    row.paused = row.paused or feed.paused  # an editor may have paused it meanwhile
    session.flush()


def tell_of(session: Session, feeds: Collection[int], now: datetime) -> None:
    """Note that the editors heard of these feeds' trouble."""
    session.execute(update(FeedRow).where(FeedRow.id.in_(feeds)).values(told_at=now))


def keep_launch(session: Session, launch: Launch, now: datetime) -> int:
    row = LaunchRow(**_columns(launch), created_at=now)
    session.add(row)
    session.flush()
    return row.id


def alike(session: Session, launch: Launch, since: datetime) -> list[Launch]:
    """Launches that may be the same: of the same address, or seen `since` under the same name."""
    known = known_by(launch)
    by_address = and_(LaunchRow.address == known.address, LaunchRow.address != "")
    by_name = and_(LaunchRow.key == known.key, LaunchRow.key != "", LaunchRow.created_at >= since)
    query = select(LaunchRow).where(or_(by_address, by_name)).order_by(LaunchRow.id)
    return [value(Launch, row) for row in session.scalars(query)]


def rewrite_launch(session: Session, launch: Launch) -> None:
    """Put a launch in place of what was kept under its id."""
    session.execute(update(LaunchRow).where(LaunchRow.id == launch.id).values(**_columns(launch)))


def _columns(launch: Launch) -> dict[str, object]:
    """With what it is found again by."""
    known = known_by(launch)
    return {**columns(launch, TOLD), "address": known.address, "key": known.key}


def launches(session: Session, states: Sequence[LaunchState] = ()) -> list[Launch]:
    """Launches in the order they were first seen, of all states or some."""
    query = select(LaunchRow).order_by(LaunchRow.id)
    if states:
        query = query.where(LaunchRow.state.in_(states))
    return [value(Launch, row) for row in session.scalars(query)]


def newest(session: Session, state: LaunchState, limit: int, start: int = 0) -> list[Launch]:
    """The newest launches in a state, leaving out the first `start`."""
    query = select(LaunchRow).where(LaunchRow.state == state)
    rows = session.scalars(query.order_by(LaunchRow.id.desc()).limit(limit).offset(start))
    return [value(Launch, row) for row in rows]


def counts(session: Session) -> dict[LaunchState, int]:
    query = select(LaunchRow.state, func.count()).group_by(LaunchRow.state)
    return dict(session.execute(query).all())


def open_launches(session: Session, since: datetime | None = None) -> list[Launch]:
    """Launches without a comparison, in order; of those an opponent was looked for in vain only
    what was not tried `since`."""
    unmatched = LaunchRow.state == LaunchState.UNMATCHED
    if since:
        untried = or_(LaunchRow.tried_at.is_(None), LaunchRow.tried_at <= since)
        unmatched = and_(unmatched, untried)
    query = select(LaunchRow).where(or_(LaunchRow.state == LaunchState.NEW, unmatched))
    return [value(Launch, row) for row in session.scalars(query.order_by(LaunchRow.id))]


def note_tried(session: Session, number: int, now: datetime) -> None:
    """Note that an opponent was looked for."""
    session.execute(update(LaunchRow).where(LaunchRow.id == number).values(tried_at=now))


def launch(session: Session, number: int) -> Launch:
    row = session.get(LaunchRow, number)
    if row is None:
        raise NotFoundError("launch", number, "`digest launches` shows their numbers")
    return value(Launch, row)


def confirm_launch(session: Session, number: int) -> None:
    """Note that an editor said what a launch is, so that nobody is asked again."""
    session.execute(update(LaunchRow).where(LaunchRow.id == number).values(confirmed=True))


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
