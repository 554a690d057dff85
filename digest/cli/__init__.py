"""Door: the command line. `python -m digest.cli` is the same as `digest`."""

import os
import sys
from collections.abc import Mapping
from importlib import import_module

import click
from sqlalchemy.exc import SQLAlchemyError

from digest import settings
from digest.errors import DigestError

ROOMS: Mapping[str, tuple[str, ...]] = {
    "audit": ("audit",),
    "deliveries": ("deliveries",),
    "doctor": ("doctor",),
    "edit": ("edit", "arrange", "changes", "test-send", "rules"),
    "fake_ses": ("fake-ses",),
    "feeds": ("feeds", "collect"),
    "issue": (
        *("draft", "issues", "submit", "approve", "send-back", "send", "status"),
        *("cancel", "pause", "resume", "resolve", "schedule"),
    ),
    "launch": ("verdicts", "pair", "compare", "launches", "feed"),
    "look": ("show", "preview"),
    "machine": ("init", "migrate", "backup", "hold", "serve"),
    "people": ("editors", "subscribers"),
    "plan": ("plan",),
    "suppression": ("suppression",),
    "tokens": ("tokens",),
    "worker": ("worker",),
}
HOME = {name: room for room, names in ROOMS.items() for name in names}


class Rooms(click.Group):
    """Each module of commands is loaded when one of them is called: what sends has no use for what
    reads feeds, and a sender's memory is small for it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click hands it
        return sorted(HOME)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in HOME:
            return None
        commands: tuple[click.Command, ...] = import_module(f"{__name__}.{HOME[cmd_name]}").COMMANDS
        return next(command for command in commands if command.name == cmd_name)


@click.group(cls=Rooms, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="verdict-digest", prog_name="digest")
def cli() -> None:
    """Follow AI tool launches, read each against a verdict, mail the week's comparisons."""
    for name in settings.unknown(os.environ):
        click.echo(f"digest: warning: {name} is no setting; see docs/settings.md", err=True)


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
