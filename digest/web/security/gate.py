"""Checks of a request's head: how long it is, whom it asks, and on whose pages it began."""

import re
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from digest.web.security.access_log import PROBES
from digest.web.security.limits import HEAD_TOO_LARGE, LARGEST_HEAD
from digest.web.security.proxies import read_address

Check = Callable[[Scope, Headers], Response | None]

AUTHORITY = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+?)\.?(?::\d{1,5})?", re.IGNORECASE)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})  # RFC 9110, 9.2.1; nothing here answers TRACE
FROM_ELSEWHERE = ("/unsubscribe/", "/hooks/", "/api/v1/")
"""What mail providers and other programs post to. A token or a signature says it all there, and
none of them looks at a cookie."""


class Gate:
    """ASGI middleware that lets a request through unless one of the checks has an answer to it."""

    def __init__(self, app: ASGIApp, checks: Sequence[Check]) -> None:
        self._app, self._checks = app, checks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._objection(scope) if scope["type"] == "http" else None
        await (answer or self._app)(scope, receive, send)

    def _objection(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        answers = (check(scope, headers) for check in self._checks)
        return next((answer for answer in answers if answer), None)


def head_check(scope: Scope, headers: Headers) -> Response | None:
    """431 for a head longer than LARGEST_HEAD. The server bounds only what comes in pieces."""
    target = len(scope.get("raw_path") or b"") + len(scope["query_string"])
    fields = sum(len(name) + len(text) for name, text in headers.raw)
    return HEAD_TOO_LARGE if target + fields > LARGEST_HEAD else None


class HostCheck:
    """400 for who asks by a name that is not ours.

    Ours are the public address's, those the settings name, and this machine's own: localhost, and
    the very address that the connection came to. A name of somebody else's that leads to our
    address (DNS rebinding) is none of them, so its pages cannot read ours.
    """

    def __init__(self, base_url: str, hosts: frozenset[str]) -> None:
        named = host_name(urlsplit(base_url).netloc)
        self._known = {host_name(host) for host in hosts} | {named, "localhost"}

    def __call__(self, scope: Scope, headers: Headers) -> Response | None:
        if scope["path"] in PROBES:  # asked by whatever address a machine happens to have
            return None
        name = host_name(headers.get("host", ""))
        arrived_at = (scope.get("server") or ("",))[0]
        if name in self._known or is_this_machine(name, arrived_at):
            return None
        return PlainTextResponse(
            "This site does not go by that name. If it should, DIGEST_TRUSTED_HOSTS lists it.\n",
            400,
            {"Cache-Control": "no-store"},
        )


class CrossSiteCheck:
    """What `refusal` answers, for a form that a page of somebody else's sends here."""

    def __init__(self, base_url: str, refusal: Callable[[], Response]) -> None:
        parts = urlsplit(base_url.lower())
        self._origin, self._refusal = f"{parts.scheme}://{parts.netloc}", refusal

    def __call__(self, scope: Scope, headers: Headers) -> Response | None:
        acts = scope["method"] not in SAFE and not scope["path"].startswith(FROM_ELSEWHERE)
        return self._refusal() if acts and is_cross_site(headers, self._origin) else None


def is_cross_site(headers: Headers, own: str) -> bool:
    """Whether a browser was told to send this by a page of another origin than ours; `own` is the
    origin of our public address.

    Browsers say so themselves (Fetch Metadata); older ones, and those on plain http, name the
    origin alone. Who says neither is a program or a browser of the last decade, and is taken at
    its word unless it shows cookies. The order is that of Go's net/http.CrossOriginProtection.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    if origin is None:
        return "cookie" in headers
    return origin.lower() != own and _authority(origin) != headers.get("host", "").lower()


def _authority(origin: str) -> str:
    """Host and port of an origin; of what is none, something no Host header holds."""
    _, _, authority = origin.lower().partition("://")
    return authority or "null"


def host_name(authority: str) -> str:
    """The name in a Host header: lower case, no port, no brackets. Empty for what is none."""
    found = AUTHORITY.fullmatch(authority.strip())
    return found["name"].lower().strip("[]") if found else ""


def is_this_machine(name: str, arrived_at: str) -> bool:
    address = read_address(name) if name else None
    return address is not None and (address.is_loopback or address == read_address(arrived_at))
