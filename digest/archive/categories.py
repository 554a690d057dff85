"""Categories: what tools call them, and what addresses do."""

from collections.abc import Mapping
from typing import NamedTuple

from db.engine import Sessions, reading
from db.store import tools as store
from db.store.comparisons import Among
from digest.archive.comparisons import Listing, Version, listing, listing_version
from digest.errors import NotFoundError
from digest.language import ENGLISH, Language
from digest.model import Comparison
from digest.pairing.naming import slug_of


class Category(NamedTuple):
    """One category. `spellings` are all that share its slug; `name` is the most common of them."""

    slug: str
    name: str
    spellings: tuple[str, ...]
    tools: int


def categories(sessions: Sessions) -> list[Category]:
    """All categories that hold a tool, by name."""
    with reading(sessions) as session:
        return gathered(store.categories(session))


def category(sessions: Sessions, slug: str) -> Category:
    """Raises NotFoundError."""
    for one in categories(sessions):
        if one.slug == slug:
            return one
    raise NotFoundError("category", slug)


def spelled(sessions: Sessions, name: str) -> tuple[str, ...]:
    """The spellings of a category that differ from a name in capitals alone."""
    with reading(sessions) as session:
        return tuple(s for s in store.categories(session) if s.casefold() == name.casefold())


class Shelf(NamedTuple):
    """A category and one page of its comparisons."""

    category: Category
    listing: Listing[Comparison]


def shelf(sessions: Sessions, slug: str, page: int = 1, language: Language = ENGLISH) -> Shelf:
    """Raises NotFoundError."""
    found = category(sessions, slug)
    return Shelf(found, listing(sessions, page, Among(found.spellings), language))


def shelf_version(sessions: Sessions, slug: str, page: int = 1) -> Version:
    """Raises NotFoundError."""
    found = category(sessions, slug)
    return (found, listing_version(sessions, page, Among(found.spellings)))


def gathered(counts: Mapping[str, int]) -> list[Category]:
    """Categories from their spellings and how many tools are in each."""
    by_slug: dict[str, list[str]] = {}
    for spelling in sorted(counts, key=lambda one: (-counts[one], one)):
        by_slug.setdefault(slug_of(spelling), []).append(spelling)
    found = (
        Category(slug, names[0], tuple(names), sum(counts[name] for name in names))
        for slug, names in by_slug.items()
    )
    return sorted(found, key=lambda one: one.name.casefold())
