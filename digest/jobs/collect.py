"""Fetch the feeds, read what is new in them, keep the launches."""

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from db.engine import Sessions, reading
from db.store import launches as store
from digest.errors import NotFoundError, SourceError
from digest.issues.words import plain
from digest.model import Document, Entry, Feed, Launch, NotALaunch
from digest.ports import Clock, Fetch, Response
from sources import KINDS, polling
from sources.workers import Job, Reading, Workers

LONGEST_IDENTITY = 500  # characters: an index of PostgreSQL holds 2,704 bytes of one


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What one feed gave: how many entries were new, which were launches, why others were not."""

    feed: Feed
    entries: int = 0
    new: int = 0
    left_out: int = 0  # beyond the first MOST_ENTRIES of a document
    launches: tuple[Launch, ...] = ()
    reasons: tuple[tuple[str, int], ...] = ()
    unchanged: bool = False

    @property
    def failure(self) -> str:
        return self.feed.failure


def collect(
    sessions: Sessions,
    fetch: Fetch,
    clock: Clock,
    *,
    only: str = "",
    due: bool = False,
    processes: int = 0,
    chance: Callable[[], float] = random.random,
    tell: Callable[[Collected], None] = lambda _: None,
) -> list[Collected]:
    """Fetch every feed that is not paused, those that are `due`, or `only` the one with that URL;
    one report a feed. A feed that fails keeps its failure in its row and leaves others unharmed.

    Documents are read in so many `processes` of their own, which a hostile one cannot outlast; in
    line with 0.
    """
    feeds = _feeds(sessions, only, clock() if due else None)
    responses = fetch([polling.request_for(feed, clock()) for feed in feeds])
    reports = []
    with Workers(processes) as workers:
        readings = _readings(feeds, responses, workers)
        for feed, response, reading in zip(feeds, responses, readings, strict=True):
            report = _take(sessions, feed, response, reading, clock(), chance())
            tell(report)
            reports.append(report)
    return reports


def _feeds(sessions: Sessions, only: str, due: datetime | None) -> list[Feed]:
    with reading(sessions) as session:
        feeds = store.feeds(session)
    if only:
        named = [feed for feed in feeds if feed.url == only]
        if not named:
            raise NotFoundError("feed", only, "`digest feeds add` adds it")
        return named
    if due:
        return [feed for feed in feeds if polling.is_due(feed, due)]
    return [feed for feed in feeds if not feed.paused]


def _readings(
    feeds: Iterable[Feed], responses: Sequence[Response], workers: Workers
) -> Iterator[Reading | None]:
    """What came of each document, in order; None for an answer that holds none."""
    jobs = (
        Job(KINDS[feed.kind].read, one.url, one.body, one.headers.get("content-type", ""))
        for feed, one in zip(feeds, responses, strict=True)
        if not one.refusal
    )
    finished = workers.parse(jobs)
    return (None if one.refusal else next(finished) for one in responses)


def _take(
    sessions: Sessions,
    feed: Feed,
    response: Response,
    reading: Reading | None,
    now: datetime,
    chance: float,
) -> Collected:
    failure = _failure(response, reading)
    checked = polling.after(feed, response, failure, now, chance)
    if reading and isinstance(reading.answer, Document):
        # JSON can spell what no database takes, NUL and half a surrogate pair.
        document = plain(reading.answer)
        checked = replace(checked, title=document.title or feed.title)
        return _keep(sessions, checked, document, reading.entries, now)
    with sessions.begin() as session:
        store.note_checked(session, checked, now)
    return Collected(feed=checked, unchanged=not failure)


def _failure(response: Response, reading: Reading | None) -> str:
    """Why an answer gave nothing; "" when it did, or when nothing has changed."""
    if reading:
        return reading.answer.reason if isinstance(reading.answer, SourceError) else ""
    return "" if response.status == 304 else response.refusal


def identities(entries: Sequence[Entry]) -> list[str]:
    """What each entry is known by: its guid, else its link, else a hash of its words.

    A guid that several entries of one document carry tells nothing, so their links go with it,
    and their words where the links are the same too.
    What is too long to be looked up is known by its hash.
    """
    uses = Counter(entry.guid for entry in entries)
    named = [_identity(entry, uses[entry.guid] > 1) for entry in entries]
    alike = Counter(named)
    apart = (
        f"{name} {_digest(entry)}" if alike[name] > 1 else name
        for name, entry in zip(named, entries, strict=True)
    )
    return [name if len(name) <= LONGEST_IDENTITY else _hashed(name) for name in apart]


def _identity(entry: Entry, guid_is_shared: bool) -> str:
    if entry.guid and guid_is_shared:
        return f"{entry.guid} {entry.link or _digest(entry)}"
    return entry.guid or entry.link or _digest(entry)


def _digest(entry: Entry) -> str:
    return _hashed("\n".join([entry.title, *entry.paragraphs]))


def _hashed(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _keep(
    sessions: Sessions, feed: Feed, document: Document, all_entries: int, now: datetime
) -> Collected:
    entries = document.entries
    named = dict(zip(identities(entries), entries, strict=True))
    with sessions.begin() as session:
        new = store.unseen(session, feed.id, named)
        told = [
            _keep_entry(session, feed, identity, named[identity], now)
            for identity in _oldest_first(named, new)
        ]
        store.note_checked(session, feed, now)
    reasons = Counter(one.reason for one in told if isinstance(one, NotALaunch))
    return Collected(
        feed=feed,
        entries=all_entries,
        new=len(new),
        left_out=all_entries - len(entries),
        launches=tuple(one for one in told if isinstance(one, Launch)),
        reasons=tuple(reasons.most_common()),
    )


def _keep_entry(
    session: Session, feed: Feed, identity: str, entry: Entry, now: datetime
) -> Launch | NotALaunch:
    recognised = _recognised(feed, entry)
    launch, reason = None, ""
    if isinstance(recognised, Launch):
        launch = store.keep_launch(session, recognised, now)
    else:
        reason = recognised.reason
    store.keep_entry(session, feed.id, identity, entry, launch=launch, reason=reason, now=now)
    return recognised


def _oldest_first(named: Iterable[str], new: set[str]) -> list[str]:
    """Feeds list the newest first; launches are kept in the order they happened."""
    return [identity for identity in reversed(list(named)) if identity in new]


def _recognised(feed: Feed, entry: Entry) -> Launch | NotALaunch:
    recognised = KINDS[feed.kind].recognise(entry)
    if isinstance(recognised, Launch) and feed.category:
        return replace(recognised, category=feed.category)
    return recognised
