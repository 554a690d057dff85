"""Forget what is no longer needed."""

from datetime import timedelta
from typing import NamedTuple

from db.engine import Sessions
from db.store import clock as clock_store
from db.store import (
    embeddings,
    mailed_links,
    readers,
    retention,
    unreadable_events,
    votes,
    webhooks,
)
from db.store import sessions as session_store
from digest.ports import Clock
from digest.readers.retention import (
    INVITATIONS_FOR,
    INVITATIONS_LEFT,
    USUAL,
    Retention,
    kept_of_address,
)
from digest.readers.voting import NETWORK_KEPT_FOR

RUNS_FOR = timedelta(days=30)
SIGN_INS_FOR = timedelta(days=30)  # longer than any session lasts
UNREADABLE_FOR = timedelta(days=30)  # long enough for a person to look; addresses may be in it
CALLS_FOR = timedelta(days=30)  # to webhooks, once they are settled
VECTORS_FOR = timedelta(days=180)  # those still wanted are computed again


class Tidied(NamedTuple):
    """How much was forgotten of each; of `addresses`, that stand in readers' records, the end."""

    unconfirmed: int
    links: int
    invitations: int
    addresses: int
    runs: int
    vectors: int
    networks: int
    unreadable: int
    calls: int


def tidy(sessions: Sessions, clock: Clock, keep: Retention = USUAL) -> Tidied:
    """Drop what has been kept for its time; how long that is, `keep` and the constants say."""
    now = clock()
    with sessions.begin() as session:
        session_store.forget(session, now - SIGN_INS_FOR)
        return Tidied(
            unconfirmed=readers.drop_unconfirmed(session, now - keep.unconfirmed),
            links=mailed_links.drop_links(session, now),
            invitations=retention.drop_invitations(
                session, now - INVITATIONS_FOR, INVITATIONS_LEFT
            ),
            addresses=retention.coarsen_addresses(session, now - keep.addresses, kept_of_address),
            runs=clock_store.drop_runs(session, now - RUNS_FOR),
            vectors=embeddings.forget_vectors(session, now - VECTORS_FOR),
            networks=votes.forget_networks(session, now - NETWORK_KEPT_FOR),
            unreadable=unreadable_events.drop_unreadable(session, now - UNREADABLE_FOR),
            calls=webhooks.drop_calls(session, now - CALLS_FOR),
        )
