"""Senders are killed with SIGKILL, at any of their steps, again and again: nobody is mailed twice,
nobody is lost, and what nobody can know is called unknown."""

import random
import signal
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import select

from db.engine import Sessions, reading
from db.tables import DeliveryRow
from digest.errors import NotAllowedError
from digest.jobs import leasing
from digest.jobs.batches import AT_ONCE, Office, Sizes
from digest.jobs.send import send
from digest.model import Copy, DeliveryState, IssueState, Message, Receipt, Sent
from tests.newsroom import WEEK, Newsroom
from tests.processes import Fuse, ended, forked
from tests.story.test_sending import LAUNCH, approves_an_issue_on

READERS, MICRO_BATCH, CALLS, KILLS = 700, 5, 3, 55
SENT, UNKNOWN = DeliveryState.SENT, DeliveryState.UNKNOWN


class Accepted:
    """A mail service whose memory outlives who asks it: a file, a line a message."""

    def __init__(self, file: Path, dies: Callable[[], None] = lambda: None) -> None:
        self.file, self.dies = file, dies

    def __call__(self, messages: Sequence[Message | Copy], /) -> list[Receipt]:
        receipts: list[Receipt] = []
        for message in messages:
            with self.file.open("a") as lines:
                lines.write(f"{message.delivery}\n")
            receipts.append(Sent(f"accepted-{message.delivery}"))
            self.dies()
        return receipts

    def counts(self) -> Counter[int]:
        return Counter(map(int, self.file.read_text().split())) if self.file.exists() else Counter()


def run_of(newsroom: Newsroom, service: Accepted, steps: int) -> int:
    """A process of its own that sends until its fuse has burnt; its number."""

    def work(sessions: Sessions, fuse: Fuse) -> None:
        office = office_of(newsroom, Accepted(service.file, fuse.burn))
        with suppress(NotAllowedError):  # another has sent the last of it
            send(sessions, office, WEEK)

    return forked(newsroom.sessions, steps, work)


def office_of(newsroom: Newsroom, service: Accepted) -> Office:
    office = newsroom.parts.office._replace(repeatable=False, post=service)
    if newsroom.parts.settings.ses_mode == "bulk":
        office = office._replace(bulk=service, bulk_sizes=Sizes(20, MICRO_BATCH, CALLS))
    return office._replace(chunk=20, micro_batch=MICRO_BATCH, calls=AT_ONCE)


@pytest.mark.slow
@pytest.mark.parametrize("senders", [1, 3])
@pytest.mark.usefixtures("mode")
def test_whoever_is_killed_wherever_each_reader_is_mailed_once(
    newsroom: Newsroom, tmp_path: Path, senders: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leasing, "SLICE", 200)  # the audience is frozen in several slices
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201 - shown when it fails
    chance = random.Random(seed)
    newsroom.has_readers(*(f"reader-{number}@inbox.example" for number in range(READERS)))
    approves_an_issue_on(newsroom, LAUNCH)
    service, kills = Accepted(tmp_path / "accepted"), 0
    newsroom.sessions.kw["bind"].dispose()  # a fork shares no connection
    while kills < KILLS:
        runs = [run_of(newsroom, service, chance.randint(1, 24)) for _ in range(senders)]
        ends = [ended(run) for run in runs]
        assert set(ends) <= {0, -signal.SIGKILL}
        kills += ends.count(-signal.SIGKILL)
        newsroom.clock.move(seconds=61)  # leases run out
        if state_of(newsroom) is IssueState.SENT:
            break
    assert kills >= KILLS * 4 // 5
    finish(newsroom, service)
    judge(newsroom, service, kills)


def state_of(newsroom: Newsroom) -> IssueState:
    state = newsroom.issue().state
    newsroom.sessions.kw["bind"].dispose()
    return state


def finish(newsroom: Newsroom, service: Accepted) -> None:
    while newsroom.issue().state is not IssueState.SENT:
        send(newsroom.sessions, office_of(newsroom, service), WEEK)
        newsroom.clock.move(seconds=61)


def judge(newsroom: Newsroom, service: Accepted, kills: int) -> None:
    accepted = service.counts()
    with reading(newsroom.sessions) as session:
        told = select(DeliveryRow.id, DeliveryRow.state).where(DeliveryRow.issue_id == WEEK)
        states = dict(session.execute(told).all())
    assert len(states) == READERS
    assert set(states.values()) <= {SENT, UNKNOWN}
    assert max(accepted.values()) == 1
    assert {number for number, state in states.items() if state is SENT} <= set(accepted)
    assert sum(state is UNKNOWN for state in states.values()) <= kills * MICRO_BATCH * CALLS
