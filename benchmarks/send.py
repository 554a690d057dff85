"""How fast an issue goes out through SES, beside the least that would do.

`python -m benchmarks.send --mode bulk --recipients 50000 --html-kb 60 --latency-ms 0 [--database
postgresql]` fills an empty database (a new SQLite file; `postgresql` starts a server of its own),
starts a stand-in for SES in a process of its own, and sends an approved issue of that size to all
readers through it: freezing the audience, leasing, marking, addressing, posting, settling. The
stand-in looks at every mail, and takes longer for it than the sender; `--service sink` looks at
none (`benchmarks.sink`).

`floor` is what it is measured by. With `--mode raw` a bare pool: as many finished messages by the
same threads, and nothing else. With `--mode bulk` `benchmarks.durable_floor`: rows in the same
database, boto3's own SendBulkEmail for fifty, the message id stored.

It prints one line of JSON: recipients a second by the wall, milliseconds for each of this process's
CPU and of the database's, where that is a server, SQL statements and bytes uploaded for each,
seconds to the first call, peak memory, and as `ratio` the rate of ours over the floor.
`--skip-floor` leaves the floor out, and its memory. `--senders N` sends with so many processes,
without a floor: the CPU is that of all of them.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event

from benchmarks.database_cpu import spent
from benchmarks.peak import peak_mb
from benchmarks.receiving import receiving, uploaded
from benchmarks.senders import Cost, Others
from benchmarks.site import database
from db.engine import Sessions, address, open_engine, open_sessions
from db.store import issues
from digest.delivery.bulk import BulkSes
from digest.delivery.ses import Ses
from digest.jobs.batches import AT_ONCE, BULK, CHUNK, Office
from digest.jobs.send import progress, send
from digest.markers import Marker
from digest.model import (
    Copy,
    Delivery,
    DeliveryState,
    Issue,
    IssueKind,
    IssueState,
    Message,
    Publication,
    Receipt,
    Rendering,
    Sent,
)
from digest.ports import PostCopies
from digest.readers.addressing import Addressing
from digest.readers.links import Signing
from digest.readers.merging import Merging

Told = dict[str, float]
NAME = "2026-W47"
OURS = Publication(
    name="Ship or Skip",
    list_name="Weekly AI Tool Verdicts",
    sender="Ship or Skip <verdicts@mail.shiporskip.example>",
    list_id="weekly.shiporskip.example",
    base_url="https://shiporskip.example",
    postal_address="Ship or Skip, 1 Example Street, Springfield, EX 00000",
)
SIGNING = Signing(["a key of the benchmark, long enough"])
FILL = (
    "import sys; from db.engine import open_engine, open_sessions; from benchmarks import years;"
    "years.fill(open_sessions(open_engine(sys.argv[1])), 0, int(sys.argv[2]))"
)
SENTENCE = "Both clear the panel, and one is cheaper to begin with. "


def fill(url: str, readers: int) -> None:
    """So many readers, by a process of its own, whose memory is not ours."""
    subprocess.run([sys.executable, "-c", FILL, url, str(readers)], check=True)


def now() -> datetime:
    return datetime.now(UTC)


def an_issue(kilobytes: int, ours: Publication) -> Issue:
    """Approved, of so many KB of HTML, with the markers of a real one."""
    links = f"{ours.base_url}/unsubscribe/{Marker.READER} {Marker.CONFIRMED_ON}"
    filler = SENTENCE * (kilobytes * 1024 // len(SENTENCE))
    html = f"<!doctype html><html><body><p>{filler}</p><p>{links}</p></body></html>"
    text = f"{SENTENCE * 40}\n{links}"
    rendering = Rendering(
        subject="The week in verdicts", preheader="Three of them", html=html, text=text
    )
    return Issue(
        id=NAME,
        kind=IssueKind.DIGEST,
        state=IssueState.SENDING,
        subject=rendering.subject,
        preheader=rendering.preheader,
        rendering=rendering,
        approved_fingerprint=rendering.fingerprint,
        approved_by="publisher@example.org",
        dated=now().date(),
    )


def timed(work: Callable[[], int]) -> Told:
    """Recipients a second, and CPU for each."""
    wall, cpu = time.perf_counter(), time.process_time()
    count = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"per_s": round(count / wall, 1), "cpu_ms": round(1000 * cpu / count, 3)}


def office_of(mode: str) -> Office:
    office = Office(Ses("digest"), SIGNING, OURS, now, calls=AT_ONCE)
    return office._replace(bulk=Watched(BulkSes("digest"))) if mode == "bulk" else office


def ours(sessions: Sessions, mode: str, others: Others) -> Told:
    statements = 0

    def count(*_: object) -> None:
        nonlocal statements
        statements += 1

    engine = sessions.kw["bind"]
    event.listen(engine, "before_cursor_execute", count)
    office, costs, sent = office_of(mode), list[Cost](), 0

    def work() -> int:
        nonlocal sent
        others.go()
        send(sessions, office, NAME)
        costs.extend(others.ended())
        sent = progress(sessions, NAME).counts[DeliveryState.SENT]
        return sent

    began, before = time.perf_counter(), spent(engine)
    told = timed(work)
    told["database_cpu_ms"] = round(1000 * (spent(engine) - before) / sent, 3)
    told["cpu_ms"] = round(told["cpu_ms"] + 1000 * sum(one.cpu_s for one in costs) / sent, 3)
    if isinstance(office.bulk, Watched):
        told["first_s"] = round(office.bulk.first - began, 2)
    if costs:
        return told | {"others_peak_mb": max(one.peak_mb for one in costs)}
    return told | {"statements": round(statements / sent, 3)}


class Watched:
    """Knows when it was first called."""

    def __init__(self, post: PostCopies) -> None:
        self._post, self.first = post, 0.0

    def __call__(self, letters: Sequence[Message | Copy], /) -> Sequence[Receipt]:
        self.first = self.first or time.perf_counter()
        return self._post(letters)


def durable(url: str, issue: Issue, chosen: Publication, given: argparse.Namespace) -> Told:
    from benchmarks import durable_floor  # which loads drivers that the sender may not need

    assert issue.rendering
    content = Merging(issue, issue.rendering, chosen).content(frozenset())
    assert content
    with durable_floor.opened(address(url)) as rows:
        rows.fill(given.recipients)
        threads = BULK.calls if given.latency_ms else 1
        return timed(lambda: durable_floor.send(rows, content, threads))


def bare(issue: Issue, chosen: Publication, recipients: int) -> Told:
    """As many messages of the same size by the same threads, one that was made before the watch
    starts."""
    assert issue.rendering
    addressing, post = Addressing(issue, issue.rendering, chosen), Ses("digest")
    one = _message(addressing, 1)

    def work() -> int:
        sent = 0
        for start in range(0, recipients, CHUNK):
            receipts = post([one] * min(CHUNK, recipients - start))
            if lost := next((one for one in receipts if not isinstance(one, Sent)), None):
                raise SystemExit(f"the stand-in took a message otherwise than asked: {lost}")
            sent += len(receipts)
        return sent

    return timed(work)


def _message(addressing: Addressing, number: int) -> Message:
    delivery = Delivery(
        id=number,
        issue=NAME,
        subscriber=number,
        email="reader@inbox.example",
        confirmed_at=now(),
        attempt=1,
    )
    return addressing.address(delivery, SIGNING.tokens(number), now(), frozenset())


def measured(url: str, given: argparse.Namespace, folder: Path) -> dict[str, Any]:
    engine = open_engine(url)
    sessions, chosen = open_sessions(engine), OURS
    fill(url, given.recipients)
    issue = an_issue(given.html_kb, chosen)
    with sessions.begin() as session:
        issues.put_issue(session, issue, now().date(), now())
    with receiving(given.service, given.latency_ms, folder):
        others = Others(given.senders - 1, url, given.mode)
        told = ours(sessions, given.mode, others) | {"bytes": uploaded(given.recipients)}
        peak = peak_mb()
        alone = given.senders == 1 and not given.skip_floor
        floor = floor_of(url, issue, chosen, given) if alone else None
    kind = engine.dialect.name
    engine.dispose()
    return {
        "database": kind,
        "recipients": given.recipients,
        "html_kb": given.html_kb,
        "latency_ms": given.latency_ms,
        "mode": given.mode,
        "service": given.service,
        "senders": given.senders,
        "ours": told,
        "floor": floor,
        "ratio": round(told["per_s"] / floor["per_s"], 3) if floor else None,
        "peak_mb": peak,
    }


def floor_of(url: str, issue: Issue, chosen: Publication, given: argparse.Namespace) -> Told:
    if given.mode == "bulk":
        return durable(url, issue, chosen, given)
    return bare(issue, chosen, given.recipients)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.send", description=__doc__)
    parser.add_argument("--recipients", type=int, default=20_000, metavar="N")
    parser.add_argument("--html-kb", type=int, default=60, metavar="KB")
    parser.add_argument("--latency-ms", type=int, default=50, metavar="MS")
    parser.add_argument("--database", default="", metavar="URL")
    parser.add_argument("--mode", choices=["raw", "bulk"], default="raw")
    parser.add_argument("--service", choices=["stand-in", "sink"], default="stand-in")
    parser.add_argument("--senders", type=int, default=1, metavar="N")
    parser.add_argument("--skip-floor", action="store_true")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, database(given.database, Path(folder)) as url:
        print(json.dumps(measured(url, given, Path(folder))), flush=True)


if __name__ == "__main__":
    main()
