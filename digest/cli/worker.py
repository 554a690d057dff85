"""Command: one more sender, for where one machine's are too few."""

import logging
import signal

import click

from db.engine import writes_alone
from digest import logs, wiring
from digest.cli.terminal import with_parts
from digest.errors import InputError

LOOKS_EVERY = 5.0  # seconds, where nothing waits
log = logging.getLogger("digest.worker")


@click.command()
@with_parts
def worker(parts: wiring.Parts) -> None:
    """Send what waits, until stopped, beside the machine that keeps the clock; any number may run.

    It looks every five seconds, or with the engine `procrastinate` is woken.

    Told to stop, it leases nothing more and ends when what is on its way is settled.
    """
    if writes_alone(parts.sessions):
        raise InputError("worker shares a database with other machines: that takes PostgreSQL")
    logs.configure(parts.settings.log)
    if parts.settings.engine == "procrastinate":
        click.echo("waiting for wake-ups")
        wiring.work(parts)
    else:
        _look(parts)
    click.echo("stopped")


def _look(parts: wiring.Parts) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: parts.stop.set())
    click.echo("looking for issues to send")
    while not parts.stop.is_set():
        for line in wiring.send_due(parts):
            log.info("%s", line)
        parts.stop.wait(LOOKS_EVERY)


COMMANDS = (worker,)
