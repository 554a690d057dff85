"""Tell webhooks of what happened: each event until it is taken, or for three days."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from db.engine import Sessions
from db.store import webhooks as store
from digest.model import CallState, Webhook, WebhookCall
from digest.ports import Clock, Fetch, Request, Response
from digest.standard_webhooks import RETRIES, headers, written

log = logging.getLogger(__name__)

AT_ONCE = 50
# Longer than AT_ONCE calls take that all time out at one host: two at a time, ten seconds each.
HELD_FOR = timedelta(minutes=10)
GONE = 410  # nobody wants to be told any more, says the specification
ANSWER_KEPT = 300  # characters


class Told(NamedTuple):
    delivered: int = 0
    failed: int = 0


def tell(sessions: Sessions, fetch: Fetch, clock: Clock) -> Told:
    """Make every call that is due. A message may come twice, under the same `webhook-id`: who dies
    between the answer and its being noted leaves the call to be made again."""
    told = Told()
    for batch in _batches(sessions, clock):
        answers = fetch([_request(call, hook, clock()) for call, hook in batch])
        with sessions.begin() as session:
            for (call, hook), answer in zip(batch, answers, strict=True):
                taken = _settle(session, call, hook, answer, clock())
                told = Told(told.delivered + taken, told.failed + (not taken))
    return told


def _batches(sessions: Sessions, clock: Clock) -> Iterator[list[tuple[WebhookCall, Webhook]]]:
    while True:
        with sessions.begin() as session:
            batch = store.claim(session, clock(), AT_ONCE, HELD_FOR)
        if batch:
            yield batch
        if len(batch) < AT_ONCE:
            return


def _request(call: WebhookCall, hook: Webhook, now: datetime) -> Request:
    body = written(call.payload)
    signed = headers(hook.secret, call.event_id, int(now.timestamp()), body)
    return Request(hook.url, body=body, headers=signed)


def _settle(
    session: Session, call: WebhookCall, hook: Webhook, answer: Response, now: datetime
) -> bool:
    taken = not answer.error and answer.status // 100 == 2
    said = answer.error or answer.body[:ANSWER_KEPT].decode("utf-8", "replace").replace("\0", "")
    after = _after(call.tries, taken, now)
    told = {"tries": call.tries + 1, "status": answer.status or None, "answer": said}
    store.settle(session, call.id, **told, **after)
    store.found_failing(session, hook.id, None if taken else now)
    if answer.status == GONE:
        store.pause(session, hook.id, True)
    if not taken:
        log.warning(
            "webhook %s did not take %s: %s", hook.id, call.event, answer.error or answer.status
        )
    return taken


def _after(tries: int, taken: bool, now: datetime) -> dict[str, Any]:
    """How a call goes on after one more try."""
    if taken:
        return {"state": CallState.DELIVERED, "settled_at": now}
    if tries < len(RETRIES):
        return {"next_at": now + RETRIES[tries]}
    return {"state": CallState.GIVEN_UP, "settled_at": now}
