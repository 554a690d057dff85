"""How often we may ask somebody to confirm: a form must not become a way to flood an inbox."""

from datetime import datetime, timedelta

ASK_AGAIN_AFTER = timedelta(minutes=10)


def may_ask(last_asked: datetime | None, now: datetime) -> bool:
    """Whether a mail that asks to confirm may go to an address again."""
    return last_asked is None or now - last_asked >= ASK_AGAIN_AFTER
