"""Who takes in what SES says is killed with SIGKILL, again and again, in the middle of a batch: it
comes again, and counts once."""

import json
import random
import signal
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from db.engine import Sessions
from digest import subscriptions
from digest.delivery.poller import BATCH, Waiting, poll
from digest.model import DeliveryState, SubscriberState
from tests.feedback import SIGNING, MailRoom, tags
from tests.processes import Fuse, ended, forked
from tests.ses_says import a_bounce, an_event

READERS, KILLS = 120, 25


class Queue:
    """A queue whose memory outlives who asks it: a file of what was deleted."""

    def __init__(self, bodies: Sequence[str], deleted: Path) -> None:
        self.bodies, self.deleted = bodies, deleted

    def receive(self, *, patient: bool = True) -> list[Waiting]:
        if not patient:
            return []
        gone = set(self.deleted.read_text().split()) if self.deleted.exists() else set()
        waiting = (Waiting(body, str(at)) for at, body in enumerate(self.bodies))
        return [one for one in waiting if one.handle not in gone][:BATCH]

    def delete(self, handles: Sequence[str]) -> None:
        with self.deleted.open("a") as lines:
            lines.write("".join(f"{one}\n" for one in handles))


@pytest.mark.slow
def test_what_ses_says_counts_once_whoever_is_killed_while_taking_it_in(
    sessions: Sessions, tmp_path: Path
) -> None:
    """Every third reader's mail bounced; of the others' nothing is doubtful any more."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201 - shown when it fails
    chance, room = random.Random(seed), MailRoom(sessions)
    emails = [f"reader-{number}@inbox.example" for number in range(READERS)]
    numbers = [room.mailed(one, DeliveryState.UNKNOWN, message_id="") for one in emails]
    told: list[dict[str, Any]] = [
        {"recipient": email, "message_id": email, "tags": tags(number)}
        for email, number in zip(emails, numbers, strict=True)
    ]
    said = [*(an_event("Send", **one) for one in told), *(a_bounce(**one) for one in told[::3])]
    bodies = [json.dumps(one) for one in said]
    chance.shuffle(bodies)
    queue, ends = Queue(bodies, tmp_path / "deleted"), [1]

    def listens(own: Sessions, fuse: Fuse) -> None:
        def take(some: Sequence[str]) -> None:
            subscriptions.take(own, room.clock, SIGNING, some)
            fuse.burn()

        poll(queue, take, Event())

    sessions.kw["bind"].dispose()
    while ends[-1] != 0:
        steps = chance.randint(1, 5) if len(ends) <= KILLS else 10_000
        ends.append(ended(forked(sessions, steps, listens)))
    assert ends.count(-signal.SIGKILL) == KILLS
    assert {room.row(number).state for number in numbers} == {DeliveryState.SENT}
    assert {room.row(number).copies for number in numbers} == {1}
    states = [room.state(one) for one in emails]
    assert states[::3] == [SubscriberState.BOUNCED] * (READERS // 3)
    assert set(states[1::3] + states[2::3]) == {SubscriberState.ACTIVE}
    assert len(room.events()) == len(bodies)
