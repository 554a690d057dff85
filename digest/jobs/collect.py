"""Fetch the feeds, read what is new in them, keep the launches."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from db.engine import Sessions, reading
from db.store import launches as store
from digest.errors import NotFoundError, SourceError
from digest.issues.words import plain
from digest.jobs.keep import Kept, keep
from digest.model import Document, Feed, Launch, LaunchState
from digest.ports import Clock, Fetch, Response
from sources import polling
from sources.recognising import KINDS
from sources.workers import Job, Reading, Workers

BACKLOG = timedelta(days=7)
ROUND = 40  # feeds whose documents are in memory together: 200 MiB where each is as long as may be


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What one feed gave: how many entries it lists, and what was kept of them."""

    feed: Feed
    entries: int = 0
    left_out: int = 0  # beyond the first MOST_ENTRIES of a document
    kept: Kept = field(default_factory=Kept)
    unchanged: bool = False

    @property
    def launches(self) -> tuple[Launch, ...]:
        """Those that go on by themselves."""
        return tuple(one for one in self.kept.launches if one.state is LaunchState.NEW)

    @property
    def new(self) -> int:
        return self.kept.new

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
    backlog: timedelta = BACKLOG,
    chance: Callable[[], float] = random.random,
    tell: Callable[[Collected], None] = lambda _: None,
) -> list[Collected]:
    """Fetch every feed that is not paused, those that are `due`, or `only` the one with that URL;
    one report a feed. A feed that fails keeps its failure in its row and leaves others unharmed.

    Of a feed that is read for the first time what is older than `backlog` is no news.
    Documents are read in so many `processes` of their own, which a hostile one cannot outlast; in
    line with 0.
    """
    feeds = _feeds(sessions, only, clock() if due else None)
    reports = []
    with Workers(processes) as workers:
        for feed, response, reading in _answers(feeds, fetch, clock, workers):
            now = clock()
            checked = polling.after(feed, response, _failure(response, reading), now, chance())
            report = _take(sessions, feed, checked, reading, now, backlog)
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


def _answers(
    feeds: Sequence[Feed], fetch: Fetch, clock: Clock, workers: Workers
) -> Iterator[tuple[Feed, Response, Reading | None]]:
    """What each feed answered and what came of its document, round by round."""
    for start in range(0, len(feeds), ROUND):
        some = feeds[start : start + ROUND]
        responses = fetch([polling.request_for(feed, clock()) for feed in some])
        yield from zip(some, responses, _readings(some, responses, workers), strict=True)


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
    checked: Feed,
    reading: Reading | None,
    now: datetime,
    backlog: timedelta,
) -> Collected:
    """Keep what a check gave, and the feed's new state, in one transaction: all of it or none."""
    kept, listed, taken = Kept(), 0, 0
    with sessions.begin() as session:
        if reading and isinstance(reading.answer, Document):
            # JSON can spell what no database takes, NUL and half a surrogate pair.
            document = plain(reading.answer)
            kept = keep(session, feed, document, now, backlog)
            checked = _read(checked, document, kept, now)
            listed, taken = reading.entries, len(document.entries)
        store.note_checked(session, checked, now)
    unchanged = reading is None and not checked.failure
    return Collected(
        feed=checked, entries=listed, left_out=listed - taken, kept=kept, unchanged=unchanged
    )


def _read(feed: Feed, document: Document, kept: Kept, now: datetime) -> Feed:
    """The feed after a document of it was read."""
    return replace(
        feed,
        title=document.title or feed.title,
        seeded_at=feed.seeded_at or now,
        notice=kept.notice or feed.notice,
        noticed_at=now if kept.notice else feed.noticed_at,
    )


def _failure(response: Response, reading: Reading | None) -> str:
    """Why an answer gave nothing; "" when it did, or when nothing has changed."""
    if reading:
        return reading.answer.reason if isinstance(reading.answer, SourceError) else ""
    return "" if response.status == 304 else response.refusal
