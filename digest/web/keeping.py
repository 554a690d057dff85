"""What was made once is kept while it is good: bounded, in this process, by its version.

A page that many ask for costs one statement, the one that tells its version; while that stays the
same, a browser that holds the page hears so (304) and any other gets the text that is kept.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

from fastapi import Request
from starlette.responses import Response

from digest.archive import Version

MOST = 500  # pages, most of them of 20 to 60 KB
LOCKS = 64

Made = TypeVar("Made")


class Kept:
    """The newest of each key, for the version it was made of; what was asked for least lately goes
    first. Of several that want the same at once, one makes it and the others wait for that."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._made: OrderedDict[str, tuple[Version, Any]] = OrderedDict()
        self._lock = Lock()
        self._making = [Lock() for _ in range(LOCKS)]

    def get(self, key: str, version: Version, make: Callable[[], Made]) -> Made:
        found = self._find(key, version)
        if found is None:
            with self._making[hash(key) % LOCKS]:
                found = self._find(key, version)
                if found is None:
                    found = make()
                    self._keep(key, version, found)
        made: Made = found
        return made

    def _find(self, key: str, version: Version) -> Any:
        with self._lock:
            found = self._made.get(key)
            if found is None or found[0] != version:
                return None
            self._made.move_to_end(key)
            return found[1]

    def _keep(self, key: str, version: Version, made: object) -> None:
        with self._lock:
            self._made[key] = (version, made)
            self._made.move_to_end(key)
            if len(self._made) > self._most:
                self._made.popitem(last=False)


def tag(*told: object) -> str:
    """An entity tag (RFC 9110, 8.8.3) of the values that decide what an answer holds."""
    return '"' + hashlib.sha256(repr(told).encode()).hexdigest()[:32] + '"'


def holds(request: Request, etag: str) -> bool:
    """Whether the browser has what goes by this tag (RFC 9110, 13.1.2: a weak comparison)."""
    named = request.headers.get("if-none-match", "")
    held = {one.strip().removeprefix("W/") for one in named.split(",")}
    return etag.removeprefix("W/") in held or named.strip() == "*"


def unless_known(request: Request, body: bytes, media_type: str, *, cache: str) -> Response:
    """The body with an ETag of its bytes, or 304 when the browser holds it already."""
    etag = '"' + hashlib.sha256(body).hexdigest()[:32] + '"'
    headers = {"ETag": etag, "Cache-Control": cache}
    if holds(request, etag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)
