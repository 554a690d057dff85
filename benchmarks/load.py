"""A load of requests on a web server: so many connections, each asking again when it has its
answer, for so many requests and so many seconds at most."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

Ask = Callable[[], bytes]
"""Makes the next request, whole and as bytes."""

END = b"\r\n\r\n"


@dataclass(frozen=True)
class Load:
    """How hard a server is asked. With `pause` seconds between an answer and the next request a
    connection is a reader who reads; without, all connections ask as fast as they can."""

    connections: int
    requests: int
    seconds: float
    pause: float = 0.0


@dataclass(frozen=True)
class Answered:
    """Seconds that each answer took, in any order, and all of them; `statuses` are the different
    ones that came."""

    spent: Sequence[float]
    wall: float
    statuses: frozenset[int]

    @property
    def per_s(self) -> float:
        return round(len(self.spent) / self.wall, 1)

    def ms(self, share: float) -> float:
        """The milliseconds within which that share of the answers came."""
        return round(sorted(self.spent)[round(share * (len(self.spent) - 1))] * 1000, 2)


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    told = {"Host": "127.0.0.1", **headers, **({"Content-Length": str(len(body))} if body else {})}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {text}" for name, text in told.items())]
    return "\r\n".join(lines).encode() + END + body


def loaded(port: int, ask: Ask, load: Load) -> Answered:
    return asyncio.run(_loaded(port, ask, load))


async def _loaded(port: int, ask: Ask, load: Load) -> Answered:
    until = time.perf_counter() + load.seconds
    turns = islice(_ticks(until), load.requests)
    started = time.perf_counter()
    readers = (_reader(port, ask, turns, load.pause) for _ in range(load.connections))
    told = [one for reader in await asyncio.gather(*readers) for one in reader]
    wall = time.perf_counter() - started
    return Answered([spent for _, spent in told], wall, frozenset(status for status, _ in told))


def _ticks(until: float) -> Iterator[None]:
    while time.perf_counter() < until:
        yield


async def _reader(
    port: int, ask: Ask, turns: Iterator[None], pause: float
) -> list[tuple[int, float]]:
    """Status and seconds of each answer that one connection got."""
    await asyncio.sleep(pause * random.random())  # they do not all come at once
    incoming, outgoing = await asyncio.open_connection("127.0.0.1", port)
    told = []
    for _ in turns:
        data, started = ask(), time.perf_counter()
        outgoing.write(data)
        told.append((await _answer(incoming), time.perf_counter() - started))
        if pause:
            await asyncio.sleep(pause * 2 * random.random())
    outgoing.close()
    return told


async def _answer(incoming: asyncio.StreamReader) -> int:
    """The status of an answer, read to its end: all of ours say their length."""
    head = (await incoming.readuntil(END)).lower()
    status = int(head[9:12])
    _, named, rest = head.partition(b"content-length:")
    if named and status != 304:
        await incoming.readexactly(int(rest.partition(b"\r\n")[0]))
    return status
