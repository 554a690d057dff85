"""What was made once is kept while it is good: bounded, in this process, by its version.

A page that many ask for costs one statement, the one that tells its version; while that stays the
same, a browser that holds the page hears so (304) and any other gets the text that is kept. Of
many who ask at the same moment, one asks the database for all.
"""

import hashlib
import zlib
from collections import OrderedDict
from collections.abc import Callable
from threading import BoundedSemaphore, Lock
from time import monotonic
from typing import Any, Generic, TypeVar, cast

from fastapi import Request
from starlette.responses import Response

from digest.archive import Version

MOST = 32 * 1024 * 1024  # characters and bytes: a page takes about 4,000, a feed 50 times that
PACKED_FROM, PACKED_TO = 2_000, 100_000  # characters: what is larger is asked for more often
SMALL = 1000  # for what is neither text nor bytes: there are a handful of these
VERSIONS = 10_000
LOCKS = 64
MADE_AT_ONCE = 2  # by one interpreter: more at a time only take longer, all of them

Made = TypeVar("Made")


class Kept:
    """The newest of each key, for the version it was made of; what was asked for least lately goes
    first. Of several that want the same at once, one makes it and the others wait for that."""

    def __init__(self, most: int = MOST) -> None:
        self._made: Bounded[tuple[Version, Any]] = Bounded(most, lambda kept: _size(kept[1]))
        self._told: Bounded[tuple[float, Version]] = Bounded(VERSIONS)
        self._asking = [Lock() for _ in range(LOCKS)]
        self._making = [Lock() for _ in range(LOCKS)]
        self._turn = BoundedSemaphore(MADE_AT_ONCE)

    def version(self, key: str, ask: Callable[[], Version]) -> Version:
        """What `ask` says, or what it said to somebody else if that was asked after this call
        began: never older than the call."""
        came = monotonic()
        with self._asking[hash(key) % LOCKS]:
            told = self._told.get(key)
            if told is None or told[0] < came:
                told = (monotonic(), ask())
                self._told.put(key, told)
        return told[1]

    def get(self, key: str, version: Version, make: Callable[[], Made]) -> Made:
        """What was made of this version, or what `make` makes now; `make` asks for nothing here."""
        found = self._made.get(key)
        if found is None or found[0] != version:
            with self._making[hash(key) % LOCKS], self._turn:
                found = self._made.get(key)
                if found is None or found[0] != version:
                    made = make()
                    self._made.put(key, (version, _packed(made)))
                    return made
        return cast(Made, _unpacked(found[1]))


class Bounded(Generic[Made]):
    """Values by their keys, together of no more than so much weight: beyond it, those that were
    looked at least lately go. The newest stays whatever it weighs."""

    def __init__(self, most: int, weigh: Callable[[Made], int] = lambda _: 1) -> None:
        self._most, self._weigh = most, weigh
        self._values: OrderedDict[str, Made] = OrderedDict()
        self._weight = 0
        self._lock = Lock()

    def get(self, key: str) -> Made | None:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: str, value: Made) -> None:
        with self._lock:
            if key in self._values:
                self._weight -= self._weigh(self._values.pop(key))
            self._values[key] = value
            self._weight += self._weigh(value)
            while self._weight > self._most and len(self._values) > 1:
                self._weight -= self._weigh(self._values.popitem(last=False)[1])


class Packed(bytes):
    """A text of a page, deflated: a fifth of it, so that five times as many are kept."""


def _packed(made: object) -> object:
    if isinstance(made, str) and PACKED_FROM < len(made) < PACKED_TO:
        return Packed(zlib.compress(made.encode(), 1))
    return made


def _unpacked(kept: object) -> object:
    return zlib.decompress(kept).decode() if isinstance(kept, Packed) else kept


def _size(made: object) -> int:
    return len(made) if isinstance(made, str | bytes) else SMALL


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
