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

from db.engine import Sessions
from digest.jobs.send import progress
from digest.model import DeliveryState, IssueState
from digest.readers.links import Signing
from tests.feed_server import FeedServer
from tests.judges.install import ROOT
from tests.newsroom import TEAM, WEEK, Newsroom
from tests.shell import Shell
from tests.standin import listening
from tests.story.test_sending import LAUNCH, approves_an_issue_on

KEY = "a key of the workers that is long enough"
READERS = tuple(f"reader-{number}@inbox.example" for number in range(120))


def start(database: str) -> "subprocess.Popen[str]":
    """A worker that looks for issues."""
    given = {"DIGEST_DATABASE_URL": database, "DIGEST_SECRET_KEY": KEY, "DIGEST_TRANSPORT": "ses"}
    given |= {"DIGEST_SES_CONFIGURATION_SET": "digest", "DIGEST_EMBEDDER": "none"}
    process = subprocess.Popen(
        [sys.executable, "-m", "digest.cli", "worker"],
        cwd=ROOT,
        env={**os.environ, **given},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "looking for issues to send\n"
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


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_a_worker_wants_a_database_that_machines_can_share(shell: Shell) -> None:
    shell.does("init")
    assert "that takes PostgreSQL" in shell.fails("worker")
