"""How much anybody may send us, and how long they may take over it."""

import asyncio

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 64 * 1024  # our longest form is an address and some categories
LARGEST_HEAD = 16 * 1024  # of a request line and its header fields
BODY_SECONDS = 20.0  # for the largest body over the slowest phone

# What is left of a request stays unread, so the connection cannot carry another one.
_LAST = {"Connection": "close", "Cache-Control": "no-store"}
_TOO_LARGE = PlainTextResponse("The request body is too large.", 413, _LAST)
_TOO_SLOW = PlainTextResponse("The request body took too long.", 408, _LAST)
HEAD_TOO_LARGE = PlainTextResponse("The request's header fields are too large.", 431, _LAST)


class BodyLimit:
    """ASGI middleware that reads a request's body before anyone acts on it, and answers 413 as soon
    as there is more of it than LARGEST_BODY, 408 when it is not whole after `seconds`."""

    def __init__(self, app: ASGIApp, seconds: float = BODY_SECONDS) -> None:
        self._app, self._seconds = app, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_body(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds):
                body = await _read(receive) if _fits(scope) else None
        except _GoneError:
            return
        except TimeoutError:
            await _TOO_SLOW(scope, receive, send)
            return
        answer = _TOO_LARGE if body is None else self._app
        await answer(scope, receive if body is None else _replay(body, receive), send)


class _GoneError(Exception):
    """The client hung up in the middle of its request."""


def _has_body(headers: Headers) -> bool:
    """RFC 9112, 6.3: without either of these there is none."""
    return "content-length" in headers or "transfer-encoding" in headers


def _fits(scope: Scope) -> bool:
    """Whether the body is small enough by what its head says, if it says anything."""
    announced = Headers(scope=scope).get("content-length", "0")
    return announced.isdecimal() and int(announced) <= LARGEST_BODY


async def _read(receive: Receive) -> bytes | None:
    """The whole body, or None once it has outgrown the limit."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _GoneError
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            return None
        more = message.get("more_body", False)
    return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that hands out the body that was read, then goes on with the real one."""
    kept: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return kept.pop() if kept else await receive()

    return replayed
