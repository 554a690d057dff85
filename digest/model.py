"""The words of the product as frozen values. They travel between the rooms; rows stay in `db`."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from digest.language import ENGLISH, Language


class Call(StrEnum):
    """What one reviewer says of a tool."""

    SHIP = "ship"
    SKIP = "skip"


class PanelCall(StrEnum):
    """What a panel says together: a majority, or neither."""

    SHIP = "ship"
    SKIP = "skip"
    SPLIT = "split"


class EntryPrice(StrEnum):
    """What it costs to start with a tool."""

    FREE = "free"
    FREEMIUM = "freemium"
    PAID = "paid"


# --- what reaches us -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a feed document, its HTML already reduced to text.

    `guid` is the document's own id for it, or "" where it has none. `paragraphs` are the
    texts of the description's block elements, in order. Dates are in UTC.
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    paragraphs: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A feed document as read: RSS, Atom, RDF or JSON Feed look the same from here on."""

    title: str = ""
    link: str = ""
    format: str = ""
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed that is followed. `kind` is a name of `sources.KINDS`."""

    id: int
    url: str
    kind: str
    title: str = ""
    category: str = ""
    paused: bool = False
    etag: str = ""
    last_modified: str = ""
    checked_at: datetime | None = None
    next_check_at: datetime | None = None  # None: as soon as may be
    whole_at: datetime | None = None  # when to ask for the whole document again
    failure: str = ""  # of the last check, "" when it went well
    failures: int = 0  # in a row
    failing_since: datetime | None = None
    told_at: datetime | None = None  # when the editors heard of it
    moved_to: str = ""  # where permanent redirects lead
    moved_since: datetime | None = None
    moved_hits: int = 0
    backlog: bool = False  # what it lists when it is first read counts as new
    seeded_at: datetime | None = None  # when it was first read
    notice: str = ""  # what an editor should know of its entries
    noticed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An entry as a feed showed it before. `content` is a hash of its words, "" when not known."""

    identity: str
    title: str = ""
    link: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    content: str = ""
    launch_id: int | None = None
    kind: str = ""  # what it was taken for: launch, update or not
    reason: str = ""  # why it is no launch, or none of its own


class LaunchState(StrEnum):
    """Where a launch stands on its way to a comparison."""

    BACKLOG = "backlog"  # old news when we first saw it: goes no further by itself
    CANDIDATE = "candidate"  # an editor must say whether it is one
    UNCLEAR = "unclear"  # an editor must say whether it is a tool we know
    REJECTED = "rejected"  # an editor said that it is none
    NEW = "new"  # recognised, not yet paired
    PAIRED = "paired"  # it has its comparison
    KNOWN = "known"  # a tool we already compared as a challenger
    UNMATCHED = "unmatched"  # no verdict is near enough; tried again when the pool grows


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """An entry recognised as the release of a tool. `id` is 0 until it is kept."""

    name: str
    tagline: str = ""
    description: str = ""
    url: str = ""
    category: str = ""
    published: datetime | None = None
    id: int = 0
    state: LaunchState = LaunchState.NEW
    reason: str = ""
    confirmed: bool = False  # an editor said that it is none of the tools whose names are like it


@dataclass(frozen=True, slots=True)
class NotALaunch:
    """Why an entry is no launch. `kind` is "update" (news of a known tool) or "not"."""

    reason: str
    kind: str = "not"


# --- tools and verdicts --------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One panel member on one tool. `score` runs from 0 to 100."""

    reviewer: str
    score: int
    call: Call
    text: str = ""


@dataclass(frozen=True, slots=True)
class Votes:
    """The community's counts on a tool."""

    ship: int = 0
    skip: int = 0

    @property
    def total(self) -> int:
        return self.ship + self.skip

    @property
    def percent_ship(self) -> int:
        """Share of *ship*, rounded half up; 0 when nobody voted."""
        return _percent(self.ship, self.total)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A tool's reviews together. Only tools with at least one review have one."""

    ships: int
    skips: int
    average: int

    @property
    def percent_ship(self) -> int:
        return _percent(self.ships, self.ships + self.skips)

    @property
    def call(self) -> PanelCall:
        if self.ships == self.skips:
            return PanelCall.SPLIT
        return PanelCall.SHIP if self.ships > self.skips else PanelCall.SKIP


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """What is compared. `entry` is None while nobody has said what it costs to start."""

    name: str
    slug: str
    tagline: str = ""
    description: str = ""
    category: str = ""
    url: str = ""
    pricing: str = ""
    entry: EntryPrice | None = None
    best_for: str = ""
    aliases: tuple[str, ...] = ()
    reviews: tuple[Review, ...] = ()
    votes: Votes = field(default_factory=Votes)
    id: int = 0
    review_wanted: str = field(default="", compare=False)  # why the panel should look again
    updated_at: datetime | None = field(default=None, compare=False)  # when it was last written

    @property
    def verdict(self) -> Verdict | None:
        if not self.reviews:
            return None
        ships = sum(review.call is Call.SHIP for review in self.reviews)
        total = sum(review.score for review in self.reviews)
        count = len(self.reviews)
        return Verdict(ships, count - ships, (2 * total + count) // (2 * count))


# --- comparisons ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why these two: one plain sentence for readers, and what it rests on.

    `ranker` names the method ("bm25", "editor"); `score` is comparable only within one ranker.
    """

    sentence: str
    evidence: tuple[str, ...] = ()
    ranker: str = "bm25"
    score: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The decision to read a challenger against an incumbent; the contents are the tools'."""

    slug: str
    challenger: Tool
    incumbent: Tool
    why: Why
    published_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One side of a comparison, every text ready to be shown."""

    name: str
    slug: str
    initial: str
    category: str
    tagline: str
    description: str
    url: str
    entry: str  # "Free", "Freemium", "Paid" or "Not known yet"
    community: str  # "82% ship" or "No votes yet"
    verdict: Verdict | None
    reviews: tuple[Review, ...]
    votes: Votes

    @property
    def call(self) -> str:
        """The panel's call as a word of the templates: ship, skip, split or unreviewed."""
        return self.verdict.call.value if self.verdict else "unreviewed"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the decision table."""

    label: str
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class Scored:
    """One reviewer on both sides; None where this reviewer has not looked."""

    reviewer: str
    a: Review | None
    b: Review | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The side-by-side of a pair: all that a page, a mail or a feed shows of it.

    `outcome` is a short chip ("Both ship", "Ship / Skip"), `tone` its colour (ship, skip,
    split, unreviewed). `takeaway` is one or two sentences; `why` says why these two.
    """

    slug: str
    title: str
    category: str
    a: Card
    b: Card
    rows: tuple[Row, ...]
    scorecard: tuple[Scored, ...]
    outcome: str
    tone: str
    takeaway: str
    why: str
    published_at: datetime
    updated_at: datetime


# --- issues --------------------------------------------------------------------------------


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


# --- readers and sending -------------------------------------------------------------------


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


def initial(name: str) -> str:
    """The first letter or digit of a name, upper-cased; "?" where there is none."""
    return next((letter.upper() for letter in name if letter.isalnum()), "?")


def _percent(part: int, whole: int) -> int:
    return (200 * part + whole) // (2 * whole) if whole else 0
