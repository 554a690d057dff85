"""Commands on the machine: the database, the clock, the site."""

import os
import signal
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import click

import scheduler
from db.engine import address
from db.migrating import migrate
from digest import logs, operations, settings, wiring
from digest.cli.terminal import with_parts
from digest.desk.issues import COMMAND_LINE
from digest.errors import InputError
from digest.model import IssueState
from digest.operations import GOING_OUT, RESTORED


@click.command()
def init() -> None:
    """Set the database up, with a signing key beside it. Doing it again is harmless."""
    chosen = settings.read(os.environ)
    migrate(chosen.database_url)
    wiring.make_key(chosen)
    click.echo(f"ready: {shown(chosen.database_url)}")


@click.command("migrate")
def migrate_() -> None:
    """Bring the database to the schema of this version."""
    chosen = settings.read(os.environ)
    migrate(chosen.database_url)
    click.echo(f"at the newest schema: {shown(chosen.database_url)}")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False))
@with_parts
def backup(parts: wiring.Parts, file: str) -> None:
    """Copy a SQLite database to FILE while it is in use."""
    database = address(parts.settings.database_url)
    if database.get_backend_name() != "sqlite" or not database.database:
        raise InputError("backup copies SQLite; for PostgreSQL use pg_dump")
    if Path(file).exists():
        raise InputError(f"{file}: exists already")
    with (
        closing(sqlite3.connect(database.database)) as source,
        closing(sqlite3.connect(file)) as copy,
    ):
        source.backup(copy)
        hold_what_goes_out(copy)
    click.echo(f"copied to {file}")
    if not parts.settings.secret_key:
        key = wiring.key_file(parts.settings)
        click.echo(f"keep {key} with it: without the key the links of mails that went out die")


def hold_what_goes_out(copy: sqlite3.Connection) -> None:
    """Pause, in the copy, what is going out: by the time somebody restores it, readers have the
    mails that it does not know of."""
    copy.executemany(
        "UPDATE issues SET state = ?, reason = ?, resume_at = NULL WHERE state = ?",
        [(IssueState.PAUSED.value, RESTORED, state.value) for state in GOING_OUT],
    )
    copy.commit()


@click.command()
@with_parts
def hold(parts: wiring.Parts) -> None:
    """Pause every issue that is approved, going out or to go on: on a restored database, before
    anything else. What `digest backup` copied is paused already."""
    held = operations.hold(parts.sessions, parts.clock, COMMAND_LINE)
    click.echo(f"paused: {', '.join(held)}" if held else "nothing was going out")


@click.command()
@click.option("--port", default=8000, show_default=True, help="The port to listen on.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@with_parts
def serve(parts: wiring.Parts, port: int, host: str) -> None:
    """Show the site and run the jobs on their clock, in one process, until stopped."""
    import uvicorn  # all other commands do without the site, and start in half the time

    from digest.web import create_app
    from digest.web.server import configuration, settle
    from digest.wiring.site import site

    logs.configure(parts.settings.log)
    with listening(host, port) as door:
        clock = scheduler.start(parts)
        click.echo(f"the site is at http://{host}:{port}/ and the jobs are on the clock")
        try:
            config = configuration(create_app(site(parts)))
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, stopped)
            settle()
            uvicorn.Server(config).run(sockets=[door])
        finally:
            parts.stop.set()
            clock.shutdown(wait=True)


def listening(host: str, port: int) -> socket.socket:
    """The socket the site answers on; raises InputError when it cannot be had.

    What is accepted on it inherits that it does not wait for more to send (Nagle): asyncio sees to
    this only for sockets it opened itself, and an answer in two segments would take 40 ms longer,
    until the reader's system acknowledges the first."""
    try:
        door = socket.create_server((host, port))
    except OSError as error:
        raise InputError(f"cannot listen on {host}:{port}: {error.strerror}") from error
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return door


def stopped(*_: object) -> None:
    """Being told to stop is no failure. uvicorn hands the signal on once it has stopped, and the
    default action would end the process with the signal's number."""


def shown(url: str) -> str:
    """A database's address without its password."""
    return address(url).render_as_string(hide_password=True)


COMMANDS = (init, migrate_, backup, hold, serve)
