"""Follow feeds: one by its address, or a list of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from db.engine import Sessions
from db.store import launches as store
from digest.errors import DigestError, InputError, SourceError
from digest.issues.words import plain
from digest.model import Document, Entry, Feed, Launch, NotALaunch
from digest.ports import Clock, Fetch, Request, Response
from sources import discovery, opml
from sources.feeds import parse
from sources.kinds import kind_of
from sources.recognising import KINDS, taken
from sources.sifting import Past, sift
from sources.workers import Job, Workers


def follow(
    sessions: Sessions,
    fetch: Fetch,
    clock: Clock,
    url: str,
    *,
    kind: str = "",
    category: str = "",
    backlog: bool = False,
    processes: int = 0,
) -> Feed:
    """Add a feed after reading it once, so that only what is a feed gets in. The address of a site
    will do: the first feed its page names is taken.

    Without a `kind` the document tells it. With `backlog` all that the feed lists when it is first
    collected is news. Raises SourceError when it cannot be read.
    """
    found = look(fetch, url, kind, processes=processes)
    feed = Feed(
        id=0,
        url=found.url,
        kind=found.kind,
        title=found.document.title,
        category=category,
        backlog=backlog,
    )
    with sessions.begin() as session:
        return store.add_feed(session, feed, clock())


class Shown(NamedTuple):
    """An entry as it would be taken: as a launch that goes on ("new"), one that does not
    ("candidate", "backlog"), as an "update", or "not"."""

    standing: str
    published: datetime | None
    name: str
    said: str


def _shown(entry: Entry, recognised: Launch | NotALaunch) -> Shown:
    if isinstance(recognised, NotALaunch):
        return Shown(recognised.kind, entry.published, entry.title, recognised.reason)
    return Shown(recognised.state.value, entry.published, recognised.name, recognised.tagline)


class Found(NamedTuple):
    """A feed that was read without keeping anything: where it is, and of which kind."""

    url: str
    kind: str
    document: Document

    def shown(self, now: datetime, backlog: timedelta) -> Iterator[Shown]:
        """What would be taken of it if it were followed now, and why the rest would not."""
        feed = Feed(id=0, url=self.url, kind=self.kind)
        sifted = sift(feed, self.document, Past(), now, KINDS[self.kind].habits, backlog)
        return (_shown(news.entry, taken(feed, news, now)) for news in reversed(sifted.news))


def look(fetch: Fetch, url: str, kind: str = "", *, processes: int = 0) -> Found:
    """Read the feed at an address, or the first one that the page there names.

    It is read in a process of its own if there may be one, as the collect job does.
    """
    if kind and kind not in KINDS:
        raise InputError(f"{kind!r} is no kind of feed; there are {', '.join(sorted(KINDS))}")
    response = fetched(fetch, url)
    with Workers(min(processes, 1)) as workers:
        try:
            return _found(url, response, kind, workers)
        except SourceError as error:
            for feed in discovery.feeds_of(response.url, response.body):
                return _found(feed, fetched(fetch, feed), kind, workers)
            raise error from None


def _found(url: str, response: Response, kind: str, workers: Workers) -> Found:
    job = Job(parse, url, response.body, response.headers.get("content-type", ""))
    [reading] = workers.parse([job])
    if isinstance(reading.answer, SourceError):
        raise reading.answer
    document = plain(reading.answer)
    return Found(url, kind or kind_of(url, document), document)


def fetched(fetch: Fetch, url: str) -> Response:
    """The document at an address; raises SourceError with the reason when there is none."""
    response = fetch([Request(url)])[0]
    if response.refusal:
        raise SourceError(url, response.refusal)
    return response


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of one feed of a list: its row, or why it was not added."""

    url: str
    feed: Feed | None
    reason: str = ""


def import_opml(
    sessions: Sessions, fetch: Fetch, clock: Clock, body: bytes, *, processes: int = 0
) -> list[Followed]:
    """Follow every feed of an OPML list; those that cannot be added say why."""
    return [
        _follow_or_say(sessions, fetch, clock, outline, processes) for outline in opml.read(body)
    ]


def _follow_or_say(
    sessions: Sessions, fetch: Fetch, clock: Clock, outline: opml.Outline, processes: int
) -> Followed:
    url, category = outline.url, outline.category
    try:
        feed = follow(sessions, fetch, clock, url, category=category, processes=processes)
    except DigestError as error:
        return Followed(url, None, str(error))
    return Followed(url, feed)
