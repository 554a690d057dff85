"""Fetch the feeds, read what is new in them, keep the launches."""

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
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

MOST_ENTRIES = 300  # of one document: a feed that lists thousands is an archive, not news
LONGEST_IDENTITY = 500  # characters: an index of PostgreSQL holds 2,704 bytes of one


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What one feed gave: how many entries were new, which were launches, why others were not."""

    feed: Feed
    entries: int = 0
    new: int = 0
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
    chance: Callable[[], float] = random.random,
    tell: Callable[[Collected], None] = lambda _: None,
) -> list[Collected]:
    """Fetch every feed that is not paused, those that are `due`, or `only` the one with that URL;
    one report a feed. A feed that fails keeps its failure in its row and leaves others unharmed.
    """
    feeds = _feeds(sessions, only, clock() if due else None)
    requests = [polling.request_for(feed, clock()) for feed in feeds]
    reports = []
    for feed, response in zip(feeds, fetch(requests), strict=True):
        report = _take(sessions, feed, response, clock(), chance())
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


def _take(
    sessions: Sessions, feed: Feed, response: Response, now: datetime, chance: float
) -> Collected:
    document, failure = None, ""
    try:
        document = read(feed, response)
    except SourceError as error:
        failure = error.reason
    checked = polling.after(feed, response, failure, now, chance)
    if document is not None:
        return _keep(sessions, replace(checked, title=document.title or feed.title), document, now)
    with sessions.begin() as session:
        store.note_checked(session, checked, now)
    return Collected(feed=checked, unchanged=not failure)


def read(feed: Feed, response: Response) -> Document | None:
    """The document of an answer, None when it is unchanged; raises SourceError with the reason."""
    if response.error:
        raise SourceError(feed.url, response.error)
    if response.status == 304:
        return None
    if response.status != 200:
        raise SourceError(feed.url, f"the server answered {response.status}")
    content_type = response.headers.get("content-type", "")
    # JSON can spell what no database takes, NUL and half a surrogate pair.
    return plain(KINDS[feed.kind].read(response.url, response.body, content_type))


def identities(entries: Sequence[Entry]) -> list[str]:
    """What each entry is known by: its guid, else its link, else a hash of its words.

    A guid that several entries of one document carry tells nothing, so their links go with it.
    What is too long to be looked up is known by its hash.
    """
    uses = Counter(entry.guid for entry in entries)
    named = (_identity(entry, uses[entry.guid] > 1) for entry in entries)
    return [name if len(name) <= LONGEST_IDENTITY else _hashed(name) for name in named]


def _identity(entry: Entry, guid_is_shared: bool) -> str:
    if entry.guid and guid_is_shared:
        return f"{entry.guid} {entry.link or _digest(entry)}"
    return entry.guid or entry.link or _digest(entry)


def _digest(entry: Entry) -> str:
    return _hashed("\n".join([entry.title, *entry.paragraphs]))


def _hashed(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _keep(sessions: Sessions, feed: Feed, document: Document, now: datetime) -> Collected:
    entries = document.entries[:MOST_ENTRIES]
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
        entries=len(document.entries),
        new=len(new),
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
