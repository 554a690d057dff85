"""How fast mail leaves: the arithmetic of a rate that all senders share.

The rate is a line in time up to which it is spent. Who wants to send `count` messages reserves the
next piece of that line and sends when it begins; nobody saves up what they did not use. So no
second sees more than the rate and one batch, and batches are small enough to fit beneath what the
provider allows (the generic cell rate algorithm of ITU-T I.371, without a tolerance).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

SHARE = 0.9  # of what the provider allows: the rest is for letters, which do not wait
SLOWEST = 1 / 64
WARM_UP_DAYS = 42
FIRST_DAY, LAST_DAY = 200, 200_000  # messages; the curve that Ghost warms its domains up with
RECOVERS = 1.1  # times as fast each minute, after throttling


class Line(NamedTuple):
    """What a batch asks of one line: room for `size` messages where `per_second` may leave, spent
    until `free_at`."""

    free_at: datetime | None
    size: int
    per_second: float


class Slot(NamedTuple):
    """When a batch may begin to leave, and when the one after it may, on each of its lines."""

    start: datetime
    free_at: tuple[datetime, ...]


def reserve(lines: Iterable[Line], now: datetime) -> Slot:
    """The next slot for a batch that is on several lines: it leaves when the last of them is free,
    and takes its piece of each from then on, so that none of them sees more than its rate."""
    lines = tuple(lines)
    start = max(now, *(line.free_at or now for line in lines))
    pieces = (timedelta(seconds=line.size / line.per_second) for line in lines)
    return Slot(start, tuple(start + piece for piece in pieces))


def batch(allowed: float, largest: int) -> int:
    """How many messages may leave at one moment when so many are `allowed` a second: no more than
    what SHARE leaves free, for a second may see the whole rate and one batch."""
    return max(1, min(largest, int(allowed * (1 - SHARE) + 1e-9)))


def leading(
    domains: Sequence[str], ceilings: Mapping[str, float], allowed: float, largest: int
) -> int:
    """How many of the messages to these domains, from the first on, may leave at one moment."""
    left = {domain: batch(ceiling, largest) for domain, ceiling in ceilings.items()}
    most = batch(allowed, largest)
    for place, domain in enumerate(domains[:most]):
        if domain in left:
            if not left[domain]:
                return place
            left[domain] -= 1
    return min(most, len(domains))


def warm_up(since: date, today: date) -> int | None:
    """How many messages may leave in a day, so long after a domain's first; None once it is known.
    The curve is a geometric one from FIRST_DAY to LAST_DAY."""
    day = max(0, (today - since).days)
    if day >= WARM_UP_DAYS:
        return None
    growth: float = (LAST_DAY / FIRST_DAY) ** (day / (WARM_UP_DAYS - 1))
    return round(FIRST_DAY * growth)


def eased(factor: float, slowed_at: datetime | None, now: datetime) -> float:
    """The part of the rate that is used, as long after it was slowed."""
    if slowed_at is None:
        return 1.0
    minutes = max(0.0, (now - slowed_at).total_seconds()) / 60
    return float(min(1.0, factor * RECOVERS ** min(minutes, 1000)))


def slowed(factor: float, slowed_at: datetime | None, now: datetime) -> float:
    """The part of the rate that is used after one more throttling."""
    return max(SLOWEST, eased(factor, slowed_at, now) / 2)


class Speed(NamedTuple):
    """Messages a second in the last minute, and the seconds until all have left at that pace; None
    where nothing waits or nothing moves."""

    per_second: float
    seconds_left: int | None


def speed_of(last_minute: int, waiting: int) -> Speed:
    per_second = last_minute / 60
    left = round(waiting / per_second) if waiting and last_minute else None
    return Speed(round(per_second, 2), left)
