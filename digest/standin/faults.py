"""A script of what goes wrong: one fault a line, when and what.

    call 3 throttle             the third call
    calls 10-20 error-after     these calls
    every 7 drop                every seventh call
    to *@slow.example hang 40   whatever has such a recipient
    5% refuse                   by chance; `seed 42` on a line of its own makes it the same again

The first line that fits decides. Lines may be parted by `;` instead, and `#` begins a comment. In a
bulk call `refuse`, and any answer of SES's own that a line has for an address, is the status of an
entry; all else befalls the whole call.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import NamedTuple

from digest.errors import InputError


class Kind(StrEnum):
    """What a fault does. Those up to `suspend` are answers of SES's own; of the others `-before`
    and `reset` happen before the mail is accepted, the rest after."""

    THROTTLE = "throttle"
    QUOTA = "quota"
    REFUSE = "refuse"
    UNVERIFIED = "unverified"
    MAIL_FROM = "mail-from"
    NO_SET = "no-configuration-set"
    PAUSE = "pause"  # this call and all after it, until POST /_resume
    SUSPEND = "suspend"  # likewise
    ERROR_BEFORE = "error-before"  # 500
    RESET = "reset"  # the connection is closed
    ERROR_AFTER = "error-after"
    DROP = "drop"
    CUT = "cut"  # a 200 whose body ends early
    HANG = "hang"  # the answer takes so many seconds


@dataclass(frozen=True, slots=True)
class Fault:
    kind: Kind
    seconds: float = 0


STATUSES = frozenset(
    (Kind.THROTTLE, Kind.QUOTA, Kind.REFUSE, Kind.UNVERIFIED, Kind.MAIL_FROM, Kind.NO_SET)
)


class Verdict(NamedTuple):
    """What goes wrong with a call, and with which of its entries."""

    fault: Fault | None
    entries: Mapping[int, Kind]


class Rule(NamedTuple):
    when: "When"
    fault: Fault
    by_address: bool

    @property
    def by_entry(self) -> bool:
        kind = self.fault.kind
        return kind is Kind.REFUSE or (self.by_address and kind in STATUSES)


When = Callable[[int, Sequence[str]], bool]
LINE = re.compile(r"(?P<when>.+?)\s+(?P<kind>[a-z-]+)(?:\s+(?P<seconds>[0-9.]+))?")
SEED = re.compile(r"seed\s+(\d+)")


class Script:
    """Decides call by call, and counts them; raises InputError for a line that it cannot read."""

    def __init__(self, text: str = "") -> None:
        lines = [line.partition("#")[0].strip() for line in re.split(r"[;\n]", text)]
        seeds = [found[1] for line in lines if (found := SEED.fullmatch(line))]
        self._random = random.Random(seeds[0] if seeds else None)  # noqa: S311 - a dice, no secret
        self._rules = [self._rule(line) for line in lines if line and not SEED.fullmatch(line)]
        self.calls = 0

    def next(self, entries: Sequence[Sequence[str]], *, bulk: bool = False) -> Verdict:
        """What goes wrong with the next call, to the recipients of these entries."""
        self.calls += 1
        named = [one for each in entries for one in each]
        if not bulk:
            return Verdict(self._first(named, self._rules), {})
        whole = [rule for rule in self._rules if not rule.by_entry]
        single = [rule for rule in self._rules if rule.by_entry]
        found = {place: self._first(each, single) for place, each in enumerate(entries) if single}
        failing = {place: fault.kind for place, fault in found.items() if fault}
        return Verdict(self._first(named, whole), failing)

    def _first(self, recipients: Sequence[str], rules: Sequence[Rule]) -> Fault | None:
        return next((one.fault for one in rules if one.when(self.calls, recipients)), None)

    def _rule(self, line: str) -> Rule:
        found = LINE.fullmatch(line)
        when = self._when(found["when"]) if found else None
        if not found or not when or found["kind"] not in set(Kind):
            raise InputError(f"{line!r} is no fault; they look like `call 3 throttle`")
        fault = Fault(Kind(found["kind"]), float(found["seconds"] or 0))
        return Rule(when, fault, by_address=found["when"].startswith("to "))

    def _when(self, text: str) -> When | None:
        for pattern, make in WHEN:
            if found := pattern.fullmatch(text):
                return make(*found.groups())
        if found := CHANCE.fullmatch(text):
            chance = float(found[1]) / 100
            return lambda *_: self._random.random() < chance
        return None


CHANCE = re.compile(r"([0-9.]+)%")
WHEN: tuple[tuple[re.Pattern[str], Callable[..., When]], ...] = (
    (re.compile(r"call (\d+)"), lambda n: lambda call, _: call == int(n)),
    (re.compile(r"calls (\d+)-(\d+)"), lambda a, b: lambda call, _: int(a) <= call <= int(b)),
    (re.compile(r"every ([1-9]\d*)"), lambda n: lambda call, _: call % int(n) == 0),
    (re.compile(r"to (\S+)"), lambda p: lambda _, to: any(fnmatchcase(one, p) for one in to)),
)
