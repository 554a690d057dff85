"""Commands on the record of what was done at the desk."""

import click

from digest import wiring
from digest.cli.terminal import count, with_parts
from digest.desk import record
from digest.errors import InputError


@click.group()
def audit() -> None:
    """The record of what was done."""


@audit.command()
@with_parts
def verify(parts: wiring.Parts) -> None:
    """Prove that no line was changed, taken out or put in, or name the first that was."""
    checked = record.verify(parts.sessions)
    if checked.broken is not None:
        where = f"line {checked.broken} is broken" if checked.broken else "lines are missing"
        raise InputError(f"the audit is not whole: {where}: {checked.reason}")
    click.echo(f"whole: {count(checked.head.lines, 'line')}, ending in {checked.head.hash or '-'}")


@audit.command()
@with_parts
def export(parts: wiring.Parts) -> None:
    """Write every line to stdout, as JSON Lines, the oldest first."""
    for line in record.export(parts.sessions):
        click.echo(line)


COMMANDS = (audit,)
