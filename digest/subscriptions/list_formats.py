"""What the columns of a list say of a reader: of our own lists, and of those others export."""

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from digest.errors import InputError
from digest.issues.words import plain_text
from digest.model import Cadence, Subscriber, SubscriberState
from digest.readers.addresses import LONGEST, Address, address
from digest.subscriptions.formulas import unguarded
from digest.subscriptions.wishes import LONGEST_CATEGORY, MOST_CATEGORIES

COLUMNS = (
    "email",
    "state",
    "categories",
    "language",
    "cadence",
    "confirmed_at",
    "paused_until",
    "consent_source",
)
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")  # as BCP 47 spells them
LONGEST_LANGUAGE = 35  # RFC 5646 4.4.1
FEW = 1024

Cells = Mapping[str, str]


class Standing(NamedTuple):
    """How somebody stands to a list: their state with us, and why the address must be suppressed,
    "" when it need not be."""

    state: SubscriberState
    suppression: str = ""


STANDINGS: Mapping[str, Standing] = {
    "pending": Standing(SubscriberState.PENDING),
    "active": Standing(SubscriberState.ACTIVE),
    "unsubscribed": Standing(SubscriberState.UNSUBSCRIBED),
    "blocklisted": Standing(SubscriberState.UNSUBSCRIBED, "blocklisted before the import"),
    "bounced": Standing(SubscriberState.BOUNCED, "bounced before the import"),
    "complained": Standing(SubscriberState.COMPLAINED, "complained before the import"),
}
"""By the word of a list, the gravest last: of several lines on one address it holds."""

GRAVITY = tuple(STANDINGS)


class Format(NamedTuple):
    """A list as somebody exports it, known by columns that no other has. `standing` gives the word
    of STANDINGS for a row; `caution` is what such a list does not tell."""

    name: str
    marks: frozenset[str]
    used: frozenset[str]
    standing: Callable[[Cells], str]
    caution: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What one line says. The reader's state is that of the standing, unless another line on the
    same address says worse."""

    key: str
    standing: str
    reader: Subscriber
    consent_source: str


def format_of(columns: frozenset[str]) -> Format:
    """The format whose marks are all there; ours when no other's are."""
    return next((one for one in FORMATS if one.marks <= columns), OURS)


def read(layout: Format, cells: Cells, consent_source: str, now: datetime) -> Listed:
    """What a row says of a reader; `consent_source` stands in where the row names none. Raises
    InputError saying what cannot be taken."""
    found = _address(cells.get("email", ""))
    standing = layout.standing(cells)
    source = _source(cells.get("consent_source", "")) or consent_source
    if not source:
        raise InputError(f"{found.email}: no consent_source; say where the reader agreed")
    reader = Subscriber(
        email=found.email,
        state=STANDINGS[standing].state,
        categories=_categories(cells.get("categories", "")),
        language=_language(cells.get("language", "")),
        cadence=_cadence(cells.get("cadence", "")),
        confirmed_at=_past(_moment(cells.get("confirmed_at", "")), now),
        paused_until=_moment(cells.get("paused_until", "")),
    )
    return Listed(key=found.key, standing=standing, reader=reader, consent_source=source)


# --- formats -------------------------------------------------------------------------------


def _ours(cells: Cells) -> str:
    word = cells.get("state", "").strip().lower() or "active"
    return _one_of(STANDINGS, word, "state")


LISTMONK = {"enabled": "active", "disabled": "unsubscribed", "blocklisted": "blocklisted"}
LISTMONK_SUBSCRIPTIONS = {
    "": "active",
    "confirmed": "active",
    "unconfirmed": "pending",
    "unsubscribed": "unsubscribed",
}


def _listmonk(cells: Cells) -> str:
    """A subscriber of listmonk has a status, and another for each list they are on."""
    status = LISTMONK[_one_of(LISTMONK, cells["status"], "status")]
    told = _one_of(LISTMONK_SUBSCRIPTIONS, cells.get("subscription_status", ""), "status")
    return status if status != "active" else LISTMONK_SUBSCRIPTIONS[told]


def _ghost(cells: Cells) -> str:
    """A member of Ghost who gets none of its newsletters is still a member."""
    subscribed = _one_of(("true", "false"), cells["subscribed_to_emails"].lower(), "answer")
    gone = cells.get("deleted_at", "") or subscribed == "false"
    return "unsubscribed" if gone else "active"


OURS = Format("", frozenset({"email"}), frozenset({"state"}), _ours)
FORMATS = (
    Format(
        "listmonk",
        frozenset({"uuid", "email", "status", "subscription_status"}),
        frozenset({"status", "subscription_status"}),
        _listmonk,
    ),
    Format(
        "listmonk",
        frozenset({"uuid", "email", "status"}),
        frozenset({"status"}),
        _listmonk,
        "this export of listmonk does not tell who left a list or never confirmed; "
        "take care that it holds one list's confirmed subscribers alone",
    ),
    Format(
        "Ghost",
        frozenset({"email", "subscribed_to_emails", "complimentary_plan"}),
        frozenset({"subscribed_to_emails", "deleted_at"}),
        _ghost,
    ),
)
"""The first whose marks are all in a header is it."""


# --- cells ---------------------------------------------------------------------------------

_source = lru_cache(FEW)(plain_text)


def _address(cell: str) -> Address:
    if len(cell) > 2 * LONGEST:
        raise InputError(f"{cell[:40]!r}… is no e-mail address: it has {len(cell):,} characters")
    return address(cell)


def _one_of(words: Mapping[str, object] | tuple[str, ...], word: str, what: str) -> str:
    if word not in words:
        there_are = ", ".join(filter(None, words))
        raise InputError(f"{word!r} is no {what}; there are {there_are}")
    return word


# Lists say the same few things of thousands of readers.
@lru_cache(FEW)
def _categories(cell: str) -> tuple[str, ...]:
    if not cell:
        return ()
    parts = next(csv.reader([cell], delimiter=";")) if '"' in cell else cell.split(";")
    chosen = tuple(dict.fromkeys(filter(None, (plain_text(unguarded(one)) for one in parts))))
    if len(chosen) > MOST_CATEGORIES or any(len(one) > LONGEST_CATEGORY for one in chosen):
        most = f"{MOST_CATEGORIES} categories of {LONGEST_CATEGORY} characters"
        raise InputError(f"a reader chooses {most} at most")
    return chosen


@lru_cache(FEW)
def _language(cell: str) -> str:
    if not cell:
        return "en"
    if len(cell) > LONGEST_LANGUAGE or not LANGUAGE.fullmatch(cell):
        raise InputError(f"{cell!r} is no language tag such as en or pt-BR (BCP 47)")
    return cell


@lru_cache(FEW)
def _cadence(cell: str) -> Cadence:
    return Cadence(_one_of(tuple(Cadence), cell.lower() or Cadence.WEEKLY, "cadence"))


def _moment(cell: str) -> datetime | None:
    """A moment as ISO 8601 writes it, in UTC when it names no zone."""
    if not cell:
        return None
    try:
        moment = datetime.fromisoformat(cell)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise InputError(f"{cell!r} is no moment such as 2026-11-22T09:00:00Z") from error


def _past(moment: datetime | None, now: datetime) -> datetime | None:
    if moment is not None and moment > now:
        raise InputError(f"{moment:%Y-%m-%d %H:%M} has not come yet; nobody agreed then")
    return moment
