"""What feeds that mean harm cost until they are refused, beside an ordinary feed.

`python -m benchmarks.hostile [--workers N] [--quick]` serves each attack from this process and has
it fetched and read in a fresh one, as collecting does. It prints one line of JSON: for each attack
the reason of the refusal ("" for a document that was read after all), seconds, and the most memory
of the collecting process and of one worker. `--workers 0` reads in line, `--quick` leaves an attack
half a second instead of 20 to be fetched and 10 to be read.
"""

import argparse
import json
import multiprocessing
import resource
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass

from benchmarks.peak import peak_mb
from digest.errors import SourceError
from digest.ports import Request
from sources.feeds import parse
from sources.http import LIMITS, Limits, fetch
from sources.workers import Job, Workers
from tests.feed_server import Answer, FeedServer

ORDINARY = "an ordinary feed"
SPAWN = multiprocessing.get_context("spawn")  # a fork would start with this process's memory


@dataclass(frozen=True)
class Cost:
    """What one feed took."""

    reason: str
    seconds: float
    collector_mb: float
    worker_mb: float


@dataclass(frozen=True)
class Patience:
    """Seconds that a document may take."""

    fetching: float
    reading: float


USUAL, QUICK = Patience(LIMITS.total, 10), Patience(0.5, 0.5)


def attacks() -> Iterator[tuple[str, Answer]]:
    # Not above, or the collecting process would hold all documents too.
    from tests.attacks import AN_ITEM, END, ENDLESS, ENTITY_BOMBS, GREEDY, MOST, RSS, a_gibibyte

    yield ORDINARY, Answer(RSS + AN_ITEM * 50 + END)
    for coding in ("gzip", "deflate", "br"):
        packed = {"Content-Encoding": coding}
        yield f"a gibibyte in {coding}", Answer(a_gibibyte(coding), headers=packed)
    yield "a body that drips", Answer(bytes(1000), pause=0.1)
    yield "redirects in a circle", Answer(status=302, headers={"Location": "?"})
    yield "a redirect into the house", Answer(status=302, headers={"Location": "http://[::1]/"})
    yield "200,000 items", Answer(RSS + AN_ITEM * 200_000 + END)
    yield "items up to the limit", Answer(RSS + AN_ITEM * (MOST // len(AN_ITEM) - 9) + END)
    for name, body in (ENTITY_BOMBS | ENDLESS | GREEDY).items():
        yield name, Answer(body)


def measure(url: str, server: str, patience: Patience, processes: int) -> Cost:
    """To be run in a process that does nothing else."""
    started = time.perf_counter()
    reason = collected(url, server, patience, processes)
    seconds = round(time.perf_counter() - started, 2)
    return Cost(reason, seconds, peak_mb(), _worker_mb())


def collected(url: str, server: str, patience: Patience, processes: int) -> str:
    """Why the feed was refused, "" if it was read."""
    limits = Limits(total=patience.fetching)
    agent, allowed = "hostile-benchmark/1.0", frozenset([server])
    [response] = fetch([Request(url)], user_agent=agent, allow_private=allowed, limits=limits)
    if response.refusal:
        return response.refusal
    with Workers(processes, seconds=patience.reading) as workers:
        (reading,) = workers.parse([Job(parse, url, response.body)])
    return reading.answer.reason if isinstance(reading.answer, SourceError) else ""


def _worker_mb() -> float:
    """Of the largest worker, or of the collecting process when it was started; 0 without one."""
    unit = 1 if sys.platform == "darwin" else 1024  # bytes
    return round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit / 1024**2, 1)


def in_fresh_process(url: str, server: str, patience: Patience, processes: int) -> Cost:
    with ProcessPoolExecutor(1, SPAWN) as process:
        return process.submit(measure, url, server, patience, processes).result()


def measured(patience: Patience, processes: int) -> Iterator[tuple[str, Cost]]:
    with FeedServer() as web:
        for number, (name, answer) in enumerate(attacks()):
            url = web.script(f"/{number}", answer)
            web.script(f"/{number}?", answer)
            yield name, in_fresh_process(url, web.authority, patience, processes)


def summary(costs: Mapping[str, Cost]) -> dict[str, object]:
    harmful = [cost for name, cost in costs.items() if name != ORDINARY]
    return {
        "feeds": {name: asdict(cost) for name, cost in costs.items()},
        "longest_s": max(cost.seconds for cost in harmful),
        "most_collector_mb": max(cost.collector_mb for cost in harmful),
        "most_worker_mb": max(cost.worker_mb for cost in harmful),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile", description=__doc__)
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="0: read in line")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args(arguments)
    patience = QUICK if options.quick else USUAL
    print(json.dumps(summary(dict(measured(patience, options.workers)))))


if __name__ == "__main__":
    main()
