"""What each page of the editors' desk costs after some years.

`python -m benchmarks.desk [--database postgresql]` fills a database (5,000 launches, 2,000
comparisons, 300 issues, 100,000 readers who all got the last issue), signs an admin in, and opens
each page several times over HTTP on loopback. It prints one line of JSON a page: the SQL statements
and the median and longest milliseconds from the request to the last byte; and `bare`, a page that
asks the database for the session alone (the account's), as a measure of the machine.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, event

from benchmarks import years
from benchmarks.site import database
from db.engine import Sessions, open_engine, open_sessions
from digest.desk import signing_in
from digest.jobs.draft import draft
from digest.model import Origin, Role
from tests.doors.desk import Browser, hires
from tests.doors.site import LiveSite, serve

BARE = "/editor/account"


def pages(subscribers: int) -> list[str]:
    """The addresses of the desk's pages, with what is deep in a list where there are lists."""
    draft, sent = years.issue_name(0), years.issue_name(1)
    return [
        *(BARE, "/editor", "/editor/schedule", "/editor/settings", "/editor/team", "/editor/audit"),
        *("/editor/tokens", "/editor/webhooks"),
        *("/editor/issues", f"/editor/issues/{draft}", f"/editor/issues/{draft}/preview"),
        f"/editor/issues/{draft}/opponents?slug={years.slug(0)}",
        *(f"/editor/issues/{sent}", f"/editor/issues/{sent}/outcome"),
        *("/editor/tools", "/editor/tools?q=tool&page=3", "/editor/tools/tool-7"),
        *("/editor/verdicts", "/editor/launches", "/editor/launches?state=unmatched&page=2"),
        *("/editor/feeds", "/editor/feeds/list.opml"),
        *("/editor/subscribers", "/editor/subscribers?q=reader-9&page=2"),
        *(f"/editor/subscribers/{subscribers // 2}", f"/editor/subscribers/{subscribers}/erase"),
    ]


@contextmanager
def an_admin(sessions: Sessions) -> Iterator[Browser]:
    """A browser that is signed in at a desk that listens, and has the next issue to look at."""
    with serve(sessions) as site:
        templates = site.parts.invitations.templates
        zone, week = ZoneInfo("UTC"), years.issue_name(0)
        told = (site.sessions, site.clock, templates, site.publication)
        draft(*told, zone=zone, minimum=1, period=week)
        browser = Browser(site)
        browser.secret = _session(site)
        yield browser


def _session(site: LiveSite) -> str:
    admin = hires(site, "admin@shiporskip.example", Role.ADMIN)
    with site.sessions.begin() as session:
        return signing_in.begin(session, admin, "the benchmark", site.clock(), Origin())


def statements(engine: Engine) -> list[str]:
    """What is said to the database from now on."""
    said: list[str] = []

    def before(_: Any, __: Any, statement: str, *___: Any) -> None:
        if statement not in {"BEGIN", "BEGIN IMMEDIATE"}:
            said.append(statement)

    event.listen(engine, "before_cursor_execute", before)
    return said


def measured(browser: Browser, said: list[str], path: str, times: int) -> dict[str, Any]:
    took = []
    for _ in range(times):
        said.clear()
        began = time.perf_counter()
        status = browser.get(path).status
        took.append((time.perf_counter() - began) * 1000)
    found = {"page": path, "status": status, "statements": len(said)}
    return found | {"ms": round(statistics.median(took), 1), "longest_ms": round(max(took), 1)}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk", description=__doc__)
    parser.add_argument("--database", default="", metavar="URL")
    parser.add_argument("--launches", type=int, default=5000, metavar="N")
    parser.add_argument("--comparisons", type=int, default=2000, metavar="N")
    parser.add_argument("--issues", type=int, default=300, metavar="N")
    parser.add_argument("--subscribers", type=int, default=100_000, metavar="N")
    parser.add_argument("--times", type=int, default=7, metavar="N", help="each page is opened")
    given = vars(parser.parse_args(arguments))
    asked, times = given.pop("database"), given.pop("times")
    with tempfile.TemporaryDirectory() as folder, database(asked, Path(folder)) as url:
        engine = open_engine(url)
        sessions = open_sessions(engine)
        years.fill(sessions, given["comparisons"], given["subscribers"])
        years.work(sessions, **given)
        said = statements(engine)
        with an_admin(sessions) as browser:
            for path in pages(given["subscribers"]):
                print(json.dumps(measured(browser, said, path, times)), flush=True)
        engine.dispose()


if __name__ == "__main__":
    main()
