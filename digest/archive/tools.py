"""One tool: what a page of its own shows of it."""

from collections.abc import Sequence
from typing import NamedTuple

from db.engine import Sessions, looking, reading
from db.store import comparisons as comparison_store
from db.store import tools as store
from db.store import versions
from db.store.comparisons import Among
from digest.archive.comparisons import PER_PAGE, Listing, Version, listed, start, there
from digest.errors import NotFoundError
from digest.language import ENGLISH, Language
from digest.model import Card, Comparison, Row, Tool
from digest.pairing.comparing import card, compare, decision_table


class ToolSheet(NamedTuple):
    """A tool as its page shows it: its card, its facts (`row.a`), its comparisons."""

    tool: Tool
    card: Card
    rows: tuple[Row, ...]
    comparisons: Listing[Comparison]


def tool(sessions: Sessions, slug: str, page: int = 1, language: Language = ENGLISH) -> ToolSheet:
    """Raises NotFoundError."""
    with reading(sessions) as session:
        found = store.tool_at(session, slug)
        among = Among(tool=found.id)
        pairs = comparison_store.latest(session, PER_PAGE + 1, among, start(page))
    return ToolSheet(
        found,
        card(found, language),
        decision_table(found, found, language),
        listed([compare(pair, language) for pair in pairs], page),
    )


def tools(sessions: Sessions, slugs: Sequence[str], language: Language = ENGLISH) -> list[Card]:
    """The cards of the named tools in the order of their names."""
    with reading(sessions) as session:
        known = {one.slug: card(one, language) for one in store.tools(session, slugs)}
    return [known[slug] for slug in slugs if slug in known]


def tool_version(sessions: Sessions, slug: str, page: int = 1) -> Version:
    """Raises NotFoundError."""
    with looking(sessions) as connection:
        found = versions.tool(connection, slug)
        if found is None:
            raise NotFoundError("tool", slug)
        among = Among(tool=found[0])
        beside = versions.comparisons(connection, PER_PAGE + 1, among, start(page))
    return (found, there(beside, page))
