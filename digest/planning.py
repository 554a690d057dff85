"""What an issue to many readers takes: hours, stops at the daily quota, money, and what to raise.

Prices are told with where they come from and when; they are for planning and no offer of anybody's.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

DAY = 86_400  # seconds; SES counts the last 24 hours
HOUR = 3_600
MAIL_KB = 60  # assumed for one mail

PRICE_LIST = "a copy of AWS's price list of 2026-07-22"
NOTED = "AWS's list prices as noted on 2026-11-22, not checked since"

ESSENTIALS, A_LA_CARTE = 0.16, 0.10  # dollars for 1,000 mails
GB_SECOND = 0.0000133  # a function on arm64
QUEUES = 2.0  # for 1,000,000 mails: wake-ups, and two events each through topic, queue and function
NAT_MONTH, NAT_GB = 38.0, 0.045
DATABASE_MONTH = 15.0


class Account(NamedTuple):
    """What may be sent a second and in 24 hours, and how much of either is used for issues."""

    rate: float
    daily: int
    share: float  # of the rate
    reserve: float  # of the day, for letters


class Cost(NamedTuple):
    """Dollars, of one issue unless `monthly`."""

    what: str
    dollars: float
    source: str
    monthly: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`at_work` are seconds of sending, `in_all` those from the first mail to the last."""

    readers: int
    per_second: float  # what is used of the rate
    a_day: float  # what is used of the quota
    at_work: float
    stops: int
    in_all: float
    wanted_rate: int  # to be done within the hour
    wanted_quota: int  # to go out without a stop
    costs: tuple[Cost, ...]

    @property
    def raise_first(self) -> str:
        if self.stops:
            return f"the daily quota, to {self.wanted_quota:,}: it stops the issue"
        if self.at_work > HOUR:
            return f"the rate, to {self.wanted_rate:,} a second: then it takes an hour"
        return "nothing: it is out within the hour"


def plan(readers: int, account: Account, senders: int = 2) -> Plan:
    per_second, a_day = account.rate * account.share, account.daily * (1 - account.reserve)
    at_work = readers / per_second
    # Who needs a day or more for the quota gets it back as fast as it is used.
    stops = math.ceil(readers / a_day) - 1 if a_day < per_second * DAY else 0
    rest = readers - stops * a_day
    return Plan(
        readers=readers,
        per_second=per_second,
        a_day=a_day,
        at_work=at_work,
        stops=stops,
        in_all=stops * DAY + rest / per_second,
        wanted_rate=math.ceil(readers / HOUR / account.share),
        wanted_quota=math.ceil(readers / (1 - account.reserve)),
        costs=costs(readers, at_work, senders),
    )


def costs(readers: int, at_work: float, senders: int) -> tuple[Cost, ...]:
    """On AWS, functions of 1 GB; a machine of one's own pays for SES alone."""
    gigabytes = readers * MAIL_KB / 1e6
    functions = at_work * senders * GB_SECOND + readers / 1e6 * QUEUES
    return (
        Cost("SES, accounts since 2026-07-21", readers / 1000 * ESSENTIALS, PRICE_LIST),
        Cost("SES, accounts from before", readers / 1000 * A_LA_CARTE, PRICE_LIST),
        Cost("Lambda, SQS and SNS, about", functions, NOTED),
        Cost(f"NAT gateway, {gigabytes:,.1f} GB through it", gigabytes * NAT_GB, NOTED),
        Cost("NAT gateway", NAT_MONTH, NOTED, monthly=True),
        Cost("PostgreSQL on RDS, from", DATABASE_MONTH, NOTED, monthly=True),
    )


def spoken(seconds: float) -> str:
    """A time in the two largest units it has: `2 d 3 h`, `17 min`."""
    left = max(1, round(seconds))
    parts: list[str] = []
    for size, unit in ((DAY, "d"), (HOUR, "h"), (60, "min"), (1, "s")):
        count, left = divmod(left, size)
        if count or parts:
            parts.append(f"{count} {unit}" if count else "")
    return " ".join(filter(None, parts[:2]))
