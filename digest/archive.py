"""What a visitor reads: comparisons and issues."""

from dataclasses import replace
from typing import NamedTuple

from db.engine import Sessions, reading
from db.store import comparisons as comparison_store
from db.store import issues as issue_store
from digest.errors import NotFoundError
from digest.language import ENGLISH, Language
from digest.model import Comparison, Issue, IssueState
from digest.pairing.comparing import compare

LATEST = 30  # comparisons on the first page
PUBLIC = (IssueState.SENDING, IssueState.SENT)


def latest(
    sessions: Sessions, category: str = "", limit: int = LATEST, language: Language = ENGLISH
) -> list[Comparison]:
    with reading(sessions) as session:
        pairs = comparison_store.latest(session, limit, category)
    return [compare(pair, language) for pair in pairs]


def comparison(sessions: Sessions, slug: str, language: Language = ENGLISH) -> Comparison:
    """Raises NotFoundError."""
    with reading(sessions) as session:
        return compare(comparison_store.pair(session, slug), language)


class Sheet(NamedTuple):
    """An issue with the comparisons it holds, in its order and with its takeaways."""

    issue: Issue
    shown: tuple[Comparison, ...]


def issues(sessions: Sessions) -> list[Issue]:
    """Issues that have gone out, newest first."""
    with reading(sessions) as session:
        return issue_store.issues(session, PUBLIC)


def issue(sessions: Sessions, name: str, language: Language = ENGLISH) -> Sheet:
    """An issue that has gone out; a draft is not there yet for visitors."""
    with reading(sessions) as session:
        found = issue_store.issue(session, name)
        if found.state not in PUBLIC:
            raise NotFoundError("issue", name)
        pairs = comparison_store.pairs(session, [item.comparison for item in found.items])
    own = {item.comparison: item.takeaway for item in found.items}
    compared = [compare(pair, language) for pair in pairs]
    return Sheet(
        found,
        tuple(replace(one, takeaway=own[one.slug] or one.takeaway) for one in compared),
    )
