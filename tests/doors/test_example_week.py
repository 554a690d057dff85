"""What a newcomer runs first: the example's week, twice, in an empty folder."""

import os
import subprocess
import sys
from pathlib import Path

import feedparser
import pytest

ROOT = Path(__file__).resolve().parents[2]
READERS = 25  # as the README promises


def run_week(folder: Path) -> str:
    usual = {name: text for name, text in os.environ.items() if not name.startswith("DIGEST_")}
    environment = usual | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "examples.week"]
    ran = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, check=True, text=True
    )
    return ran.stdout


@pytest.mark.slow
def test_each_reader_of_the_example_gets_one_mail_however_often_it_runs(tmp_path: Path) -> None:
    for _ in range(2):
        run_week(tmp_path)
        assert len(list((tmp_path / "var/outbox/new").iterdir())) == READERS
    feed = feedparser.parse((tmp_path / "var/feed.xml").read_bytes())
    assert not feed.bozo
    assert len(feed.entries) > 10
