"""Door: the stand-in over HTTP, and the connection that some faults close."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import parseaddr
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from digest.delivery.outbox import Outbox
from digest.model import Message, Sent
from digest.standin import rules
from digest.standin.account import Account, Quota, Rate
from digest.standin.api import ApiError, Arguments, arguments, bad_request, call_of
from digest.standin.courier import Courier
from digest.standin.events import events
from digest.standin.faults import Fault, Kind, Script
from digest.standin.memory import Memory
from digest.standin.service import Answer, Service
from digest.standin.signing import Signer
from digest.standin.wire import Mail

SENDING = ("SendEmail", "SendBulkEmail")
LARGEST_BODY = 64 * 1024 * 1024
CONFIRMED = (
    '<ConfirmSubscriptionResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">'
    "<ConfirmSubscriptionResult><SubscriptionArn>{topic}:standin</SubscriptionArn>"
    "</ConfirmSubscriptionResult></ConfirmSubscriptionResponse>"
)

SNS_ERROR = (
    "<ErrorResponse><Error><Type>Sender</Type><Code>{}</Code><Message>{}</Message></Error>"
    "</ErrorResponse>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How the account stands and where things go. `daily` -1 is without end."""

    rate: float = 14
    daily: int = 50_000
    faults: str = ""
    outbox: Path | None = None
    sns_url: str = ""
    queue_url: str = ""
    signature: str = "2"


class Cuttable(H11Protocol):
    """Hands each request the way to close its connection, which HTTP itself has none for."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "cut": transport.abort}


class Cut(Response):
    """The connection is closed: before any answer, or amid one where there is content."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.body:
            promised = [(b"content-length", str(len(self.body)).encode())]
            half = self.body[: len(self.body) // 2]
            await send({"type": "http.response.start", "status": 200, "headers": promised})
            await send({"type": "http.response.body", "body": half, "more_body": True})
        scope["state"]["cut"]()
        while (await receive())["type"] != "http.disconnect":
            continue


class Standin:
    """The account, its memory, and the courier of its events."""

    def __init__(self, options: Options, clock: Callable[[], float] = time.time) -> None:
        account = Account(Quota(options.daily, clock), Rate(options.rate, clock))
        self.memory = Memory()
        self.signer = Signer(options.signature)
        self.courier = Courier(self.signer, options.sns_url, options.queue_url)
        self._service = Service(account, clock)
        self._script = Script(options.faults)
        self._received = 0  # bytes
        self._outbox = Outbox(options.outbox) if options.outbox else None

    @property
    def app(self) -> Starlette:
        routes = [
            Route("/v2/email/{rest:path}", self.answer, methods=["GET", "POST", "PUT", "DELETE"]),
            Route("/_sent", self.sent),
            Route("/_events", self.told),
            Route("/_resume", self.resume, methods=["POST"]),
            Route("/_dkim", self.dkim),
            Route("/SimpleNotificationService-{hash}.pem", self.certificate),
            Route("/", self.confirm, methods=["POST"]),
        ]
        return Starlette(routes=routes, lifespan=self._lifespan)

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        self.courier.start()
        yield
        await self.courier.stop()

    # --- the API ---

    async def answer(self, request: Request) -> Response:
        self._received += int(request.headers.get("content-length", 0))
        try:
            name, given = await _call(request)
            if name in SENDING:
                return await self._send(name, given)
            return JSONResponse(self._service.call(name, given).body)
        except ApiError as error:
            return _error(error.status, error.code, error.message)

    async def _send(self, name: str, given: Arguments) -> Response:
        verdict = self._script.next(_recipients(given), bulk=name == "SendBulkEmail")
        fault = verdict.fault
        if fault and (early := BEFORE.get(fault.kind)):
            return early()
        if fault:
            self._service.fail(fault.kind, given)
        done = self._service.call(name, given, verdict.entries)
        for mail in done.mails:
            await self._take(mail)
        return await _late(fault, done) if fault else JSONResponse(done.body)

    async def _take(self, mail: Mail) -> None:
        if self._outbox and mail.data:
            await asyncio.to_thread(_drop, self._outbox, self.signer, mail)
        self.memory.keep(mail)
        if mail.configuration_set:
            self._tell(mail)
        self._service.learn(mail)

    def _tell(self, mail: Mail) -> None:
        listed = frozenset(filter(self._service.account.suppressed.__contains__, mail.recipients))
        telling = partial(events, mail, listed.__contains__)
        if not isinstance(mail.data, bytes) and not self.courier.wanted:
            self.memory.tell_when_asked(telling)
            return
        for event in telling():
            self.memory.tell(event)
            self.courier.send(event)

    # --- for who tries and tests ---

    async def sent(self, request: Request) -> Response:
        asked = request.query_params
        mails = list(self.memory.mails(int(asked.get("after", "0")), whole="raw" in asked))
        counts = {
            "calls": self._script.calls,
            "accepted": self.memory.accepted,
            "bytes": self._received,
        }
        return JSONResponse({**counts, "mails": mails})

    async def told(self, _: Request) -> Response:
        return JSONResponse({"dropped": self.courier.dropped, "events": self.memory.events()})

    async def resume(self, _: Request) -> Response:
        self._service.account.enabled, self._service.account.suspended = True, False
        return JSONResponse({})

    async def dkim(self, _: Request) -> Response:
        return PlainTextResponse(self.signer.dkim_record)

    async def certificate(self, request: Request) -> Response:
        if request.url.path != f"/{self.signer.certificate_name}":
            return PlainTextResponse("no such certificate", 404)
        return Response(self.signer.certificate, media_type="application/x-pem-file")

    async def confirm(self, request: Request) -> Response:
        """SNS's own API, as far as a subscriber needs it."""
        form = {
            name: values[0] for name, values in parse_qs((await request.body()).decode()).items()
        }
        topic = form.get("TopicArn", "")
        if form.get("Action") != "ConfirmSubscription":
            return _xml(400, SNS_ERROR.format("InvalidAction", "this is not played here"))
        if not self.courier.confirm(topic, form.get("Token", "")):
            return _xml(400, SNS_ERROR.format("InvalidParameter", "no such topic or token"))
        return _xml(200, CONFIRMED.format(topic=topic))


async def _call(request: Request) -> tuple[str, Arguments]:
    """Which operation with which arguments; raises ApiError for what SES would not take."""
    if not request.headers.get("authorization", "").startswith("AWS4-HMAC-SHA256 "):
        raise ApiError("MissingAuthenticationTokenException", "Missing Authentication Token")
    size = int(request.headers.get("content-length", 0))
    if size > LARGEST_BODY:
        raise bad_request("the request is too large")
    name, path = call_of(request.method, request.scope["raw_path"].decode().partition("?")[0])
    rules.check_size(name, size)
    body = await request.body()
    try:
        given = json.loads(body or b"{}")
    except ValueError:
        raise ApiError("SerializationException", "the body is no JSON") from None
    return name, arguments(name, path, request.url.query, given)


def _recipients(given: Arguments) -> list[list[str]]:
    """Whom a call names, entry by entry; an ordinary one has one."""
    entries = given.get("BulkEmailEntries")
    destinations = [one.get("Destination") for one in [given] if entries is None]
    destinations += [entry.get("Destination") for entry in entries or ()]
    return [list(rules.addresses(each or {})) for each in destinations]


async def _late(fault: Fault, done: Answer) -> Response:
    """The answer to a call whose mails are accepted, as the fault has it."""
    match fault.kind:
        case Kind.ERROR_AFTER:
            return server_error()
        case Kind.DROP:
            return Cut()
        case Kind.CUT:
            return Cut(json.dumps(done.body))
        case Kind.HANG:
            await asyncio.sleep(fault.seconds)
    return JSONResponse(done.body)


def _xml(status: int, text: str) -> Response:
    return Response(text, status, media_type="text/xml")


def _error(status: int, code: str, message: str) -> Response:
    return JSONResponse({"message": message}, status, headers={"x-amzn-ErrorType": code})


server_error = partial(_error, 500, "InternalFailure", "The request processing has failed.")
BEFORE: dict[Kind, Callable[[], Response]] = {Kind.ERROR_BEFORE: server_error, Kind.RESET: Cut}


def _drop(outbox: Outbox, signer: Signer, mail: Mail) -> None:
    domain = parseaddr(mail.sender)[1].rpartition("@")[2]
    data = signer.sealed(mail.whole, domain)
    [receipt] = outbox([Message(0, mail.recipients[0], data)])
    if not isinstance(receipt, Sent):
        raise OSError(receipt.reason)
