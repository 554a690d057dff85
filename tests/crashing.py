"""A process that polls the feeds of a database and dies where it is told: `kill -9`, no goodbye.

    python -m tests.crashing DATABASE WEB POLL COUNT PLACE

does COUNT polls from the POLL-th on, by a clock that moves twenty minutes a poll, and in the last
of them is killed at one of PLACES.
"""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import event
from sqlalchemy.orm import Session

from db.engine import open_engine, open_sessions
from digest.jobs.collect import collect
from digest.jobs.pair import pair
from digest.ports import Request, Response
from sources import http
from tests.makers import SUNDAY

PLACES = ("fetched", "storing", "stored", "pairing", "paired")
STEP = timedelta(minutes=20)


def main(database: str, web: str, poll: int, count: int, place: str) -> None:
    engine = open_engine(database)
    sessions = open_sessions(engine)
    for number in range(poll, poll + count):
        here = place if number == poll + count - 1 else ""
        moment = SUNDAY + STEP * number

        def now(moment: datetime = moment) -> datetime:
            return moment

        def fetch(requests: Sequence[Request], /, here: str = here) -> Sequence[Response]:
            answers = http.fetch(requests, user_agent="tests", allow_private=frozenset([web]))
            _die_if(here == "fetched")
            return answers

        if here == "storing":
            event.listen(Session, "before_commit", _at_the_end_of_storing)
        collect(sessions, fetch, now, tell=_dying(here == "stored"))
        pair(sessions, fetch, now, due=True, tell=_dying(here == "pairing"))
        _die_if(here == "paired")


def _dying(now: bool) -> Callable[[object], None]:
    return lambda _: _die_if(now)


def _at_the_end_of_storing(session: Session) -> None:
    _die_if(bool(session.new or session.dirty or session.in_transaction()))


def _die_if(now: bool) -> None:
    if now:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    _, database_, web_, poll_, count_, place_ = sys.argv
    main(database_, web_, int(poll_), int(count_), place_)
