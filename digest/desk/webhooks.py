"""Webhooks, as admins look after them."""

import secrets
from collections.abc import Collection, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from db.engine import Sessions, reading
from db.store import webhooks as store
from digest.desk.record import Hand
from digest.errors import InputError, NotFoundError
from digest.model import Event, Webhook, WebhookCall
from digest.standard_webhooks import SECRET_BYTES, secret_of

LONGEST_URL = 2000
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
MOST_CALLS = 20  # of each webhook that are shown


class Watched(NamedTuple):
    """A webhook with its newest calls."""

    hook: Webhook
    calls: Sequence[WebhookCall]


def add_webhook(sessions: Sessions, url: str, events: Collection[Event], hand: Hand) -> Webhook:
    """A webhook with a secret of its own. Raises InputError for an address that cannot be told, or
    for no event."""
    chosen = tuple(event.value for event in Event if event in events)
    if not chosen:
        raise InputError("choose what it is to be told of")
    hook = Webhook(
        url=_checked(url.strip()),
        secret=secret_of(secrets.token_bytes(SECRET_BYTES)),
        events=chosen,
        created_at=hand.at,
    )
    with sessions.begin() as session:
        kept = store.keep_webhook(session, hook)
        hand.notes(session, "add webhook", f"webhook {kept.id}", url=kept.url, events=chosen)
    return kept


def _checked(url: str) -> str:
    """An address that may be told: https, or http on this machine. Whether it leads to a private
    network is looked at when it is told, each time."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    secure = parts.scheme == "https" or (parts.scheme == "http" and host in HERE)
    if not host or not secure or parts.username is not None or len(url) > LONGEST_URL:
        raise InputError("that is no https address without a user in it")
    if not url.isascii() or not url.isprintable() or " " in url:
        raise InputError("an address has no spaces and no letters beyond ASCII")
    return url


def watched(sessions: Sessions) -> list[Watched]:
    with reading(sessions) as session:
        hooks = store.webhooks(session)
        return [Watched(hook, store.calls(session, hook.id, MOST_CALLS)) for hook in hooks]


def pause_webhook(sessions: Sessions, number: int, paused: bool, hand: Hand) -> None:
    """Tell a webhook nothing, or tell it again; raises NotFoundError."""
    with sessions.begin() as session:
        url = _known(store.pause(session, number, paused), number)
        act = "pause webhook" if paused else "resume webhook"
        hand.notes(session, act, f"webhook {number}", url=url)


def remove_webhook(sessions: Sessions, number: int, hand: Hand) -> None:
    """Forget a webhook and its log; raises NotFoundError."""
    with sessions.begin() as session:
        url = _known(store.remove(session, number), number)
        hand.notes(session, "remove webhook", f"webhook {number}", url=url)


def replay_call(sessions: Sessions, number: int, hand: Hand) -> None:
    """Tell an event once more, under the number it had; raises NotFoundError."""
    with sessions.begin() as session:
        event = store.replay(session, number, hand.at)
        if event is None:
            raise NotFoundError("call", number)
        hand.notes(session, "replay call", f"call {number}", event=event)


def _known(url: str | None, number: int) -> str:
    if url is None:
        raise NotFoundError("webhook", number)
    return url
