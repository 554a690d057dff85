"""What is news in a document, seen beside what its feed showed before: decided from values alone.

An entry is new when its feed never showed it, whatever its dates say. Three things look new and
are not: what stood in the feed before we followed it, what slides back into view when a newer
entry is deleted, and what a rebuilt site shows again under other ids.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from digest.model import Document, Entry, Feed, LaunchState, Seen
from sources.entries import content, identities

MOST_OLD_AT_ONCE = 30  # old entries that become new: more of them is a mishap of the site's
SLID_BACK = timedelta(days=7)  # what is dated so long before our last look is no news
SKEW = timedelta(days=1)  # clocks and zones err by no more
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
MANY = 5  # from so many entries on, one date on all of them is the document's own

SEEDED = "in the feed before it was followed"
SLID = "dated {day}, before all we know of this feed: it slid back into view"
BELOW = "undated, and below what this feed showed before: is it new?"
HELD = "{count} old entries of this feed became new at once: is this one new?"
NOTICE = "{count} old entries became new at once"


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What one kind of feed may be trusted with."""

    dated: bool = True  # its dates tell when an entry was published, its order which is newer
    retags: bool = False  # an entry that changes together with its date is a new event


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What a feed showed before: the entries of this document by identity, and its `latest`."""

    known: Mapping[str, Seen] = field(default_factory=dict)
    latest: Sequence[Seen] = ()


@dataclass(frozen=True, slots=True)
class News:
    """An entry that its feed never showed, and how far a launch in it may go: NEW, or BACKLOG or
    CANDIDATE with the reason."""

    identity: str
    entry: Entry
    state: LaunchState = LaunchState.NEW
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """An entry seen before that says something else now, or goes by another identity.

    `again` tells a release that was tagged anew under its old id.
    """

    seen: Seen
    identity: str
    entry: Entry
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """What a document brings; the news in the order of their happening."""

    news: tuple[News, ...] = ()
    changes: tuple[Change, ...] = ()
    notice: str = ""


def sift(
    feed: Feed, document: Document, past: Past, now: datetime, habits: Habits, backlog: timedelta
) -> Sifted:
    """Tell news from what is known. When a feed is first read, news is only what is dated within
    `backlog`, or all of it if that is wanted of this feed."""
    listed = _listed(document.entries, habits, now)
    if feed.seeded_at is None:
        return _at_first(listed, None if feed.backlog else now - backlog)
    known = {one.identity: past.known[one.identity] for one in listed if one.identity in past.known}
    gone = [seen for seen in past.latest if seen.identity not in known]
    retold = _retold([one for one in listed if one.identity not in known], gone)
    news = [one for one in listed if one.identity not in known | retold]
    judged = _later(news, _Known(listed, known | retold, _looked(feed, now), habits))
    old = len(retold) + _count_old(judged, gone)
    changes = [_change(one, (known | retold).get(one.identity), habits) for one in listed]
    return Sifted(
        news=tuple(reversed(_held(judged, old) if old > MOST_OLD_AT_ONCE else judged)),
        changes=tuple(change for change in changes if change),
        notice=NOTICE.format(count=old) if old > MOST_OLD_AT_ONCE else "",
    )


# --- what a document lists -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Listed:
    """An entry in its document, with the moment of its publication if that can be trusted."""

    identity: str
    entry: Entry
    moment: datetime | None


def _listed(entries: Sequence[Entry], habits: Habits, now: datetime) -> list[_Listed]:
    dates = {entry.published for entry in entries}
    trusted = habits.dated and not (len(entries) >= MANY and len(dates) == 1)
    named = dict(zip(identities(entries), entries, strict=True))
    return [
        _Listed(identity, entry, _moment(entry, now) if trusted else None)
        for identity, entry in named.items()
    ]


def _moment(entry: Entry, now: datetime) -> datetime | None:
    fits = entry.published and EARLIEST <= entry.published <= now + SKEW
    return entry.published if fits else None


def _looked(feed: Feed, now: datetime) -> datetime:
    """When the feed was last seen to be well."""
    return feed.failing_since or feed.checked_at or now


# --- judging what is new -------------------------------------------------------------------


def _at_first(listed: Iterable[_Listed], since: datetime | None) -> Sifted:
    def judged(one: _Listed) -> News:
        if since is None or (one.moment and one.moment >= since):
            return News(one.identity, one.entry)
        return News(one.identity, one.entry, LaunchState.BACKLOG, SEEDED)

    return Sifted(news=tuple(reversed([judged(one) for one in listed])))


@dataclass(frozen=True, slots=True)
class _Known:
    """What stands around the news of a document."""

    listed: Sequence[_Listed]
    seen: Mapping[str, Seen]
    looked: datetime
    habits: Habits

    @property
    def oldest(self) -> datetime | None:
        """The date of the oldest entry that is known and still listed."""
        moments = (one.moment for one in self.listed if one.identity in self.seen)
        return min(filter(None, moments), default=None)

    @property
    def lowest(self) -> int:
        """The place of the last entry that is known; the number of all where none is."""
        places = [at for at, one in enumerate(self.listed) if one.identity in self.seen]
        return max(places, default=len(self.listed))


def _later(news: Sequence[_Listed], known: _Known) -> list[News]:
    oldest, lowest = known.oldest, known.lowest
    below = {one.identity for one in known.listed[lowest:]} if known.habits.dated else set()

    def judged(one: _Listed) -> News:
        if one.moment is None and one.identity in below:
            return News(one.identity, one.entry, LaunchState.CANDIDATE, BELOW)
        if _slid_back(one.moment, known.looked, oldest):
            reason = SLID.format(day=f"{one.moment:%Y-%m-%d}")
            return News(one.identity, one.entry, LaunchState.BACKLOG, reason)
        return News(one.identity, one.entry)

    return [judged(one) for one in news]


def _slid_back(moment: datetime | None, looked: datetime, oldest: datetime | None) -> bool:
    """Long before our last look, and before all we know: some sites date a post by its draft."""
    if moment is None or moment >= looked - SLID_BACK:
        return False
    return oldest is None or moment < oldest


def _count_old(judged: Iterable[News], gone: Iterable[Seen]) -> int:
    """How many of those that look new show that they are not."""
    titles = {seen.title for seen in gone if seen.title}
    return sum(news.state is not LaunchState.NEW or news.entry.title in titles for news in judged)


def _held(judged: Iterable[News], count: int) -> list[News]:
    reason = HELD.format(count=count)
    return [replace(news, state=LaunchState.CANDIDATE, reason=reason) for news in judged]


# --- what was seen before ------------------------------------------------------------------


def _retold(unseen: Sequence[_Listed], latest: Iterable[Seen]) -> dict[str, Seen]:
    """Entries of old under a new identity, by that identity: sites that are rebuilt make all their
    ids anew, and some make an id from the headline."""
    links = Counter(one.entry.link for one in unseen)
    of_old: dict[str, list[Seen]] = defaultdict(list)
    for seen in latest:
        for word in {seen.title, seen.link} - {""}:
            of_old[word].append(seen)
    found: dict[str, Seen] = {}
    taken: set[str] = set()
    for one in unseen:
        entry, by_link = one.entry, links[one.entry.link] == 1
        for seen in (*of_old[entry.title], *of_old[entry.link]):
            if seen.identity not in taken and _is_same(entry, seen, by_link=by_link):
                found[one.identity] = seen
                taken.add(seen.identity)
                break
    return found


def _is_same(entry: Entry, seen: Seen, *, by_link: bool) -> bool:
    """Whether two of title, link and date are the same, and the dates do not speak against it."""
    title = entry.title != "" and entry.title == seen.title
    link = by_link and entry.link != "" and entry.link == seen.link
    if not entry.published or not seen.published:
        return title and link
    apart = abs(entry.published - seen.published)
    return apart <= SKEW and title + link + (not apart) >= 2


def _change(one: _Listed, seen: Seen | None, habits: Habits) -> Change | None:
    """What changed of an entry that was seen; None for nothing, or one that was not seen."""
    said = content(one.entry)
    if seen is None or (seen.identity, seen.content) == (one.identity, said):
        return None
    edited = bool(seen.content) and seen.content != said
    moved = bool(one.entry.updated and seen.updated and one.entry.updated > seen.updated)
    return Change(seen, one.identity, one.entry, again=habits.retags and edited and moved)
