"""Who receives an issue.

An audience is frozen when sending starts, and each of its readers is looked at once more when
their message would leave: the choice of that moment counts. So who changes from the week's digest
to each comparison while the digest goes out, before their copy has left, does not get it: they
said that they do not want it, and it is on the web. Who changes the other way has had the week's
comparisons one by one, and the next digest is their first. Nobody gets an issue they did not
choose, and a change never brings the same issue twice.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from digest import markers
from digest.model import (
    Cadence,
    IssueKind,
    Pair,
    PanelCall,
    Rendering,
    SubscriberState,
)

CADENCES: Mapping[IssueKind, frozenset[Cadence]] = {
    IssueKind.DIGEST: frozenset({Cadence.WEEKLY}),
    IssueKind.COMPARISON: frozenset({Cadence.EACH, Cadence.SHIPS}),
}
"""Which readers each kind of issue is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What is known of a reader at the moment a message would leave."""

    state: SubscriberState
    cadence: Cadence = Cadence.WEEKLY
    paused: bool = False
    categories: frozenset[str] = frozenset()
    suppressed: str = ""  # the reason, "" when the address may be mailed


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What readers choose an issue by: `categories` in lower case, and whether the panel ships one
    side of a comparison or more."""

    kind: IssueKind = IssueKind.DIGEST
    categories: frozenset[str] = frozenset()
    ships: bool = False


class Choice(NamedTuple):
    """What some active readers chose alike: `categories` in lower case, none for all of them."""

    categories: frozenset[str]
    cadence: Cadence
    paused: bool
    readers: int


class Segments(NamedTuple):
    """How many readers get the whole of an issue, how many what it has in their categories, and
    how many get nothing, by the reason."""

    whole: int
    part: int
    skipped: Mapping[str, int]

    @property
    def getting(self) -> int:
        return self.whole + self.part


def offer_of(kind: IssueKind, rendering: Rendering, pairs: Sequence[Pair]) -> Offer:
    """What an issue of these comparisons offers.

    A rendering without blocks is whole for everyone, but who chose categories was promised no mail
    on others: then the tools tell what it is on.
    """
    tools = [tool for pair in pairs for tool in (pair.challenger, pair.incumbent)]
    verdicts = [tool.verdict for tool in tools if tool.verdict]
    told = frozenset(tool.category.lower() for tool in tools if tool.category)
    return Offer(
        kind=kind,
        categories=markers.topics(rendering.html) or told,
        ships=any(verdict.call is PanelCall.SHIP for verdict in verdicts),
    )


def segments(choices: Iterable[Choice], offer: Offer) -> Segments:
    """The active readers by what they would get. Suppressed addresses are not known here: each is
    looked at when its message would leave."""
    whole, part, skipped = 0, 0, Counter[str]()
    for choice in choices:
        reader = Reader(
            state=SubscriberState.ACTIVE,
            cadence=choice.cadence,
            paused=choice.paused,
            categories=choice.categories,
        )
        if said := reason_to_skip(reader, offer):
            skipped[said] += choice.readers
        elif choice.categories and not choice.categories >= offer.categories:
            part += choice.readers
        else:
            whole += choice.readers
    return Segments(whole, part, skipped)


def is_paused(until: datetime | None, now: datetime) -> bool:
    """Whether a reader's pause still holds."""
    return until is not None and until > now


def _has_left(reader: Reader, _: Offer) -> str:
    return "" if reader.state is SubscriberState.ACTIVE else f"the reader is {reader.state.value}"


def _is_suppressed(reader: Reader, _: Offer) -> str:
    return f"the address is suppressed: {reader.suppressed}" if reader.suppressed else ""


def _has_paused(reader: Reader, _: Offer) -> str:
    return "the reader has paused our mail" if reader.paused else ""


def _chose_another_cadence(reader: Reader, offer: Offer) -> str:
    return "" if reader.cadence in CADENCES[offer.kind] else "the reader chose another cadence"


def _wants_ships_alone(reader: Reader, offer: Offer) -> str:
    if reader.cadence is not Cadence.SHIPS or offer.ships:
        return ""
    return "the panel ships neither side, and the reader wants only what it ships"


def _chose_other_categories(reader: Reader, offer: Offer) -> str:
    if not reader.categories or reader.categories & offer.categories:
        return ""
    return "nothing in the categories the reader chose"


REASONS: tuple[Callable[[Reader, Offer], str], ...] = (
    _has_left,
    _is_suppressed,
    _has_paused,
    _chose_another_cadence,
    _wants_ships_alone,
    _chose_other_categories,
)


def reason_to_skip(reader: Reader, offer: Offer) -> str:
    """Why this reader must not get an issue; "" when nothing speaks against.

    Categories are compared as written in lower case.
    """
    return next((said for ask in REASONS if (said := ask(reader, offer))), "")
