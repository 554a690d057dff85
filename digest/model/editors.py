"""Who works at the desk, and the programs they let in and tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    WRITER = "writer"
    PUBLISHER = "publisher"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    email: str
    role: Role
    id: int = 0

    @property
    def may_publish(self) -> bool:
        """Approving and sending are for publishers and admins."""
        return self.role is not Role.WRITER


@dataclass(frozen=True, slots=True, kw_only=True)
class EditorSession:
    """A browser that an editor signed in with."""

    id: int
    editor_id: int
    agent: str
    ip: str
    created_at: datetime
    seen_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A WebAuthn credential of an editor: its public half."""

    editor_id: int
    credential_id: str  # base64url
    public_key: bytes  # COSE
    sign_count: int
    name: str = ""
    created_at: datetime
    used_at: datetime | None = None
    id: int = 0


class Scope(StrEnum):
    """What a program may do by the API with its token."""

    READ = "read"  # what is not public: how the deliveries of an issue stand
    TOOLS = "tools:write"  # tools, their reviews and so their verdicts


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A program that an admin lets in. Its secret is nowhere: the database knows a hash of it."""

    name: str
    scopes: tuple[str, ...]
    issued_by: str
    created_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    id: int = 0


class Event(StrEnum):
    """What others may be told of, by a webhook."""

    COMPARISON_PUBLISHED = "comparison.published"
    ISSUE_APPROVED = "issue.approved"
    ISSUE_SENT = "issue.sent"
    SUBSCRIBER_CONFIRMED = "subscriber.confirmed"
    SUBSCRIBER_LEFT = "subscriber.left"


class CallState(StrEnum):
    """Where the telling of one event to one webhook stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given-up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that is told of events, in messages signed with its own secret. While it is
    paused, nothing is kept for it."""

    url: str
    secret: str
    events: tuple[str, ...]
    created_at: datetime
    paused: bool = False
    failing_since: datetime | None = None
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookCall:
    """One event for one webhook. `status` is that of the last answer, None while there was none;
    `answer` is how it began, or why there was none."""

    id: int
    webhook_id: int
    event_id: str
    event: str
    payload: Mapping[str, Any]
    state: str
    tries: int
    status: int | None
    answer: str
    next_at: datetime
    created_at: datetime
    settled_at: datetime | None
