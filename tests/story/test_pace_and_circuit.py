"""How fast an issue goes out, what stops it on its way, and who decides what then."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from threading import Barrier

import pytest

from db.store.pace import locked_pace
from digest import wiring
from digest.desk.looking import speed
from digest.errors import NotAllowedError
from digest.jobs.batches import LEASE_SECONDS, way_of
from digest.jobs.send import due
from digest.model import DeliveryState, Doubtful, Halted, IssueState, Sent, Throttled
from tests.fakes import MailService
from tests.makers import an_issue
from tests.newsroom import PUBLISHER, WEEK, Newsroom
from tests.pure.test_addressing import a_rendering
from tests.story.test_sending import LAUNCH, approves_an_issue_on

QUEUED, SENT, FAILED = DeliveryState.QUEUED, DeliveryState.SENT, DeliveryState.FAILED
UNKNOWN = DeliveryState.UNKNOWN
NOBODY = "nobody@inbox.example"
LOST = Doubtful("the answer never came")


def approved_for(newsroom: Newsroom, count: int) -> MailService:
    newsroom.has_readers(*(f"reader-{number}@inbox.example" for number in range(count)))
    approves_an_issue_on(newsroom, LAUNCH)
    return newsroom.posts_through(MailService())


# --- pace ----------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.usefixtures("mode")
@pytest.mark.parametrize("allowed", [14, 200])
def test_no_second_sees_more_than_the_provider_allows(newsroom: Newsroom, allowed: int) -> None:
    service = approved_for(newsroom, 20 * allowed)
    newsroom.may_send(allowed)
    moments: list[float] = []
    service.before = lambda: moments.append(newsroom.clock().timestamp())
    began = newsroom.clock()
    assert newsroom.sends().counts == {SENT: 20 * allowed}
    for start in moments:
        within = (
            size for at, size in zip(moments, service.sizes, strict=True) if 0 <= at - start < 1
        )
        assert sum(within) <= allowed
    took = (newsroom.clock() - began).total_seconds()
    assert took <= 1.05 * 20 * allowed / (0.9 * allowed)


def test_two_senders_share_one_rate(newsroom: Newsroom) -> None:
    approved_for(newsroom, 30)
    newsroom.may_send(10)
    newsroom.takes_batches_of(10)
    began = newsroom.clock()
    other = newsroom.pace()
    for _ in range(9):
        assert other.take([NOBODY]) is None
    newsroom.sends()
    assert newsroom.clock() - began >= timedelta(seconds=4.2)


@pytest.mark.usefixtures("mode")
def test_being_throttled_halves_the_pace_and_it_recovers(newsroom: Newsroom) -> None:
    service = approved_for(newsroom, 10)
    newsroom.may_send(10)
    service.says(Throttled("Maximum sending rate exceeded"))
    began = newsroom.clock()
    assert newsroom.sends().counts == {SENT: 10}
    assert 2.0 < (newsroom.clock() - began).total_seconds() < 2.6  # 9 a second would take 1.1
    newsroom.clock.move(minutes=10)
    pace, began = newsroom.pace(), newsroom.clock()
    for _ in range(10):
        pace.take([NOBODY])
    assert (newsroom.clock() - began).total_seconds() == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize(
    ("mode", "allowed", "cap", "merges"),
    [
        ("raw", 10_000, 0, False),
        ("bulk", 1, 0, True),
        ("auto", 100, 0, False),
        ("auto", 101, 0, True),
        ("auto", 10_000, 50, False),
    ],
)
def test_copies_are_merged_where_much_may_be_sent(
    newsroom: Newsroom, mode: str, allowed: float, cap: int, merges: bool
) -> None:
    newsroom.chooses(transport="ses", ses_mode=mode, max_rate=cap)
    newsroom.may_send(allowed)
    parts = replace(newsroom.parts, bulk=wiring.bulk_of(newsroom.parts.settings))
    way = way_of(parts.office, an_issue(), a_rendering())
    assert way.merges == merges
    assert way.sizes.chunk <= max(way.sizes.micro_batch, allowed * LEASE_SECONDS)


def test_calls_that_were_on_their_way_together_slow_the_pace_once(newsroom: Newsroom) -> None:
    newsroom.chooses(ses_mode="bulk")
    service = approved_for(newsroom, 80)
    newsroom.takes_micro_batches_of(5, calls=8)
    newsroom.may_send(1000)
    service.says(*[Throttled("Maximum sending rate exceeded")] * 40)
    eight, calls = Barrier(8), count()
    service.before = lambda: eight.wait(30) if next(calls) < 8 else None
    assert newsroom.sends().counts == {SENT: 80}
    with newsroom.sessions.begin() as session:
        assert locked_pace(session).factor == 0.5


@pytest.mark.usefixtures("mode")
def test_a_days_quota_is_not_overrun_and_leaves_room_for_letters(newsroom: Newsroom) -> None:
    approved_for(newsroom, 100)
    newsroom.may_send(1000, left=80)
    assert newsroom.sends().counts[SENT] <= 76
    issue = newsroom.issue()
    assert (issue.state, issue.reason) == (
        IssueState.PAUSED,
        "the provider's daily quota is reached",
    )
    newsroom.may_send(1000, left=50_000)
    newsroom.clock.move(minutes=60)
    assert due(newsroom.sessions, newsroom.clock) == [WEEK]
    assert newsroom.sends().counts == {SENT: 100}


def test_a_new_domain_sends_more_each_day_until_it_is_known(newsroom: Newsroom) -> None:
    """Of 300 readers 200 get it on the first day, and the others on the next."""
    approved_for(newsroom, 300)
    newsroom.chooses(warm_up_from=newsroom.clock().date())
    newsroom.may_send(1000, left=50_000)
    assert newsroom.sends().counts == {SENT: 200, QUEUED: 100}
    assert newsroom.issue().reason == "a new domain sends no more than 200 messages on this day"
    newsroom.clock.move(minutes=60)
    newsroom.may_send(1000, left=50_000, sent=200)
    assert newsroom.sends().counts[SENT] == 200
    newsroom.clock.move(minutes=24 * 60)
    newsroom.may_send(1000, left=50_000, sent=0)
    assert newsroom.sends().counts == {SENT: 300}


def test_no_second_sees_more_to_a_domain_than_its_ceiling(newsroom: Newsroom) -> None:
    newsroom.has_readers(*(f"reader-{number}@big.example" for number in range(40)))
    service = approved_for(newsroom, 40)
    newsroom.chooses(domain_rates=frozenset({"BIG.example=10"}))
    newsroom.may_send(1000)
    moments: list[datetime] = []
    service.before = lambda: moments.append(newsroom.clock())
    began = newsroom.clock()
    assert newsroom.sends().counts == {SENT: 80}
    ends = [sum(service.sizes[: place + 1]) for place in range(len(moments))]
    big = {
        at: sum(one.recipient.endswith("@big.example") for one in service[end - size : end])
        for at, size, end in zip(moments, service.sizes, ends, strict=True)
    }
    for start in big:
        seen = sum(count for at, count in big.items() if 0 <= (at - start).total_seconds() < 1)
        assert seen <= 10
    assert (newsroom.clock() - began).total_seconds() <= 1.05 * 40 / 9


def test_the_time_that_is_left_is_told_by_the_last_minute(newsroom: Newsroom) -> None:
    service = approved_for(newsroom, 40)
    newsroom.takes_batches_of(10)
    service.before = lambda: newsroom.pauses() if len(service) == 20 else None
    newsroom.sends()
    with newsroom.sessions() as session:
        assert speed(session, WEEK, newsroom.clock()) == (0.5, 20)
        assert speed(session, WEEK, newsroom.clock() + timedelta(hours=1)) == (0.0, None)


# --- what stops it -------------------------------------------------------------------------


@pytest.mark.usefixtures("mode")
def test_trouble_of_the_account_pauses_the_issue_and_tells_the_editors(
    newsroom: Newsroom,
) -> None:
    service = approved_for(newsroom, 30)
    newsroom.takes_micro_batches_of(10)
    service.says(*[Sent("1")] * 10, *[Halted("AccountSuspendedException: suspended")] * 10)
    assert newsroom.sends().counts == {SENT: 10, QUEUED: 20}
    assert newsroom.issue().state is IssueState.PAUSED
    assert newsroom.issue().reason == "AccountSuspendedException: suspended"
    (told,) = (message for message in service if message.recipient == PUBLISHER)
    assert b"is paused" in told.data
    newsroom.resumes()
    assert newsroom.sends().counts == {SENT: 30}


def test_ten_unknown_in_a_row_pause_the_issue(newsroom: Newsroom) -> None:
    service = approved_for(newsroom, 40)
    newsroom.takes_micro_batches_of(4)
    service.says(*[LOST] * 9, Sent("1"), *[LOST] * 30)
    counts = newsroom.sends().counts
    assert counts == {SENT: 1, UNKNOWN: 19, QUEUED: 20}
    assert "of 10 messages in a row nobody knows" in newsroom.issue().reason


def test_ten_lost_calls_in_a_row_pause_the_issue_however_many_readers_each_was_for(
    newsroom: Newsroom,
) -> None:
    newsroom.chooses(ses_mode="bulk")
    service = approved_for(newsroom, 120)
    newsroom.takes_micro_batches_of(4)
    service.says(*[LOST] * 36, Sent("1"), *[LOST] * 100)
    assert newsroom.sends().counts == {SENT: 1, UNKNOWN: 75, QUEUED: 44}
    assert "of 10 messages in a row nobody knows" in newsroom.issue().reason


@pytest.mark.usefixtures("mode")
def test_pausing_holds_for_the_very_next_micro_batch(newsroom: Newsroom) -> None:
    service = approved_for(newsroom, 30)
    newsroom.takes_micro_batches_of(5)
    service.before = lambda: newsroom.pauses() if len(service) == 10 else None
    assert newsroom.sends().counts == {SENT: 15, QUEUED: 15}
    with pytest.raises(NotAllowedError, match=f"it is paused: {PUBLISHER} paused it"):
        newsroom.sends()
    newsroom.resumes()
    service.before = lambda: None
    assert newsroom.sends().counts == {SENT: 30}
    assert max(Counter(message.recipient for message in service).values()) == 1


@pytest.mark.usefixtures("mode")
def test_who_is_told_to_stop_settles_what_is_on_its_way_and_leaves_the_rest(
    newsroom: Newsroom,
) -> None:
    service = approved_for(newsroom, 30)
    newsroom.takes_micro_batches_of(5)
    service.before = newsroom.parts.stop.set
    assert newsroom.sends().counts == {SENT: 5, QUEUED: 25}
    assert newsroom.issue().state is IssueState.SENDING


def test_an_issue_whose_approver_left_the_team_is_not_resumed(newsroom: Newsroom) -> None:
    service = approved_for(newsroom, 10)
    newsroom.takes_micro_batches_of(5)
    service.before = lambda: newsroom.pauses() if not service else None
    newsroom.sends()
    newsroom.dismisses(PUBLISHER)
    with pytest.raises(NotAllowedError, match="no longer on the team"):
        newsroom.resumes()


def test_an_issue_is_not_sent_days_after_its_time_but_held_and_the_editors_told(
    newsroom: Newsroom,
) -> None:
    """The machine stood still for nine days, or its database is a copy of then."""
    service = approved_for(newsroom, 3)
    newsroom.clock.move(days=9)
    for _ in range(2):
        with pytest.raises(NotAllowedError):
            newsroom.sends()
    issue = newsroom.issue()
    assert (issue.state, "too long ago" in issue.reason) == (IssueState.REVIEW, True)
    (told,) = service
    assert (told.recipient, b"did not go out" in told.data) == (PUBLISHER, True)
    newsroom.approves()
    newsroom.clock.move(minutes=10)
    assert newsroom.sends().counts == {SENT: 3}


# --- doubt ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("mode")
def test_doubt_is_settled_by_an_editor_after_half_an_hour(newsroom: Newsroom) -> None:
    service = approved_for(newsroom, 6)
    service.says(LOST, Sent("1"), LOST)
    assert newsroom.sends().counts == {SENT: 4, UNKNOWN: 2}
    with pytest.raises(NotAllowedError, match="for half an hour"):
        newsroom.resolves(resend=True)
    newsroom.clock.move(minutes=31)
    assert newsroom.resolves(resend=True) == 2
    assert newsroom.issue().state is IssueState.SENDING
    assert newsroom.sends().counts == {SENT: 6}


def test_what_is_given_up_is_failed_with_the_reason(newsroom: Newsroom) -> None:
    service = approved_for(newsroom, 3)
    service.says(LOST)
    newsroom.sends()
    newsroom.clock.move(minutes=31)
    assert newsroom.resolves(resend=False) == 1
    assert newsroom.reasons() == {"given up: nobody knows"}
    assert newsroom.issue().state is IssueState.SENT


# --- many hands ----------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.usefixtures("mode")
def test_fifty_senders_at_once_are_one_send(newsroom: Newsroom) -> None:
    service = approved_for(newsroom, 200)
    newsroom.takes_batches_of(10)

    def sends(_: int) -> None:
        with suppress(NotAllowedError):  # it has been sent, by another
            newsroom.sends()

    with ThreadPoolExecutor(50) as hands:
        list(hands.map(sends, range(50)))
    assert Counter(Counter(one.recipient for one in service if one.delivery).values()) == {1: 200}
    assert newsroom.issue().state is IssueState.SENT
