"""How patient we are with the web. Apart from `sources.http`, which takes a moment to load: what
only sends mail asks the web nothing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of our time and memory a document may take. Times in seconds."""

    connect: float = 10
    total: float = 20
    body: int = 5 * 1024 * 1024  # bytes, decompressed
    redirects: int = 5
    in_flight: int = 20
    per_host: int = 2


LIMITS = Limits()
