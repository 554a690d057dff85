"""The worker's side: one job after the other until the caller hangs up."""

import resource
import signal
import sys
from contextlib import suppress
from multiprocessing.connection import Connection

from sources.workers.reading import Job, Reading, read

OUT_OF_MEMORY = 12  # exit status, the number of ENOMEM


def serve() -> None:
    """Read what comes down the file descriptor named on the command line."""
    descriptor, seconds, memory = sys.argv[1:]
    _limit_memory(int(memory))
    with Connection(int(descriptor)) as caller, suppress(EOFError, ConnectionError):
        caller.send("here")
        try:
            while True:
                caller.send(_read(caller.recv(), float(seconds)))
        except MemoryError:  # what is left of the heap is not fit for another document
            sys.exit(OUT_OF_MEMORY)


def _read(job: Job, seconds: float) -> Reading:
    # Should the caller be killed meanwhile, nobody else would end an endless reading.
    signal.setitimer(signal.ITIMER_REAL, 2 * seconds)
    reading = read(job)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return reading


def _limit_memory(most: int) -> None:
    """Where the platform can: macOS knows the limit, and refuses to have it set."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
