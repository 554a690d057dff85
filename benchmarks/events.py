"""How fast events of the mail service are taken in, beside bare inserts of the same rows.

`python -m benchmarks.events --events 100000 [--database URL]` makes deliveries in doubt, in a fresh
SQLite file unless a migrated, empty database is named, and for each a Send and a Delivery; one in
fifty bounces instead. `ours` reads, correlates, keeps and settles them in batches as the poller
takes them from a queue; `bare` inserts rows of the same size in transactions of the same size, into
a table of the same columns and keys, and does nothing else. It prints one line of JSON: events a
second by the wall, microseconds of this process's CPU for each, and as `ratio` the first, ours over
bare.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from benchmarks.peak import peak_mb
from benchmarks.site import database
from db.engine import Sessions, open_engine, open_sessions
from db.tables import DeliveryRow, IssueRow, SubscriberRow
from digest.delivery.poller import AT_ONCE
from digest.model import Cadence, DeliveryState, IssueKind, IssueState, SubscriberState
from digest.readers.links import Signing
from digest.subscriptions import take

SEED = 7
BOUNCES = 0.02
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SIGNING = Signing(["a key of the benchmark, long enough"])
BARE = "bare_events"
COLUMNS = (
    "event_id TEXT PRIMARY KEY, delivery_id BIGINT, subscriber_id BIGINT, kind VARCHAR(32), "
    "meaning VARCHAR(16), message_id TEXT, attempt INTEGER, detail TEXT, at TEXT, created_at TEXT"
)


def prepare(sessions: Sessions, count: int) -> list[int]:
    """Deliveries in doubt, each to a reader of its own."""
    issue = {"id": "2026-W47", "kind": IssueKind.DIGEST, "state": IssueState.SENDING}
    people: list[dict[str, Any]] = [
        {"key": email(number), "email": email(number), "categories": [], "confirmed_at": None}
        for number in range(count)
    ]
    usual = {"state": SubscriberState.ACTIVE, "cadence": Cadence.WEEKLY, "updated_at": NOW}
    mail = {"issue_id": "2026-W47", "state": DeliveryState.UNKNOWN, "attempt": 1, "updated_at": NOW}
    with sessions.begin() as session:
        session.add(IssueRow(**issue, dated=NOW.date(), created_at=NOW, updated_at=NOW))
        session.flush()
        for part in parts(people, 1000):
            rows = [one | usual | {"created_at": NOW} for one in part]
            added = list(session.scalars(insert(SubscriberRow).returning(SubscriberRow.id), rows))
            session.execute(insert(DeliveryRow), [mail | {"subscriber_id": one} for one in added])
    with sessions() as session:
        return [
            number for (number,) in session.execute(text("SELECT id FROM deliveries ORDER BY id"))
        ]


def email(number: int) -> str:
    return f"reader-{number}@inbox.example"


def bodies(numbers: Sequence[int], count: int) -> list[str]:
    """Events as a queue with raw delivery holds them, shuffled."""
    chosen = random.Random(SEED)
    told = [
        event(name, place, number)
        for place, number in enumerate(numbers)
        for name in ("Send", "Bounce" if chosen.random() < BOUNCES else "Delivery")
    ]
    chosen.shuffle(told)
    return told[:count]


def event(name: str, place: int, number: int) -> str:
    to, at = email(place), "2026-11-22T09:00:00.000Z"
    parts = {
        "Send": ("send", {}),
        "Delivery": ("delivery", {"timestamp": at, "recipients": [to]}),
        "Bounce": (
            "bounce",
            {
                "timestamp": at,
                "bounceType": "Permanent",
                "bounceSubType": "General",
                "feedbackId": f"0102018f-{place:012}",
                "bouncedRecipients": [{"emailAddress": to, "status": "5.1.1"}],
            },
        ),
    }
    section, said = parts[name]
    tags = {"delivery": [str(number)], "attempt": ["1"], "issue": ["2026-W47"]}
    mail = {"timestamp": at, "messageId": f"0102018f3c7a-{place:012}", "destination": [to]}
    return json.dumps({"eventType": name, "mail": mail | {"tags": tags}, section: said})


def bare(sessions: Sessions) -> Callable[[Sequence[str]], None]:
    """Inserts rows as long as ours, and looks at nothing."""
    with sessions.begin() as session:
        session.execute(text(f"CREATE TABLE {BARE} ({COLUMNS})"))
    statement = text(
        f"INSERT INTO {BARE} VALUES (:id, :id_1, :id_1, 'delivery', 'delivered', "
        ":message, 1, :detail, :at, :at)"
    )
    numbers = iter(range(1, 10**9))

    def insert_batch(batch: Sequence[str]) -> None:
        rows = [_row(next(numbers)) for _ in batch]
        with sessions.begin() as session:
            session.execute(statement, rows)

    return insert_batch


def _row(number: int) -> dict[str, Any]:
    message = f"0102018f3c7a-{number:012}"
    name = f"{message}/delivery//{number:016}/{number}"
    return {"id": name, "id_1": number, "message": message, "detail": "{}", "at": "2026-11-22"}


def parts(whole: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (whole[start : start + size] for start in range(0, len(whole), size))


def cost(
    act: Callable[[Sequence[str]], object], given: Sequence[str], batch: int
) -> tuple[float, float]:
    """Events a second, and microseconds of CPU for each."""
    wall, cpu = time.perf_counter(), time.process_time()
    for part in parts(given, batch):
        act(part)
    cpu_s, wall_s = time.process_time() - cpu, time.perf_counter() - wall
    return round(len(given) / wall_s, 1), round(cpu_s * 1e6 / len(given), 1)


def measured(sessions: Sessions, count: int, batch: int) -> dict[str, Any]:
    given = bodies(prepare(sessions, (count + 1) // 2), count)
    ours = cost(lambda part: take(sessions, lambda: NOW, SIGNING, part), given, batch)
    plain = cost(bare(sessions), given, batch)
    with sessions() as session:
        states = session.execute(text("SELECT state, count(*) FROM deliveries GROUP BY state"))
        told: dict[str, int] = dict(states.all())
    return {
        "events": count,
        "batch": batch,
        "ours_per_s": ours[0],
        "bare_per_s": plain[0],
        "ours_cpu_us": ours[1],
        "bare_cpu_us": plain[1],
        "ratio": round(ours[0] / plain[0], 3),
        "deliveries": told,
        "peak_mb": peak_mb(),
    }


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--events", type=int, default=100_000)
    asked.add_argument("--batch", type=int, default=AT_ONCE)
    asked.add_argument("--database", default="", help="an empty one; `postgresql` starts a server")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, database(given.database, Path(folder)) as url:
        engine = open_engine(url)
        told = measured(open_sessions(engine), given.events, given.batch)
        print(json.dumps({"database": engine.dialect.name, **told}))
        engine.dispose()


if __name__ == "__main__":
    main()
