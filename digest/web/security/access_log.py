"""One line for each answer, without what is a reader's own: tokens, queries and addresses."""

import logging
import re
import time
from collections.abc import Mapping
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("digest.web.access")

PROBES = frozenset({"/healthz", "/readyz"})  # what machines ask every few seconds
HIDDEN = "-"
# What a token of ours ends in, or most of it: a mail program may have cut or joined what it found.
SIGNATURE = re.compile(r"[^/]*\.[A-Za-z0-9_-]{12,}[^/]*")
LONGEST = 200  # characters of a path that are told


class AccessLog:
    """ASGI middleware that logs method, path, status and milliseconds of each answer, but for those
    to probes: they would fill the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in PROBES or not log.isEnabledFor(logging.INFO):
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), HIDDEN

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            path = told(scope["path"], scope.get("path_params", {}))
            spent = (time.perf_counter() - started) * 1000
            log.info("%s %s %s %.0f ms", scope["method"], path, status, spent)


def told(path: str, parameters: Mapping[str, object]) -> str:
    """A path as it may be logged: on one line, with no token of a reader in it. `parameters` are
    those of the route that took it, if one did."""
    tokens = [str(text) for name, text in parameters.items() if "token" in name]
    for token in tokens:
        path = path.replace(token, HIDDEN)
    return quote(SIGNATURE.sub(HIDDEN, path)[:LONGEST], safe="/:@!$&'()*+,;=~-._")
