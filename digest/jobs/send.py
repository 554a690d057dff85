"""Send an approved issue: each reader once, whatever breaks on the way.

The ledger in the database is the truth. A chunk of deliveries is leased (safe to queue again when
the lease runs out), then marked `sending` in micro-batches that are committed before the
transport is called. So a process that dies leaves at most one micro-batch in doubt, and doubt is
never mailed again blindly.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from db.engine import Sessions, reading
from db.store import approvals, editors, readers
from db.store import comparisons as comparison_store
from db.store import deliveries as ledger
from db.store import issues as store
from db.store.deliveries import Leased, Outcome
from digest import markers
from digest.errors import InputError, NotAllowedError
from digest.issues import rules
from digest.markers import Topics
from digest.model import (
    Delivery,
    DeliveryState,
    Doubtful,
    Halted,
    Issue,
    IssueState,
    Message,
    PanelCall,
    Publication,
    Receipt,
    Refused,
    Rendering,
    Sent,
    SubscriberState,
    Throttled,
)
from digest.ports import Clock, Post
from digest.readers.addresses import key_of
from digest.readers.addressing import Addressing
from digest.readers.audience import CADENCES, Offer, Reader, is_paused, reason_to_skip
from digest.readers.links import Signing

SLICE = 10_000  # readers queued in one transaction
CHUNK = 500  # deliveries leased at once
MICRO_BATCH = 25  # deliveries that one crash can leave in doubt
LEASE_SECONDS = 60


class Office(NamedTuple):
    """What sending needs besides the database."""

    post: Post
    signing: Signing
    publication: Publication
    clock: Clock
    repeatable: bool = False  # posting a delivery again replaces the first copy
    chunk: int = CHUNK
    micro_batch: int = MICRO_BATCH


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an issue has come: deliveries by state."""

    issue: str
    counts: dict[DeliveryState, int]

    @property
    def done(self) -> int:
        return sum(self.counts.values()) - self.waiting

    @property
    def waiting(self) -> int:
        return sum(self.counts.get(state, 0) for state in ledger.UNSETTLED)


def send(
    sessions: Sessions,
    office: Office,
    name: str,
    *,
    tell: Callable[[Progress], None] = lambda _: None,
) -> Progress:
    """Send an approved issue whose time has come, or go on with one that is being sent.

    Returns when no delivery waits. Raises NotAllowedError when the issue may not be sent.
    """
    issue = _begin(sessions, office.clock, name)
    _freeze(sessions, issue, office.clock)
    assert issue.rendering
    offer = _offer(sessions, issue, issue.rendering)
    addressing = Addressing(issue, issue.rendering, office.publication)
    while leased := _lease(sessions, office, name):
        deliverable = _skip_others(sessions, leased, offer, office)
        for start in range(0, len(deliverable), office.micro_batch):
            batch = deliverable[start : start + office.micro_batch]
            if not _send_batch(sessions, batch, addressing, office):
                return progress(sessions, name)  # refused for now: the next run goes on
        tell(progress(sessions, name))
    return _finish(sessions, office.clock, name)


def due(sessions: Sessions, clock: Clock) -> list[str]:
    """Issues to send now: approved and past their undo, or already on their way."""
    with reading(sessions) as session:
        return store.due(session, clock())


def readers_waiting(sessions: Sessions) -> int:
    """How many active readers there are: about how many an issue will go to."""
    with reading(sessions) as session:
        return readers.count_by_state(session).get(SubscriberState.ACTIVE, 0)


def progress(sessions: Sessions, name: str) -> Progress:
    with reading(sessions) as session:
        return Progress(name, ledger.counts(session, name))


def _begin(sessions: Sessions, clock: Clock, name: str) -> Issue:
    """The issue, being sent from now on. An approval that no longer holds is taken back, and that
    stays so when this raises NotAllowedError."""
    with sessions.begin() as session:
        issue = store.locked_issue(session, name)
        objections = _objections(issue, clock)
        if issue.state is IssueState.APPROVED and not objections:
            objections = _take_up(session, clock, issue)
    if objections:
        raise NotAllowedError(f"send {name}", objections)
    return issue


def _take_up(session: Session, clock: Clock, issue: Issue) -> tuple[str, ...]:
    """Move an approved issue on, or back to where it waits for another approval, and say why."""
    now, approver = clock(), editors.find_editor(session, issue.approved_by)
    why = rules.lapsed(issue, approver)
    if not why:
        won = store.move(session, issue.id, [IssueState.APPROVED], IssueState.SENDING, now)
        return () if won else ("someone else just changed it",)
    approvals.void_approvals(session, issue.id, why, now)
    store.move(session, issue.id, [IssueState.APPROVED], IssueState.REVIEW, now, **store.UNAPPROVED)
    editors.note(session, "the sender", "void", issue.id, now, reason=why)
    return (f"{why}; it waits for another approval",)


def _objections(issue: Issue, clock: Clock) -> tuple[str, ...]:
    if issue.state not in (IssueState.APPROVED, IssueState.SENDING):
        return (f"it is {issue.state.value}, and only an approved issue is sent",)
    if issue.state is IssueState.APPROVED and issue.send_at and issue.send_at > clock():
        at = issue.send_at.strftime("%H:%M:%S UTC")
        return (f"it can still be undone until {at}; `--now` does not wait",)
    if issue.state is IssueState.SENDING and _fingerprint(issue) != issue.approved_fingerprint:
        return ("its rendering is not the one that was approved",)
    return ()


def _fingerprint(issue: Issue) -> str:
    return issue.rendering.fingerprint if issue.rendering else ""


def _freeze(sessions: Sessions, issue: Issue, clock: Clock) -> None:
    frozen = False
    while not frozen:
        with sessions.begin() as session:
            cadences = CADENCES[issue.kind]
            frozen = ledger.freeze(session, issue.id, cadences, SLICE, clock()) is None


def _offer(sessions: Sessions, issue: Issue, rendering: Rendering) -> Offer:
    with reading(sessions) as session:
        pairs = comparison_store.pairs(session, [item.comparison for item in issue.items])
    tools = [tool for pair in pairs for tool in (pair.challenger, pair.incumbent)]
    verdicts = [tool.verdict for tool in tools if tool.verdict]
    # A rendering without blocks is whole for everyone, but who chose categories was promised no
    # mail on others: then the tools tell what it is on.
    told = frozenset(tool.category.lower() for tool in tools if tool.category)
    return Offer(
        kind=issue.kind,
        categories=markers.topics(rendering.html) or told,
        ships=any(verdict.call is PanelCall.SHIP for verdict in verdicts),
    )


def _lease(sessions: Sessions, office: Office, name: str) -> list[Leased]:
    now = office.clock()
    with sessions.begin() as session:
        ledger.expire(session, name, now, repeatable=office.repeatable)
        if store.issue(session, name).state is not IssueState.SENDING:
            return []
        return ledger.lease(session, name, office.chunk, now, LEASE_SECONDS)


def _skip_others(
    sessions: Sessions, leased: Sequence[Leased], offer: Offer, office: Office
) -> list[Leased]:
    """Settle those who must not get this issue as skipped; the others come back."""
    now = office.clock()
    hashes = {one.delivery.id: _hash(one.delivery, office.signing) for one in leased}
    with sessions.begin() as session:
        suppressed = readers.suppressed(session, list(hashes.values()))
        skipped = []
        for one in leased:
            reader = _reader(one, suppressed.get(hashes[one.delivery.id], ""), now)
            if reason := reason_to_skip(reader, offer):
                skipped.append(Outcome(one.delivery, DeliveryState.SKIPPED, reason=reason))
        ledger.settle(session, skipped, now)
    gone = {outcome.delivery.id for outcome in skipped}
    return [one for one in leased if one.delivery.id not in gone]


def _reader(leased: Leased, suppressed: str, now: datetime) -> Reader:
    return Reader(
        state=leased.subscriber_state,
        cadence=leased.cadence,
        paused=is_paused(leased.paused_until, now),
        categories=_chosen(leased),
        suppressed=suppressed,
    )


def _chosen(leased: Leased) -> Topics:
    return frozenset(category.lower() for category in leased.categories)


def _hash(delivery: Delivery, signing: Signing) -> str:
    return signing.address_hash(key_of(delivery.email))


def _send_batch(
    sessions: Sessions, batch: Sequence[Leased], addressing: Addressing, office: Office
) -> bool:
    """Mark, post and settle a micro-batch; False when the transport wants no more for now."""
    with sessions.begin() as session:
        deliveries = [one.delivery for one in batch]
        marked = ledger.mark_sending(session, deliveries, office.clock(), LEASE_SECONDS)
    chosen = {one.delivery.id: _chosen(one) for one in batch}
    letters = [_letter(addressing, office, one, chosen[one.id]) for one in marked]
    receipts = _post(letters, office.post)
    outcomes = [outcome(*one) for one in zip(marked, receipts, strict=True)]
    with sessions.begin() as session:
        ledger.settle(session, outcomes, office.clock())
    return all(one.state is not DeliveryState.QUEUED for one in outcomes)


def _letter(
    addressing: Addressing, office: Office, delivery: Delivery, topics: Topics
) -> Message | Refused:
    """An address that no header can hold must not cost the rest of its batch their mail."""
    tokens = office.signing.tokens(delivery.subscriber)
    try:
        return addressing.address(delivery, tokens, office.clock(), topics)
    except InputError as error:
        return Refused(str(error))


def _post(letters: Sequence[Message | Refused], post: Post) -> list[Receipt]:
    """One receipt a letter, in order; what is refused already is not posted."""
    messages = [one for one in letters if isinstance(one, Message)]
    numbers = [message.delivery for message in messages]
    receipts = dict(zip(numbers, post(messages), strict=True))
    return [one if isinstance(one, Refused) else receipts[one.delivery] for one in letters]


def outcome(delivery: Delivery, receipt: Receipt) -> Outcome:
    """What a receipt means for the ledger."""
    match receipt:
        case Sent(message_id):
            return Outcome(delivery, DeliveryState.SENT, message_id=message_id)
        case Refused(reason, permanent=True):
            return Outcome(delivery, DeliveryState.FAILED, reason=reason)
        case Refused(reason):
            return Outcome(delivery, DeliveryState.QUEUED, reason=reason)
        case Throttled(reason) | Halted(reason):
            return Outcome(delivery, DeliveryState.QUEUED, reason=reason)
        case Doubtful(reason):
            return Outcome(delivery, DeliveryState.UNKNOWN, reason=reason)


def _finish(sessions: Sessions, clock: Clock, name: str) -> Progress:
    """Call the issue sent when nothing waits; another sender may still hold some."""
    with sessions.begin() as session:
        counts = ledger.counts(session, name)
        now = clock()
        if not any(counts.get(state) for state in ledger.UNSETTLED):
            come_from = [IssueState.SENDING]
            store.move(session, name, come_from, IssueState.SENT, now, sent_at=now)
    return Progress(name, counts)
