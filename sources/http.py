"""Documents from the web. The only module of this room that opens a socket.

Feed addresses come from people and from redirects, so the guard looks at the address a socket
is about to be connected to. That is after every name has been resolved, and again on each hop.
"""

import asyncio
import re
import socket
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self

import aiohttp
from yarl import URL

from digest.ports import Request, Response
from sources.addresses import Allowance, is_public
from sources.limits import LIMITS, Limits

__all__ = ["LIMITS", "Limits", "fetch", "is_public"]

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, application/json;q=0.9, text/csv;q=0.8, text/html;q=0.5, */*;q=0.1"
)
REDIRECTS = frozenset((301, 302, 303, 307, 308))
PERMANENT = frozenset((301, 308))
CHUNK = 64 * 1024

_PRIVATE = " is a private address; list it in DIGEST_ALLOW_PRIVATE_FEEDS to allow it"
_REFUSAL = re.compile(r"\S+" + re.escape(_PRIVATE))


class FetchError(Exception):
    """Why a document could not be had, as one line; it becomes `Response.error`."""


class PrivateAddressError(OSError):
    """An OSError, so that aiohttp goes on to a host's next address."""

    def __init__(self, address: str) -> None:
        super().__init__(address + _PRIVATE)


def fetch(
    requests: Sequence[Request],
    *,
    user_agent: str,
    allow_private: frozenset[str] = frozenset(),
    limits: Limits = LIMITS,
) -> list[Response]:
    """Fetch several documents at once, one response per request, in order.

    A document that cannot be had is a response with an `error`. `Response.url` is where the
    document was found in the end. `allow_private` has hosts, addresses and networks, each
    with a port or without.
    """
    return asyncio.run(_fetch_all(requests, user_agent, Allowance.of(allow_private), limits))


async def _fetch_all(
    requests: Sequence[Request], user_agent: str, allowance: Allowance, limits: Limits
) -> list[Response]:
    async with _Visit(user_agent, allowance, limits) as visit:
        return await asyncio.gather(*map(visit.fetch, requests))


@dataclass
class _Visit:
    """One round of fetching: its two sessions, and who may go next."""

    user_agent: str
    allowance: Allowance
    limits: Limits
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def __aenter__(self) -> Self:
        # A host allowed by name may lead anywhere; all others have their addresses looked at.
        self._guarded = await self._stack.enter_async_context(self._session(self._guard))
        self._named = await self._stack.enter_async_context(self._session(_open_socket))
        self._turns = asyncio.Semaphore(self.limits.in_flight)
        self._hosts: dict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(self.limits.per_host)
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    def _session(self, socket_factory: Any) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            # The turns are ours: aiohttp would count waiting for one as time spent.
            connector=aiohttp.TCPConnector(limit=0, socket_factory=socket_factory),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(connect=self.limits.connect),
            headers={
                "User-Agent": self.user_agent,
                "Accept": ACCEPT,
                "Accept-Encoding": "gzip, deflate, br",
            },
        )

    def _guard(self, address_info: Any) -> socket.socket:
        address, port = address_info[4][:2]
        if not is_public(address) and not self.allowance.holds(address, port):
            raise PrivateAddressError(address)
        return _open_socket(address_info)

    async def fetch(self, request: Request) -> Response:
        try:
            return await self._follow(request)
        except FetchError as error:
            return Response(request.url, error=str(error))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Response(request.url, error=_reason(error, self.limits))

    async def _follow(self, request: Request) -> Response:
        """The answer after redirects; only time spent on the wire counts."""
        left, moved = self.limits.total, True
        for hop in range(self.limits.redirects + 1):
            url = _checked(request.url)
            async with self._hosts[url.host or ""], self._turns:
                started = asyncio.get_running_loop().time()
                response = await self._exchange(url, request, left)
                left -= asyncio.get_running_loop().time() - started
            location = response.headers.get("location", "")
            if response.status not in REDIRECTS or not location or request.sends:
                return replace(response, moved_to=request.url) if hop and moved else response
            moved = moved and response.status in PERMANENT
            request = replace(request, url=str(url.join(URL(location))))
        raise FetchError(f"more than {self.limits.redirects} redirects")

    async def _exchange(self, url: URL, request: Request, seconds: float) -> Response:
        """One request and its answer, redirects unfollowed."""
        by_name = self.allowance.names(url.host or "", url.port or 0)
        session = self._named if by_name else self._guarded
        async with (
            asyncio.timeout(seconds),
            session.request(
                "POST" if request.sends else "GET",
                url,
                data=request.form or request.body or None,
                headers={**_validators(request), **dict(request.headers)},
                allow_redirects=False,
            ) as answer,
        ):
            wanted = answer.status not in REDIRECTS | {304}
            cut = bool(request.body)
            body = await _body(answer, self.limits.body, cut=cut) if wanted else b""
            return Response(str(url), answer.status, body, _headers(answer))


def _open_socket(address_info: Any) -> socket.socket:
    family, kind, protocol = address_info[:3]
    return socket.socket(family=family, type=kind, proto=protocol)


def _checked(address: str) -> URL:
    url = URL(address)
    if url.scheme not in ("http", "https"):
        raise FetchError(f"only http and https addresses are fetched, not {address!r}")
    if not url.host:
        raise FetchError(f"no host in the address {address!r}")
    return url


def _validators(request: Request) -> Mapping[str, str]:
    told = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
    return {name: value for name, value in told.items() if value}


async def _body(answer: aiohttp.ClientResponse, most: int, *, cut: bool) -> bytes:
    """The whole body; its first `most` bytes where a beginning will do."""
    body = bytearray()
    async for chunk in answer.content.iter_chunked(CHUNK):
        body += chunk
        if len(body) > most and cut:
            return bytes(body[:most])
        if len(body) > most:
            raise FetchError(f"more than {_size(most)}")
    return bytes(body)


def _headers(answer: aiohttp.ClientResponse) -> dict[str, str]:
    """Names in lower case, values as text that a database and a later request can take."""
    return {
        name.decode("ascii", "replace").lower(): value.decode("utf-8", "replace")
        for name, value in answer.raw_headers
    }


def _size(count: int) -> str:
    mebibytes, rest = divmod(count, 1024 * 1024)
    return f"{count} bytes" if rest else f"{mebibytes} MiB"


def _reason(error: Exception, limits: Limits) -> str:
    """What went wrong as one line a person understands."""
    told = next((say for kind, say in REASONS if isinstance(error, kind)), _own_words)
    return " ".join(told(error, limits).split())[:300]


def _own_words(error: Any, _: Limits) -> str:
    return str(error) or type(error).__name__


def _refused(error: Any, _: Limits) -> str:
    """The guard's words, also from among those on a host's several addresses."""
    words = str(error.os_error)
    guarded = _REFUSAL.search(words)
    return guarded[0] if guarded else f"cannot connect: {words}"


# The first kind that fits says it; a narrower kind stands before its parent.
REASONS: tuple[tuple[type[Exception], Callable[[Any, Limits], str]], ...] = (
    (aiohttp.ConnectionTimeoutError, lambda _, at: f"no connection within {at.connect:g} seconds"),
    (TimeoutError, lambda _, at: f"no answer within {at.total:g} seconds"),
    (aiohttp.ClientConnectorDNSError, lambda error, _: f"there is no host {error.host}"),
    (
        aiohttp.ClientSSLError,
        lambda error, _: f"no secure connection to {error.host}: {error.__cause__}",
    ),
    (aiohttp.ClientConnectorError, _refused),
    (aiohttp.ServerDisconnectedError, lambda *_: "the connection was closed before an answer"),
    (aiohttp.ClientPayloadError, lambda *_: "the answer broke off or cannot be decompressed"),
    (aiohttp.ClientResponseError, lambda error, _: f"the answer is not HTTP: {error.message}"),
    (aiohttp.InvalidURL, lambda *_: "it is not a web address"),
    (UnicodeError, lambda *_: "it is not a web address"),
)
