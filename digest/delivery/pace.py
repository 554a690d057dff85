"""How fast mail leaves: the arithmetic of a rate that all senders share.

The rate is a line in time up to which it is spent. Who wants to send `count` messages reserves the
next piece of that line and sends when it begins; nobody saves up what they did not use. So no
second sees more than the rate and one batch, and batches are small enough to fit beneath what the
provider allows (the generic cell rate algorithm of ITU-T I.371, without a tolerance).
"""

from datetime import datetime, timedelta
from typing import NamedTuple

SHARE = 0.9  # of what the provider allows: the rest is for letters, which do not wait
SLOWEST = 1 / 64
RECOVERS = 1.1  # times as fast each minute, after throttling


class Slot(NamedTuple):
    """When a batch may begin to leave, and when the one after it may."""

    start: datetime
    free_at: datetime


def reserve(free_at: datetime | None, now: datetime, count: int, per_second: float) -> Slot:
    """The next slot for `count` messages on a line that is spent until `free_at`."""
    start = max(free_at or now, now)
    return Slot(start, start + timedelta(seconds=count / per_second))


def batch(allowed: float, largest: int) -> int:
    """How many messages may leave at one moment when so many are `allowed` a second: no more than
    what SHARE leaves free, for a second may see the whole rate and one batch."""
    return max(1, min(largest, int(allowed * (1 - SHARE) + 1e-9)))


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
