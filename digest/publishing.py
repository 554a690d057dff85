"""The feeds we publish: what each holds, and telling a WebSub hub when that changes.

A feed is known by the version of its edition, which one statement tells without rendering
anything: whoever holds that version already need not be sent it again.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from db.engine import Sessions, looking, reading
from db.store import comparisons
from db.store import syndication as store
from digest.errors import NotFoundError
from digest.issues import syndication
from digest.issues.syndication import Part, feed_url
from digest.model import Publication
from digest.pairing.comparing import compare
from digest.ports import Clock, Fetch, Request, Response

log = logging.getLogger(__name__)

PER_PAGE = 30  # comparisons in a document

Write = Callable[..., bytes]
FORMATS: Mapping[str, tuple[str, Write]] = {
    "rss": ("xml", syndication.rss),
    "atom": ("atom", syndication.atom),
    "json": ("json", syndication.json_feed),
}
"""What each is called in addresses, and who writes it."""


class Edition(NamedTuple):
    """A page of the feed of one category or of all, before it is written in a format.

    `version` differs when anything in it does; `updated` is when a comparison in it was last
    published or updated, None for an empty one. A vote alone changes the version only.
    """

    part: Part
    slugs: tuple[str, ...]
    version: str
    updated: datetime | None


def edition(sessions: Sessions, category: str = "", page: int = 1) -> Edition:
    """Raises NotFoundError for a category no tool has, and for a page after the last. Otherwise a
    mistyped address would be an empty feed for ever, and anybody could give our feeds a title."""
    spelt = _spelled(sessions, category) if category else []
    with looking(sessions) as connection:
        stamps = store.stamps(connection, spelt, PER_PAGE + 1, (page - 1) * PER_PAGE)
    if page > 1 and not stamps:
        raise NotFoundError("page", page)
    part = Part(spelt[0] if spelt else "", page, len(stamps) > PER_PAGE)
    return _edition(part, stamps)


def feed(sessions: Sessions, publication: Publication, kind: str, edition: Edition) -> bytes:
    """An edition in one of FORMATS, with its comparisons as they stand now: should one have changed
    since, the version is too old for it, and asking again brings the new one."""
    with reading(sessions) as session:
        pairs = comparisons.pairs(session, edition.slugs)
    _, write = FORMATS[kind]
    shown = [compare(pair, publication.language) for pair in pairs]
    return write(shown, publication, edition.part)


def _spelled(sessions: Sessions, category: str) -> list[str]:
    with reading(sessions) as session:
        return _spelt(category, store.categories(session))


def _edition(part: Part, stamps: list[store.Stamp]) -> Edition:
    held = stamps[:PER_PAGE]
    return Edition(
        part,
        tuple(stamp.slug for stamp in held),
        hashlib.sha256(repr((part, [(*one,) for one in held])).encode()).hexdigest(),
        max((stamp.updated_at for stamp in held), default=None),
    )


def _spelt(category: str, known: list[str]) -> list[str]:
    """The spellings of a category, whatever letters are capitals: the first stands for all."""
    found = [name for name in known if name.casefold() == category.casefold()]
    if not found:
        raise NotFoundError("category", category)
    return found


def _digest(values: Any) -> str:
    return hashlib.sha256(json.dumps(values, default=str).encode()).hexdigest()


# --- telling a hub -------------------------------------------------------------------------


class Told(NamedTuple):
    feeds: int
    failed: int


def announce(sessions: Sessions, fetch: Fetch, clock: Clock, publication: Publication) -> Told:
    """Tell the publication's WebSub hub of each feed with new or updated comparisons.

    What the hub was told is remembered by feed, so that one it did not take is told again the next
    time, and a new hub of all of them. Votes are no news. The form is the one that hubs share
    (PubSubHubbub 0.4, section 7); WebSub leaves it open.
    """
    with reading(sessions) as session:
        told = store.announced(session, publication.hub)
        news = {
            topic: version
            for topic, version in _topics(session, publication)
            if told.get(topic) != version
        }
    forms = [(("hub.mode", "publish"), ("hub.url", topic)) for topic in news]
    answers = fetch([Request(publication.hub, form=form) for form in forms])
    taken = {topic: _was_taken(topic, answer) for topic, answer in zip(news, answers, strict=True)}
    with sessions.begin() as session:
        for topic in filter(taken.get, news):
            store.keep_announced(session, publication.hub, topic, news[topic], clock())
    return Told(sum(taken.values()), len(taken) - sum(taken.values()))


def _topics(session: Session, publication: Publication) -> Iterator[tuple[str, str]]:
    """Every feed that holds anything, by its address, with the version of its news."""
    known = store.categories(session)
    for name in ["", *{name.casefold(): name for name in reversed(known)}.values()]:
        spelt = _spelt(name, known) if name else []
        stamps = store.stamps(session.connection(), spelt, PER_PAGE)
        version = _digest([(stamp.slug, stamp.updated_at) for stamp in stamps])
        for extension, _ in FORMATS.values() if stamps else ():
            yield feed_url(publication, extension, Part(name)), version


def _was_taken(topic: str, answer: Response) -> bool:
    if answer.error or answer.status // 100 != 2:
        reason = answer.error or f"it answered {answer.status}"
        log.warning("the hub was not told of %s: %s", topic, reason)
        return False
    return True
