"""What has changed between two states of an issue, field by field and line by line. Pure."""

from collections.abc import Mapping
from difflib import ndiff
from typing import Literal, NamedTuple

Sign = Literal[" ", "+", "-"]


class Change(NamedTuple):
    """A field before and after; "" where it was not there."""

    field: str
    before: str
    after: str


class Line(NamedTuple):
    """A line of a text: " " it stayed, "-" it went, "+" it came."""

    sign: Sign
    text: str


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    """The fields that differ, in the order of the later state."""
    names = dict.fromkeys((*after, *before))
    pairs = (Change(name, before.get(name, ""), after.get(name, "")) for name in names)
    return tuple(change for change in pairs if change.before != change.after)


def lines(before: str, after: str) -> tuple[Line, ...]:
    """Both texts as one, line by line; without its "+" the earlier, without its "-" the later."""
    if before == after:
        return tuple(Line(" ", text) for text in before.splitlines())
    signs: dict[str, Sign] = {" ": " ", "+": "+", "-": "-"}
    found = ndiff(before.splitlines(), after.splitlines())
    return tuple(Line(signs[line[0]], line[2:]) for line in found if line[0] in signs)


def around(lines: tuple[Line, ...], context: int = 2) -> tuple[Line, ...]:
    """The changed lines with so many unchanged ones before and after each."""
    changed = [at for at, line in enumerate(lines) if line.sign != " "]
    near = {at for place in changed for at in range(place - context, place + context + 1)}
    return tuple(line for at, line in enumerate(lines) if at in near)
