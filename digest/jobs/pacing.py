"""The pace of mail: what the provider allows, asked each minute, and shared by all senders."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from db.engine import Sessions
from db.store import pace as store
from digest.delivery.pace import SHARE, Line, eased, leading, reserve, slowed, warm_up
from digest.model import Allowance, Halted, Spent, Throttled
from digest.ports import Clock

ASKED_EVERY = timedelta(minutes=1)
RESERVE = 0.05  # of what is left of a day, kept for letters: confirmations go out all day
LOOKS_EVERY = 0.25  # seconds between two looks at whether to stop

Ask = Callable[[], Allowance | Halted]
Wait = Callable[[float], bool]
"""Waits so many seconds; True as soon as the work is to stop."""


def known(ask: Ask | None) -> Allowance | None:
    """What may be sent, where somebody tells it and something may."""
    told = ask() if ask else None
    return told if isinstance(told, Allowance) else None


class Limits(NamedTuple):
    """What we want to keep ourselves, whatever the provider allows: messages a second in all (0: no
    limit) and to the addresses of a domain, and the day of the first mail from a new domain."""

    per_second: float = 0
    domains: Mapping[str, float] = MappingProxyType({})
    warm_up_from: date | None = None


NO_LIMITS = Limits()


class Pace:
    """What a sender asks before each batch."""

    def __init__(
        self, sessions: Sessions, clock: Clock, ask: Ask, wait: Wait, limits: Limits = NO_LIMITS
    ) -> None:
        self._sessions, self._clock, self._ask, self._wait = sessions, clock, ask, wait
        self._limits = limits
        self._known: _Known | None = None
        self._ends = ""  # what is said when a day's share is used up

    @property
    def per_second(self) -> float:
        """What may leave in a second; 0 where nothing may."""
        known = self._allowance()
        return known.per_second if isinstance(known, Allowance) else 0

    def batch(self, addresses: Sequence[str], largest: int) -> int:
        """How many of these, from the first on, may be one batch."""
        known = self._allowance()
        if isinstance(known, Halted):
            return 1
        ceilings = self._limits.domains
        domains = [_domain(one) for one in addresses[:largest]] if ceilings else addresses
        return leading(domains, ceilings, known.per_second, largest)

    def take(self, addresses: Sequence[str]) -> Halted | Throttled | None:
        """Wait until a message may leave to each of these; why they may not, if they may not today,
        or if the work is to stop."""
        known, count = self._allowance(), len(addresses)
        if isinstance(known, Halted):
            return known
        if known.left is not None and known.left < count:
            return Throttled(self._ends, daily=True)
        slot = self._reserve(addresses, known.per_second * SHARE)
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

    def _reserve(self, addresses: Sequence[str], per_second: float) -> datetime:
        """The moment at which a batch to these may leave, on the line of all mail and on those of
        its domains; always locked in the same order."""
        now, ceilings = self._clock(), self._limits.domains
        domains = map(_domain, addresses) if ceilings else ()
        found = Counter(domain for domain in domains if domain in ceilings)
        with self._sessions.begin() as session:
            spent = store.locked_pace(session)
            held = {store.MAIL: spent}
            rate = per_second * eased(spent.factor, spent.slowed_at, now)
            lines = [Line(spent.free_at, len(addresses), rate)]
            for domain, count in sorted(found.items()):
                held[domain] = store.locked_pace(session, domain)
                lines.append(Line(held[domain].free_at, count, ceilings[domain] * SHARE))
            slot = reserve(lines, now)
            for (name, before), free_at in zip(held.items(), slot.free_at, strict=True):
                store.keep_pace(session, replace(before, free_at=free_at), name)
        return slot.start

    def _allowance(self) -> Allowance | Halted:
        now = self._clock()
        if self._known is None or now >= self._known.until:
            told = self._capped(self._ask())
            self._known = _Known(told, now + ASKED_EVERY)
        return self._known.allowance

    def _capped(self, told: Allowance | Halted) -> Allowance | Halted:
        if isinstance(told, Halted):
            return told
        cap = self._limits.per_second
        rate = min(told.per_second, cap) if cap else told.per_second
        if rate <= 0:
            return Halted("the provider lets us send nothing")
        left = None if told.left is None else told.left * (1 - RESERVE)
        self._ends = "the provider's daily quota is reached"
        most = self._warm_up()
        if most is not None and (left is None or most - told.sent < left):
            left = most - told.sent
            self._ends = f"a new domain sends no more than {most} messages on this day"
        return replace(told, per_second=rate, left=left)

    def _warm_up(self) -> int | None:
        since = self._limits.warm_up_from
        return warm_up(since, self._clock().date()) if since else None

    def _spend(self, count: int) -> None:
        assert self._known
        told, until = self._known
        if isinstance(told, Allowance) and told.left is not None:
            self._known = _Known(replace(told, left=told.left - count), until)


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


class _Known(NamedTuple):
    allowance: Allowance | Halted
    until: datetime
