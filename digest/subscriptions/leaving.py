"""A reader leaves: by one click in their mail program (RFC 8058) or on a page."""

from db.engine import Sessions
from db.store import readers as store
from digest.model import Consent, SubscriberState
from digest.ports import Clock
from digest.readers.links import Purpose, Signing


def leave(sessions: Sessions, clock: Clock, signing: Signing, token: str) -> bool:
    """Unsubscribe who the token names. Repeating it, or doing it after an erasure, is fine; False
    only when the token is none of ours."""
    number = signing.read(token, Purpose.LEAVE)
    if number is None:
        return False
    come_from = [SubscriberState.PENDING, SubscriberState.ACTIVE]
    with sessions.begin() as session:
        gone = SubscriberState.UNSUBSCRIBED
        if store.change_state(session, number, come_from, gone, clock()):
            said = Consent(act="leave", source="unsubscribe link", at=clock())
            store.keep_consent(session, number, said)
    return True


def may_leave(signing: Signing, token: str) -> bool:
    """Whether a link to leave is one of ours."""
    return signing.read(token, Purpose.LEAVE) is not None
