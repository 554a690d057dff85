"""Is this launch a tool we know, a new version of one, or another?"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from digest.model import Launch, Tool
from digest.pairing.addresses import canonical_url, owner
from digest.pairing.names import Key, canonical

__all__ = [
    "Key",
    "KnownBy",
    "Relation",
    "canonical",
    "canonical_url",
    "find",
    "known_by",
    "makers_disagree",
    "names_of",
    "older_versions",
    "relation",
    "relation_of_keys",
    "same_launch",
]


LONGEST = 500  # characters: an index of PostgreSQL holds 2,704 bytes of one text


class Relation(StrEnum):
    """How the tools of two names stand to each other."""

    SAME = "same"
    VERSION = "version"  # the same product, one of the names counts a release
    DIFFERENT = "different"


def relation(a_name: str, b_name: str) -> Relation:
    """Reads the names alone, and errs to the side of DIFFERENT: aliases can join, not part."""
    return relation_of_keys(canonical(a_name), canonical(b_name))


def relation_of_keys(a: Key, b: Key) -> Relation:
    if not a.base or a.base != b.base or _vendors_disagree(a, b):
        return Relation.DIFFERENT
    if a.discriminators == b.discriminators:
        return Relation.SAME
    counts_release = bool(a.release) != bool(b.release)
    if counts_release and a.without_release == b.without_release:
        return Relation.VERSION
    return Relation.DIFFERENT


class KnownBy(NamedTuple):
    """What launches of one tool have in common, though not they alone: to look them up by, and so
    no longer than an index holds."""

    address: str
    key: str


def known_by(launch: Launch) -> KnownBy:
    key = canonical(launch.name)
    found = canonical_url(launch.url), "+".join([key.base, *key.discriminators])
    return KnownBy(*(text[:LONGEST] for text in found))


def same_launch(a: Launch, b: Launch) -> bool:
    """Whether two announcements are of one tool: the same page with no discriminator against it,
    or the same name with no maker against it."""
    address, keys = canonical_url(a.url), (canonical(a.name), canonical(b.name))
    if address and address == canonical_url(b.url):
        return keys[0].discriminators == keys[1].discriminators
    return not makers_disagree(a.url, b.url) and relation_of_keys(*keys) is Relation.SAME


def makers_disagree(a_url: str, b_url: str) -> bool:
    """Whether two addresses tell of two makers; one that tells of none does not."""
    return len({owner(a_url), owner(b_url)} - {""}) > 1


def find(name: str, url: str, tools: Iterable[Tool]) -> Tool | None:
    """The tool that a launch of this name and address is; the first by name before any by URL.

    An equal address proves it only where no discriminator speaks against it: siblings often
    share a page.
    """
    key, address = canonical(name), canonical_url(url)
    by_address: Tool | None = None
    for tool in tools:
        keys = [canonical(known) for known in names_of(tool)]
        if any(relation_of_keys(key, known) is Relation.SAME for known in keys):
            return tool
        if by_address is None and address and address == canonical_url(tool.url):
            agree = any(key.discriminators == known.discriminators for known in keys)
            by_address = tool if agree else None
    return by_address


def older_versions(name: str, tools: Iterable[Tool]) -> list[Tool]:
    """Tools of which this name counts another release, those that hold a verdict first. A tool
    that has this very name, too, is known as that release already."""
    key = canonical(name)
    found = []
    for tool in tools:
        relations = {relation_of_keys(key, canonical(known)) for known in names_of(tool)}
        if Relation.VERSION in relations and Relation.SAME not in relations:
            found.append(tool)
    return sorted(found, key=lambda tool: tool.verdict is None)


def names_of(tool: Tool) -> tuple[str, ...]:
    return (tool.name, *tool.aliases)


def _vendors_disagree(a: Key, b: Key) -> bool:
    """Two makers may each have a "Music"; a maker left out is only left out."""
    return bool(a.vendors and b.vendors and a.vendors != b.vendors)
