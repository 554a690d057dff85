"""The caller's side of one worker process.

A worker is a new interpreter on the other end of a socket pair. A fork would take the locks and
the connections of a caller with threads along; `multiprocessing` would import the caller's main
module into it, a second of work and 80 MB where the readers alone take 0.2 s and 40 MB. A pair
needs none of the semaphores that AWS Lambda lacks.
"""

import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Pipe

from digest.errors import SourceError
from sources.workers.reading import Job, Reading
from sources.workers.serving import OUT_OF_MEMORY
from sources.workers.watch import too_large, too_slow

SECONDS = 10.0  # that a document may take
MEMORY = 288 * 1024 * 1024  # bytes of address space; 5 MiB of nothing but items take 200
START = 60.0  # seconds until a worker must have said that it is there

_SERVE = "from sources.workers.serving import serve; serve()"


class NotStartedError(OSError):
    """A process was made, but it never asked for a job."""


class Worker:
    """One process, reading one document at a time. It starts with the first in hand."""

    def __init__(self, job: Job, seconds: float, memory: int) -> None:
        self.job = job
        self.is_lost = False  # the process, and its document with it
        self._seconds, self._memory = seconds, memory
        self._is_there = False
        self._since = time.monotonic()
        self.connection, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-P", "-c", _SERVE, *map(str, (theirs.fileno(), seconds, memory))],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                process_group=0,  # Ctrl-C in a terminal is the caller's to handle
            )

    def take(self, job: Job) -> None:
        self.job = job
        self._send()

    def left(self) -> float:
        """Seconds until it must have answered."""
        return self._since + (self._seconds if self._is_there else START) - time.monotonic()

    def look(self) -> Reading | None:
        """What came of the job, None while it goes on."""
        if not self.connection.poll():
            return self._overdue() if self.left() <= 0 else None
        try:
            told = self.connection.recv()
        except (EOFError, OSError):
            return self._dead()
        if self._is_there:
            reading: Reading = replace(told, seconds=self._spent())
            return reading
        self._is_there = True
        self._send()
        return None

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self.connection.close()

    def _send(self) -> None:
        self._since = time.monotonic()
        with suppress(ConnectionError):  # it is gone, which looking for its answer will tell
            self.connection.send(self.job)

    def _overdue(self) -> Reading:
        if not self._is_there:
            raise NotStartedError(f"it is not there after {START:g} seconds")
        return self._lost(too_slow(self._seconds))

    def _dead(self) -> Reading:
        status = self._process.wait()
        if not self._is_there:
            raise NotStartedError(f"it ended with status {status} before its first job")
        if status == OUT_OF_MEMORY:
            return self._lost(too_large(self._memory))
        return self._lost("the reader died while reading it")

    def _lost(self, reason: str) -> Reading:
        self.is_lost = True
        return Reading(answer=SourceError(self.job.url, reason), seconds=self._spent())

    def _spent(self) -> float:
        return time.monotonic() - self._since
