"""Wake-ups through PostgreSQL, by procrastinate, for any number of workers.

Its tables stand in a schema of their own and hold wake-ups alone: who drops that schema loses
nothing that the next tick would not put in again.
"""

import asyncio
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.metadata import version
from threading import Event
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Status
from procrastinate.schema import SchemaManager
from psycopg.sql import SQL

from digest.errors import ServiceError

SCHEMA = "procrastinate"
VERSION = version("procrastinate")
LOCK = 7_161_043  # of those who make the schema: one at a time
NAME = "send"  # of the queue, and of the one task in it


class PostgresWakeUps:
    """A Wake that keeps up to `senders` of them waiting for each issue, at `url`, a libpq address.
    Raises ServiceError."""

    def __init__(self, url: str, senders: int) -> None:
        self._url, self._senders = url, senders

    def __call__(self, issues: Sequence[str], /) -> int:
        if not issues:
            return 0
        try:
            make_tables(self._url)
            with App(connector=SyncPsycopgConnector(**_pool(self._url))).open() as app:
                wanted = [(name, number) for name in issues for number in range(self._senders)]
                return sum(_put(app, *one) for one in wanted)
        except (psycopg.Error, ConnectorException) as error:
            raise ServiceError("the queue of wake-ups", str(error)) from error


def _put(app: App, issue: str, number: int) -> bool:
    """Whether it was not waiting already."""
    with suppress(AlreadyEnqueued):
        task = app.configure_task(NAME, queue=NAME, queueing_lock=f"{issue} {number}")
        task.defer(issue=issue)
        return True
    return False


def work(url: str, go_on: Callable[[str], None], stop: Event) -> None:
    """Go on with each issue that a wake-up names, until the process is told to stop: then `stop` is
    set, and what is at work is waited for."""
    make_tables(url)
    asyncio.run(_working(url, go_on, stop))


async def _working(url: str, go_on: Callable[[str], None], stop: Event) -> None:
    app = App(connector=PsycopgConnector(**_pool(url)))

    @app.task(name=NAME, queue=NAME)
    def send(issue: str) -> None:
        go_on(issue)

    async with app.open_async():
        for job in await app.job_manager.get_stalled_jobs():  # of workers that died
            await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
        working = asyncio.create_task(
            app.run_worker_async(queues=[NAME], delete_jobs="always", install_signal_handlers=False)
        )

        def end() -> None:
            stop.set()
            working.cancel()

        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, end)
        with suppress(asyncio.CancelledError):
            await working


def make_tables(url: str) -> None:
    """The tables of the queue as this version of procrastinate has them; those of another go, with
    the wake-ups that wait there."""
    with psycopg.connect(url) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        told = connection.execute(
            "SELECT obj_description(to_regnamespace(%s), 'pg_namespace')", [SCHEMA]
        )
        if told.fetchone() == (VERSION,):
            return
        connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        connection.execute(f"CREATE SCHEMA {SCHEMA}")
        connection.execute(SQL(f"COMMENT ON SCHEMA {SCHEMA} IS {{}}").format(VERSION))
        connection.execute(f"SET LOCAL search_path TO {SCHEMA}")
        connection.execute(SchemaManager.get_schema())


def _pool(url: str) -> dict[str, Any]:
    """Few connections: one to ask by, one to listen on, one for what is at work."""
    options = {"options": f"-c search_path={SCHEMA}"}
    return {"conninfo": url, "kwargs": options, "min_size": 1, "max_size": 3}
