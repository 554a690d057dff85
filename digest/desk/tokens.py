"""Tokens that let programs in: issued for what they may do, shown once, revoked."""

import secrets
from collections.abc import Collection
from datetime import timedelta

from db.engine import Sessions, reading
from db.store import api_tokens as store
from digest.desk.record import Hand
from digest.errors import InputError, NotFoundError
from digest.model import ApiToken, Scope
from digest.ports import Clock
from digest.readers.links import token_hash

PREFIX = "vd_"  # so that who finds one in a file or a log knows what it is
BYTES = 32  # 256 bits: nobody guesses it, so a plain hash of it is enough
LONGEST_NAME = 100
NEWS = timedelta(minutes=1)  # "last used" is this exact, and most requests write nothing


def issue_token(
    sessions: Sessions, name: str, scopes: Collection[Scope], hand: Hand
) -> tuple[ApiToken, str]:
    """A new token and its secret, which is told this once. Raises InputError for no name, or for
    nothing that it may do."""
    called = " ".join(name.split())[:LONGEST_NAME]
    if not called:
        raise InputError("a token needs a name: what is the program called?")
    if not scopes:
        raise InputError("a token needs something that it may do")
    secret = PREFIX + secrets.token_urlsafe(BYTES)
    chosen = tuple(scope.value for scope in Scope if scope in scopes)
    token = ApiToken(name=called, scopes=chosen, issued_by=hand.who, created_at=hand.at)
    with sessions.begin() as session:
        kept = store.keep_token(session, token, token_hash(secret))
        hand.notes(session, "issue token", f"token {kept.id}", name=called, scopes=chosen)
    return kept, secret


def tokens(sessions: Sessions) -> list[ApiToken]:
    """Those in use first, the newest first of each."""
    with reading(sessions) as session:
        return store.tokens(session)


def revoke_token(sessions: Sessions, number: int, hand: Hand) -> str:
    """The name of the token that lets nobody in any more; raises NotFoundError."""
    with sessions.begin() as session:
        name = store.revoke(session, number, hand.at)
        if name is None:
            raise NotFoundError("token in use", number)
        hand.notes(session, "revoke token", f"token {number}", name=name)
        return name


def bearer(sessions: Sessions, clock: Clock, secret: str) -> ApiToken | None:
    """The token with this secret; None for any other."""
    hashed, now = token_hash(secret), clock()
    with reading(sessions) as session:
        found = store.token_of(session, hashed)
    if found and (found.used_at is None or now - found.used_at > NEWS):
        with sessions.begin() as session:
            store.used(session, found.id, now)
    return found
