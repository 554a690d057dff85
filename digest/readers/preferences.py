"""What a reader may choose, and how a form says it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from digest.errors import InputError
from digest.model import Cadence, Subscriber

PAUSES = (1, 2, 4, 8, 12, 26)  # weeks
KEEP, END = "", "0"  # leave it as it is; end a pause
MOST_MAILS, IN_ALL, BETWEEN = 3, timedelta(days=1), timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a reader gets, how often and in which language; no categories are all of them."""

    categories: tuple[str, ...]
    cadence: Cadence
    language: str
    paused_until: datetime | None


def choice_of(reader: Subscriber) -> Choice:
    return Choice(
        categories=reader.categories,
        cadence=reader.cadence,
        language=reader.language,
        paused_until=reader.paused_until,
    )


def change(before: Choice, after: Choice) -> dict[str, dict[str, Any]]:
    """What a change changed, `before` and `after`, as JSON holds it; empty when it changed nothing.
    Categories in another order are the same."""
    old, new = _told(before), _told(after)
    differing = [name for name in old if old[name] != new[name]]
    if not differing:
        return {}
    return {
        "before": {name: old[name] for name in differing},
        "after": {name: new[name] for name in differing},
    }


def _told(choice: Choice) -> dict[str, Any]:
    until = choice.paused_until
    return asdict(choice) | {
        "categories": sorted(choice.categories),
        "cadence": choice.cadence.value,
        "paused_until": until and until.isoformat(),
    }


# --- reading a form ------------------------------------------------------------------------


def offered(known: Iterable[str], chosen: Iterable[str]) -> tuple[str, ...]:
    """The categories a form shows, by name: those there are, spelt as they are, and the reader's
    own, for a category that comes only now and then must not be lost."""
    found = {name.casefold(): name for name in (*chosen, *known) if name}
    return tuple(sorted(found.values(), key=str.casefold))


def among(offered: Collection[str], wanted: Collection[str]) -> tuple[str, ...]:
    """The categories that were ticked, in the order they were shown; raises InputError for one that
    was not."""
    ticked = {name.casefold() for name in wanted}
    if ticked - {name.casefold() for name in offered}:
        raise InputError("choose from the categories that are shown")
    return tuple(name for name in offered if name.casefold() in ticked)


def cadence(text: str) -> Cadence:
    """Raises InputError for what is none."""
    try:
        return Cadence(text)
    except ValueError as error:
        raise InputError("choose how often mail should come") from error


def language(text: str, held: str, offered: Collection[str]) -> str:
    """The language that was chosen, or the one that is `held`; raises InputError for any other."""
    if text not in (KEEP, held, *offered):
        raise InputError("choose from the languages that are shown")
    return text or held


def pause(text: str, until: datetime | None, now: datetime) -> datetime | None:
    """Until when a reader pauses who chose this: KEEP, END, or a number of PAUSES in weeks."""
    if text == KEEP:
        return until
    if text == END:
        return None
    if text not in map(str, PAUSES):
        raise InputError("choose for how many weeks no mail should come")
    return now + timedelta(weeks=int(text))


# --- mails that are asked for --------------------------------------------------------------


def may_mail(mailed: Sequence[datetime], now: datetime) -> bool:
    """Whether one more mail may answer a press of a button, after those sent at these moments: not
    twice in ten minutes, nor more than three times in a day."""
    lately = [moment for moment in mailed if now - moment < IN_ALL]
    return len(lately) < MOST_MAILS and all(now - moment >= BETWEEN for moment in lately)


def masked(email: str) -> str:
    """An address for a page that its reader may leave open: `r…@inbox.example`."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"
