"""Issues that have gone out; a draft is not there yet for visitors."""

from dataclasses import replace
from typing import NamedTuple

from db.engine import Sessions, looking, reading
from db.store import comparisons as comparison_store
from db.store import issues as store
from db.store import versions
from digest.archive.comparisons import PER_PAGE, Listing, Version, listed, start, there
from digest.errors import NotFoundError
from digest.language import ENGLISH, Language
from digest.model import Comparison, Issue, IssueState
from digest.pairing.comparing import compare

PUBLIC = (IssueState.SENDING, IssueState.SENT)


class Sheet(NamedTuple):
    """An issue with the comparisons it holds, in its order and with its takeaways."""

    issue: Issue
    shown: tuple[Comparison, ...]


def issues(sessions: Sessions, page: int = 1) -> Listing[Issue]:
    """One page of issues, the newest first, without their items and renderings."""
    with reading(sessions) as session:
        return listed(store.shown(session, PUBLIC, PER_PAGE + 1, start(page)), page)


def issues_version(sessions: Sessions, page: int = 1) -> Version:
    """Raises NotFoundError for a page past the end; the first is always there."""
    with looking(sessions) as connection:
        return there(versions.issues(connection, PUBLIC, PER_PAGE + 1, start(page)), page)


def issue(sessions: Sessions, name: str, language: Language = ENGLISH) -> Sheet:
    """Raises NotFoundError."""
    with reading(sessions) as session:
        found = store.issue(session, name)
        if found.state not in PUBLIC:
            raise NotFoundError("issue", name)
        pairs = comparison_store.pairs(session, [item.comparison for item in found.items])
    own = {item.comparison: item.takeaway for item in found.items}
    compared = [compare(pair, language) for pair in pairs]
    return Sheet(
        found,
        tuple(replace(one, takeaway=own[one.slug] or one.takeaway) for one in compared),
    )


def issue_version(sessions: Sessions, name: str) -> Version:
    """Raises NotFoundError."""
    with looking(sessions) as connection:
        found = versions.issue(connection, name, PUBLIC)
    if not found:
        raise NotFoundError("issue", name)
    return found
