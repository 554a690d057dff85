"""`digest worker`: more senders on one database."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from db.engine import Sessions
from digest.jobs.send import progress
from digest.model import DeliveryState, IssueState
from digest.readers.links import Signing
from digest.settings import Settings
from digest.wiring.services import wake_of
from tests.feed_server import FeedServer
from tests.judges.install import ROOT
from tests.newsroom import TEAM, WEEK, Newsroom
from tests.shell import Shell
from tests.standin import listening
from tests.story.test_sending import LAUNCH, approves_an_issue_on

KEY = "a key of the workers that is long enough"
SAID = {"inline": "looking for issues to send\n", "procrastinate": "waiting for wake-ups\n"}
READERS = tuple(f"reader-{number}@inbox.example" for number in range(120))


def start(database: str, engine: str = "inline") -> "subprocess.Popen[str]":
    """A worker that looks for issues, or waits for wake-ups."""
    given = {"DIGEST_DATABASE_URL": database, "DIGEST_SECRET_KEY": KEY, "DIGEST_TRANSPORT": "ses"}
    given |= {"DIGEST_SES_CONFIGURATION_SET": "digest", "DIGEST_EMBEDDER": "none"}
    given |= {"DIGEST_ENGINE": engine}
    process = subprocess.Popen(
        [sys.executable, "-m", "digest.cli", "worker"],
        cwd=ROOT,
        env={**os.environ, **given},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == SAID[engine]
    return process


def ends(worker: "subprocess.Popen[str]") -> str:
    """Told to stop, what it said to the end."""
    worker.send_signal(signal.SIGTERM)
    said, _ = worker.communicate(timeout=30)
    assert worker.returncode == 0
    return said


@pytest.mark.slow
def test_a_worker_told_to_stop_leaves_the_rest_to_the_next(
    monkeypatch: pytest.MonkeyPatch, postgres_sessions: Sessions, postgres_url: str, tmp_path: Path
) -> None:
    with listening(monkeypatch, rate=40) as ses, ExitStack() as stack:
        newsroom = Newsroom(postgres_sessions, tmp_path, stack.enter_context(FeedServer()))
        newsroom.parts = replace(newsroom.parts, signing=Signing([KEY]))
        newsroom.has_readers(*READERS)
        approves_an_issue_on(newsroom, LAUNCH)
        newsroom.sends_it_now()
        first = start(postgres_url)
        while not ses.accepted:
            assert first.poll() is None
            time.sleep(0.02)
        assert f"{WEEK}: " in ends(first)
        counts = progress(newsroom.sessions, WEEK).counts
        assert counts[DeliveryState.SENT] == ses.accepted < len(READERS)
        assert counts[DeliveryState.QUEUED] == len(READERS) - ses.accepted
        second = start(postgres_url)
        while newsroom.issue().state is not IssueState.SENT:
            assert second.poll() is None
            time.sleep(0.05)
        assert ends(second).endswith("stopped\n")
        to = Counter(one for mail in ses.asks("/_sent")["mails"] for one in mail["to"])
    assert {one: count for one, count in to.items() if one not in TEAM} == Counter(READERS)


@pytest.mark.slow
def test_workers_share_the_wake_ups_of_a_queue_in_postgresql(
    monkeypatch: pytest.MonkeyPatch, postgres_sessions: Sessions, postgres_url: str, tmp_path: Path
) -> None:
    with listening(monkeypatch, rate=14) as ses, ExitStack() as stack:
        newsroom = Newsroom(
            postgres_sessions,
            tmp_path,
            stack.enter_context(FeedServer()),
            database_url=postgres_url,
            engine="procrastinate",
            senders=2,
        )
        newsroom.parts = replace(newsroom.parts, signing=Signing([KEY]))
        newsroom.has_readers(*READERS)
        approves_an_issue_on(newsroom, LAUNCH)
        newsroom.sends_it_now()
        wake = wake_of(newsroom.parts.settings)
        assert wake
        assert [wake([WEEK]), wake([WEEK])] == [2, 0]  # they wait already
        workers = [start(postgres_url, "procrastinate") for _ in range(2)]
        while newsroom.issue().state is not IssueState.SENT:
            assert all(worker.poll() is None for worker in workers)
            time.sleep(0.05)
        said = [ends(worker) for worker in workers]
        to = Counter(one for mail in ses.asks("/_sent")["mails"] for one in mail["to"])
    assert all(f"{WEEK}: " in one and one.endswith("stopped\n") for one in said)
    assert {one: count for one, count in to.items() if one not in TEAM} == Counter(READERS)


def test_a_wake_up_that_a_dead_worker_was_at_is_forgotten(
    postgres_sessions: Sessions, postgres_url: str
) -> None:
    wake = wake_of(replace(Settings(), database_url=postgres_url, engine="procrastinate"))
    assert wake
    assert wake([WEEK]) == 2
    with postgres_sessions.begin() as session:
        session.execute(text("SET LOCAL search_path TO procrastinate"))
        session.execute(text("UPDATE procrastinate_jobs SET status = 'doing'"))
    worker = start(postgres_url, "procrastinate")
    count = text("SELECT count(*) FROM procrastinate.procrastinate_jobs")
    with postgres_sessions() as session:
        while session.scalar(count):
            assert worker.poll() is None
            session.rollback()
            time.sleep(0.05)
    worker.kill()
    worker.communicate()


def test_a_queue_that_another_version_made_is_made_anew(
    postgres_sessions: Sessions, postgres_url: str
) -> None:
    wake = wake_of(replace(Settings(), database_url=postgres_url, engine="procrastinate"))
    assert wake
    assert [wake([WEEK]), wake([WEEK])] == [2, 0]
    with postgres_sessions.begin() as session:
        session.execute(text("COMMENT ON SCHEMA procrastinate IS '0.1'"))
    assert [wake([WEEK]), wake([WEEK])] == [2, 0]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_a_worker_wants_a_database_that_machines_can_share(shell: Shell) -> None:
    shell.does("init")
    assert "that takes PostgreSQL" in shell.fails("worker")
