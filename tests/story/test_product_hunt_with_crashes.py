"""Product Hunt over 200 polls: fifty entries that rotate and shuffle, "updated" that moves at every
poll, "published" from weeks ago, and a process that is killed at every place on the way."""

import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from db.engine import Sessions, reading
from db.store import comparisons, entries
from db.store import launches as store
from digest.model import LaunchState
from tests.crashing import PLACES
from tests.feed_server import Answer, FeedServer
from tests.newsroom import Newsroom

ROOT = Path(__file__).resolve().parents[2]
POLLS = 200
SHOWN = 50
BETWEEN_CRASHES = 20


def name(number: int) -> str:
    """A name of its own for each tool, without digits, which would count releases."""
    letters: list[str] = []
    while number or not letters:
        number, letter = divmod(number, 20)
        letters.append("bcdfghjklmnpqrstvwxz"[letter])
    return "Tool" + "o".join(letters) + "ia"


def entry(number: int, poll: int) -> str:
    return f"""<entry><id>tag:www.producthunt.com,2005:Post/{1_200_000 + number}</id>
<published>2026-{9 + number % 2:02}-{1 + number % 28:02}T02:00:00-07:00</published>
<updated>2026-11-22T{poll % 24:02}:{number % 60:02}:00-08:00</updated>
<link rel="alternate" type="text/html"
 href="https://www.producthunt.com/products/{name(number).lower()}"/>
<title>{name(number)}</title><content type="html">&lt;p&gt;
Drafts release notes from pull requests, number {number}&lt;/p&gt;</content></entry>"""


def document(numbers: list[int], poll: int) -> bytes:
    listed = "".join(entry(number, poll) for number in numbers)
    return f"""<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom">
<id>tag:www.producthunt.com,2005:/feed</id><title>Product Hunt</title>{listed}</feed>""".encode()


def simulated(chance: random.Random) -> tuple[list[bytes], set[int], set[int]]:
    """The documents of all polls, the ids of the first, the ids of all others."""
    shown, seen = list(range(SHOWN)), set[int]()
    documents = []
    for poll in range(POLLS):
        documents.append(document(chance.sample(shown, SHOWN), poll))
        seen.update(shown)
        # Any of the older half makes room, so that each stays for at least a dozen polls.
        for _ in range(chance.randint(1, 3)):
            shown.remove(chance.choice(shown[: SHOWN // 2]))
            shown.append(max(shown) + 1)
    return documents, set(range(SHOWN)), seen - set(range(SHOWN))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_each_id_is_announced_once_though_the_process_is_killed_on_the_way(
    sessions: Sessions, engine_url: str, newsroom: Newsroom
) -> None:
    documents, seeded, later = simulated(random.Random(339))
    newsroom.follows("/ph", documents[0], *map(Answer, documents), backlog=False)
    asked = len(newsroom.web.asked)
    crashes = 0
    while (poll := len(newsroom.web.asked) - asked) < POLLS:
        place = PLACES[crashes % len(PLACES)] if crashes else "paired"
        polls_until_killed(engine_url, newsroom.web, poll, place)
        crashes += 1
    assert crashes == POLLS // BETWEEN_CRASHES

    with reading(sessions) as session:
        launches = store.launches(session)
        challenged = Counter(comparisons.challengers(session))
        [(_, shown)] = entries.count_entries(session).items()
    told = {launch.name for launch in launches if launch.state is not LaunchState.BACKLOG}
    old = [launch.name for launch in launches if launch.state is LaunchState.BACKLOG]
    assert sorted(old) == sorted(map(name, seeded))
    assert len(launches) == len(seeded) + len(told) == shown
    assert told == set(map(name, later))
    assert set(challenged.values()) <= {1}


def polls_until_killed(database: str, web: FeedServer, poll: int, place: str) -> None:
    command = [sys.executable, "-m", "tests.crashing", database, web.authority]
    done = subprocess.run(
        [*command, str(poll), str(BETWEEN_CRASHES), place], cwd=ROOT, check=False, timeout=60
    )
    assert done.returncode == -signal.SIGKILL
