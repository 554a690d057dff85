"""A fault at an offset, as a rule finds it; a problem at a line, as a person reads it."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

LIMIT = 50  # more help nobody, and each may have cost a look at the whole text
DEEPEST = 100  # MRML recurses, and past some 12,000 elements takes the process with it
TOO_DEEP = f"stands deeper than {DEEPEST} elements; nothing after it was read"


class Fault(NamedTuple):
    at: int
    element: str
    said: str


@dataclass(frozen=True, slots=True)
class Problem:
    line: int
    element: str
    said: str

    def __str__(self) -> str:
        where = f"line {self.line}, <{self.element}>" if self.element else f"line {self.line}"
        return f"{where}: {self.said}"


def located(source: str, faults: Iterable[Fault]) -> tuple[Problem, ...]:
    """The first faults as problems, in the order of the text, each once."""
    found = sorted(islice(faults, LIMIT), key=lambda fault: fault.at)
    lines = (source.count("\n", 0, fault.at) + 1 for fault in found)
    problems = (
        Problem(line, fault.element, fault.said) for line, fault in zip(lines, found, strict=True)
    )
    return tuple(dict.fromkeys(problems))


def shortened(text: str) -> str:
    """As a message quotes it: on one line, without its end where it is long."""
    line = " ".join(text[:200].split())
    return line if len(line) <= 60 else f"{line[:59]}…"


def named(element: str) -> str:
    """As a message names it: "" is what stands around everything."""
    return f"<{element}>" if element else "no element"
