"""The audit's chain: each line's hash covers the line and the hash before it.

A line that is changed, taken out, put in or moved no longer fits the hashes around it, and what is
cut off at the end is missed by the head, which counts the lines and holds the last hash. Who can
write to the whole database can forge the whole chain anew; a hash that was noted elsewhere, as
`digest audit verify` prints it, shows that too.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Who did what to what, when, and from where. `id` is where the line is kept; its hash is ""
    if it was written before there was a chain."""

    who: str
    act: str
    what: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    ip: str = ""
    created_at: datetime
    id: int = 0
    hash: str = ""


class Head(NamedTuple):
    """The end of a chain: the last hash, and how many lines lead to it."""

    hash: str = ""
    lines: int = 0


class Checked(NamedTuple):
    """What became of a check: the head that the lines lead to, and the first that is broken, if
    one is."""

    head: Head
    broken: int | None = None  # the id of a line; 0: lines are missing at the end
    reason: str = ""


def canonical(line: Line) -> str:
    """What of a line is hashed: JSON with its keys in order, in ASCII, without white space."""
    told = {
        "who": line.who,
        "act": line.act,
        "what": line.what,
        "detail": line.detail,
        "ip": line.ip,
        "at": line.created_at.astimezone(UTC).isoformat(timespec="microseconds"),
    }
    return json.dumps(told, sort_keys=True, separators=(",", ":"))


def following(head: Head, line: Line) -> Head:
    """The head once this line is added."""
    told = f"{head.hash}\n{head.lines + 1}\n{canonical(line)}"
    return Head(hashlib.sha256(told.encode()).hexdigest(), head.lines + 1)


def check(lines: Iterable[Line], head: Head) -> Checked:
    """Follow the lines from the first to the last, and say where they part from their hashes.

    Lines from before there was a chain come first and have no hash; the first line that has one
    covers them too.
    """
    reached, chained = Head(), False
    for line in lines:
        expected = following(reached, line)
        if line.hash and line.hash != expected.hash:
            return Checked(reached, line.id, "it is not the line that was written after the last")
        if chained and not line.hash:
            return Checked(reached, line.id, "it stands within the chain and has no hash")
        reached, chained = expected, bool(line.hash)
    if (chained or head.lines) and reached != head:
        return Checked(reached, 0, f"the chain has {head.lines} lines, {reached.lines} are here")
    return Checked(reached)
