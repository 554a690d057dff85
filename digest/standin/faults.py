"""A script of what goes wrong: one fault a line, when and what.

    call 3 throttle             the third call
    calls 10-20 error-after     these calls
    every 7 drop                every seventh call
    to *@slow.example hang 40   whatever has such a recipient
    5% refuse                   by chance; `seed 42` on a line of its own makes it the same again

The first line that fits decides. Lines may be parted by `;` instead, and `#` begins a comment.
"""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

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

    def next(self, recipients: Sequence[str]) -> Fault | None:
        """What goes wrong with the next call, to these recipients."""
        self.calls += 1
        for when, fault in self._rules:
            if when(self.calls, recipients):
                return fault
        return None

    def _rule(self, line: str) -> tuple[When, Fault]:
        found = LINE.fullmatch(line)
        when = self._when(found["when"]) if found else None
        if not found or not when or found["kind"] not in set(Kind):
            raise InputError(f"{line!r} is no fault; they look like `call 3 throttle`")
        return when, Fault(Kind(found["kind"]), float(found["seconds"] or 0))

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
