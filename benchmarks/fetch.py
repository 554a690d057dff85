"""What fetching many feeds costs, beside a plain aiohttp loop over the same addresses.

`python -m benchmarks.fetch --feeds 500 --delay-ms 100` serves feed documents of 80 kB, gzip and
ETag, from a process of its own on 127.0.0.1 to 127.0.0.250, so that a limit on requests to one
host does not decide. Each side runs in a fresh process: all feeds once, then once more with
their validators. It prints one line of JSON; CPU is that of the fetching process, per feed, and
`ratio` is ours over plain.
"""

import argparse
import asyncio
import gzip
import json
import multiprocessing
import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from multiprocessing.connection import Connection

import aiohttp
from aiohttp import web

from benchmarks.peak import peak_mb
from digest.ports import Request, Response

SIZE = 80_000  # bytes of a document, decompressed
HOSTS = 250
IN_FLIGHT = 20
AGENT = "fetch-benchmark/1.0"
SPAWN = multiprocessing.get_context("spawn")  # a fork would start with this process's memory

Fetch = Callable[[Sequence[Request]], Sequence[Response]]


@dataclass(frozen=True)
class Cost:
    """What one side took: for all feeds new, then for all feeds unchanged."""

    wall_s_200: float
    wall_s_304: float
    cpu_ms_200: float
    cpu_ms_304: float
    peak_mb: float


def ours(requests: Sequence[Request]) -> Sequence[Response]:
    # Not above, or the plain side would pay for the memory of our imports.
    from sources.http import fetch

    return fetch(requests, user_agent=AGENT, allow_private=frozenset({"127.0.0.0/8"}))


def plain(requests: Sequence[Request]) -> Sequence[Response]:
    """As one writes it in a minute: no guard, no limits, no redirects by hand."""

    async def gather() -> list[Response]:
        turns = asyncio.Semaphore(IN_FLIGHT)

        async def get(request: Request) -> Response:
            told = {"If-None-Match": request.etag} if request.etag else {}
            async with turns, session.get(request.url, headers=told) as answer:
                headers = {name.lower(): value for name, value in answer.headers.items()}
                return Response(request.url, answer.status, await answer.read(), headers)

        async with aiohttp.ClientSession(headers={"User-Agent": AGENT}) as session:
            return await asyncio.gather(*map(get, requests))

    return asyncio.run(gather())


def measure(fetch: Fetch, urls: Sequence[str]) -> Cost:
    """To be run in a process that does nothing else."""
    fetch([])  # its imports
    requests = [Request(url) for url in urls]
    new, wall_200, cpu_200 = _timed(fetch, requests)
    _expect(200, SIZE, new)
    validated = [
        replace(request, etag=answer.headers["etag"])
        for request, answer in zip(requests, new, strict=True)
    ]
    unchanged, wall_304, cpu_304 = _timed(fetch, validated)
    _expect(304, 0, unchanged)
    return Cost(wall_200, wall_304, cpu_200, cpu_304, peak_mb())


def _timed(fetch: Fetch, requests: Sequence[Request]) -> tuple[Sequence[Response], float, float]:
    """The answers, seconds by the wall and milliseconds of CPU a feed."""
    wall, cpu = time.perf_counter(), time.process_time()
    answers = fetch(requests)
    cpu_s, wall_s = time.process_time() - cpu, time.perf_counter() - wall
    return answers, round(wall_s, 3), round(cpu_s * 1000 / len(requests), 3)


def _expect(status: int, size: int, answers: Sequence[Response]) -> None:
    for answer in answers:
        if (answer.status, len(answer.body)) != (status, size):
            raise SystemExit(f"{answer.url}: {answer.status} {len(answer.body)} {answer.error}")


def _document() -> bytes:
    """About as compressible as prose is."""
    chosen = random.Random(7)
    words = ["".join(chosen.choices("aeiounrstlmd", k=chosen.randint(2, 9))) for _ in range(900)]
    items = "".join(
        f"<item><title>{' '.join(chosen.choices(words, k=7))}</title><guid>{number}</guid>"
        f"<description>{' '.join(chosen.choices(words, k=120))}</description></item>"
        for number in range(120)
    )
    head = '<?xml version="1.0"?><rss version="2.0"><channel>'
    return (head + items)[: SIZE - 16].ljust(SIZE - 16).encode() + b"</channel></rss>"


def serve(caller: Connection, hosts: Sequence[str], delay: float) -> None:
    """Answer on one port of all these addresses, which is told to the caller; for ever."""
    packed = gzip.compress(_document())

    async def answer(request: web.Request) -> web.Response:
        await asyncio.sleep(delay)
        etag = f'"{request.path}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        headers = {"ETag": etag, "Content-Encoding": "gzip", "Content-Type": "application/rss+xml"}
        return web.Response(body=packed, headers=headers)

    async def listen() -> None:
        application = web.Application()
        application.router.add_get("/{feed}", answer)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        port = 0
        for host in hosts:
            await web.TCPSite(runner, host, port).start()
            port = runner.addresses[0][1]
        caller.send(port)
        await asyncio.Event().wait()

    asyncio.run(listen())


@contextmanager
def served(feeds: int, delay: float) -> Iterator[list[str]]:
    """The addresses of so many feeds, while a process serves them."""
    hosts = [f"127.0.0.{number}" for number in range(1, min(feeds, HOSTS) + 1)]
    us, server = SPAWN.Pipe(duplex=False)
    process = SPAWN.Process(target=serve, args=(server, hosts, delay), daemon=True)
    process.start()
    server.close()
    try:
        port = us.recv()
        yield [f"http://{hosts[n % len(hosts)]}:{port}/{n}.xml" for n in range(feeds)]
    finally:
        process.kill()
        process.join()


def in_fresh_process(fetch: Fetch, urls: Sequence[str]) -> Cost:
    with ProcessPoolExecutor(1, SPAWN) as process:
        return process.submit(measure, fetch, urls).result()


def summary(feeds: int, delay_ms: float, ours: Cost, plain: Cost) -> dict[str, object]:
    own, theirs = asdict(ours), asdict(plain)
    ratio = {name: round(own[name] / theirs[name], 2) for name in own if theirs[name]}
    return {
        "feeds": feeds,
        "delay_ms": delay_ms,
        "floor_s": round(-(-feeds // IN_FLIGHT) * delay_ms / 1000, 3),
        "ours": own,
        "plain": theirs,
        "ratio": ratio,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fetch", description=__doc__)
    parser.add_argument("--feeds", type=int, default=500, metavar="N")
    parser.add_argument("--delay-ms", type=float, default=100, metavar="MS")
    options = parser.parse_args(arguments)
    with served(options.feeds, options.delay_ms / 1000) as urls:
        costs = [in_fresh_process(side, urls) for side in (plain, ours)]
    print(json.dumps(summary(options.feeds, options.delay_ms, ours=costs[1], plain=costs[0])))


if __name__ == "__main__":
    main()
