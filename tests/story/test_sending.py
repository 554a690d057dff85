"""Each reader once, whatever happens between the approval and the last message."""

import gc
import re
from collections.abc import Sequence
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import update

from db.engine import reading
from db.store import deliveries
from db.tables import IssueRow, SubscriberRow
from digest import subscriptions
from digest.errors import NotAllowedError
from digest.jobs import leasing
from digest.jobs.send import due, progress
from digest.model import DeliveryState, Doubtful, Halted, IssueState, Message, Receipt, Refused
from digest.operations import hold
from digest.readers.links import Purpose
from digest.web.server import settle
from tests.fakes import MailService
from tests.makers import a_panel, a_tool
from tests.newsroom import PUBLISHER, WEEK, Newsroom, a_product_hunt_feed, part

READERS = ("ada@inbox.example", "bo@inbox.example", "cy@inbox.example")
RIVALS = [
    a_tool("Notekeel", tagline="Release notes from merged pull requests", description=""),
    a_tool("Callhorn", tagline="Answers the phone for clinics", category="Voice", description=""),
    a_tool("Pixelbarn", tagline="Product photos from sketches", category="Design", description=""),
    a_tool("Querymoth", tagline="SQL from plain questions", reviews=a_panel(20), description=""),
]
LAUNCH = ("Mergewren", "Drafts release notes from merged pull requests")
CALLS = ("Ringlow", "Answers the phone for clinics and takes messages")
SENT, SKIPPED, UNKNOWN = DeliveryState.SENT, DeliveryState.SKIPPED, DeliveryState.UNKNOWN


@pytest.fixture
def approved(newsroom: Newsroom) -> Newsroom:
    """A newsroom whose issue is approved and past its undo, for three readers."""
    newsroom.has_readers(*READERS)
    approves_an_issue_on(newsroom, LAUNCH)
    return newsroom


def approves_an_issue_on(newsroom: Newsroom, *launches: tuple[str, str]) -> None:
    newsroom.hires()
    newsroom.holds_verdicts_on(*RIVALS)
    newsroom.follows("/feed", a_product_hunt_feed(*launches))
    newsroom.collects()
    newsroom.pairs()
    newsroom.drafts()
    newsroom.submits()
    newsroom.approves()
    newsroom.clock.move(minutes=10)


def test_every_active_reader_gets_it_once(approved: Newsroom) -> None:
    service = approved.posts_through(MailService())
    assert approved.sends().counts == {SENT: 3}
    assert sorted(message.recipient for message in service) == list(READERS)
    assert approved.issue().state is IssueState.SENT


def test_the_first_mail_leaves_before_the_last_reader_is_queued(
    approved: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leasing, "SLICE", 1)
    service, queued = approved.posts_through(MailService()), []
    approved.chunk = 1

    def look() -> None:
        with reading(approved.sessions) as session:
            queued.append(sum(1 for _ in deliveries.listing(session, WEEK)))

    service.before = look
    assert approved.sends().counts == {SENT: 3}
    assert queued[0] < 3 == queued[-1]


@pytest.mark.parametrize("settled", [True, False])
def test_a_process_that_settled_its_memory_stays_so_when_an_issue_is_sent(
    approved: Newsroom, settled: bool
) -> None:
    gc.unfreeze()
    if settled:
        settle()
    try:
        approved.sends()
        assert bool(gc.get_freeze_count()) is settled
    finally:
        gc.unfreeze()


@pytest.mark.parametrize("leased_at_once", [1, 500])
def test_who_leaves_while_it_goes_out_gets_nothing_after_that_moment(
    approved: Newsroom, leased_at_once: int
) -> None:
    service = approved.posts_through(MailService())
    approved.chunk = leased_at_once
    approved.takes_micro_batches_of(1)
    service.before = lambda: approved.loses("cy@inbox.example")
    assert approved.sends().counts == {SENT: 2, SKIPPED: 1}
    assert "cy@inbox.example" not in {message.recipient for message in service}
    assert approved.reasons() == {"the reader is unsubscribed"}
    assert approved.issue().state is IssueState.SENT


def test_who_was_erased_is_gone_from_the_audience(approved: Newsroom) -> None:
    service = approved.posts_through(MailService())
    signing = approved.parts.signing
    subscriptions.erase(approved.sessions, approved.clock, signing, "bo@inbox.example")
    approved.sends()
    assert sorted(message.recipient for message in service) == [READERS[0], READERS[2]]


def test_a_reader_of_other_categories_is_skipped_with_the_reason(approved: Newsroom) -> None:
    approved.has_readers("di@inbox.example", categories="Voice")
    approved.posts_through(MailService())
    assert approved.sends().counts == {SENT: 3, SKIPPED: 1}
    assert approved.reasons() == {"nothing in the categories the reader chose"}


def test_a_reader_of_some_categories_gets_the_comparisons_on_these(newsroom: Newsroom) -> None:
    newsroom.has_readers(READERS[0])
    newsroom.has_readers(READERS[1], categories="VOICE; Law")
    approves_an_issue_on(newsroom, LAUNCH, CALLS)
    assert newsroom.sends().counts == {SENT: 2}
    whole, chosen = newsroom.inbox()
    for kind in ("plain", "html"):
        assert {"/compare/mergewren", "/compare/ringlow"} == compared(whole, kind)
        assert {"/compare/ringlow"} == compared(chosen, kind)
        assert "on the topics you chose" in part(chosen, kind)
        assert "on the topics you chose" not in part(whole, kind)


def compared(message: EmailMessage, kind: str) -> set[str]:
    return set(re.findall(r"/compare/[a-z]+", part(message, kind)))


def test_an_issue_approved_without_blocks_spares_readers_of_other_categories(
    approved: Newsroom,
) -> None:
    approved.has_readers("di@inbox.example", categories="Voice")
    approved.has_readers("el@inbox.example", categories="Writing")
    approved_without_blocks(approved)
    assert approved.sends().counts == {SENT: 4, SKIPPED: 1}
    assert approved.reasons() == {"nothing in the categories the reader chose"}
    assert "di@inbox.example" not in [message["To"] for message in approved.inbox()]
    assert {part(message, "plain") for message in approved.inbox()} == {"An issue of old.\n"}


def approved_without_blocks(newsroom: Newsroom) -> None:
    """The issue as an earlier version of the product rendered it."""
    issue = newsroom.issue()
    assert issue.rendering
    old = replace(issue.rendering, html="<p>An issue of old.</p>", text="An issue of old.\n")
    written = {"html": old.html, "text": old.text, "approved_fingerprint": old.fingerprint}
    with newsroom.sessions.begin() as session:
        session.execute(update(IssueRow).where(IssueRow.id == WEEK).values(written))


def test_an_address_that_no_header_can_hold_fails_alone(approved: Newsroom) -> None:
    with approved.sessions.begin() as session:
        bo = SubscriberRow.email == READERS[1]
        session.execute(update(SubscriberRow).where(bo).values(email="bo@inbox.example\nBcc: x"))
    assert approved.sends().counts == {SENT: 2, DeliveryState.FAILED: 1}
    assert [message["To"] for message in approved.inbox()] == [READERS[0], READERS[2]]
    (reason,) = approved.reasons()
    assert reason.endswith("cannot stand in a header as an address")


def test_a_refusal_for_good_fails_that_reader_alone(approved: Newsroom) -> None:
    approved.posts_through(MailService({READERS[1]: Refused("no such mailbox")}))
    assert approved.sends().counts == {SENT: 2, DeliveryState.FAILED: 1}
    assert approved.reasons() == {"no such mailbox"}


def test_a_refusal_for_now_waits_for_the_next_run(approved: Newsroom) -> None:
    service = approved.posts_through(
        MailService({READERS[1]: Refused("too fast", permanent=False)})
    )
    assert approved.sends().waiting == 1
    assert approved.issue().state is IssueState.SENDING
    service.answers.clear()
    assert approved.sends().counts == {SENT: 3}
    assert len(service) == 3


def test_what_was_leased_ahead_waits_again_when_sending_ends(approved: Newsroom) -> None:
    approved.chunk = 1
    approved.takes_micro_batches_of(1)
    suspended = Halted("the account is suspended")
    approved.posts_through(MailService(dict.fromkeys(READERS, suspended)))
    assert approved.sends().counts == {DeliveryState.QUEUED: 3}


def test_what_leases_ahead_stops_the_sending_when_it_fails(
    approved: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease, leased = deliveries.lease, list[bool]()

    def fails_at_the_second(*given: Any, **named: Any) -> Any:
        leased.append(True)
        if len(leased) == 2:
            raise OSError("the database is gone")
        return lease(*given, **named)

    monkeypatch.setattr(deliveries, "lease", fails_at_the_second)
    approved.chunk = 1
    approved.takes_micro_batches_of(1)
    service = approved.posts_through(MailService())
    with pytest.raises(OSError, match="gone"):
        approved.sends()
    assert approved.sends().counts == {SENT: 3}
    assert len(service) == 3


def test_what_may_have_been_accepted_is_never_sent_again(approved: Newsroom) -> None:
    service = approved.posts_through(MailService({READERS[1]: Doubtful("no answer came")}))
    assert approved.sends().counts == {SENT: 2, UNKNOWN: 1}
    assert approved.issue().state is IssueState.SENT
    assert [message.recipient for message in service] == [READERS[0], READERS[2]]


def test_a_sender_that_dies_leaves_one_micro_batch_in_doubt_and_loses_nobody(
    approved: Newsroom,
) -> None:
    approved.takes_batches_of(1)
    service = approved.posts_through(MailService())
    service.before = lambda: die_after(service, 1)
    with pytest.raises(Killed):
        approved.sends()
    service.before = lambda: None
    assert progress(approved.sessions, WEEK).waiting == 2
    approved.clock.move(seconds=61)  # the dead sender's lease runs out
    assert approved.sends().counts == {SENT: 2, UNKNOWN: 1}
    assert len(service) == 2


def test_the_outbox_knows_no_doubt_since_a_second_copy_takes_the_place_of_the_first(
    approved: Newsroom,
) -> None:
    outbox = approved.parts.post

    def post_and_die(messages: Sequence[Message], /) -> Sequence[Receipt]:
        outbox(messages)
        raise Killed

    approved.posts_through(post_and_die)
    with pytest.raises(Killed):
        approved.sends()
    approved.posts_through(outbox)
    approved.clock.move(seconds=61)
    assert approved.sends().counts == {SENT: 3}
    assert len(approved.inbox()) == 3


def test_cancelling_stops_it_at_the_next_micro_batch(approved: Newsroom) -> None:
    service = approved.posts_through(MailService())
    approved.takes_micro_batches_of(1)
    service.before = lambda: approved.cancels() if len(service) == 1 else None
    assert approved.sends().counts == {SENT: 2, SKIPPED: 1}
    assert approved.issue().state is IssueState.CANCELLED


def test_a_link_to_leave_works_once_twice_and_years_later(approved: Newsroom) -> None:
    token = approved.parts.signing.token(1, Purpose.LEAVE)
    for _ in range(2):
        approved.clock.move(weeks=200)
        assert subscriptions.leave(approved.sessions, approved.clock, approved.parts.signing, token)
    assert not subscriptions.leave(
        approved.sessions, approved.clock, approved.parts.signing, token + "x"
    )


class Killed(BaseException):
    """The process ends here: nothing catches it."""


def die_after(service: MailService, count: int) -> None:
    if len(service) == count:
        raise Killed


def test_on_a_restored_database_nothing_goes_out_until_somebody_says_so(
    approved: Newsroom,
) -> None:
    assert hold(approved.sessions, approved.clock, PUBLISHER) == [WEEK]
    approved.clock.move(minutes=10)
    assert due(approved.sessions, approved.clock) == []
    with pytest.raises(NotAllowedError, match="it is paused: restored from a copy"):
        approved.sends()
    approved.resumes()
    assert approved.sends().counts == {SENT: 3}
