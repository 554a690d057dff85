"""What those who run the service ask: is it fit to answer, how are its feeds and jobs; and what
they do on a restored database."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import NamedTuple, TypeVar
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from db.engine import Sessions, reading
from db.schema import head, revisions
from db.store import editors, invitations, readers, unreadable_events
from db.store import entries as entry_store
from db.store import events as event_store
from db.store import issues as issue_store
from db.store import launches as launch_store
from db.store import operations as store
from digest.model import DeliveryState, Feed, IssueState, LaunchState, Spent, SubscriberState
from digest.ports import Clock
from digest.readers import limits
from digest.readers.feedback import Meaning

log = logging.getLogger("digest.operations")

NOTICED_FOR = timedelta(days=7)  # as long as a feed's notice is news
State = TypeVar("State", bound=StrEnum)
GOING_OUT = (IssueState.APPROVED, IssueState.SENDING, IssueState.PAUSED)
RESTORED = "restored from a copy: readers may have it already"


def obstacle(sessions: Sessions) -> str:
    """Why nothing can be answered just now, as one line; "" when all is well."""
    try:
        with reading(sessions) as session:
            found = revisions(session.connection())
    except SQLAlchemyError as error:
        # The driver's words name hosts and users: they are for the log, not for who asks.
        log.warning("the database does not answer: %s", error.__cause__ or error)
        return "the database does not answer"
    return "" if found == {_head()} else "the database has not the schema of this version"


_head = cache(head)  # the files it is read from are part of the program


class Watched(NamedTuple):
    """A feed as those who watch it see it. `address` is its URL without what may be secret."""

    feed: Feed
    address: str
    entries: int
    noticed: bool


class LastRun(NamedTuple):
    """A job's newest run. `ended_at` is when one last ended; this one has if `ended`, else it is
    at work or has died."""

    job: str
    started_at: datetime
    ended_at: datetime | None
    ended: bool


class SignUps(NamedTuple):
    """Of the newest that had time to be answered: how many were asked, how many confirmed."""

    asked: int
    confirmed: int


NO_SIGN_UPS = SignUps(0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """How things stand at one moment; every state is counted, also where there is nothing."""

    feeds: tuple[Watched, ...] = ()
    launches: Mapping[LaunchState, int]
    issues: Mapping[IssueState, int]
    deliveries: Mapping[DeliveryState, int]
    runs: tuple[LastRun, ...] = ()
    next_runs: Mapping[str, datetime] = field(default_factory=dict)
    paces: tuple[Spent, ...] = ()
    subscribers: Mapping[SubscriberState, int] = field(default_factory=dict)
    sign_ups: SignUps = NO_SIGN_UPS
    events: Mapping[tuple[str, Meaning], int] = field(default_factory=dict)
    unreadable: int = 0  # events that were kept aside
    duplicates: int = 0  # deliveries of which two messages were accepted


def hold(sessions: Sessions, clock: Clock, who: str) -> list[str]:
    """Pause every issue that would go out, or go on; which they are.

    For a database that was restored from an older copy: readers have mails it does not know of."""
    with sessions.begin() as session:
        now = clock()
        held = [one.id for one in issue_store.issues(session) if one.state in GOING_OUT]
        for name in held:
            changed = {"reason": RESTORED, "resume_at": None}
            issue_store.move(session, name, GOING_OUT, IssueState.PAUSED, now, **changed)
            editors.note(session, who, "pause", name, now, reason=RESTORED)
    return held


def snapshot(sessions: Sessions, now: datetime) -> Snapshot:
    with reading(sessions) as session:
        entries = entry_store.count_entries(session)
        return Snapshot(
            feeds=tuple(
                watched(feed, entries.get(feed.id, 0), now) for feed in launch_store.feeds(session)
            ),
            launches=_of_each(LaunchState, store.launches_by_state(session)),
            issues=_of_each(IssueState, store.issues_by_state(session)),
            deliveries=_of_each(DeliveryState, store.deliveries_by_state(session)),
            runs=tuple(LastRun(*run) for run in store.last_runs(session)),
            next_runs=store.next_runs(session),
            paces=tuple(store.paces(session)),
            subscribers=_of_each(SubscriberState, readers.count_by_state(session)),
            sign_ups=SignUps(
                *invitations.answers(session, now - limits.TIME_TO_ANSWER, limits.JUDGED)
            ),
            events=event_store.events_by_meaning(session),
            unreadable=unreadable_events.count_unreadable(session),
            duplicates=event_store.duplicates(session),
        )


def watched(feed: Feed, entries: int, now: datetime) -> Watched:
    lately = feed.noticed_at is not None and now - feed.noticed_at <= NOTICED_FOR
    return Watched(feed, without_secrets(feed.url), entries, bool(feed.notice) and lately)


def without_secrets(url: str) -> str:
    """A web address without user, query and fragment; "" for what cannot be taken apart surely."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - asking for it checks it
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _of_each(states: type[State], counted: Mapping[State, int]) -> dict[State, int]:
    return {state: counted.get(state, 0) for state in states}
