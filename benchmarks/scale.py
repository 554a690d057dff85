"""What the database bears: an issue to very many readers, on PostgreSQL, with several senders.

`python -m benchmarks.scale --subscribers 1000000 [--workers 4] [--events 20000] [--database URL]`
fills an empty database (of a server of its own, which does not wait for the disk, unless one is
named), freezes the audience of an issue in slices as sending does, has WORKERS processes lease,
mark and settle every delivery in chunks as senders do, with no mail between, and takes in events
of the mail service in batches. It prints one line of JSON: seconds and rows a second of each step,
rows that were taken twice, sizes of the tables, and the most memory of this process and of each
worker.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from heapq import merge
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from benchmarks import events
from benchmarks.peak import peak_mb
from benchmarks.send import NAME, an_issue, fill, now
from benchmarks.site import database
from db.engine import Sessions, open_engine, open_sessions
from db.store import audience, issues
from db.store import deliveries as ledger
from db.store.deliveries import Outcome
from db.tables import DeliveryRow
from digest.delivery.poller import AT_ONCE
from digest.jobs.batches import BULK, LEASE_SECONDS
from digest.jobs.leasing import SLICE
from digest.model import DeliveryState, IssueKind
from digest.readers.audience import CADENCES
from digest.settings import Settings
from digest.subscriptions import take
from digest.wiring import publication

TABLES = ("subscribers", "deliveries", "delivery_events")
SIZE = text("SELECT pg_total_relation_size(CAST(:name AS regclass))")


def seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def freeze(sessions: Sessions) -> None:
    frozen = False
    while not frozen:
        with sessions.begin() as session:
            cadences = CADENCES[IssueKind.DIGEST]
            frozen = audience.freeze(session, NAME, cadences, SLICE, now()) is None


# --- a worker, in a process of its own -----------------------------------------------------


def work(url: str, taken: Path) -> None:
    """Settle until nothing is left; the numbers of what was taken go into a file."""
    engine = open_engine(url)
    sessions, numbers, began = open_sessions(engine), [], time.time()
    while done := settle_a_chunk(sessions):
        numbers += done
    told = {"began": began, "ended": time.time(), "peak_mb": peak_mb(), "rows": len(numbers)}
    taken.write_text("\n".join([json.dumps(told), *map(str, sorted(numbers))]))
    engine.dispose()


def settle_a_chunk(sessions: Sessions) -> list[int]:
    """What a sender in mode `bulk` says to the database for a chunk of readers."""
    with sessions.begin() as session:
        chunk = ledger.lease(session, NAME, BULK.chunk, now(), LEASE_SECONDS)
    leased = [one.delivery for one in chunk]
    for batch in events.parts(leased, BULK.micro_batch * BULK.together):
        with sessions.begin() as session:
            marked = ledger.mark_sending(session, batch, now(), LEASE_SECONDS)
        sent = [Outcome(one, DeliveryState.SENT, message_id=f"m-{one.id:020}") for one in marked]
        with sessions.begin() as session:
            ledger.settle(session, sent, now())
    return [one.id for one in leased]


def claimed(url: str, workers: int, folder: Path) -> dict[str, Any]:
    """All deliveries through so many workers; a process's start is not in the rate."""
    files = [folder / f"taken-{number}" for number in range(workers)]
    command = [sys.executable, "-m", "benchmarks.scale", "--worker", url]
    started = [subprocess.Popen([*command, "--taken", str(file)]) for file in files]
    if any([one.wait() for one in started]):  # noqa: C419 - each is waited for
        raise SystemExit("a worker failed")
    with ExitStack() as stack:
        taken = [stack.enter_context(file.open()) for file in files]
        told = [json.loads(next(lines)) for lines in taken]
        twice = sum(one == other for one, other in pairwise(merge(*(map(int, f) for f in taken))))
    rows = sum(one["rows"] for one in told)
    spent = max(one["ended"] for one in told) - min(one["began"] for one in told)
    return {
        "workers": workers,
        "rows": rows,
        "twice": twice,
        "per_s": round(rows / spent, 1),
        "peak_mb": [one["peak_mb"] for one in told],
    }


# --- all of it -----------------------------------------------------------------------------


def measured(url: str, given: argparse.Namespace, folder: Path) -> dict[str, Any]:
    engine = open_engine(url)
    sessions = open_sessions(engine)
    fill(url, given.subscribers)
    with sessions.begin() as session:
        issues.put_issue(session, an_issue(1, publication(Settings())), now().date(), now())
    told = {
        "subscribers": given.subscribers,
        "audience_s": round(seconds(lambda: freeze(sessions)), 2),
        "claim": claimed(url, given.workers, folder),
        "events": taken_in(sessions, given.events),
        "mb": sizes(sessions),
        "peak_mb": peak_mb(),
    }
    engine.dispose()
    return told


def taken_in(sessions: Sessions, count: int) -> dict[str, float]:
    """Two events for each of the first deliveries, as a queue hands them out."""
    query = select(DeliveryRow.id).order_by(DeliveryRow.id).limit((count + 1) // 2)
    with sessions() as session:
        numbers = list(session.scalars(query))
    given = events.bodies(numbers, count)

    def act(batch: Sequence[str]) -> object:
        return take(sessions, now, events.SIGNING, batch)

    per_s, cpu_us = events.cost(act, given, AT_ONCE)
    return {"events": len(given), "batch": AT_ONCE, "per_s": per_s, "cpu_us": cpu_us}


def sizes(sessions: Sessions) -> dict[str, float]:
    """MB of each table with its indexes."""
    with sessions() as session:
        found = {name: session.scalar(SIZE, {"name": name}) or 0 for name in TABLES}
    return {name: round(size / 1e6, 1) for name, size in found.items()}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--subscribers", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--workers", type=int, default=4, metavar="N")
    parser.add_argument("--events", type=int, default=20_000, metavar="N")
    parser.add_argument("--database", default="postgresql", metavar="URL")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--taken", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.worker:
        work(given.worker, given.taken)
        return
    with tempfile.TemporaryDirectory() as folder, database(given.database, Path(folder)) as url:
        print(json.dumps(measured(url, given, Path(folder))), flush=True)


if __name__ == "__main__":
    main()
