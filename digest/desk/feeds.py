"""Follow feeds: one by its address, or a list of them."""

from dataclasses import dataclass

from db.engine import Sessions
from db.store import launches as store
from digest.errors import DigestError, InputError, SourceError
from digest.issues.words import plain
from digest.model import Document, Feed
from digest.ports import Clock, Fetch, Request
from sources import KINDS, kind_of, opml
from sources.feeds import parse


def follow(
    sessions: Sessions, fetch: Fetch, clock: Clock, url: str, *, kind: str = "", category: str = ""
) -> Feed:
    """Add a feed after reading it once, so that only what is a feed gets in.

    Without a `kind` the document tells it. Raises SourceError when it cannot be read.
    """
    if kind and kind not in KINDS:
        raise InputError(f"{kind!r} is no kind of feed; there are {', '.join(sorted(KINDS))}")
    document = look(fetch, url)
    with sessions.begin() as session:
        return store.add_feed(
            session,
            url=url,
            kind=kind or kind_of(url, document),
            title=document.title,
            category=category,
            now=clock(),
        )


def look(fetch: Fetch, url: str) -> Document:
    """Read a feed without keeping anything."""
    response = fetch([Request(url)])[0]
    if response.error:
        raise SourceError(url, response.error)
    if response.status != 200:
        raise SourceError(url, f"the server answered {response.status}")
    return plain(parse(url, response.body, response.headers.get("content-type", "")))


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of one feed of a list: its row, or why it was not added."""

    url: str
    feed: Feed | None
    reason: str = ""


def import_opml(sessions: Sessions, fetch: Fetch, clock: Clock, body: bytes) -> list[Followed]:
    """Follow every feed of an OPML list; those that cannot be added say why."""
    return [
        _follow_or_say(sessions, fetch, clock, outline.url, outline.category)
        for outline in opml.read(body)
    ]


def _follow_or_say(
    sessions: Sessions, fetch: Fetch, clock: Clock, url: str, category: str
) -> Followed:
    try:
        return Followed(url, follow(sessions, fetch, clock, url, category=category))
    except DigestError as error:
        return Followed(url, None, str(error))
