"""The site as browsers and mail providers meet it: real HTTP on loopback."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message as Headers
from typing import Any, NamedTuple
from urllib.parse import urlencode

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from db.engine import Sessions, reading
from db.store import comparisons, issues, readers, tools
from digest import wiring
from digest.issues.rendering import templates
from digest.jobs.pacing import Ask
from digest.model import Consent, Issue, Pair, Publication, Subscriber, SubscriberState
from digest.readers.addresses import key_of
from digest.readers.links import Purpose, Signing
from digest.settings import Settings, seen
from digest.subscriptions import Invitations, Webhook
from digest.web import Site, create_app
from digest.web.security import NOBODY, Trust
from digest.web.server import configuration
from tests.doors.page import Page
from tests.fakes import MailService, StoppedClock
from tests.makers import SUNDAY, a_pair, a_publication, a_subscriber

FORM = "application/x-www-form-urlencoded"
CONFIRMING = "/confirm/"


class Answer(NamedTuple):
    status: int
    headers: Headers
    body: bytes

    @property
    def page(self) -> Page:
        return Page(self.body.decode())


class LiveSite:
    """A site that listens, with all that stands behind it. It follows no redirect, keeps no cookie,
    and an answer counts as given when the work that follows it is done as well."""

    def __init__(
        self,
        sessions: Sessions,
        publication: Publication,
        metrics_token: str = "",
        webhook: Webhook | None = None,
        trust: Trust = NOBODY,
        approvers: int = 1,
        allowance: Ask | None = None,
    ) -> None:
        self.sessions = sessions
        self.approvers, self.allowance = approvers, allowance
        self.clock = StoppedClock(SUNDAY)
        self.mail = MailService()
        self.signing = Signing(["a key of the site, long enough to be one"])
        self.publication = publication
        self.metrics_token, self.webhook = metrics_token, webhook
        self.trust = trust
        self.port = 0
        self.app = _Working(create_app(self.parts))

    @property
    def parts(self) -> Site:
        sources = wiring.template_sources(Settings())
        return Site(
            sessions=self.sessions,
            clock=self.clock,
            signing=self.signing,
            publication=self.publication,
            templates=sources,
            invitations=Invitations(
                self.clock, self.signing, self.mail, self.publication, templates(sources)
            ),
            metrics_token=self.metrics_token,
            allowance=self.allowance,
            settings_seen=seen(Settings(metrics_token=self.metrics_token)),
            webhook=self.webhook,
            trust=self.trust,
            approvers=self.approvers,
        )

    # --- asking ---

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, body: bytes = b"", kind: str = "") -> Answer:
        return self.ask("POST", path, body, {"Content-Type": kind} if kind else {})

    def fill_in(self, path: str, **fields: str | list[str]) -> Answer:
        return self.post(path, urlencode(fields, doseq=True).encode(), FORM)

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        named = {name.replace("_", "-"): text for name, text in (headers or {}).items()}
        try:
            connection.request(method, path, body or None, named)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        finally:
            connection.close()
        self.rests()
        return answer

    def rests(self) -> None:
        """Wait until the work that follows an answer is done."""
        assert self.app.done.wait(30)

    # --- what is there ---

    def publishes(self, *given: Any, **fields: Any) -> Pair:
        """Store a pair of `makers.a_pair`, its two tools and all."""
        pair = a_pair(*given, **fields)
        with self.sessions.begin() as session:
            for tool in (pair.challenger, pair.incumbent):
                tools.put_tool(session, tool, self.clock())
            kept = [tools.tool(session, one.slug) for one in (pair.challenger, pair.incumbent)]
            pair = a_pair(*kept, **fields)
            comparisons.keep_pair(session, pair, None)
        return pair

    def puts(self, issue: Issue) -> None:
        assert issue.dated
        with self.sessions.begin() as session:
            issues.put_issue(session, issue, issue.dated, self.clock())

    def has_reader(
        self, email: str, state: SubscriberState = SubscriberState.ACTIVE, **fields: Any
    ) -> int:
        """The reader's number."""
        with self.sessions.begin() as session:
            reader = a_subscriber(email, state=state, **fields)
            number = readers.add_subscriber(session, key_of(email), reader, self.clock())
        assert number is not None
        return number

    def reader(self, email: str) -> Subscriber | None:
        with reading(self.sessions) as session:
            return readers.subscriber_by_key(session, key_of(email))

    def state(self, email: str) -> SubscriberState | None:
        found = self.reader(email)
        return found.state if found else None

    # --- links of our mails ---

    def way_out(self, number: int) -> str:
        return f"/unsubscribe/{self.signing.token(number, Purpose.LEAVE)}"

    def preferences(self, number: int) -> str:
        return f"/preferences/{self.signing.token(number, Purpose.CHOOSE)}"

    def way_in(self) -> str:
        """The path of the link in the last mail that asked to confirm."""
        return self.mailed(CONFIRMING)

    def mailed(self, start: str) -> str:
        """The path in the last mail that starts so."""
        text = self.mail[-1].data.decode("ascii").replace("=\r\n", "").replace("=3D", "=")
        return text[text.index(start) :].split()[0]

    def record(self, number: int) -> list[Consent]:
        """What a reader agreed to, withdrew or changed."""
        with reading(self.sessions) as session:
            return readers.consents(session, number)


class _Working:
    """The application, and whether it is at work on anything just now."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._calls = app, 0
        self.done = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._calls += 1
        self.done.clear()
        try:
            await self._app(scope, receive, send)
        finally:
            self._calls -= 1
            if not self._calls:
                self.done.set()


@contextmanager
def serve(
    sessions: Sessions,
    *,
    metrics_token: str = "",
    webhook: Webhook | None = None,
    trust: Trust = NOBODY,
    port: int = 0,
    approvers: int = 1,
    allowance: Ask | None = None,
    **publication: Any,
) -> Iterator[LiveSite]:
    """A site that listens until the end, on any port or this one; `publication` as
    `makers.a_publication` takes it."""
    site = LiveSite(
        sessions,
        a_publication(**publication),
        metrics_token,
        webhook,
        trust,
        approvers,
        allowance,
    )
    with hosted(site.app, port) as site.port:
        yield site


class Host:
    """A server that serves one application after the other: to start a server and to stop it takes
    longer than most tests do. It ends with the run."""

    def __init__(self) -> None:
        self.app: ASGIApp
        server = server_of(self, 0)
        run(server)
        self.port = port_of(server)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


FREE: list[Host] = []


@contextmanager
def hosted(app: ASGIApp, port: int) -> Iterator[int]:
    """The port of a server that serves this until the end; one of its own where a port is asked
    for, since it has to be free again afterwards."""
    if port:
        with running(server_of(app, port)):
            yield port
        return
    host = FREE.pop() if FREE else Host()
    host.app = app
    yield host.port
    FREE.append(host)


def server_of(app: ASGIApp, port: int) -> uvicorn.Server:
    return uvicorn.Server(configuration(app, host="127.0.0.1", port=port, log_config=None))


@contextmanager
def running(server: uvicorn.Server) -> Iterator[int]:
    """The port of a server that runs until the end."""
    thread = run(server)
    try:
        yield port_of(server)
    finally:
        server.should_exit = True
        thread.join()


def run(server: uvicorn.Server) -> threading.Thread:
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        thread.join(0.005)
    return thread


def port_of(server: uvicorn.Server) -> int:
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port
