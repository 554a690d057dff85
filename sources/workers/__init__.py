"""Feed documents read in processes of their own, which are killed when one takes too long."""

import logging
from collections.abc import Iterable, Iterator
from multiprocessing.connection import wait
from types import TracebackType
from typing import Self

from sources.workers.process import MEMORY, SECONDS, NotStartedError, Worker
from sources.workers.reading import MOST_ENTRIES, Job, Reading, read_in_line

__all__ = ["MOST_ENTRIES", "Job", "Reading", "Workers"]

log = logging.getLogger(__name__)


class Workers:
    """At most `processes` workers, started when first needed and kept until the `with` ends.

    With `processes=0`, and where the platform lets none start, documents are read in line: the
    answers are the same, and `read_in_line` says how far the limits hold there.
    """

    def __init__(
        self, processes: int = 2, *, seconds: float = SECONDS, memory: int = MEMORY
    ) -> None:
        self._most = processes
        self._seconds, self._memory = seconds, memory
        self._workers: list[Worker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._dismiss(self._workers)

    def parse(self, jobs: Iterable[Job]) -> Iterator[Reading]:
        """One reading a job, in order. One round at a time: finish or drop it before the next."""
        finished: dict[int, Reading] = {}
        told = 0
        for number, reading in self._as_they_finish(jobs):
            finished[number] = reading
            while told in finished:
                yield finished.pop(told)
                told += 1

    def _as_they_finish(self, jobs: Iterable[Job]) -> Iterator[tuple[int, Reading]]:
        busy: dict[Worker, int] = {}
        try:
            for number, job in enumerate(jobs):
                while not (worker := self._given(job, busy)) and busy:
                    yield from self._finished(busy)
                if worker:
                    busy[worker] = number
                else:
                    yield number, read_in_line(job, self._seconds)
            while busy:
                yield from self._finished(busy)
        finally:  # the caller wants no more, and a late answer would pass for that of a later job
            self._dismiss(busy)

    def _given(self, job: Job, busy: Iterable[Worker]) -> Worker | None:
        """The worker that has taken the job: an idle one, or one more if there may be."""
        for worker in self._workers:
            if worker not in busy:
                worker.take(job)
                return worker
        return self._started(job) if len(self._workers) < self._most else None

    def _started(self, job: Job) -> Worker | None:
        try:
            worker = Worker(job, self._seconds, self._memory)
        except OSError as error:
            self._do_without(error)
            return None
        self._workers.append(worker)
        return worker

    def _finished(self, busy: dict[Worker, int]) -> Iterator[tuple[int, Reading]]:
        """Wait for news of the workers; what has come to an end by then."""
        wait([worker.connection for worker in busy], max(0, min(one.left() for one in busy)))
        for worker, number in list(busy.items()):
            reading = self._look(worker)
            if reading:
                del busy[worker]
                yield number, reading

    def _look(self, worker: Worker) -> Reading | None:
        try:
            reading = worker.look()
        except NotStartedError as error:
            self._do_without(error)
            self._dismiss([worker])
            return read_in_line(worker.job, self._seconds)
        if worker.is_lost:
            self._dismiss([worker])
        return reading

    def _do_without(self, error: OSError) -> None:
        """One process fewer from here on, since the platform would not give it."""
        self._most = max(0, self._most - 1)
        log.warning("a worker to read feeds does not start, %d may yet: %s", self._most, error)

    def _dismiss(self, workers: Iterable[Worker]) -> None:
        leaving = list(workers)
        self._workers = [worker for worker in self._workers if worker not in leaving]
        for worker in leaving:
            worker.end()
