"""Is this launch a tool we know, a new version of one, or another?"""

from collections.abc import Iterable
from enum import StrEnum

from digest.model import Tool
from digest.pairing.addresses import canonical_url
from digest.pairing.names import Key, canonical

__all__ = ["Key", "Relation", "canonical", "canonical_url", "find", "relation", "relation_of_keys"]


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


def find(name: str, url: str, tools: Iterable[Tool]) -> Tool | None:
    """The tool that a launch of this name and address is; the first by name before any by URL.

    An equal address proves it only where no discriminator speaks against it: siblings often
    share a page.
    """
    key, address = canonical(name), canonical_url(url)
    by_address: Tool | None = None
    for tool in tools:
        keys = [canonical(known) for known in (tool.name, *tool.aliases)]
        if any(relation_of_keys(key, known) is Relation.SAME for known in keys):
            return tool
        if by_address is None and address and address == canonical_url(tool.url):
            agree = any(key.discriminators == known.discriminators for known in keys)
            by_address = tool if agree else None
    return by_address


def _vendors_disagree(a: Key, b: Key) -> bool:
    """Two makers may each have a "Music"; a maker left out is only left out."""
    return bool(a.vendors and b.vendors and a.vendors != b.vendors)
