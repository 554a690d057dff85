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
@click.option("--contains", metavar="HASH", help="A hash that `verify` ended in before.")
@with_parts
def verify(parts: wiring.Parts, contains: str | None) -> None:
    """Prove that no line was changed, taken out or put in, or name the first that was.

    Note the hash it ends in elsewhere: with --contains, a chain that was forged anew shows too.
    """
    checked = record.verify(parts.sessions)
    if checked.broken is not None:
        where = f"line {checked.broken} is broken" if checked.broken else "lines are missing"
        raise InputError(f"the audit is not whole: {where}: {checked.reason}")
    if contains and not record.contains(parts.sessions, contains):
        raise InputError(f"the audit is not the one of before: no line has the hash {contains}")
    click.echo(f"whole: {count(checked.head.lines, 'line')}, ending in {checked.head.hash or '-'}")


@audit.command()
@with_parts
def export(parts: wiring.Parts) -> None:
    """Write every line to stdout, as JSON Lines, the oldest first."""
    for line in record.export(parts.sessions):
        click.echo(line)


COMMANDS = (audit,)
