"""The catalogue in memory: what search and misspelt addresses are read against."""

from datetime import datetime

from rapidfuzz import fuzz, process

from db.engine import Sessions, reading
from db.store import search as store
from digest.archive.searching import Catalogue, gathered

ALIKE = 70  # of 100, by rapidfuzz's ratio: an address that may have been meant
LONGEST = 130  # characters of an address that are looked at: two slugs and what joins them
MOST_ALIKE = 5


def catalogue(sessions: Sessions) -> Catalogue:
    with reading(sessions) as session:
        tools, aliases = store.tool_words(session), store.aliases(session)
        heads = store.heads(session)
    return gathered(tools, aliases, heads)


def freshness(sessions: Sessions, now: datetime) -> tuple[object, ...]:
    """What changes with every new tool and comparison, and with every minute: an edit of what is
    there already is found a minute later."""
    with reading(sessions) as session:
        return (*store.newest_ids(session), now.replace(second=0, microsecond=0))


def alike(found: Catalogue, what: str, slug: str) -> list[str]:
    """The slugs of comparisons or tools most like one that nothing has, the most alike first."""
    among = found.comparisons if what == "comparison" else found.tools
    asked = slug[:LONGEST].lower()
    best = process.extract(asked, among, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=MOST_ALIKE)
    return [name for name, _, _ in best]
