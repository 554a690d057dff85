"""What guards every answer: headers about trust, and a bound on what anybody may send us."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digest.model import Publication

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src {pictures}; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",  # our paths hold readers' tokens
}
HSTS = "max-age=31536000"
LARGEST_BODY = 64 * 1024  # our longest form is an address and some categories


class SecurityHeaders:
    """ASGI middleware that puts HEADERS on every answer, and HSTS on those of an https site.

    Besides our own pictures, the policy allows the publication's logo.
    """

    def __init__(self, app: ASGIApp, publication: Publication) -> None:
        self._app = app
        policy = POLICY.format(pictures=" ".join(["'self' data:", *_origin(publication.logo)]))
        https = publication.base_url.startswith("https:")
        self._headers = {
            **HEADERS,
            "Content-Security-Policy": policy,
            **({"Strict-Transport-Security": HSTS} if https else {}),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] == "http" else send)


def _origin(address: str) -> list[str]:
    """Where an address leads, as a policy names it; nothing for none."""
    parts = urlsplit(address)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


class BodyLimit:
    """ASGI middleware that reads a request's body before anyone acts on it, and answers 413 as soon
    as there is more of it than LARGEST_BODY."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        try:
            body = await _read(receive) if int(announced) <= LARGEST_BODY else None
        except _GoneError:
            return
        answer = _TOO_LARGE if body is None else self._app
        await answer(scope, receive if body is None else _replay(body, receive), send)


# What is left of the body stays unread, so the connection cannot carry another request.
_TOO_LARGE = PlainTextResponse(
    "The request body is too large.", 413, {"Connection": "close", "Cache-Control": "no-store"}
)


class _GoneError(Exception):
    """The client hung up in the middle of its request."""


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
