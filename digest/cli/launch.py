"""Commands on what reaches us: feeds, verdicts, launches and their pairs."""

from collections import Counter
from datetime import datetime

import click

from db.engine import reading
from db.store import launches as store
from digest import archive, desk, wiring
from digest.cli.terminal import count, file_bytes, progress, table, with_parts
from digest.desk.feeds import fetched, look
from digest.errors import InputError, SourceError
from digest.jobs import pair as pairing
from digest.jobs.collect import Collected
from digest.jobs.collect import collect as collect_feeds
from digest.jobs.pair import Paired
from digest.model import Feed, Launch, LaunchState
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
@with_parts
def add_feed(parts: wiring.Parts, url: str, kind: str, category: str) -> None:
    """Follow the feed at URL, after reading it once."""
    feed = desk.follow(parts.sessions, parts.fetch, parts.clock, url, kind=kind, category=category)
    click.echo(f"following {feed.title or url} ({feed.kind}) as feed {feed.id}")


@feeds.command("test")
@click.argument("url")
@click.option("--kind", default="", help="Who writes it; told from the document by default.")
@with_parts
def test_feed(parts: wiring.Parts, url: str, kind: str) -> None:
    """Show what would be taken from the feed at URL, and why, without keeping anything."""
    found = look(parts.fetch, url, kind)
    click.echo(f"{found.document.title or found.url} ({found.kind}) at {found.url}")
    rows = [
        ("launch", one.name, one.tagline)
        if isinstance(one, Launch)
        else (one.kind, entry.title, one.reason)
        for entry, one in found.recognised()
    ]
    table(rows, ("", "name or title", "tagline or reason"))
    launches = sum(row[0] == "launch" for row in rows)
    click.echo(f"{count(launches, 'launch', 'launches')} in {count(len(rows), 'entry', 'entries')}")


@feeds.command("list")
@with_parts
def list_feeds(parts: wiring.Parts) -> None:
    """Show every feed with what it gave and what ails it."""
    with reading(parts.sessions) as session:
        found, entries = store.feeds(session), store.count_entries(session)
    rows = [
        (
            feed.id,
            _state(feed),
            feed.kind,
            entries.get(feed.id, 0),
            _minute(feed.checked_at, "never"),
            "" if feed.paused else _minute(feed.next_check_at, "now"),
            feed.url,
        )
        for feed in found
    ]
    table(rows, ("id", "state", "kind", "entries", "checked", "next", "url"))
    if not rows:
        click.echo("no feeds yet; `digest feeds add URL` adds one")


def _state(feed: Feed) -> str:
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
    results = desk.import_opml(parts.sessions, parts.fetch, parts.clock, file_bytes(file))
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


@click.group()
def verdicts() -> None:
    """The publication's verdicts."""


@verdicts.command("import")
@click.argument("source", metavar="FILE-or-URL")
@with_parts
def import_verdicts(parts: wiring.Parts, source: str) -> None:
    """Take tools with their reviews in, from JSON or CSV; see docs/verdicts.schema.json."""
    online = source.startswith(("http://", "https://"))
    body = fetched(parts.fetch, source).body if online else file_bytes(source)
    done = desk.import_verdicts(parts.sessions, parts.clock, source, body)
    for name in done.added:
        click.echo(f"added {name}")
    for name in done.changed:
        click.echo(f"changed {name}")
    for warning in done.warnings:
        click.echo(f"warning: {warning}", err=True)
    for refused in done.refused:
        click.echo(f"refused {refused.position}: {refused.name}: {refused.reason}", err=True)
    click.echo(
        f"{len(done.added)} added, {len(done.changed)} changed, {done.same} as before, "
        f"{len(done.refused)} refused"
    )
    if done.refused and not (done.added or done.changed or done.same):
        raise InputError(f"{source}: nothing in it could be taken")


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
        tell=_tell_collected,
    )
    launches = sum(len(report.launches) for report in reports)
    failed = sum(bool(report.failure) for report in reports)
    click.echo(
        f"{count(len(reports), 'feed')}: {count(launches, 'new launch', 'new launches')}"
        + (f", {failed} could not be read" if failed else "")
    )
    if failed and failed == len(reports):
        raise SourceError(feed or "every feed", "could not be read")


def _tell_collected(report: Collected) -> None:
    name = report.feed.title or report.feed.url
    if report.failure:
        click.echo(f"{name}: {report.failure}", err=True)
    elif report.unchanged:
        click.echo(f"{name}: unchanged")
    else:
        click.echo(
            f"{name}: {count(report.new, 'new entry', 'new entries')} of {report.entries}, "
            f"{count(len(report.launches), 'launch', 'launches')}"
        )
    if report.left_out:
        click.echo(
            f"    {report.left_out} older ones left out: {MOST_ENTRIES} of a document are read"
        )
    for reason, times in report.reasons[:MOST_REASONS]:
        click.echo(f"    {times} x {reason}")
    if rest := sum(times for _, times in report.reasons[MOST_REASONS:]):
        click.echo(f"    {rest} for other reasons")


@click.command()
@click.option("--launch", type=int, metavar="ID", help="Pair this launch yourself; needs --with.")
@click.option("--with", "tool", default="", metavar="TOOL", help="The tool to compare it with.")
@click.option("--explain", type=int, metavar="LAUNCH", help="Show its ten best opponents and why.")
@with_parts
def pair(parts: wiring.Parts, launch: int | None, tool: str, explain: int | None) -> None:
    """Give every open launch its head-to-head, or choose one yourself, or ask why."""
    if bool(launch) != bool(tool):
        raise click.UsageError("--launch and --with go together")
    if explain:
        _explain(parts, explain)
    elif launch:
        made = desk.pair_launch(parts.sessions, parts.clock, launch, tool)
        click.echo(f"{made.slug}: {made.challenger.name} vs {made.incumbent.name}")
    else:
        _pair_all(parts)


def _pair_all(parts: wiring.Parts) -> None:
    with reading(parts.sessions) as session:
        waiting = len(store.launches(session, pairing.OPEN))
    with progress("pairing", waiting) as step:

        def tell(report: Paired) -> None:
            step(1)
            click.echo(_paired(report))

        reports = pairing.pair(parts.sessions, parts.clock, tell=tell)
    states = Counter(report.state for report in reports)
    click.echo(
        f"{count(states[LaunchState.PAIRED], 'comparison')}, "
        f"{states[LaunchState.UNMATCHED]} without a head-to-head yet, "
        f"{states[LaunchState.KNOWN]} known already"
    )


def _paired(report: Paired) -> str:
    if report.pair:
        two = f"{report.pair.challenger.name} vs {report.pair.incumbent.name}"
        return f"{two}: {report.pair.why.sentence}"
    return f"{report.launch.name}: {report.reason}"


def _explain(parts: wiring.Parts, number: int) -> None:
    launch, ranked = pairing.candidates(parts.sessions, number)
    click.echo(f"launch {launch.id}: {launch.name} - {launch.tagline}")
    rows = [
        (
            position,
            one.tool.name,
            f"{one.score:.2f}",
            one.tool.category,
            "yes" if one.category_agrees else "no",
            ", ".join(one.shared[:6]),
        )
        for position, one in enumerate(ranked[:10], 1)
    ]
    table(rows, ("", "tool", "score", "category", "category agrees", "shared terms"))
    if not rows:
        click.echo("no tool with a verdict shares anything with it")


@click.command()
@click.argument("a", metavar="TOOL")
@click.argument("b", metavar="TOOL")
@with_parts
def compare(parts: wiring.Parts, a: str, b: str) -> None:
    """Make a comparison of your own choosing between two tools (slug or exact name)."""
    made = desk.compare_tools(parts.sessions, parts.clock, a, b)
    click.echo(f"{made.slug}: {made.challenger.name} vs {made.incumbent.name}")


@click.command()
@click.option("--state", type=click.Choice([state.value for state in LaunchState]))
@with_parts
def launches(parts: wiring.Parts, state: str | None) -> None:
    """Show the launches, and what became of each."""
    with reading(parts.sessions) as session:
        found = store.launches(session, [LaunchState(state)] if state else [])
    rows = [(one.id, one.state.value, one.name, one.reason or one.tagline) for one in found]
    table(rows, ("id", "state", "name", ""))
    if not rows:
        click.echo("no launches" + (f" that are {state}" if state else " yet"))


@click.command()
@click.option(
    "--format", "kind", type=click.Choice(sorted(archive.FORMATS)), default="rss", show_default=True
)
@click.option("--category", default="", help="Only comparisons of this category.")
@with_parts
def feed(parts: wiring.Parts, kind: str, category: str) -> None:
    """Write the feed of published comparisons to stdout."""
    click.echo(archive.feed(parts.sessions, parts.publication, kind, category), nl=False)


COMMANDS = (feeds, verdicts, collect, pair, compare, launches, feed)
