"""Mails on their way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DeliveryState(StrEnum):
    QUEUED = "queued"
    LEASED = "leased"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One (issue, subscriber) of the ledger, with what is needed to address a message."""

    id: int
    issue: str
    subscriber: int
    email: str
    confirmed_at: datetime | None
    attempt: int


@dataclass(frozen=True, slots=True)
class Message:
    """A finished RFC 5322 message for one reader and the delivery it settles.

    A letter that belongs to no issue has `delivery` 0 and `issue` "".
    """

    delivery: int
    recipient: str
    data: bytes
    issue: str = ""
    attempt: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Content:
    """What all readers of one variant of an issue get, with `{{name}}` where each one's own value
    for that of the `variables` goes. `headers` are the same for all."""

    sender: str
    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]
    variables: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A content to one reader, for those who merge it themselves: the reader's values, and the
    headers that are theirs alone."""

    delivery: int
    recipient: str
    content: Content
    values: Mapping[str, str]
    headers: tuple[tuple[str, str], ...]
    issue: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Sent:
    message_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Known not to have been sent. `permanent` means trying again cannot help."""

    reason: str
    permanent: bool = True


@dataclass(frozen=True, slots=True)
class Doubtful:
    """It may or may not have been accepted: never to be sent again blindly."""

    reason: str


@dataclass(frozen=True, slots=True)
class Throttled:
    """Known not to have been sent, because too much was: by the second, or by the day."""

    reason: str
    daily: bool = False


@dataclass(frozen=True, slots=True)
class Halted:
    """Known not to have been sent, and nobody's mail will be until a person mends something."""

    reason: str


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a provider lets us send: messages a second, and how many more today (None: no end).
    `sent` is what left in the last 24 hours, as far as the provider counts."""

    per_second: float
    left: float | None = None
    sent: float = 0


@dataclass(frozen=True, slots=True)
class Spent:
    """The rate that all senders share: up to when it is spent, and the part of it that is used
    since the provider slowed us down."""

    free_at: datetime | None = None
    factor: float = 1.0
    slowed_at: datetime | None = None


Receipt = Sent | Refused | Doubtful | Throttled | Halted
