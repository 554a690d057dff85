"""The pace of mail: what the provider allows, asked each minute, and shared by all senders."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from db.engine import Sessions
from db.store import pace as store
from digest.delivery.pace import SHARE, batch, eased, reserve, slowed
from digest.model import Allowance, Halted, Spent, Throttled
from digest.ports import Clock

ASKED_EVERY = timedelta(minutes=1)
RESERVE = 0.05  # of what is left of a day, kept for letters: confirmations go out all day
LOOKS_EVERY = 0.25  # seconds between two looks at whether to stop

Ask = Callable[[], Allowance | Halted]
Wait = Callable[[float], bool]
"""Waits so many seconds; True as soon as the work is to stop."""


class Pace:
    """What a sender asks before each batch. `cap` is the most a second that we want ourselves, 0
    without one."""

    def __init__(
        self, sessions: Sessions, clock: Clock, ask: Ask, wait: Wait, cap: float = 0
    ) -> None:
        self._sessions, self._clock, self._ask, self._wait = sessions, clock, ask, wait
        self._cap = cap
        self._known: _Known | None = None

    @property
    def per_second(self) -> float:
        """What may leave in a second; 0 where nothing may."""
        known = self._allowance()
        return known.per_second if isinstance(known, Allowance) else 0

    def batch(self, largest: int) -> int:
        """How many messages a batch may have."""
        known = self._allowance()
        return batch(known.per_second, largest) if isinstance(known, Allowance) else 1

    def take(self, count: int) -> Halted | Throttled | None:
        """Wait until so many messages may leave; why they may not, if they may not today, or if
        the work is to stop."""
        known = self._allowance()
        if isinstance(known, Halted):
            return known
        if known.left is not None and known.left < count:
            return Throttled("the provider's daily quota is reached", daily=True)
        slot = self._reserve(count, known.per_second * SHARE)
        while (left := (slot - self._clock()).total_seconds()) > 0:
            if self._wait(min(left, LOOKS_EVERY)):
                return Throttled("the sender was told to stop")
        self._spend(count)
        return None

    def slow(self) -> None:
        """The provider says that we are too fast."""
        with self._sessions.begin() as session:
            spent, now = store.locked_pace(session), self._clock()
            factor = slowed(spent.factor, spent.slowed_at, now)
            store.keep_pace(session, Spent(spent.free_at, factor, now))

    def _reserve(self, count: int, per_second: float) -> datetime:
        with self._sessions.begin() as session:
            spent, now = store.locked_pace(session), self._clock()
            used = eased(spent.factor, spent.slowed_at, now)
            slot = reserve(spent.free_at, now, count, per_second * used)
            store.keep_pace(session, Spent(slot.free_at, spent.factor, spent.slowed_at))
        return slot.start

    def _allowance(self) -> Allowance | Halted:
        now = self._clock()
        if self._known is None or now >= self._known.until:
            self._known = _Known(self._capped(self._ask()), now + ASKED_EVERY)
        return self._known.allowance

    def _capped(self, told: Allowance | Halted) -> Allowance | Halted:
        if isinstance(told, Halted):
            return told
        rate = min(told.per_second, self._cap) if self._cap else told.per_second
        if rate <= 0:
            return Halted("the provider lets us send nothing")
        return Allowance(rate, None if told.left is None else told.left * (1 - RESERVE))

    def _spend(self, count: int) -> None:
        assert self._known
        told, until = self._known
        if isinstance(told, Allowance) and told.left is not None:
            self._known = _Known(Allowance(told.per_second, told.left - count), until)


class _Known(NamedTuple):
    allowance: Allowance | Halted
    until: datetime
