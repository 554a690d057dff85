"""What is composed, edited and approved."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from digest.language import ENGLISH, Language


class IssueState(StrEnum):
    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    SENDING = "sending"
    SENT = "sent"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


class IssueKind(StrEnum):
    DIGEST = "digest"
    COMPARISON = "comparison"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """What an editor approves: the very texts that go out, with markers for one reader's links."""

    subject: str
    preheader: str
    html: str
    text: str

    @property
    def fingerprint(self) -> str:
        """SHA-256, in hex, over the four texts; JSON keeps their borders apart."""
        whole = json.dumps([self.subject, self.preheader, self.html, self.text], ensure_ascii=False)
        return hashlib.sha256(whole.encode()).hexdigest()


OFFERED = "it came after the issue was edited"
"""Why a comparison lies in the tray that no editor laid there: they may take it, or it waits for
the next issue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A comparison's place in an issue. An empty takeaway means the comparison's own. `dropped` is
    why an editor laid it aside; "" while it is in."""

    comparison: str
    takeaway: str = ""
    dropped: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What is mailed at once. The id is the period's ("2026-W47") or "c-<slug>".

    `tray` holds what an editor dropped. `version` counts every write: who saves names the version
    they saw. `planned_at` is when it is to go out if it is approved by then; `held` says why it
    did not. A paused one goes on by itself at `resume_at`, or not before somebody says so.
    """

    id: str
    kind: IssueKind
    state: IssueState
    subject: str = ""
    preheader: str = ""
    headline: str = ""
    intro: str = ""
    items: tuple[Item, ...] = ()
    tray: tuple[Item, ...] = ()
    rendering: Rendering | None = None
    reason: str = ""
    version: int = field(default=0, compare=False)  # the database counts it
    planned_at: datetime | None = None
    resume_at: datetime | None = None
    held: str = ""
    held_at: datetime | None = None
    reminded_at: datetime | None = None
    edited_by: str = ""
    submitted_by: str = ""
    approved_by: str = ""
    approved_fingerprint: str = ""
    approved_at: datetime | None = None
    send_at: datetime | None = None
    sent_at: datetime | None = None
    dated: date | None = None  # the date a reader sees, in the publication's zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What an editor approved, whole. `fields` is what the issue held then, as `issues.editing`
    names it; `voided` says by whom and why it no longer holds, "" while it does."""

    issue: str
    editor: str
    rendering: Rendering
    fields: Mapping[str, str]
    created_at: datetime
    voided: str = ""
    voided_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Who publishes. `base_url` has no trailing slash; `sender` is the From header's value."""

    name: str
    list_name: str
    base_url: str
    postal_address: str
    sender: str
    list_id: str
    unsubscribe_mailto: str = ""
    language: Language = ENGLISH
    accent: str = ""  # the colour of the brand, "#0a7a4a"; "" is the one of the tokens
    logo: str = ""  # the https address of a square picture; "" shows the name's initial
    footer: str = ""  # a line of the publication's own under every mail
    hub: str = ""  # the WebSub hub that is told when the feeds change
