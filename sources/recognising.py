"""The table of kinds: how documents of each are read, and which launch an entry tells of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from digest.model import Document, Entry, Feed, Launch, LaunchState, NotALaunch
from digest.pairing.addresses import without_trackers
from sources.feeds import parse
from sources.launches import RECOGNISERS
from sources.sifting import Habits, News

UNSURE = "announced on a blog: is it a tool?"


@dataclass(frozen=True, slots=True)
class Kind:
    """How documents of one kind are read: `read(url, body, content_type)`, then entry by entry.

    Launches of a kind that is not `confident` are candidates until an editor confirms them.
    """

    read: Callable[[str, bytes, str], Document]
    recognise: Callable[[Entry], Launch | NotALaunch]
    habits: Habits = field(default_factory=Habits)
    confident: bool = True


KINDS: Mapping[str, Kind] = {
    # Product Hunt dates an entry by its first draft, moves "updated" at every poll, and shuffles.
    "producthunt": Kind(parse, RECOGNISERS["producthunt"], Habits(dated=False)),
    "hackernews": Kind(parse, RECOGNISERS["hackernews"]),
    # GitHub gives a release that is deleted and tagged anew its old id.
    "releases": Kind(parse, RECOGNISERS["releases"], Habits(retags=True)),
    # Vendors announce programmes, prices and papers in the words they announce tools in.
    "blog": Kind(parse, RECOGNISERS["blog"], confident=False),
    "list": Kind(parse, RECOGNISERS["list"]),
}


def recognise(feed: Feed, entry: Entry, now: datetime) -> Launch | NotALaunch:
    """The launch an entry of this feed tells of, or why it tells of none. No launch is published
    in the future, whatever its entry says, and its address is the one readers may see."""
    recognised = KINDS[feed.kind].recognise(entry)
    if isinstance(recognised, NotALaunch):
        return recognised
    published = min(recognised.published, now) if recognised.published else None
    return replace(
        recognised,
        published=published,
        category=feed.category or recognised.category,
        url=without_trackers(recognised.url),
    )


def taken(feed: Feed, news: News, now: datetime) -> Launch | NotALaunch:
    """As `recognise`, the launch in the state in which it may go on."""
    recognised = recognise(feed, news.entry, now)
    if isinstance(recognised, NotALaunch):
        return recognised
    if news.state is LaunchState.NEW and not KINDS[feed.kind].confident:
        return replace(recognised, state=LaunchState.CANDIDATE, reason=UNSURE)
    return replace(recognised, state=news.state, reason=news.reason)
