"""An issue through the SES transport to the stand-in: each reader once, whatever SES answers."""

import json
import urllib.request
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

import pytest

from digest.delivery.bulk import BulkSes
from digest.delivery.ses import Ses
from digest.errors import NotAllowedError
from digest.jobs.send import Progress, due, progress
from digest.model import DeliveryState, IssueState
from tests.newsroom import TEAM, WEEK, Newsroom
from tests.standin import LiveSes, listening
from tests.story.test_sending import LAUNCH, approves_an_issue_on

READERS = tuple(f"reader-{number}@inbox.example" for number in range(40))
SENT, FAILED, UNKNOWN = DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNKNOWN
QUEUED = DeliveryState.QUEUED
Start = Callable[..., AbstractContextManager[LiveSes]]


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> Start:
    return partial(listening, monkeypatch)


@pytest.fixture
def approved(newsroom: Newsroom, mode: str) -> Newsroom:
    """In the mode `bulk` too a call is for one reader: the stories count calls."""
    newsroom.has_readers(*READERS)
    approves_an_issue_on(newsroom, LAUNCH)
    posts_in(mode, newsroom)
    if mode == "bulk":
        newsroom.takes_micro_batches_of(1, calls=4)
    return newsroom


def posts_in(mode: str, newsroom: Newsroom) -> None:
    newsroom.posts_through(BulkSes("digest") if mode == "bulk" else Ses("digest"))


def mailed(ses: LiveSes) -> Counter[str]:
    to = (to for mail in ses.asks("/_sent")["mails"] for to in mail["to"])
    return Counter(one for one in to if one not in TEAM)


def a_while_later(approved: Newsroom) -> Progress:
    """The next run, when what the last one left leased is free again."""
    approved.clock.move(minutes=2)
    return approved.sends()


def test_what_ses_refuses_or_never_answers_is_settled_reader_by_reader(
    approved: Newsroom, starts: Start
) -> None:
    faults = "to reader-1@* drop; to reader-2@* reset; to reader-3@* refuse; to reader-4@* cut"
    with starts(faults=faults) as ses:
        counts = approved.sends().counts
        got = mailed(ses)
    assert counts == {SENT: 36, UNKNOWN: 3, FAILED: 1}
    lost = {"reader-2@inbox.example", "reader-3@inbox.example"}
    assert got == Counter(set(READERS) - lost)


def test_throttling_slows_and_fails_nobody(approved: Newsroom, starts: Start) -> None:
    with starts(faults="calls 10-12 throttle") as ses:
        last = approved.sends()
        assert last.waiting > 0
        while last.waiting:
            last = a_while_later(approved)
        assert mailed(ses) == Counter(READERS)
    assert last.counts == {SENT: 40}


def test_a_days_quota_pauses_the_issue_and_it_goes_on_by_itself(
    approved: Newsroom, starts: Start
) -> None:
    with starts(faults="call 30 quota") as ses:
        assert approved.sends().waiting > 0
        assert approved.issue().state is IssueState.PAUSED
        assert due(approved.sessions, approved.clock) == []
        approved.clock.move(minutes=61)
        assert due(approved.sessions, approved.clock) == [WEEK]
        assert approved.sends().counts == {SENT: 40}
        assert mailed(ses) == Counter(READERS)
    assert (approved.issue().state, approved.issue().reason) == (IssueState.SENT, "")


def test_an_account_that_is_paused_fails_nobody(approved: Newsroom, starts: Start) -> None:
    with starts(faults="call 7 pause") as ses:
        first = approved.sends()
        assert first.counts[SENT] + first.waiting == 40
        assert first.waiting == first.counts[QUEUED] > 0
        assert approved.issue().state is IssueState.PAUSED
        with pytest.raises(NotAllowedError, match=r"it is paused: .*Sending is paused"):
            a_while_later(approved)
        asked = urllib.request.Request(f"{ses.base}/_resume", method="POST")
        urllib.request.urlopen(asked, timeout=30).close()
        approved.resumes()
        assert approved.sends().counts == {SENT: 40}
        assert mailed(ses) == Counter(READERS)


def test_every_mail_can_be_traced_to_its_delivery(approved: Newsroom, starts: Start) -> None:
    with starts() as ses:
        approved.sends()
        tags = [event["mail"]["tags"] for event in ses.events() if event["eventType"] == "Send"]
    assert {tuple(one["issue"]) for one in tags} == {("2026-W47",)}
    assert len({tuple(one["delivery"]) for one in tags}) == len(READERS)
    assert {tuple(one["attempt"]) for one in tags} == {("1",)}


def test_a_lost_answer_leaves_its_own_call_in_doubt_until_the_events_tell(
    newsroom: Newsroom, starts: Start
) -> None:
    newsroom.chooses(ses_mode="bulk")
    many = [f"reader-{number}@inbox.example" for number in range(120)]
    newsroom.has_readers(*many)
    approves_an_issue_on(newsroom, LAUNCH)
    posts_in("bulk", newsroom)
    newsroom.takes_micro_batches_of(50, calls=4)
    with starts(
        faults="to reader-7@* refuse; to reader-60@* drop; to reader-110@* throttle"
    ) as ses:
        counts = newsroom.sends().counts
        got = mailed(ses)
        newsroom.hears(*(json.dumps(event) for event in ses.events()))
    assert counts == {SENT: 68, UNKNOWN: 50, FAILED: 1, QUEUED: 1}
    assert got == Counter(set(many) - {"reader-7@inbox.example", "reader-110@inbox.example"})
    assert progress(newsroom.sessions, WEEK).counts == {SENT: 118, FAILED: 1, QUEUED: 1}


WHATEVER = """
seed 42
3% throttle
0.5% drop
0.5% cut
1% error-after
1% error-before
to reader-77@* refuse
"""
FAULTS = {
    "raw": f"call 4000 pause; call 7000 quota; {WHATEVER}",
    "bulk": f"call 80 pause; call 140 quota; calls 40-41 drop; {WHATEVER}",
}
TEN_THOUSAND = 10_000


@pytest.mark.slow
def test_ten_thousand_readers_and_whatever_breaks(
    newsroom: Newsroom, starts: Start, mode: str
) -> None:
    """Each of them has it, or failed with a reason, or is in doubt; the events of SES then tell of
    all that it accepted."""
    newsroom.has_readers(*(f"reader-{number}@inbox.example" for number in range(TEN_THOUSAND)))
    approves_an_issue_on(newsroom, LAUNCH)
    posts_in(mode, newsroom)
    newsroom.takes_micro_batches_of(*((50, 8) if mode == "bulk" else (25,)))
    newsroom.may_send(100_000)
    with starts(faults=FAULTS[mode], rate=1e9, daily=-1) as ses:
        while newsroom.issue().state is not IssueState.SENT:
            newsroom.clock.move(minutes=61)
            if newsroom.issue().state is IssueState.PAUSED and not newsroom.issue().resume_at:
                urllib.request.urlopen(
                    urllib.request.Request(f"{ses.base}/_resume", method="POST"), timeout=30
                ).close()
                newsroom.resumes()
            last = newsroom.sends()
        got = mailed(ses)
        before = last.counts
        newsroom.hears(*(json.dumps(event) for event in ses.events()))
    after = progress(newsroom.sessions, WEEK).counts
    assert sum(before.values()) == TEN_THOUSAND
    assert before[FAILED] == 1
    assert 100 <= before[UNKNOWN] < 700
    assert max(got.values()) == 1
    assert after[SENT] == len(got)
    assert after.get(UNKNOWN, 0) == TEN_THOUSAND - 1 - len(got)
