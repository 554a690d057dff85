"""Forget what is no longer needed."""

from datetime import timedelta
from typing import NamedTuple

from db.engine import Sessions
from db.store import clock as clock_store
from db.store import embeddings, readers, unreadable_events, votes
from digest.ports import Clock
from digest.readers.voting import NETWORK_KEPT_FOR

UNCONFIRMED_FOR = timedelta(days=14)
RUNS_FOR = timedelta(days=30)
UNREADABLE_FOR = timedelta(days=30)  # long enough for a person to look; addresses may be in it
VECTORS_FOR = timedelta(days=180)  # those still wanted are computed again


class Tidied(NamedTuple):
    unconfirmed: int
    runs: int
    vectors: int
    networks: int
    unreadable: int


def tidy(sessions: Sessions, clock: Clock) -> Tidied:
    """Drop sign-ups unconfirmed for 14 days, the record of runs and of events that nobody could
    read after 30, vectors after 180, and after 90 from which network a vote came."""
    with sessions.begin() as session:
        return Tidied(
            unconfirmed=readers.drop_unconfirmed(session, clock() - UNCONFIRMED_FOR),
            runs=clock_store.drop_runs(session, clock() - RUNS_FOR),
            unreadable=unreadable_events.drop_unreadable(session, clock() - UNREADABLE_FOR),
            vectors=embeddings.forget_vectors(session, clock() - VECTORS_FOR),
            networks=votes.forget_networks(session, clock() - NETWORK_KEPT_FOR),
        )
