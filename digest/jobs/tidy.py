"""Forget what is no longer needed."""

from datetime import timedelta
from typing import NamedTuple

from db.engine import Sessions
from db.store import clock as clock_store
from db.store import embeddings, readers
from db.store import sessions as session_store
from digest.ports import Clock

UNCONFIRMED_FOR = timedelta(days=14)
RUNS_FOR = timedelta(days=30)
SIGN_INS_FOR = timedelta(days=30)  # longer than any session lasts
VECTORS_FOR = timedelta(days=180)  # those still wanted are computed again


class Tidied(NamedTuple):
    unconfirmed: int
    runs: int
    vectors: int


def tidy(sessions: Sessions, clock: Clock) -> Tidied:
    """Drop sign-ups unconfirmed for 14 days, the record of runs after 30, editors' sign-ins and
    sessions after 30, vectors after 180."""
    with sessions.begin() as session:
        session_store.forget(session, clock() - SIGN_INS_FOR)
        return Tidied(
            unconfirmed=readers.drop_unconfirmed(session, clock() - UNCONFIRMED_FOR),
            runs=clock_store.drop_runs(session, clock() - RUNS_FOR),
            vectors=embeddings.forget_vectors(session, clock() - VECTORS_FOR),
        )
