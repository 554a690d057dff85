"""Who reads, and what they agreed to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class SubscriberState(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


class Cadence(StrEnum):
    """How often a reader wants mail."""

    WEEKLY = "weekly"  # the week's digest
    EACH = "each"  # each comparison, as it is published
    SHIPS = "ships"  # of these, those where the panel ships a side


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A reader. `email` is as typed, for sending; identity is its lower-cased key."""

    email: str
    state: SubscriberState
    categories: tuple[str, ...] = ()
    language: str = "en"
    cadence: Cadence = Cadence.WEEKLY
    paused_until: datetime | None = None
    confirmed_at: datetime | None = None
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a reader's wish came from, as far as the web tells: it is proof of a consent."""

    ip: str = ""
    agent: str = ""  # the browser's own name for itself
    page: str = ""  # the path of the page whose form was sent


NOWHERE = Origin()  # of what no request brought: a command, an import


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One line of the record of what a reader agreed to or withdrew: never changed, only added to.

    `act` is import, sign-up, sign-up again, confirm, change, leave, reason (why they left), return,
    complaint or bounce;
    `form` names the version of the words that were shown and `form_hash` is the SHA-256 of these
    words, in hex; `message_id` is that of the mail whose link was followed or which was answered.
    """

    act: str
    source: str = ""
    form: str = ""
    form_hash: str = ""
    message_id: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)  # what a change changed
    origin: Origin = NOWHERE
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MailedLink:
    """A link we mailed, known by its token's SHA-256 alone. `email` is the address that a change
    of address leads to, "" for any other purpose."""

    purpose: str
    subscriber: int
    email: str
    message_id: str
    expires_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A mail that answers a sign-up, as the limits count it. `bucket` and `network` are keyed
    hashes; `network` is "" where it is not known. `asks` is False when it tells somebody that they
    are in already."""

    bucket: str
    network: str
    domain: str
    asks: bool
