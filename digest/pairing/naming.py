"""Which tool a launch announces, and the names tools and pairs have in addresses."""

import hashlib
import re
import unicodedata
from collections.abc import Container, Mapping
from dataclasses import replace
from datetime import datetime

from digest.model import Launch, Pair, Tool, Why
from digest.pairing import identity

LONGEST = 60


def announced(launch: Launch, tools: Mapping[str, Tool]) -> Tool:
    """The tool a launch announces: one of `tools` (by slug), or a new one without a verdict; with
    what the launch tells and we did not know."""
    known = identity.find(launch.name, launch.url, tools.values())
    if known and launch.confirmed and identity.makers_disagree(launch.url, known.url):
        known = None  # an editor said that it is another of the same name
    tool = known or Tool(name=launch.name, slug=unused(slug_of(launch.name), tools))
    return replace(
        tool,
        tagline=tool.tagline or launch.tagline,
        description=tool.description or launch.description,
        category=tool.category or launch.category,
        url=tool.url or launch.url,
    )


def slug_of(name: str) -> str:
    """A name as lower-case ASCII words joined by hyphens; a short hash where no letter is left.

    >>> slug_of("Émile's  Notes 2.0")
    'emiles-notes-2-0'
    """
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", folded.replace("'", ""))
    slug = "-".join(words)[:LONGEST].strip("-")
    return slug or "tool-" + hashlib.sha256(name.encode()).hexdigest()[:8]


def unused(slug: str, taken: Container[str]) -> str:
    """The slug itself, or with the first number that is free."""
    if slug not in taken:
        return slug
    number = 2
    while f"{slug}-{number}" in taken:
        number += 1
    return f"{slug}-{number}"


def new_pair(challenger: Tool, incumbent: Tool, why: Why, now: datetime) -> Pair:
    return Pair(
        slug=pair_slug(challenger, incumbent),
        challenger=challenger,
        incumbent=incumbent,
        why=why,
        published_at=now,
        updated_at=now,
    )


def pair_slug(challenger: Tool, incumbent: Tool) -> str:
    return f"{challenger.slug}-vs-{incumbent.slug}"
