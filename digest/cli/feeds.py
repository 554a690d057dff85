"""Commands on the feeds that are followed."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import click

from db.engine import reading
from db.store import entries
from db.store import launches as store
from digest import desk, wiring
from digest.cli.terminal import count, file_bytes, table, with_parts
from digest.desk.feeds import look
from digest.errors import SourceError
from digest.jobs.collect import Collected
from digest.jobs.collect import collect as collect_feeds
from digest.model import Feed, LaunchState
from digest.operations import NOTICED_FOR
from sources import opml
from sources.workers import MOST_ENTRIES

MOST_REASONS = 4  # told of each feed; `entries` in the database has them all


@click.group()
def feeds() -> None:
    """The feeds that are followed."""


@feeds.command("add")
@click.argument("url")
@click.option("--kind", default="", help="Who writes it; told from the document by default.")
@click.option("--category", default="", help="The category of every launch in it.")
@click.option("--backlog", is_flag=True, help="All that it lists already is news, too.")
@with_parts
def add_feed(parts: wiring.Parts, url: str, kind: str, category: str, backlog: bool) -> None:
    """Follow the feed at URL, after reading it once."""
    feed = desk.follow(
        parts.sessions,
        parts.fetch,
        parts.clock,
        url,
        kind=kind,
        category=category,
        backlog=backlog,
        processes=parts.readers,
    )
    click.echo(f"following {feed.title or url} ({feed.kind}) as feed {feed.id}")


@feeds.command("test")
@click.argument("url")
@click.option("--kind", default="", help="Who writes it; told from the document by default.")
@with_parts
def test_feed(parts: wiring.Parts, url: str, kind: str) -> None:
    """Show what would be taken from the feed at URL, and why, without keeping anything."""
    found = look(parts.fetch, url, kind, processes=parts.readers)
    click.echo(f"{found.document.title or found.url} ({found.kind}) at {found.url}")
    rows = [
        (one.standing, f"{one.published:%Y-%m-%d}" if one.published else "", one.name, one.said)
        for one in found.shown(parts.clock(), parts.backlog)
    ]
    table(rows, ("", "published", "name or title", "tagline or reason"))
    told = Counter(row[0] for row in rows)
    said = (
        f"{count(told['new'], 'new launch', 'new launches')}"
        f" in {count(len(rows), 'entry', 'entries')}",
        f"{count(told['candidate'], 'candidate')} for an editor" if told["candidate"] else "",
        f"{told['backlog']} old news, unless added with --backlog" if told["backlog"] else "",
    )
    click.echo(", ".join(filter(None, said)))


@feeds.command("list")
@with_parts
def list_feeds(parts: wiring.Parts) -> None:
    """Show every feed with what it gave and what ails it."""
    with reading(parts.sessions) as session:
        found, shown = store.feeds(session), entries.count_entries(session)
    rows = [
        (
            feed.id,
            _state(feed, parts.clock()),
            feed.kind,
            shown.get(feed.id, 0),
            _minute(feed.checked_at, "never"),
            "" if feed.paused else _minute(feed.next_check_at, "now"),
            feed.url,
        )
        for feed in found
    ]
    table(rows, ("id", "state", "kind", "entries", "checked", "next", "url"))
    if not rows:
        click.echo("no feeds yet; `digest feeds add URL` adds one")


def _state(feed: Feed, now: datetime) -> str:
    if feed.notice and feed.noticed_at and now - feed.noticed_at <= NOTICED_FOR:
        return f"{feed.notice} ({feed.noticed_at:%Y-%m-%d}): see `digest launches`"
    if feed.paused:
        return f"paused: {feed.failure}" if feed.failure else "paused"
    if feed.failing_since:
        return f"failing since {feed.failing_since:%Y-%m-%d} ({feed.failures} x): {feed.failure}"
    return f"moving to {feed.moved_to}" if feed.moved_to else "ok"


def _minute(moment: datetime | None, otherwise: str) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else otherwise


@feeds.command("import")
@click.argument("file", type=click.Path(dir_okay=False))
@with_parts
def import_feeds(parts: wiring.Parts, file: str) -> None:
    """Follow every feed of an OPML FILE."""
    results = desk.import_opml(
        parts.sessions,
        parts.fetch,
        parts.clock,
        file_bytes(file),
        processes=parts.readers,
    )
    for one in results:
        click.echo(f"following {one.url}" if one.feed else f"left out: {one.reason}")
    click.echo(f"{count(sum(bool(one.feed) for one in results), 'feed')} of {len(results)} added")


@feeds.command("export")
@with_parts
def export_feeds(parts: wiring.Parts) -> None:
    """Write all feeds as OPML to stdout."""
    with reading(parts.sessions) as session:
        click.echo(opml.write(store.feeds(session)).decode(), nl=False)


@feeds.command("pause")
@click.argument("number", metavar="ID", type=int)
@click.option("--off", is_flag=True, help="Follow it again.")
@with_parts
def pause_feed(parts: wiring.Parts, number: int, off: bool) -> None:
    """Stop fetching the feed ID, until told otherwise."""
    with parts.sessions.begin() as session:
        store.pause_feed(session, number, paused=not off)
    click.echo(f"feed {number} is {'followed again' if off else 'paused'}")


@click.command()
@click.option("--feed", default="", metavar="URL", help="Only this feed, paused or not.")
@with_parts
def collect(parts: wiring.Parts, feed: str) -> None:
    """Fetch the feeds and keep the launches that are new in them."""
    reports = collect_feeds(
        parts.sessions,
        parts.fetch,
        parts.clock,
        only=feed,
        processes=parts.readers,
        backlog=parts.backlog,
        tell=_tell,
    )
    launches = sum(len(report.launches) for report in reports)
    failed = sum(bool(report.failure) for report in reports)
    click.echo(
        f"{count(len(reports), 'feed')}: {count(launches, 'new launch', 'new launches')}"
        + (f", {failed} could not be read" if failed else "")
    )
    if failed and failed == len(reports):
        raise SourceError(feed or "every feed", "could not be read")


def _tell(report: Collected) -> None:
    name = report.feed.title or report.feed.url
    if report.failure:
        click.echo(f"{name}: {report.failure}", err=True)
    elif report.unchanged:
        click.echo(f"{name}: unchanged")
    else:
        click.echo(
            f"{name}: {count(report.kept.new, 'new entry', 'new entries')} of {report.entries}, "
            f"{count(len(report.launches), 'launch', 'launches')}"
        )
        for line in _details(report):
            click.echo(f"    {line}")


def _details(report: Collected) -> Iterator[str]:
    """What an editor should know beside the numbers, a line each."""
    kept = report.kept
    states = Counter(launch.state for launch in kept.launches)
    counted = (
        (report.left_out, f"older ones left out: {MOST_ENTRIES} of a document are read"),
        (states[LaunchState.CANDIDATE], "for an editor: `digest launches --state candidate`"),
        (states[LaunchState.BACKLOG], "old news: `digest launches --state backlog`"),
        (kept.repeats, "announced before"),
        (kept.edited, "edited since they were announced"),
        *((times, f"x {reason}") for reason, times in kept.reasons[:MOST_REASONS]),
        (sum(times for _, times in kept.reasons[MOST_REASONS:]), "for other reasons"),
    )
    yield from (f"{times} {said}" for times, said in counted if times)
    if kept.notice:
        yield f"{kept.notice}; what is new beside them is held for an editor"


COMMANDS = (feeds, collect)
