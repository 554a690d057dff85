"""How fast the site answers, beside a bare FastAPI route that is served alike.

`python -m benchmarks.site [--database URL] [--comparisons 10000 --subscribers 100000]` fills an
empty database (a new SQLite file; `postgresql` starts a server of its own for it), runs
`digest serve` on it, and asks it from this process. It prints one line of JSON for each thing that
is measured. `per_s`, `p50_ms` and `p99_ms` are those of 100 connections that ask as fast as they
can; `reading_p99_ms` is that of 100 readers who ask about once a second each, and tells what one
of them waits for. `of_bare` is the share of the bare route's rate: a `def` that answers two bytes.

Whole pages and feeds are asked for at random among all comparisons; 304s are those of one page,
which a browser holds. Sign-ups are of new addresses, each from a network of its own.
"""

import argparse
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from benchmarks import years
from benchmarks.load import Answered, Ask, Load, loaded, request
from db.engine import open_engine, open_sessions

SETTLED_AFTER = 3.0  # seconds, for what the flood has left to be done after its answers
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BARE = """
import sys, uvicorn
from fastapi import FastAPI, Response
from digest.web.server import configuration
app = FastAPI()
@app.get("/")
def bare() -> Response:
    return Response(b"ok", media_type="text/plain")
uvicorn.Server(configuration(app, port=int(sys.argv[1]))).run()
"""
MIGRATE = "from db.migrating import migrate; import sys; migrate(sys.argv[1])"
SITE = "from digest.cli import main; import sys; main(['serve', '--port', sys.argv[1]])"


class Measure(NamedTuple):
    """What is asked, and the status that answers it."""

    name: str
    ask: Ask
    status: int


class Options(NamedTuple):
    comparisons: int
    subscribers: int
    connections: int
    requests: int
    seconds: float


def pages(port: int, comparisons: int) -> list[Measure]:
    whole = {path: request("GET", path, {}) for path in ("/", "/issues", "/feed.xml")}
    newest = f"/compare/{years.slug(0)}"

    def any_comparison() -> bytes:
        return request("GET", f"/compare/{years.slug(random.randrange(comparisons))}", {})

    return [
        Measure("/compare/{slug}", any_comparison, 200),
        *held(port, newest, "/compare/{slug} held"),
        Measure("/", lambda: whole["/"], 200),
        Measure("/feed.xml", lambda: whole["/feed.xml"], 200),
        *held(port, "/feed.xml", "/feed.xml held"),
        Measure("POST /subscribe", sign_ups(), 200),
    ]


def held(port: int, path: str, name: str) -> list[Measure]:
    """The page for a browser that holds it: 304, if the page has a validator at all."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    answer = connection.getresponse()
    etag = answer.headers["ETag"]
    connection.close()
    asked = request("GET", path, {"If-None-Match": etag or "none"})
    return [Measure(name, lambda: asked, 304)] if etag else []


def sign_ups() -> Ask:
    numbers = count(1)

    def ask() -> bytes:
        number = next(numbers)
        body = urlencode({"email": f"newcomer-{number}@mail-{number}.example"}).encode()
        network = f"{1 + number % 220}.{number // 220 % 250}.{number // 55_000}.7"
        return request("POST", "/subscribe", FORM | {"X-Forwarded-For": network}, body)

    return ask


@contextmanager
def serving(
    program: str, folder: Path, environment: dict[str, str] | None = None, name: str = "site"
) -> Iterator[tuple[int, int]]:
    """The port of a server in a process of its own, and the process's number."""
    port, log = _free_port(), folder / f"{name}.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(port)],
            env=os.environ | (environment or {}),
            stdout=said,
            stderr=said,
        )
    try:
        _wait(port, process, log)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise SystemExit(f"the server ended: {log.read_text()}")
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/")
            connection.getresponse().read()
            connection.close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not come up within a minute")


def measured(port: int, measure: Measure, options: Options) -> dict[str, object]:
    flat_out = _flat_out(port, measure, options)
    time.sleep(SETTLED_AFTER)
    calm = Load(options.connections, options.requests, options.seconds, pause=1.0)
    reading = _checked(measure, loaded(port, measure.ask, calm))
    return {
        "measure": measure.name,
        "status": measure.status,
        "requests": len(flat_out.spent),
        "per_s": flat_out.per_s,
        "p50_ms": flat_out.ms(0.5),
        "p99_ms": flat_out.ms(0.99),
        "reading_p99_ms": reading.ms(0.99),
    }


def _flat_out(port: int, measure: Measure, options: Options) -> Answered:
    loaded(port, measure.ask, Load(options.connections, options.connections, options.seconds))
    at_once = Load(options.connections, options.requests, options.seconds)
    return _checked(measure, loaded(port, measure.ask, at_once))


def _checked(measure: Measure, answered: Answered) -> Answered:
    if answered.statuses != {measure.status}:
        raise SystemExit(f"{measure.name} was answered with {sorted(answered.statuses)}")
    return answered


def report(database: str, options: Options, folder: Path) -> Iterator[dict[str, object]]:
    """The bare route is measured anew before each: a machine is not always equally fast."""
    whole = request("GET", "/", {})
    bare = Measure("bare route", lambda: whole, 200)
    environment = {
        "DIGEST_DATABASE_URL": database,
        "DIGEST_OUTBOX": str(folder / "outbox"),
        "DIGEST_SECRET_KEY": "k" * 64,
        "DIGEST_EMBEDDER": "none",
        "DIGEST_TRUSTED_PROXIES": "127.0.0.1",
    }
    with (
        serving(BARE, folder, name="bare") as (beside, _),
        serving(SITE, folder, environment) as (port, process),
    ):
        yield measured(beside, bare, options)
        for measure in pages(port, options.comparisons):
            floor = _flat_out(beside, bare, options).per_s
            told = measured(port, measure, options)
            share = float(str(told["per_s"])) / floor
            extra = {"bare_per_s": floor, "of_bare": round(share, 3), "peak_mb": _peak_mb(process)}
            yield told | extra


def _peak_mb(process: int) -> float:
    status = Path(f"/proc/{process}/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text("utf-8") if status.exists() else "")
    return round(int(found[1]) / 1024, 1) if found else 0


@contextmanager
def database(asked: str, folder: Path) -> Iterator[str]:
    """The address of an empty database with our schema."""
    if asked == "postgresql":
        from tests import postgres

        with postgres.server() as server, postgres.database(server) as url:
            yield _migrated(postgres.spelt(url))
    else:
        yield _migrated(asked or f"sqlite:///{folder / 'digest.db'}")


def _migrated(url: str) -> str:
    """Brought to our schema by a process of its own: its memory is not that of who is measured."""
    subprocess.run([sys.executable, "-c", MIGRATE, url], check=True)
    return url


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.site", description=__doc__)
    parser.add_argument("--database", default="", metavar="URL")
    parser.add_argument("--comparisons", type=int, default=10_000, metavar="N")
    parser.add_argument("--subscribers", type=int, default=100_000, metavar="N")
    parser.add_argument("--connections", type=int, default=100, metavar="N")
    parser.add_argument("--requests", type=int, default=3000, metavar="N", help="of each measure")
    parser.add_argument("--seconds", type=float, default=15, metavar="S", help="at most, of each")
    given = vars(parser.parse_args(arguments))
    asked = given.pop("database")
    options = Options(**given)
    with tempfile.TemporaryDirectory() as folder, database(asked, Path(folder)) as url:
        engine = open_engine(url)
        years.fill(open_sessions(engine), options.comparisons, options.subscribers)
        kind = engine.dialect.name
        engine.dispose()
        for told in report(url, options, Path(folder)):
            print(json.dumps({"database": kind, **told}), flush=True)


if __name__ == "__main__":
    main()
