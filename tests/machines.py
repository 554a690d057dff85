"""Machines that share a database: processes of their own, which can be killed, by one clock.

`python -m tests.machines scheduler FOLDER` is `scheduler.py`, and `worker` is `digest worker`, but
that a file in the folder sets their clocks, that they look ten times a second, and that whoever
runs a job notes it in the folder.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

import scheduler
from digest import cli
from digest.cli import worker
from digest.jobs.batches import Office
from digest.wiring import clock, parts
from tests.fakes import StoppedClock
from tests.judges.install import ROOT

CHUNK = 20  # deliveries leased at once: small, so that every machine gets some
A_MOMENT = 0.1  # seconds


class SharedClock(StoppedClock):
    """A clock that goes on by itself and can be set ahead, for every process that reads the file:
    it holds the seconds between this time and that on the wall."""

    def __init__(self, folder: Path, moment: datetime) -> None:
        super().__init__(moment)
        self.file = folder / "clock"
        self.sets(moment)

    def __call__(self) -> datetime:
        return shown_by(self.file)

    def sets(self, moment: datetime) -> None:
        new = self.file.with_suffix(".new")
        new.write_text(str((moment - datetime.now(UTC)).total_seconds()))
        new.replace(self.file)

    def move(self, **by: float) -> None:
        self.sets(self() + timedelta(**by))


def shown_by(file: Path) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=float(file.read_text()))


class Run(NamedTuple):
    """That a process ran a job for a period."""

    job: str
    period: str
    process: int


def runs(folder: Path) -> list[Run]:
    lines = (folder / "runs").read_text().splitlines() if (folder / "runs").exists() else []
    return [Run(job, period, int(number)) for job, period, number in map(str.split, lines)]


@contextmanager
def machine(
    kind: str, folder: Path, given: Mapping[str, str]
) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that runs until the end of the block, if nobody kills it before."""
    command = [sys.executable, "-m", "tests.machines", kind, str(folder)]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **given}, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


# --- in the process ------------------------------------------------------------------------


def main(kind: str, folder: Path) -> None:
    parts.now = partial(shown_by, folder / "clock")
    setattr(parts, "Office", partial(Office, chunk=CHUNK))  # noqa: B010 - for the process
    if kind == "worker":
        worker.LOOKS_EVERY = A_MOMENT
        cli.main(["worker"])
        return
    scheduler.TICK_SECONDS = A_MOMENT  # type: ignore[assignment]
    clock.JOBS = {name: noted(folder, name, job) for name, job in clock.JOBS.items()}
    sys.exit(scheduler.main())


def noted(folder: Path, name: str, job: clock.Job) -> clock.Job:
    def run(parts: parts.Parts, period: str) -> str:
        with (folder / "runs").open("a") as file:
            file.write(f"{name} {period} {os.getpid()}\n")
        return job.run(parts, period)

    return job._replace(run=run)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
