"""What changed of a tool, field by field."""

import hashlib
from typing import NamedTuple

from digest.model import Review, Tool

FIELDS = ("name", "tagline", "description", "category", "url", "pricing", "entry", "best_for")


class Change(NamedTuple):
    """A field of a tool under its name in the verdict file, before and after as text."""

    field: str
    before: str
    after: str


def differences(before: Tool, after: Tool) -> tuple[Change, ...]:
    """The fields in which two states of a tool differ, in the order of the verdict file."""
    was, now = _told(before), _told(after)
    names = dict.fromkeys([*was, *now])
    found = (Change(name, was.get(name, ""), now.get(name, "")) for name in names)
    return tuple(change for change in found if change.before != change.after)


def fingerprint(tool: Tool) -> str:
    """Of all that an editor may write of a tool: the votes are the community's."""
    told = {name: text for name, text in _told(tool).items() if name != "votes"}
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _told(tool: Tool) -> dict[str, str]:
    return {
        **{name: str(getattr(tool, name) or "") for name in FIELDS},
        "aliases": ", ".join(tool.aliases),
        "reviewers": ", ".join(review.reviewer for review in tool.reviews),
        **{f"review of {review.reviewer}": _review(review) for review in tool.reviews},
        "votes": f"{tool.votes.ship} ship, {tool.votes.skip} skip",
    }


def _review(review: Review) -> str:
    return f"{review.score}, {review.call.value}: {review.text}".rstrip(": ")
