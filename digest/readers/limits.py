"""How much mail sign-ups may cause: a form must not become a way to flood an inbox.

One inbox is asked seldom, whoever types its address in; a network, a domain and the whole site
have limits by the hour and the day. Only mails are counted, so an attempt that is refused prolongs
nothing. `docs/decisions/0008-sign-ups-and-those-who-abuse-them.md` says where the numbers are from.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from digest.readers.providers import PROVIDERS

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


class Limit(NamedTuple):
    """At most so many mails within that time."""

    most: int
    within: timedelta


# --- one inbox -----------------------------------------------------------------------------

APART = timedelta(minutes=10)
BURST = Limit(3, DAY)
SILENCE = WEEK  # after a burst
TOLD_AGAIN_AFTER = WEEK  # that they are in already


def may_ask(mails: Sequence[datetime], now: datetime) -> bool:
    """Whether one more mail may go to an inbox. `mails` are the last three that did, or all."""
    latest = sorted(mails)[-BURST.most :]
    if latest and now - latest[-1] < APART:
        return False
    if len(latest) < BURST.most or latest[-1] - latest[0] > BURST.within:
        return True
    return now - latest[-1] >= SILENCE


def may_tell(last_told: datetime | None, now: datetime) -> bool:
    """Whether who is in already may hear so again."""
    return last_told is None or now - last_told >= TOLD_AGAIN_AFTER


# --- networks, domains, the site -----------------------------------------------------------


class Reach(StrEnum):
    """What a limit counts mails by; the first two are columns of an invitation."""

    NETWORK = "network"
    DOMAIN = "domain"
    SITE = "site"


WINDOWS = (HOUR, DAY)
Limits = Mapping[Reach, tuple[int, int]]  # mails in each of WINDOWS

USUAL: Limits = {Reach.NETWORK: (20, 60), Reach.DOMAIN: (60, 300)}
STRICT: Limits = {Reach.NETWORK: (3, 10), Reach.DOMAIN: (10, 30), Reach.SITE: (600, 3000)}
AT_PROVIDERS: Mapping[bool, tuple[int, int]] = {False: (2000, 20_000), True: (200, 1000)}
"""For a domain that many people share: as usual, and strict."""


def limits_for(domain: str, *, strict: bool) -> Limits:
    """The limits that a sign-up from this domain meets; strict ones where it looks like none of a
    person's."""
    chosen = STRICT if strict else USUAL
    if domain in PROVIDERS:
        return {**chosen, Reach.DOMAIN: AT_PROVIDERS[strict]}
    return chosen


def admits(most: Sequence[int], sent: Sequence[int]) -> bool:
    """Whether one more mail stays within the limits of each window."""
    return all(already < limit for already, limit in zip(sent, most, strict=True))


# --- the breaker ---------------------------------------------------------------------------

JUDGED = 200  # the newest mails that ask, as soon as a person has had time to answer
FEWEST = 50  # of which less says nothing
TIME_TO_ANSWER = HOUR
LEAST_CONFIRMED = 20  # percent


def is_broken(asked: int, confirmed: int) -> bool:
    """Whether so few of those asked confirm that somebody else must be typing their addresses in:
    from now on a sign-up needs proof of work, or meets the strict limits."""
    return asked >= FEWEST and 100 * confirmed < LEAST_CONFIRMED * asked
