"""Commands on people: the team and the readers."""

import click

from db.engine import reading
from db.store import readers as reader_store
from digest import subscriptions, wiring
from digest.cli.reader_report import opened, summary, telling, warnings
from digest.cli.terminal import count, table, with_parts
from digest.desk import team
from digest.errors import InputError
from digest.model import Role, SubscriberState
from digest.readers.addresses import address


@click.group()
def editors() -> None:
    """The team."""


@editors.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@with_parts
def add_editor(parts: wiring.Parts, email: str, role: str) -> None:
    """Add an editor, or give one another role."""
    put = team.put(parts.sessions, parts.clock, team.COMMAND_LINE, email, Role(role))
    click.echo(f"{put.email} is {'an' if role == Role.ADMIN else 'a'} {role}")


@editors.command("list")
@with_parts
def list_editors(parts: wiring.Parts) -> None:
    """Show the team."""
    found = team.team(parts.sessions)
    table([(one.email, one.role.value) for one in found], ("email", "role"))
    if not found:
        click.echo("no editors yet; `digest editors add EMAIL --role R` adds one")


@editors.command("remove")
@click.argument("email")
@with_parts
def remove_editor(parts: wiring.Parts, email: str) -> None:
    """Take an editor off the team."""
    team.remove(parts.sessions, parts.clock, team.COMMAND_LINE, address(email).key)
    click.echo(f"{email} is off the team")


@click.group()
def subscribers() -> None:
    """The readers."""


def _mapping(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """The titles of columns by our names for them, as `--map` tells them."""
    mapping = {}
    for text in given:
        name, equals, title = text.partition("=")
        if name not in subscriptions.COLUMNS or not equals or not title.strip():
            names = ", ".join(subscriptions.COLUMNS)
            raise click.BadParameter(f'{text!r} is not NAME="TITLE" with a name of {names}')
        mapping[name] = title
    return mapping


@subscribers.command("import")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar='NAME="TITLE"',
    callback=_mapping,
    help='The column that holds a value, such as email="E-mail address"; as often as needed.',
)
@click.option("--consent-source", default="", help="Where readers agreed whose line does not say.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and write nothing.")
@click.option(
    "--report", type=click.Path(dir_okay=False), help="Write what became of each line as CSV."
)
@with_parts
def import_subscribers(
    parts: wiring.Parts,
    file: str,
    mapping: dict[str, str],
    consent_source: str,
    dry_run: bool,
    report: str | None,
) -> None:
    """Take readers in from a CSV: ours, or an export of listmonk or Ghost.

    Each line needs an email and a consent_source, unless --consent-source says it for all; state,
    categories, language, cadence, confirmed_at and paused_until are taken where they are there.
    """
    with opened(file) as readers, telling(report, readers) as tell:
        done = subscriptions.import_subscribers(
            parts.sessions,
            parts.clock,
            parts.signing,
            file,
            readers,
            mapping=mapping,
            consent_source=consent_source.strip(),
            dry_run=dry_run,
            tell=tell,
        )
    for said in warnings(done):
        click.echo(said, err=True)
    click.echo(summary(done, dry_run))
    if done.fates[subscriptions.Fate.REFUSED] == sum(done.fates.values()):
        raise InputError(f"{file}: nobody in it could be taken in")


@subscribers.command("export")
@click.option("--state", type=click.Choice([state.value for state in SubscriberState]))
@click.option("--format", "layout", type=click.Choice(list(subscriptions.LAYOUTS)), default="csv")
@with_parts
def export_subscribers(parts: wiring.Parts, state: str | None, layout: str) -> None:
    """Write all readers, or those in one state, to stdout: CSV, or JSON with a reader a line."""
    chosen = SubscriberState(state) if state else None
    for line in subscriptions.export_subscribers(parts.sessions, state=chosen, layout=layout):
        click.echo(line, nl=False)


@subscribers.command("list")
@with_parts
def count_subscribers(parts: wiring.Parts) -> None:
    """Show how many readers there are, by state."""
    with reading(parts.sessions) as session:
        counts = reader_store.count_by_state(session)
    table([(state.value, number) for state, number in counts.items()], ("state", "readers"))
    click.echo(count(sum(counts.values()), "reader"))


@subscribers.command("erase")
@click.argument("email")
@with_parts
def erase_subscriber(parts: wiring.Parts, email: str) -> None:
    """Forget a reader for good; only a keyed hash stays, which imports respect."""
    subscriptions.erase(parts.sessions, parts.clock, parts.signing, email)
    click.echo(f"{email} is forgotten")


COMMANDS = (editors, subscribers)
