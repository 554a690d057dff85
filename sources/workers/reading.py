"""A document to read and what came of it, wherever it is read."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from digest.errors import SourceError
from digest.model import Document
from sources.workers.watch import EndedError, within

MOST_ENTRIES = 300  # of one document: a feed that lists thousands is an archive, not news
IN_LINE_MEMORY = 160 * 1024 * 1024  # bytes that a document may add to a process not its own

Reader = Callable[[str, bytes, str], Document]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A document to read. `reader` is a function of a module, which a worker finds by its name."""

    reader: Reader
    url: str
    body: bytes
    content_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What came of a job, and how long the caller waited for it.

    `entries` counts all there are, of which the document keeps the first MOST_ENTRIES.
    """

    answer: Document | SourceError
    entries: int = 0
    seconds: float = 0


def read(job: Job) -> Reading:
    """Read it here and now."""
    started = time.perf_counter()
    try:
        document = job.reader(job.url, job.body, job.content_type)
    except SourceError as refused:
        return Reading(answer=refused, seconds=time.perf_counter() - started)
    except MemoryError:
        raise  # whoever holds the process decides what that means for it
    except Exception as fault:  # a mistake of ours that one document brings out is its own trouble
        log.exception("the reader broke down on %s", job.url)
        error = SourceError(job.url, f"the reader broke down: {type(fault).__name__}")
        return Reading(answer=error, seconds=time.perf_counter() - started)
    return Reading(
        answer=replace(document, entries=document.entries[:MOST_ENTRIES]),
        entries=len(document.entries),
        seconds=time.perf_counter() - started,
    )


def read_in_line(job: Job, seconds: float) -> Reading:
    """Read it in a process that has to live on, whatever the document does.

    In the main thread a reading ends when it takes more than `seconds` or IN_LINE_MEMORY; in any
    other thread it takes as long as it takes. Where memory is all used up, the document failed.
    """
    started = time.perf_counter()
    try:
        return read(replace(job, reader=_watched(job.reader, seconds)))
    except EndedError as ended:
        reason = str(ended)
    except MemoryError:
        reason = "takes more memory to read than there is"
    return Reading(answer=SourceError(job.url, reason), seconds=time.perf_counter() - started)


def _watched(reader: Reader, seconds: float) -> Reader:
    def watched(url: str, body: bytes, content_type: str) -> Document:
        call = partial(reader, url, body, content_type)
        return within(call, seconds=seconds, memory=IN_LINE_MEMORY)

    return watched
