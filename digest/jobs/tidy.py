"""Forget what is no longer needed."""

from datetime import timedelta
from typing import NamedTuple

from db.engine import Sessions
from db.store import clock as clock_store
from db.store import readers
from digest.ports import Clock

UNCONFIRMED_FOR = timedelta(days=14)
RUNS_FOR = timedelta(days=30)


class Tidied(NamedTuple):
    unconfirmed: int
    runs: int


def tidy(sessions: Sessions, clock: Clock) -> Tidied:
    """Drop sign-ups unconfirmed for 14 days and the record of runs after 30."""
    with sessions.begin() as session:
        return Tidied(
            unconfirmed=readers.drop_unconfirmed(session, clock() - UNCONFIRMED_FOR),
            runs=clock_store.drop_runs(session, clock() - RUNS_FOR),
        )
