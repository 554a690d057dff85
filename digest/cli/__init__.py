"""Door: the command line. `python -m digest.cli` is the same as `digest`."""

import os
import sys

import click
from sqlalchemy.exc import SQLAlchemyError

from digest import settings
from digest.cli import (
    audit,
    deliveries,
    doctor,
    edit,
    fake_ses,
    feeds,
    issue,
    launch,
    look,
    machine,
    people,
    plan,
    suppression,
    tokens,
    worker,
)
from digest.errors import DigestError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="verdict-digest", prog_name="digest")
def cli() -> None:
    """Follow AI tool launches, read each against a verdict, mail the week's comparisons."""
    for name in settings.unknown(os.environ):
        click.echo(f"digest: warning: {name} is no setting; see docs/settings.md", err=True)


for room in (
    machine,
    doctor,
    feeds,
    launch,
    issue,
    edit,
    look,
    people,
    suppression,
    deliveries,
    fake_ses,
    audit,
    worker,
    plan,
    tokens,
):
    for command in room.COMMANDS:
        cli.add_command(command)


def database_trouble(error: SQLAlchemyError) -> str:
    """What the database said, without the statement and the stack that led to it."""
    said = str(getattr(error, "orig", None) or error).strip()
    return "the database cannot be used: " + " ".join(said.split())


def main(arguments: list[str] | None = None) -> None:
    """Run a command: exit 0 on success, 1 with one line on stderr on failure, 2 on wrong usage."""
    try:
        cli.main(arguments, prog_name="digest", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("digest: stopped", err=True)
        sys.exit(130)
    except (DigestError, settings.SettingError) as error:
        click.echo(f"digest: {error}", err=True)
        sys.exit(1)
    except SQLAlchemyError as error:
        click.echo(f"digest: {database_trouble(error)}", err=True)
        sys.exit(1)
    except OSError as error:
        click.echo(f"digest: {error.filename or ''}: {error.strerror}", err=True)
        sys.exit(1)
