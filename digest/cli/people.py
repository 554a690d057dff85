"""Commands on people: the team and the readers."""

import click

from db.engine import reading
from db.store import readers as reader_store
from digest import subscriptions, wiring
from digest.cli.terminal import count, file_bytes, table, with_parts
from digest.desk import team
from digest.errors import InputError
from digest.model import Role
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


@subscribers.command("import")
@click.argument("file", type=click.Path(dir_okay=False))
@with_parts
def import_subscribers(parts: wiring.Parts, file: str) -> None:
    """Take readers in from a CSV with email and consent_source, and more if you have it."""
    body = file_bytes(file)
    done = subscriptions.import_subscribers(parts.sessions, parts.clock, parts.signing, file, body)
    for line, reason in done.refused:
        click.echo(f"line {line} refused: {reason}", err=True)
    click.echo(
        f"{done.added} added, {done.known} known already, {done.suppressed} suppressed, "
        f"{len(done.refused)} refused"
    )
    if done.refused and not (done.added or done.known or done.suppressed):
        raise InputError(f"{file}: nobody in it could be taken in")


@subscribers.command("export")
@with_parts
def export_subscribers(parts: wiring.Parts) -> None:
    """Write all readers as CSV to stdout."""
    for line in subscriptions.export_subscribers(parts.sessions):
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
