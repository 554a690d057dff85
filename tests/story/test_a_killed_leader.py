"""Two schedulers and three workers share a database, and the scheduler that sends is killed: every
period runs once, and every reader gets one mail."""

import json
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from db.engine import Sessions, reading
from db.store import clock as store
from digest import wiring
from digest.jobs.send import progress
from digest.model import DeliveryState, IssueState
from digest.readers.links import Signing
from tests.feed_server import FeedServer
from tests.machines import SharedClock, machine, runs
from tests.makers import SUNDAY
from tests.newsroom import TEAM, WEEK, Newsroom
from tests.standin import LiveSes, listening
from tests.story.test_sending import LAUNCH, approves_an_issue_on

KEY = "a key of the machines that is long enough"
SLOWLY = "every 1 hang 0.1"  # so that there is something left to be killed amid
READERS = tuple(f"reader-{number}@inbox.example" for number in range(400))


@pytest.mark.slow
def test_a_leader_is_killed_and_no_period_and_no_reader_notices(
    monkeypatch: pytest.MonkeyPatch, postgres_sessions: Sessions, postgres_url: str, tmp_path: Path
) -> None:
    given = {"DIGEST_DATABASE_URL": postgres_url, "DIGEST_SECRET_KEY": KEY}
    given |= {"DIGEST_TRANSPORT": "ses", "DIGEST_SES_CONFIGURATION_SET": "digest"}
    given |= {"DIGEST_EMBEDDER": "none", "DIGEST_LOG": "json", "DIGEST_SES_MODE": "raw"}
    with listening(monkeypatch, faults=SLOWLY) as ses, ExitStack() as stack:
        newsroom = Newsroom(postgres_sessions, tmp_path, stack.enter_context(FeedServer()))
        newsroom.parts = replace(newsroom.parts, signing=Signing([KEY]))
        newsroom.has_readers(*READERS)
        approves_an_issue_on(newsroom, LAUNCH)
        newsroom.clock = clock = SharedClock(tmp_path, SUNDAY)
        newsroom.parts = replace(newsroom.parts, clock=clock)
        kinds = ("scheduler", "scheduler", "worker", "worker", "worker")
        started = [stack.enter_context(machine(kind, tmp_path, given)) for kind in kinds]
        until(lambda: all_are_scheduled(newsroom))

        minutes = [next_minute(clock, tmp_path) for _ in range(9)]
        assert ses.accepted == 0  # the approval can still be undone
        minutes.append(next_minute(clock, tmp_path))
        until(lambda: ses.accepted >= 40)
        leader = [run for run in runs(tmp_path) if run.job == "send"][-1].process
        [killed] = [one for one in started[:2] if one.pid == leader]
        killed.send_signal(signal.SIGKILL)
        assert killed.wait(timeout=10) == -signal.SIGKILL
        assert ses.accepted < len(READERS)

        minutes += [next_minute(clock, tmp_path) for _ in range(5)]
        until(lambda: newsroom.issue().state is IssueState.SENT)
        settle(newsroom, ses)
        until(lambda: newsroom.issue().state is IssueState.SENT)
        assert all(one.poll() is None for one in started if one is not killed)
        to = Counter(one for mail in ses.asks("/_sent")["mails"] for one in mail["to"])

    assert {one: count for one, count in to.items() if one not in TEAM} == Counter(READERS)
    assert progress(newsroom.sessions, WEEK).counts == {DeliveryState.SENT: len(READERS)}
    ran = Counter((run.job, run.period) for run in runs(tmp_path))
    assert set(ran.values()) == {1}
    assert {period for job, period in ran if job == "send"} >= set(minutes)


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)


def all_are_scheduled(newsroom: Newsroom) -> bool:
    names = wiring.jobs(replace(newsroom.parts.settings, transport="ses"))
    with reading(newsroom.sessions) as session:
        return all(store.schedule(session, name) for name in names)


def next_minute(clock: SharedClock, folder: Path) -> str:
    """A minute later, when a scheduler has taken its period of the job `send`; that period."""
    clock.sets((clock() + timedelta(minutes=1)).replace(second=0, microsecond=0))
    period = f"{clock():%Y-%m-%dT%H:%MZ}"
    until(lambda: any((run.job, run.period) == ("send", period) for run in runs(folder)))
    return period


def settle(newsroom: Newsroom, ses: LiveSes) -> None:
    """What SES says of it ends most of the doubt that the killed one left; the rest was never
    accepted, and an editor has it sent again."""
    newsroom.hears(*(json.dumps(event) for event in ses.events()))
    if progress(newsroom.sessions, WEEK).counts.get(DeliveryState.UNKNOWN):
        newsroom.clock.move(minutes=31)
        newsroom.resolves(resend=True)
