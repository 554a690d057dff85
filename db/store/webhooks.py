"""Webhooks, and the events that wait to be told to them.

An event is kept in the transaction of what it tells of: none is lost, and none is told of what was
taken back.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from db.mapping import columns, value
from db.tables import WebhookCallRow, WebhookRow
from digest.model import CallState, Event, Webhook, WebhookCall

KEPT = ("url", "secret", "created_at")


def raise_event(session: Session, event: Event, data: Mapping[str, Any], now: datetime) -> None:
    """Keep an event for every webhook that wants it."""
    told = {"type": event.value, "timestamp": now.isoformat(), "data": dict(data)}
    number = f"msg_{uuid4().hex}"
    # None is removed before this transaction ends: its call would be nobody's, and undo the act.
    wanted = select(WebhookRow).where(WebhookRow.paused.is_(False))
    for hook in session.scalars(wanted.with_for_update(read=True, key_share=True)):
        if event in hook.events:
            session.add(_call(hook.id, number, event.value, told, now))


def _call(
    hook: int, number: str, event: str, payload: Mapping[str, Any], now: datetime
) -> WebhookCallRow:
    return WebhookCallRow(
        webhook_id=hook,
        event_id=number,
        event=event,
        payload=dict(payload),
        state=CallState.WAITING,
        next_at=now,
        created_at=now,
    )


# --- webhooks ------------------------------------------------------------------------------


def keep_webhook(session: Session, webhook: Webhook) -> Webhook:
    row = WebhookRow(**columns(webhook, KEPT), events=list(webhook.events))
    session.add(row)
    session.flush()
    return value(Webhook, row)


def webhooks(session: Session) -> list[Webhook]:
    return [
        value(Webhook, row) for row in session.scalars(select(WebhookRow).order_by(WebhookRow.id))
    ]


def pause(session: Session, number: int, paused: bool) -> str | None:
    """The address of what is paused or goes on; None where there is no such webhook."""
    changed = update(WebhookRow).where(WebhookRow.id == number).values(paused=paused)
    return session.scalar(changed.returning(WebhookRow.url))


def remove(session: Session, number: int) -> str | None:
    """The address of what is gone, with all that waited for it."""
    gone = delete(WebhookRow).where(WebhookRow.id == number)
    return session.scalar(gone.returning(WebhookRow.url))


def found_failing(session: Session, number: int, since: datetime | None) -> None:
    """Since when a webhook fails; None: it does not. What fails already goes on doing so."""
    changed = update(WebhookRow).where(WebhookRow.id == number)
    if since is not None:
        changed = changed.where(WebhookRow.failing_since.is_(None))
    session.execute(changed.values(failing_since=since))


# --- calls ---------------------------------------------------------------------------------


def claim(
    session: Session, now: datetime, most: int, held_for: timedelta
) -> list[tuple[WebhookCall, Webhook]]:
    """Calls that are due, with their webhooks, held for a while: nobody else makes them, unless
    who claimed them dies."""
    due = (
        select(WebhookCallRow.id)
        .join(WebhookRow, WebhookRow.id == WebhookCallRow.webhook_id)
        .where(
            WebhookCallRow.state == CallState.WAITING,
            WebhookCallRow.next_at <= now,
            WebhookRow.paused.is_(False),
        )
        .order_by(WebhookCallRow.next_at)
        .limit(most)
        .with_for_update(skip_locked=True, of=WebhookCallRow)
    )
    numbers = list(session.scalars(due))
    held = update(WebhookCallRow).where(WebhookCallRow.id.in_(numbers))
    session.execute(held.values(next_at=now + held_for))
    found = select(WebhookCallRow).where(WebhookCallRow.id.in_(numbers)).order_by(WebhookCallRow.id)
    hooks = {hook.id: hook for hook in webhooks(session)}
    calls = [value(WebhookCall, row) for row in session.scalars(found)]
    return [(call, hooks[call.webhook_id]) for call in calls if call.webhook_id in hooks]


def settle(session: Session, number: int, **values: Any) -> None:
    """Write what came of a call."""
    session.execute(update(WebhookCallRow).where(WebhookCallRow.id == number).values(**values))


def calls(session: Session, hook: int, most: int) -> list[WebhookCall]:
    """The newest first."""
    query = select(WebhookCallRow).where(WebhookCallRow.webhook_id == hook)
    newest = query.order_by(WebhookCallRow.id.desc()).limit(most)
    return [value(WebhookCall, row) for row in session.scalars(newest)]


def replay(session: Session, number: int, now: datetime) -> str | None:
    """Make a call once more, from its first try on; which event, None where there is no such."""
    again = update(WebhookCallRow).where(WebhookCallRow.id == number)
    fresh = {"state": CallState.WAITING, "tries": 0, "next_at": now, "settled_at": None}
    return session.scalar(again.values(**fresh).returning(WebhookCallRow.event))


def drop_calls(session: Session, before: datetime) -> int:
    """Forget what was settled before a moment."""
    old = (WebhookCallRow.state != CallState.WAITING) & (WebhookCallRow.settled_at < before)
    gone = session.scalars(delete(WebhookCallRow).where(old).returning(WebhookCallRow.id))
    return len(gone.all())
