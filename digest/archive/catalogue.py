"""All that the site holds by name, in memory: what search and misspelt addresses are read against.

A few thousand tools are a few megabytes, and looking through them takes a few milliseconds on any
database; what folds letters is Python, so that "emile" finds "Émile" everywhere.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import fuzz, process

from db.engine import Sessions, reading
from db.store import search as store
from db.store.search import Head, ToolWords

ALIKE = 70  # of 100, by rapidfuzz's ratio: an address that may have been meant
LONGEST = 130  # characters of an address that are looked at: two slugs and what joins them


@dataclass(frozen=True, slots=True)
class Known:
    """A tool, folded: `names` are its own and its aliases, `words` is all there is to find."""

    slug: str
    names: tuple[str, ...]
    tagline: str
    words: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Tools by their ids, and comparisons with the newest first."""

    tools: Mapping[int, Known]
    comparisons: Sequence[Head]


def catalogue(sessions: Sessions) -> Catalogue:
    with reading(sessions) as session:
        tools, aliases = store.tool_words(session), store.aliases(session)
        heads = store.heads(session)
    known = {tool.id: _known(tool, aliases.get(tool.id, ())) for tool in tools}
    return Catalogue(known, heads)


def freshness(sessions: Sessions, now: datetime) -> tuple[object, ...]:
    """What changes with every new tool and comparison, and with every minute: an edit of what is
    there already is found a minute later."""
    with reading(sessions) as session:
        return (*store.newest_ids(session), now.replace(second=0, microsecond=0))


def alike(found: Catalogue, what: str, slug: str, limit: int = 5) -> list[str]:
    """The slugs most like one that nothing has, of comparisons or tools; the most alike first."""
    among: Iterable[str] = (
        (head.slug for head in found.comparisons)
        if what == "comparison"
        else (tool.slug for tool in found.tools.values())
    )
    best = process.extract(
        slug[:LONGEST].lower(), list(among), scorer=fuzz.ratio, score_cutoff=ALIKE, limit=limit
    )
    return [name for name, _, _ in best]


def folded(text: str) -> str:
    """Without capitals, accents and white space that a search should not depend on.

    >>> folded("  Émile's\\tNOTES ")
    "emile's notes"
    """
    if not text.isascii():
        spread = unicodedata.normalize("NFKD", text.casefold())
        text = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return " ".join(text.casefold().replace("\0", " ").split())


def _known(tool: ToolWords, aliases: Sequence[str]) -> Known:
    names = tuple(map(folded, (tool.name, *aliases)))
    tagline = folded(tool.tagline)
    rest = folded(f"{tool.category} {tool.description}")
    return Known(tool.slug, names, tagline, "\n".join((*names, tagline, rest)))
