"""Command: one more sender, for where one machine's are too few."""

import logging
import signal

import click

from digest import logs, wiring
from digest.cli.terminal import with_parts
from digest.errors import InputError

LOOKS_EVERY = 5.0  # seconds, where nothing waits
log = logging.getLogger("digest.worker")


@click.command()
@with_parts
def worker(parts: wiring.Parts) -> None:
    """Send what waits, until stopped, beside the machine that keeps the clock; any number may run.

    Told to stop, it leases nothing more and ends when what is on its way is settled.
    """
    if parts.sessions.kw["bind"].dialect.name == "sqlite":
        raise InputError("worker shares a database with other machines: that takes PostgreSQL")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: parts.stop.set())
    logs.configure(parts.settings.log)
    click.echo("looking for issues to send")
    while not parts.stop.is_set():
        for line in wiring.send_due(parts):
            log.info("%s", line)
        parts.stop.wait(LOOKS_EVERY)
    click.echo("stopped")


COMMANDS = (worker,)
