"""One comparison, and lists of them, page by page."""

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

from db.engine import Sessions, looking, reading
from db.store import comparisons as store
from db.store import versions
from db.store.comparisons import ALL, Among
from digest.errors import NotFoundError
from digest.language import ENGLISH, Language
from digest.model import Comparison, Tool
from digest.pairing.comparing import compare

LATEST = 30  # comparisons in a feed
PER_PAGE = 20  # of a list

Version = tuple[object, ...]
Shown = TypeVar("Shown")


class Listing(NamedTuple, Generic[Shown]):
    """One page of a list, counted from 1, and whether another follows."""

    shown: tuple[Shown, ...]
    page: int
    more: bool


def comparison(sessions: Sessions, slug: str, language: Language = ENGLISH) -> Comparison:
    """Raises NotFoundError."""
    with looking(sessions) as connection:
        return compare(store.pair(connection, slug), language)


def compared(
    sessions: Sessions, slug: str, language: Language = ENGLISH
) -> tuple[Comparison, tuple[Tool, Tool]]:
    """A comparison with the two tools it is made of. Raises NotFoundError."""
    with looking(sessions) as connection:
        pair = store.pair(connection, slug)
    return compare(pair, language), (pair.challenger, pair.incumbent)


def comparison_version(sessions: Sessions, slug: str) -> Version:
    """Raises NotFoundError."""
    with looking(sessions) as connection:
        found = versions.comparison(connection, slug)
    if found is None:
        raise NotFoundError("comparison", slug)
    return found


def latest(
    sessions: Sessions, among: Among = ALL, limit: int = LATEST, language: Language = ENGLISH
) -> list[Comparison]:
    with reading(sessions) as session:
        pairs = store.latest(session, limit, among)
    return [compare(pair, language) for pair in pairs]


def picked(
    sessions: Sessions, slugs: Sequence[str], language: Language = ENGLISH
) -> list[Comparison]:
    """The named comparisons in the order of their names."""
    with reading(sessions) as session:
        return [compare(pair, language) for pair in store.pairs(session, slugs)]


def listing(
    sessions: Sessions, page: int = 1, among: Among = ALL, language: Language = ENGLISH
) -> Listing[Comparison]:
    """One page of comparisons, the newest first."""
    with reading(sessions) as session:
        pairs = store.latest(session, PER_PAGE + 1, among, start(page))
    return listed([compare(pair, language) for pair in pairs], page)


def listing_version(sessions: Sessions, page: int = 1, among: Among = ALL) -> Version:
    """Raises NotFoundError for a page past the end; the first is always there."""
    with looking(sessions) as connection:
        return there(versions.comparisons(connection, PER_PAGE + 1, among, start(page)), page)


# --- pages of any list ---------------------------------------------------------------------


def start(page: int) -> int:
    """How many stand on the pages before."""
    return (page - 1) * PER_PAGE


def listed(found: list[Shown], page: int) -> Listing[Shown]:
    """A page of one more than it holds, if there is one more."""
    return Listing(tuple(found[:PER_PAGE]), page, len(found) > PER_PAGE)


def there(version: Version, page: int) -> Version:
    if not version and page > 1:
        raise NotFoundError("page", page)
    return version
