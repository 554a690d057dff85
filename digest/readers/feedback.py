"""What the mail service says of a message afterwards, and what that means for ledger and reader.

Events come in any order, twice, or not at all. So nothing here counts up: what a delivery became
and how a reader stands are functions of the set of all events, each known by its own id.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from digest.model import DeliveryState, SubscriberState

SOFT_BOUNCES = 3  # issues in a row
SOFT_SPAN = timedelta(days=14)  # at least, from the first of them to the last


class EventKind(StrEnum):
    """What an event says, in the words of Amazon SES."""

    SEND = "send"
    DELIVERY = "delivery"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    DELAY = "delay"
    REJECT = "reject"
    RENDERING_FAILURE = "rendering failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryEvent:
    """One event. `delivery`, `attempt` and `issue` are our own tags, which not every event has.

    `type` is the bounce's, the delay's, or the complaint's feedback type; `status` is the enhanced
    status code (RFC 3463) and `diagnostic` what the other server said, cut and in one line.
    """

    kind: EventKind
    message_id: str
    at: datetime
    recipients: tuple[str, ...] = ()
    delivery: int | None = None
    attempt: int | None = None
    issue: str = ""
    type: str = ""
    subtype: str = ""
    status: str = ""
    diagnostic: str = ""
    feedback_id: str = ""


class Meaning(StrEnum):
    """What an event means to us."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    DELAYED = "delayed"
    DISTRUSTED = "distrusted"  # delayed because of what they think of us
    SOFT = "soft bounce"
    CONTENT = "content refused"
    POLICY = "policy bounce"
    HARD = "hard bounce"
    LISTED = "listed by SES"  # on its suppression list: it was never sent
    COMPLAINT = "complaint"
    NOT_SPAM = "not spam"
    UNAUTHENTICATED = "auth failure"
    REJECTED = "rejected"
    UNRENDERED = "not rendered"


class Consequence(NamedTuple):
    """What one meaning brings about. Of several on one delivery the highest `rank` is told; from
    `TOLD` on it stands in the ledger as the reason."""

    rank: int
    failed: bool = False  # the reader did not get it, and nobody tried to deliver it
    reader: SubscriberState | None = None
    suppressed: str = ""  # the reason, "" when the address stays free
    alert: bool = False  # somebody should look: it is our fault, or our name suffers
    halts: bool = False  # the issue stops until an editor has looked


TOLD = 3
CONSEQUENCES: Mapping[Meaning, Consequence] = {
    Meaning.ACCEPTED: Consequence(0),
    Meaning.NOT_SPAM: Consequence(0),
    Meaning.UNAUTHENTICATED: Consequence(0, alert=True),
    Meaning.DELAYED: Consequence(1),
    Meaning.DISTRUSTED: Consequence(1, alert=True),
    Meaning.DELIVERED: Consequence(2),
    Meaning.SOFT: Consequence(3),
    Meaning.CONTENT: Consequence(4, alert=True),
    Meaning.POLICY: Consequence(5, alert=True),
    Meaning.REJECTED: Consequence(6, failed=True, alert=True, halts=True),
    Meaning.UNRENDERED: Consequence(7, failed=True, alert=True, halts=True),
    Meaning.LISTED: Consequence(
        8, failed=True, reader=SubscriberState.BOUNCED, suppressed="listed by Amazon SES"
    ),
    Meaning.HARD: Consequence(9, reader=SubscriberState.BOUNCED, suppressed="hard bounce"),
    Meaning.COMPLAINT: Consequence(10, reader=SubscriberState.COMPLAINED, suppressed="complaint"),
}

FINAL = (Meaning.COMPLAINT, Meaning.HARD, Meaning.LISTED)
"""What ends a reader's mail at once, the gravest first."""

OUTRANKED: Mapping[str, Collection[str]] = {
    "listed by Amazon SES": (),
    "hard bounce": ("listed by Amazon SES",),
    "complaint": ("listed by Amazon SES", "hard bounce"),
}
"""Which reasons of a suppression each reason takes the place of. No event replaces an editor's."""

# --- one event -----------------------------------------------------------------------------

# https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
LISTS = frozenset(
    {
        "Suppressed",
        "OnAccountSuppressionList",
        "OnTenantSuppressionList",
        "EmailValidationSuppressed",
    }
)
CONTENT = frozenset({"MessageTooLarge", "ContentRejected", "AttachmentRejected"})
DISTRUST = frozenset({"SpamDetected", "IPFailure"})
COMPLAINTS = {"not-spam": Meaning.NOT_SPAM, "auth-failure": Meaning.UNAUTHENTICATED}
POLICY = re.compile(r"(?<![\d.])5\.7\.\d{1,3}(?![\d.])")


def meaning(event: DeliveryEvent) -> Meaning:
    """What an event means. SES tells of a bounce when it has given up trying."""
    match event.kind:
        case EventKind.SEND:
            return Meaning.ACCEPTED
        case EventKind.DELIVERY:
            return Meaning.DELIVERED
        case EventKind.BOUNCE:
            return _bounce(event)
        case EventKind.COMPLAINT:
            listed = event.subtype in LISTS
            return Meaning.LISTED if listed else COMPLAINTS.get(event.type, Meaning.COMPLAINT)
        case EventKind.DELAY:
            return Meaning.DISTRUSTED if event.type in DISTRUST else Meaning.DELAYED
        case EventKind.REJECT:
            return Meaning.REJECTED
        case EventKind.RENDERING_FAILURE:
            return Meaning.UNRENDERED


def _bounce(event: DeliveryEvent) -> Meaning:
    if event.subtype in LISTS:
        return Meaning.LISTED
    if event.subtype in CONTENT:
        return Meaning.CONTENT
    if event.type != "Permanent":  # Transient, Undetermined
        return Meaning.SOFT
    # X.7 is policy (RFC 3463, 3.8): they refuse us as we are, which says nothing of the reader.
    refused = POLICY.search(event.status or event.diagnostic)
    return Meaning.POLICY if refused and event.subtype != "NoEmail" else Meaning.HARD


# --- all events of one delivery ------------------------------------------------------------


class Past(NamedTuple):
    """An event as it is remembered."""

    meaning: Meaning
    at: datetime
    delivery: int
    attempt: int = 0
    message_id: str = ""


class Ledger(NamedTuple):
    """A delivery's row as far as events concern it. `copies` counts the messages accepted for it:
    two are a duplicate."""

    state: DeliveryState
    attempt: int
    message_id: str
    reason: str = ""
    copies: int = 0


def settled(row: Ledger, past: Collection[Past]) -> Ledger:
    """A delivery's row after all that is known of it. An event with our tag ends all doubt, and an
    earlier attempt that turns out to have been accepted spares the reader a second copy."""
    accepted = {one.message_id: one.attempt for one in past}
    receipt = bool(row.message_id) and row.message_id not in accepted
    copies = len(accepted) + receipt
    in_call = row.state is DeliveryState.SENDING and row.attempt not in accepted.values()
    if not past or in_call:  # the sender is at it with a later attempt, and settles that one
        return row._replace(copies=copies)
    kept = row.message_id if receipt else max(accepted, key=lambda one: (accepted[one], one))
    told = max((one.meaning for one in past), key=lambda one: CONSEQUENCES[one].rank)
    reached = any(one.meaning is Meaning.DELIVERED for one in past)
    failed = CONSEQUENCES[told].failed and not reached
    return row._replace(
        state=DeliveryState.FAILED if failed else DeliveryState.SENT,
        message_id=kept,
        reason=told.value if CONSEQUENCES[told].rank >= TOLD else "",
        copies=copies,
    )


# --- all events of one reader --------------------------------------------------------------


def standing(past: Iterable[Past], confirmed_at: datetime | None) -> Meaning | None:
    """Why a reader must get no more mail: COMPLAINT, HARD, LISTED or SOFT; None when they may.

    What was before they last confirmed does not count: the address could be reached then, and its
    owner wanted mail. After a complaint nobody gets as far without an editor.
    """
    counted = [one for one in past if confirmed_at is None or one.at >= confirmed_at]
    said = {one.meaning for one in counted}
    gravest = next((final for final in FINAL if final in said), None)
    return gravest or (Meaning.SOFT if _keeps_bouncing(counted) else None)


def _keeps_bouncing(past: Collection[Past]) -> bool:
    """Whether the last issues all bounced softly: three or more, over two weeks or longer."""
    run: list[datetime] = []
    ours = sorted((one for one in past if one.delivery), key=lambda one: (one.delivery, one.at))
    for _, events in groupby(ours, key=lambda one: one.delivery):
        told = {one.meaning: one.at for one in events}
        if Meaning.DELIVERED in told:
            run = []
        elif Meaning.SOFT in told:
            run.append(told[Meaning.SOFT])
    return len(run) >= SOFT_BOUNCES and max(run) - min(run) >= SOFT_SPAN
