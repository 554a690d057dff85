"""A week of the publication, end to end, on the example data: what `python3 dev.py run` does.

Feeds are served from this machine; everything else is what a publication would type. Doing it
again goes on where the last run ended and mails nobody twice.
"""

import os
import shlex
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, redirect_stdout
from datetime import UTC, datetime
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

from db.engine import reading
from db.store import issues as issue_store
from db.store import launches as launch_store
from digest import publishing, settings, wiring
from digest.cli import cli
from digest.errors import DigestError, InputError
from digest.issues.calendar import week_id
from digest.model import Issue, IssueState, LaunchState

HERE = Path(__file__).parent
WRITER, PUBLISHER = "writer@shiporskip.example", "publisher@shiporskip.example"
FEEDS = ("producthunt.atom", "show-hn.rss", "releases.atom", "lumen-blog.rss", "tools.json")
DRAFTABLE = (None, IssueState.DRAFT, IssueState.SKIPPED, IssueState.CANCELLED)


def main(arguments: Sequence[str]) -> int:
    if set(arguments) - {"--serve"}:
        sys.stderr.write("usage: python3 dev.py run [--serve]\n")
        return 2
    os.environ.setdefault("DIGEST_ALLOW_PRIVATE_FEEDS", "127.0.0.1")
    try:
        one_week()
        if "--serve" in arguments:
            digest("serve")
    except (DigestError, settings.SettingError) as error:
        sys.stderr.write(f"digest: {error}\n")
        return 1
    return 0


def one_week() -> None:
    step("Set up: database, team, readers, verdicts")
    digest("init")
    digest(f"editors add {WRITER} --role writer")
    digest(f"editors add {PUBLISHER} --role publisher")
    digest(f"subscribers import {shlex.quote(str(HERE / 'subscribers.csv'))}")
    digest(f"verdicts import {shlex.quote(str(HERE / 'verdicts.json'))}", short=True)
    step("Follow the feeds, collect the launches, pair each with a verdict")
    with served_feeds() as base:
        for name in FEEDS:
            if f"{base}/{name}" not in followed():
                digest(f"feeds add {base}/{name} --backlog")
        digest("collect")
    confirm()
    digest("pair")
    name = week_id(datetime.now(UTC), parts().settings.timezone)
    step(f"Compose the digest {name}, approve it, send it")
    send(name)
    show_around(name)


def confirm() -> None:
    """Say of what a blog announced that it is a tool, as an editor would after a look."""
    with reading(parts().sessions) as session:
        waiting = launch_store.launches(session, [LaunchState.CANDIDATE])
    if waiting:
        digest("launches --state candidate")
        digest(f"launches confirm {' '.join(str(launch.id) for launch in waiting)}")


def send(name: str) -> None:
    """Take the week's issue through its states, from wherever it stands."""
    if state(name) in DRAFTABLE:
        digest("draft")
    if state(name) is IssueState.DRAFT:
        digest(f"submit {name} --as {PUBLISHER}")
    if state(name) is IssueState.REVIEW:
        found = issue(name)
        assert found
        assert found.rendering
        digest(f"approve {name} --as {PUBLISHER} --fingerprint {found.rendering.fingerprint}")
    if state(name) in (IssueState.APPROVED, IssueState.SENDING):
        digest(f"send {name} --now")
    else:
        print(f"  {name} has been sent already, so nobody is mailed twice")
    digest(f"status {name}")


def show_around(name: str) -> None:
    folder = Path("var")
    html, text, feed = folder / f"{name}.html", folder / f"{name}.txt", folder / "feed.xml"
    digest(f"show {name} --html {html} --text {text}")
    edition = publishing.edition(parts().sessions)
    feed.write_bytes(publishing.feed(parts().sessions, parts().publication, "rss", edition))
    messages = len(list((parts().settings.outbox / "new").iterdir()))
    step("Where to look")
    print(f"  {messages} messages, one a reader  {parts().settings.outbox / 'new'}")
    print(f"  the mail in a browser      {html}")
    print(f"  the published feed         {feed}")
    print("  the site and the clock     python3 dev.py run --serve")


# --- how a step is told --------------------------------------------------------------------


def step(title: str) -> None:
    print(f"\n{title}", flush=True)


def digest(command: str, *, short: bool = False) -> None:
    """Run a command of the product as if it were typed; `short` shows its last line alone."""
    print(f"  $ digest {command}", flush=True)
    told = StringIO()
    with redirect_stdout(told) if short else nullcontext():
        cli.main(shlex.split(command), prog_name="digest", standalone_mode=False)
    if short:
        print(told.getvalue().splitlines()[-1])


@cache
def parts() -> wiring.Parts:
    return wiring.assemble(settings.read(os.environ))


def issue(name: str) -> Issue | None:
    with reading(parts().sessions) as session:
        return issue_store.find_issue(session, name)


def state(name: str) -> IssueState | None:
    found = issue(name)
    return found.state if found else None


def followed() -> list[str]:
    with reading(parts().sessions) as session:
        return [feed.url for feed in launch_store.feeds(session)]


# --- the example feeds ---------------------------------------------------------------------


class Feeds(SimpleHTTPRequestHandler):
    extensions_map = {  # noqa: RUF012 - the standard library's own attribute
        ".atom": "application/atom+xml",
        ".rss": "application/rss+xml",
        ".json": "application/feed+json",
    }

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Say nothing: the collector tells what it fetched."""


@contextmanager
def served_feeds() -> Iterator[str]:
    """Serve `examples/feeds` on loopback, at the port the followed feeds name if there are some."""
    try:
        server = ThreadingHTTPServer(
            ("127.0.0.1", known_port()), partial(Feeds, directory=str(HERE / "feeds"))
        )
    except OSError as error:
        raise InputError(f"port {known_port()} is taken, where the example feeds live") from error
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def known_port() -> int:
    """The port of the example feeds of an earlier run; 0, any free one, on the first."""
    ours = (urlsplit(url) for url in followed())
    ports = [parts.port for parts in ours if parts.hostname == "127.0.0.1"]
    return ports[0] or 0 if ports else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
