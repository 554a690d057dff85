"""What a sender does, on whichever machine it is woken: it goes on with an issue, and takes in what
the mail service said of it. Functions that do this alone have a package of their own
(`scripts/build_lambda.py`), so that nothing else of the product is loaded from here."""

import logging
from collections.abc import Sequence

from digest.errors import NotAllowedError
from digest.jobs.send import due, send
from digest.logs import about
from digest.subscriptions import take
from digest.wiring.parts import Parts
from digest.wiring.services import queue_address

log = logging.getLogger(__name__)


def send_due(parts: Parts) -> list[str]:
    """Send every issue that has mail to go out now; what came of each, in a line."""
    return [send_issue(parts, name) for name in due(parts.sessions, parts.clock)]


def send_issue(parts: Parts, name: str) -> str:
    """Send an issue, or go on with it; what came of it, in a line."""
    try:
        with about(issue=name):
            sent = send(parts.sessions, parts.office, name)
    except NotAllowedError as error:  # one issue's trouble keeps no other from going out
        return str(error)
    return f"{name}: {sent.done} settled, {sent.waiting} wait"


def work(parts: Parts) -> None:
    """Go on with the issues that wake-ups name, until this process is told to stop."""
    from digest.delivery.postgres_queue import work  # of the extra `workers`

    def go_on(name: str) -> None:
        log.info("%s", send_issue(parts, name))

    work(queue_address(parts.settings), go_on, parts.stop)


def take_events(parts: Parts, bodies: Sequence[str]) -> None:
    """Take in what SES said of our mail; when this returns, it is kept for good."""
    take(parts.sessions, parts.clock, parts.signing, bodies)
