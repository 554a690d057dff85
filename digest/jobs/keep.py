"""Keep what a document brings: its entries, and the launches in them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.store import entries, launches
from digest.model import Document, Entry, Feed, Launch, LaunchState, NotALaunch, Seen
from digest.pairing.identity import same_launch
from sources.entries import content, identities
from sources.recognising import KINDS, recognise, taken
from sources.sifting import Change, News, Past, Sifted, sift

SAME_NAME_WITHIN = timedelta(days=90)  # one name on two pages: by then it may be another tool
EDITABLE = (
    LaunchState.NEW,
    LaunchState.UNMATCHED,
    LaunchState.CANDIDATE,
    LaunchState.BACKLOG,
)
"""States in which a launch still follows what its entry says."""

REPEATED = "announced before, as launch {number}"
TAGGED_AGAIN = "{title}, tagged again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What came of a document: how many entries were new or edited, the launches kept, how many
    were announced elsewhere before, the titles of updates, why others are no launches."""

    new: int = 0
    edited: int = 0
    launches: tuple[Launch, ...] = ()
    repeats: int = 0
    updates: tuple[str, ...] = ()
    reasons: tuple[tuple[str, int], ...] = ()
    notice: str = ""


def keep(
    session: Session, feed: Feed, document: Document, now: datetime, backlog: timedelta
) -> Kept:
    """Keep what is new in a document and what changed, in the session's transaction."""
    sifted = _sifted(session, feed, document, now, backlog)
    for change in sifted.changes:
        _change(session, feed, change, now)
    told = [_take(session, feed, news, now) for news in sifted.news]
    return _counted(sifted, [one for one in told if one])


def _sifted(
    session: Session, feed: Feed, document: Document, now: datetime, backlog: timedelta
) -> Sifted:
    names = identities(document.entries)
    known = entries.seen(session, feed.id, names)
    latest = entries.latest(session, feed.id) if len(known) < len(set(names)) else []
    past = Past(known=known, latest=latest)
    return sift(feed, document, past, now, KINDS[feed.kind].habits, backlog)


# --- what is new ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Told:
    """What became of one entry that is new."""

    entry: Entry
    recognised: Launch | NotALaunch
    repeats: bool = False


def _take(session: Session, feed: Feed, news: News, now: datetime) -> _Told | None:
    """Keep an entry with its launch; None when another hand kept it first."""
    recognised = taken(feed, news, now)
    if isinstance(recognised, NotALaunch):
        noted = _seen(news.identity, news.entry, recognised.kind, recognised.reason)
        kept = entries.keep_entry(session, feed.id, noted, now)
        return _Told(news.entry, recognised) if kept else None
    if not entries.keep_entry(session, feed.id, _seen(news.identity, news.entry, "launch"), now):
        return None
    launch, repeats = _announce(session, recognised, now)
    reason = REPEATED.format(number=launch.id) if repeats else ""
    entries.keep_launch_of(session, feed.id, news.identity, launch.id, reason)
    return _Told(news.entry, launch, repeats)


def _announce(session: Session, launch: Launch, now: datetime) -> tuple[Launch, bool]:
    """The launch as it is kept, and whether another announcement had brought it before."""
    alike = launches.alike(session, launch, now - SAME_NAME_WITHIN)
    known = next((one for one in alike if same_launch(one, launch)), None)
    if known is None:
        return replace(launch, id=launches.keep_launch(session, launch, now)), False
    launches.rewrite_launch(session, merged(known, launch))
    return known, True


def merged(known: Launch, launch: Launch) -> Launch:
    """A launch after one more announcement of it, which may say what the first left out, and which
    frees it where the first was old news or in doubt."""
    if known.state not in EDITABLE:
        return known
    freed = launch.state is LaunchState.NEW and known.state in (
        LaunchState.BACKLOG,
        LaunchState.CANDIDATE,
    )
    return replace(
        known,
        tagline=known.tagline or launch.tagline,
        description=known.description or launch.description,
        category=known.category or launch.category,
        published=known.published or launch.published,
        state=LaunchState.NEW if freed else known.state,
        reason="" if freed else known.reason,
    )


# --- what changed --------------------------------------------------------------------------


def _change(session: Session, feed: Feed, change: Change, now: datetime) -> None:
    before, entry = change.seen, change.entry
    entries.change_entry(session, feed.id, before.identity, _seen(change.identity, entry), now)
    announced_here = before.launch_id and not before.reason
    if announced_here and before.content:
        _mend(session, feed, before.launch_id or 0, entry, now)


def _mend(session: Session, feed: Feed, number: int, entry: Entry, now: datetime) -> None:
    """An edited entry mends its launch as long as nobody has read it beside another."""
    known, recognised = launches.launch(session, number), recognise(feed, entry, now)
    if known.state in EDITABLE and isinstance(recognised, Launch):
        mended = replace(
            known,
            name=recognised.name,
            tagline=recognised.tagline or known.tagline,
            description=recognised.description or known.description,
            url=recognised.url,
        )
        launches.rewrite_launch(session, mended)


def _seen(identity: str, entry: Entry, kind: str = "", reason: str = "") -> Seen:
    return Seen(
        identity=identity,
        title=entry.title,
        link=entry.link,
        published=entry.published,
        updated=entry.updated,
        content=content(entry),
        kind=kind,
        reason=reason,
    )


# --- counting ------------------------------------------------------------------------------


def _counted(sifted: Sifted, told: Sequence[_Told]) -> Kept:
    return Kept(
        new=len(told),
        edited=sum(bool(change.seen.content) for change in sifted.changes),
        launches=tuple(
            one.recognised for one in told if isinstance(one.recognised, Launch) and not one.repeats
        ),
        repeats=sum(one.repeats for one in told),
        updates=tuple(_updates(sifted, told)),
        reasons=tuple(Counter(_reasons(told)).most_common()),
        notice=sifted.notice,
    )


def _updates(sifted: Sifted, told: Iterable[_Told]) -> Iterator[str]:
    for one in told:
        if isinstance(one.recognised, NotALaunch) and one.recognised.kind == "update":
            yield one.entry.title
    for change in sifted.changes:
        if change.again:
            yield TAGGED_AGAIN.format(title=change.entry.title)


def _reasons(told: Iterable[_Told]) -> Iterator[str]:
    return (one.recognised.reason for one in told if isinstance(one.recognised, NotALaunch))
