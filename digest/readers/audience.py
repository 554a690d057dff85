"""Who receives an issue."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from digest.model import Cadence, IssueKind, SubscriberState

CADENCE: Mapping[IssueKind, Cadence] = {
    IssueKind.DIGEST: Cadence.WEEKLY,
    IssueKind.COMPARISON: Cadence.EACH,
}
"""Which readers each kind of issue is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What is known of a reader at the moment a message would leave."""

    state: SubscriberState
    categories: frozenset[str] = frozenset()
    suppressed: str = ""  # the reason, "" when the address may be mailed


def _has_left(reader: Reader, _: frozenset[str]) -> str:
    return "" if reader.state is SubscriberState.ACTIVE else f"the reader is {reader.state.value}"


def _is_suppressed(reader: Reader, _: frozenset[str]) -> str:
    return f"the address is suppressed: {reader.suppressed}" if reader.suppressed else ""


def _chose_other_categories(reader: Reader, categories: frozenset[str]) -> str:
    if not reader.categories or reader.categories & categories:
        return ""
    return "nothing in the categories the reader chose"


REASONS: tuple[Callable[[Reader, frozenset[str]], str], ...] = (
    _has_left,
    _is_suppressed,
    _chose_other_categories,
)


def reason_to_skip(reader: Reader, categories: frozenset[str]) -> str:
    """Why this reader must not get an issue on these categories; "" when nothing speaks against.

    Categories are compared as written in lower case.
    """
    return next((said for ask in REASONS if (said := ask(reader, categories))), "")
