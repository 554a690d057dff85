"""Commands on what reaches us: verdicts, launches and their pairs."""

from collections import Counter

import click

from db.engine import reading
from db.store import launches as store
from db.store import tools
from digest import desk, publishing, wiring
from digest.cli.terminal import count, file_bytes, progress, table, with_parts
from digest.desk.feeds import fetched
from digest.errors import InputError
from digest.jobs import pair as pairing
from digest.jobs.pair import Paired
from digest.model import LaunchState
from digest.pairing.saying import components


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


@verdicts.command("wanted")
@with_parts
def wanted(parts: wiring.Parts) -> None:
    """Show the tools that the panel should look at again, and why."""
    with reading(parts.sessions) as session:
        found = [tool for tool in tools.tools(session) if tool.review_wanted]
    table([(tool.slug, tool.name, tool.review_wanted) for tool in found], ("slug", "name", ""))
    if not found:
        click.echo("no tool wants a new review")


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
        spoken = parts.publication.language
        made = desk.pair_launch(parts.sessions, parts.clock, launch, tool, spoken)
        click.echo(f"{made.slug}: {made.challenger.name} vs {made.incumbent.name}")
    else:
        _pair_all(parts)


def _pair_all(parts: wiring.Parts) -> None:
    with reading(parts.sessions) as session:
        waiting = len(store.open_launches(session))
    with progress("pairing", waiting) as step:

        def tell(report: Paired) -> None:
            step(1)
            click.echo(_paired(report))

        reports = pairing.pair(
            parts.sessions,
            parts.fetch,
            parts.clock,
            embed=parts.embed,
            language=parts.publication.language,
            tell=tell,
        )
    states = Counter(report.state for report in reports)
    click.echo(
        f"{count(states[LaunchState.PAIRED], 'comparison')}, "
        f"{states[LaunchState.UNMATCHED]} without a head-to-head yet, "
        f"{states[LaunchState.KNOWN]} known already, "
        f"{states[LaunchState.UNCLEAR]} waiting for an editor's word"
    )


def _paired(report: Paired) -> str:
    if report.pair:
        two = f"{report.pair.challenger.name} vs {report.pair.incumbent.name}"
        return f"{two}: {report.pair.why.sentence}"
    return f"{report.launch.name}: {report.reason}"


def _explain(parts: wiring.Parts, number: int) -> None:
    launch, ranked = pairing.candidates(parts.sessions, parts.clock, number, parts.embed)
    click.echo(f"launch {launch.id}: {launch.name} - {launch.tagline}")
    best = ranked[:10]
    rows = [
        (
            position,
            one.tool.name,
            *components(one).values(),
            one.tool.category + (" (named)" if one.category_agrees else ""),
            ", ".join(one.shared[:6]),
        )
        for position, one in enumerate(best, 1)
    ]
    names = tuple(components(best[0])) if best else ()
    table(rows, ("", "tool", *names, "category", "shared terms"))
    if not rows:
        click.echo("no tool with a verdict is a rival of it")


@click.command()
@click.argument("a", metavar="TOOL")
@click.argument("b", metavar="TOOL")
@with_parts
def compare(parts: wiring.Parts, a: str, b: str) -> None:
    """Make a comparison of your own choosing between two tools (slug or exact name)."""
    made = desk.compare_tools(parts.sessions, parts.clock, a, b, parts.publication.language)
    click.echo(f"{made.slug}: {made.challenger.name} vs {made.incumbent.name}")


@click.group(invoke_without_command=True)
@click.option("--state", type=click.Choice([state.value for state in LaunchState]))
@click.pass_context
def launches(context: click.Context, state: str | None) -> None:
    """Show the launches, and what became of each; confirm or reject some."""
    if context.invoked_subcommand is None:
        _show_launches(state)


@with_parts
def _show_launches(parts: wiring.Parts, state: str | None) -> None:
    with reading(parts.sessions) as session:
        found = store.launches(session, [LaunchState(state)] if state else [])
    shown = [one for one in found if state or one.state is not LaunchState.BACKLOG]
    rows = [(one.id, one.state.value, one.name, one.reason or one.tagline) for one in shown]
    table(rows, ("id", "state", "name", ""))
    if not rows:
        click.echo("no launches" + (f" that are {state}" if state else " yet"))
    if old := len(found) - len(shown):
        click.echo(f"{old} from before their feeds were followed: --state backlog shows them")


@launches.command("confirm")
@click.argument("numbers", metavar="ID...", type=int, nargs=-1, required=True)
@with_parts
def confirm(parts: wiring.Parts, numbers: tuple[int, ...]) -> None:
    """Let launches go on that wait for an editor's word, or that are old news."""
    for launch in desk.confirm_launches(parts.sessions, numbers):
        click.echo(f"{launch.name} is a launch")


@launches.command("same")
@click.argument("number", metavar="ID", type=int)
@click.argument("tool", metavar="TOOL")
@with_parts
def same(parts: wiring.Parts, number: int, tool: str) -> None:
    """Say that the launch ID is a TOOL we know, under another name."""
    launch, known = desk.same_tool(parts.sessions, number, tool)
    click.echo(f"{launch.name} is {known.name}, and known under both names from here on")


@launches.command("reject")
@click.argument("numbers", metavar="ID...", type=int, nargs=-1, required=True)
@click.option("--reason", default="an editor rejected it", help="Why, for those who ask later.")
@with_parts
def reject(parts: wiring.Parts, numbers: tuple[int, ...], reason: str) -> None:
    """Keep launches from going on, whoever else announces them."""
    for launch in desk.reject_launches(parts.sessions, numbers, reason):
        click.echo(f"{launch.name} is rejected")


@click.command()
@click.option(
    "--format",
    "kind",
    type=click.Choice(sorted(publishing.FORMATS)),
    default="rss",
    show_default=True,
)
@click.option("--category", default="", help="Only comparisons of this category.")
@with_parts
def feed(parts: wiring.Parts, kind: str, category: str) -> None:
    """Write the feed of published comparisons to stdout."""
    edition = publishing.edition(parts.sessions, category)
    click.echo(publishing.feed(parts.sessions, parts.publication, kind, edition), nl=False)


COMMANDS = (verdicts, pair, compare, launches, feed)
