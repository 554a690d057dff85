"""How long a list of readers takes to come in and go out, and what of it is in memory.

Beside it, in the same run: a bare `executemany` of the same rows through the same driver, which
reads nothing, checks nothing and tells of nothing.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from email_validator import validate_email
from sqlalchemy import Engine, delete, func, select

from benchmarks.peak import peak_mb
from benchmarks.site import database
from db.engine import open_engine, open_sessions
from db.tables import ConsentRow, SubscriberRow
from digest.readers.addresses import address
from digest.readers.links import Signing
from digest.subscriptions import export_subscribers, import_subscribers

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SPAWN = get_context("spawn")  # a fresh process each: a peak of memory is of all that ran before
FEW = 1000
DOMAINS = 2000
SUBSCRIBER = (
    "INSERT INTO subscribers (id, key, email, state, categories, language, cadence, created_at,"
    " updated_at) VALUES ({0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}, {0})"
)
CONSENT = (
    "INSERT INTO consents (subscriber_id, act, source, form, form_hash, message_id, detail, ip,"
    " agent, page, created_at) VALUES ({0}, {0}, {0}, '', '', '', '{{}}', '', '', '', {0})"
)


class Watch:
    """Starts when it is made. `cpu_s` is this process's own, whatever else the machine does."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def costs(self, rows: int) -> dict[str, float]:
        seconds, cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu
        return {
            "rows": rows,
            "seconds": round(seconds, 3),
            "cpu_s": round(cpu, 3),
            "rows_per_s": round(rows / seconds),
            "peak_mb": peak_mb(),
        }


def addresses(rows: int) -> Iterator[str]:
    return (f"reader-{number}@inbox-{number % DOMAINS}.example" for number in range(rows))


def written(folder: Path, rows: int) -> Path:
    """A list of so many readers, as a publication might bring it along."""
    path = folder / f"{rows}.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("email,name,categories,language,consent_source\n")
        for number, email in enumerate(addresses(rows)):
            topics = "Coding Agents;Voice" if number % 3 == 0 else ""
            file.write(f'{email},Reader {number},{topics},en,"sign-up form, 2026-10-17"\n')
    return path


def imported(url: str, path: Path) -> dict[str, float]:
    sessions = open_sessions(open_engine(url))
    signing = Signing(["a key of the benchmark, long enough"])
    watch = Watch()
    with path.open("rb") as file:
        done = import_subscribers(sessions, lambda: NOW, signing, path.name, file)
    return watch.costs(done.added)


def exported(url: str, _: Path) -> dict[str, float]:
    sessions = open_sessions(open_engine(url))
    watch = Watch()
    return watch.costs(sum(1 for _ in export_subscribers(sessions)) - 1)


def bare(url: str, path: Path) -> dict[str, float]:
    """The same rows by the driver alone, in one transaction."""
    rows, engine = int(path.stem), open_engine(url)
    mark = "?" if engine.dialect.name == "sqlite" else "%s"
    at: Any = NOW.isoformat(" ") if mark == "?" else NOW
    topics = json.dumps(["Coding Agents", "Voice"]), "[]"
    people = (
        (number, email, email, "active", topics[number % 3 > 0], "en", "weekly", at, at)
        for number, email in enumerate(addresses(rows), 1)
    )
    agreed = ((number, "import", "a form", at) for number in range(1, rows + 1))
    connection = engine.raw_connection()
    cursor: Any = connection.cursor()
    watch = Watch()
    if mark == "?":
        cursor.execute("BEGIN")
    cursor.executemany(SUBSCRIBER.format(mark), people)
    cursor.executemany(CONSENT.format(mark), agreed)
    connection.commit()
    return watch.costs(rows)


def in_fresh_process(measure: Any, url: str, path: Path) -> dict[str, float]:
    with ProcessPoolExecutor(1, SPAWN) as process:
        told: dict[str, float] = process.submit(measure, url, path).result()
        return told


def microseconds(read: Any) -> float:
    """What it takes to read an address of such a list."""
    typed = list(addresses(5000))
    started = time.perf_counter()
    for email in typed:
        read(email)
    return round((time.perf_counter() - started) / len(typed) * 1e6, 2)


def measured(url: str, folder: Path, rows: int) -> dict[str, object]:
    engine = open_engine(url)
    few, many = written(folder, min(FEW, rows)), written(folder, rows)
    small = in_fresh_process(imported, url, few)
    small_out = in_fresh_process(exported, url, few)
    emptied(engine)
    ours = in_fresh_process(imported, url, many)
    out = in_fresh_process(exported, url, many)
    emptied(engine)
    driver = in_fresh_process(bare, url, many)
    emptied(engine)
    return {
        "engine": engine.dialect.name,
        "import": ours | {"grown_mb": round(ours["peak_mb"] - small["peak_mb"], 1)},
        "export": out | {"grown_mb": round(out["peak_mb"] - small_out["peak_mb"], 1)},
        "bare_executemany": driver,
        "times_bare": round(ours["seconds"] / driver["seconds"], 2),
        "address_us": microseconds(address),
        "email_validator_us": microseconds(
            lambda email: validate_email(email, check_deliverability=False)
        ),
    }


def emptied(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(delete(ConsentRow))
        connection.execute(delete(SubscriberRow))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.subscribers", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, metavar="N")
    parser.add_argument("--database", default="", metavar="URL", help="one without readers")
    options = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory() as folder,
        database(options.database, Path(folder)) as url,
    ):
        with open_engine(url).connect() as connection:
            if connection.scalar(select(func.count()).select_from(SubscriberRow)):
                parser.error("the database holds readers; they would be lost")
        print(json.dumps(measured(url, Path(folder), options.rows)))


if __name__ == "__main__":
    main()
