"""How fast an issue goes out through SES, beside a bare pool of boto3 calls with the same bytes.

`python -m benchmarks.send --recipients 20000 --html-kb 60 --latency-ms 50 [--database postgresql]`
fills an empty database (a new SQLite file; `postgresql` starts a server of its own), starts a
stand-in for SES in a process of its own, and sends an approved issue of that size to all readers
through it: freezing the audience, leasing, marking, addressing, posting, settling. `bare` posts as
many finished messages by the same threads and does nothing else. It prints one line of JSON:
recipients a second by the wall, milliseconds of the senders' CPU for each, SQL statements for each,
peak memory of a sender, and as `ratio` the rate of ours over bare. Each sender is a process of its
own; `--senders N` takes several, of both kinds.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import event

from benchmarks import years
from benchmarks.peak import peak_mb
from benchmarks.site import database
from db.engine import open_engine, open_sessions
from db.store import issues
from digest.delivery.ses import Ses
from digest.jobs.batches import CHUNK, Office
from digest.jobs.send import send
from digest.markers import Marker
from digest.model import (
    Delivery,
    Issue,
    IssueKind,
    IssueState,
    Message,
    Publication,
    Receipt,
    Rendering,
    Sent,
)
from digest.ports import Post
from digest.readers.addressing import Addressing
from digest.readers.links import Signing
from digest.settings import Settings
from digest.wiring import publication

SPAWN = get_context("spawn")  # a fresh process each: a peak of memory is of all that ran before
NAME = "2026-W47"
SIGNING = Signing(["a key of the benchmark, long enough"])
SERVE = (
    "import sys; from digest.cli import main;"
    "main(['fake-ses', '--port', '0', '--rate', '1e6', '--daily', '-1', '--faults', sys.argv[1]])"
)
SENTENCE = "Both clear the panel, and one is cheaper to begin with. "


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


@contextmanager
def standin(latency_ms: int, folder: Path) -> Iterator[None]:
    """A stand-in whose every answer takes so long; boto3 is pointed at it."""
    faults = f"every 1 hang {latency_ms / 1000}" if latency_ms else ""
    said = folder / "standin"
    with said.open("w") as log:
        process = subprocess.Popen([sys.executable, "-c", SERVE, faults], stdout=log, stderr=log)
    try:
        base = _base(said, process)
        os.environ |= {
            "AWS_ENDPOINT_URL_SESV2": base,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "none",
            "AWS_SECRET_ACCESS_KEY": "none",
        }
        yield
    finally:
        process.terminate()
        process.wait(30)


def _base(said: Path, process: "subprocess.Popen[bytes]") -> str:
    for _ in range(300):
        words = said.read_text().split()
        if "http://127.0.0.1" in " ".join(words):
            base = next(word for word in words if word.startswith("http://")).rstrip(";")
            with urllib.request.urlopen(f"{base}/_sent?after=999999999", timeout=30):
                return base
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit(f"the stand-in did not start: {said.read_text()}")


class Told(NamedTuple):
    """What one process did: of `began` and `ended`, seconds on the clock of the wall."""

    sent: int
    began: float
    ended: float
    cpu_s: float
    statements: int
    peak_mb: float


def timed(work: Callable[[], int], statements: Callable[[], int] = lambda: 0) -> Told:
    began, cpu = time.time(), time.process_time()
    sent = work()
    return Told(sent, began, time.time(), time.process_time() - cpu, statements(), peak_mb())


def ours(url: str) -> Told:
    """A sender's whole work: freeze, lease, mark, address, post, settle."""
    engine, counted = open_engine(url), Counter[str]()
    event.listen(engine, "before_cursor_execute", lambda *_: counted.update(["statements"]))
    office = Office(Counting(Ses("digest"), counted), SIGNING, publication(Settings()), now)

    def work() -> int:
        send(open_sessions(engine), office, NAME)
        return counted["sent"]

    return timed(work, lambda: counted["statements"])


class Counting:
    """The transport, and how many messages it took."""

    def __init__(self, post: Post, counted: Counter[str]) -> None:
        self._post, self._counted = post, counted

    def __call__(self, messages: Sequence[Message], /) -> Sequence[Receipt]:
        receipts = self._post(messages)
        if lost := next((one for one in receipts if not isinstance(one, Sent)), None):
            raise SystemExit(f"the stand-in took a message otherwise than asked: {lost}")
        self._counted["sent"] += len(receipts)
        return receipts


def bare(html_kb: int, recipients: int) -> Told:
    """As many messages of the same size by the same threads; the one message is made before the
    watch starts."""
    chosen, counted = publication(Settings()), Counter[str]()
    issue = an_issue(html_kb, chosen)
    assert issue.rendering
    one = _message(Addressing(issue, issue.rendering, chosen), 1)
    post = Counting(Ses("digest"), counted)

    def work() -> int:
        for start in range(0, recipients, CHUNK):
            post([one] * min(CHUNK, recipients - start))
        return counted["sent"]

    return timed(work)


def together(work: Callable[..., Told], senders: int, *given: object) -> dict[str, float]:
    """What several processes did at the same time, each of them fresh."""
    with ProcessPoolExecutor(senders, mp_context=SPAWN) as processes:
        told = [one.result() for one in [processes.submit(work, *given) for _ in range(senders)]]
    sent = sum(one.sent for one in told)
    wall = max(one.ended for one in told) - min(one.began for one in told)
    return {
        "per_s": round(sent / wall, 1),
        "cpu_ms": round(1000 * sum(one.cpu_s for one in told) / sent, 3),
        "statements": round(sum(one.statements for one in told) / sent, 3),
        "peak_mb": max(one.peak_mb for one in told),
    }


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
    sessions, issue = open_sessions(engine), an_issue(given.html_kb, publication(Settings()))
    years.fill(sessions, 0, given.recipients)
    with sessions.begin() as session:
        issues.put_issue(session, issue, now().date(), now())
    kind = engine.dialect.name
    engine.dispose()
    with standin(given.latency_ms, folder):
        floor = together(bare, given.senders, given.html_kb, given.recipients // given.senders)
        told = together(ours, given.senders, url)
    return {
        "database": kind,
        "recipients": given.recipients,
        "html_kb": given.html_kb,
        "latency_ms": given.latency_ms,
        "senders": given.senders,
        "ours": told,
        "bare": floor,
        "ratio": round(told["per_s"] / floor["per_s"], 3),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.send", description=__doc__)
    parser.add_argument("--recipients", type=int, default=20_000, metavar="N")
    parser.add_argument("--html-kb", type=int, default=60, metavar="KB")
    parser.add_argument("--latency-ms", type=int, default=50, metavar="MS")
    parser.add_argument("--senders", type=int, default=1, metavar="N")
    parser.add_argument("--database", default="", metavar="URL")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, database(given.database, Path(folder)) as url:
        print(json.dumps(measured(url, given, Path(folder))), flush=True)


if __name__ == "__main__":
    main()
