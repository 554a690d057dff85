"""What was accepted and told, for tests to look at: the newest of it, within bounds."""

import base64
import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from digest.standin.events import Event, stamp
from digest.standin.wire import Mail

MOST_MAILS = 50_000  # without their bytes
MOST_BYTES = 64 * 1024 * 1024  # of the newest mails
MOST_EVENTS = 20_000  # those of a mail that is not written yet count as one

Telling = Callable[[], Sequence[Event]]


class Memory:
    """`accepted` counts all mails there were, kept or not."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.accepted = 0
        self._most_bytes = most_bytes
        self._mails: deque[Kept] = deque(maxlen=MOST_MAILS)
        self._bodies: deque[tuple[int, Mail]] = deque()
        self._size = 0
        self._events: deque[str | Telling] = deque(maxlen=MOST_EVENTS)

    def keep(self, mail: Mail) -> None:
        self._bodies.append((self.accepted, mail))
        self._size += mail.size
        while self._size > self._most_bytes:
            self._size -= self._bodies.popleft()[1].size
        self._mails.append(_kept(mail))
        self.accepted += 1

    def tell(self, event: Event) -> None:
        self._events.append(json.dumps(event))

    def tell_when_asked(self, telling: Telling) -> None:
        """The events of a mail whose bytes are not written yet."""
        self._events.append(telling)

    def events(self) -> list[Event]:
        told = (
            [json.loads(one)] if isinstance(one, str) else json.loads(json.dumps(one()))
            for one in self._events
        )
        return [event for each in told for event in each]

    def mails(self, after: int = 0, *, whole: bool = False) -> Iterator[dict[str, Any]]:
        """Mails from the number `after` on; `whole` adds the bytes of those that are still here."""
        first = self.accepted - len(self._mails)
        bodies = dict(self._bodies) if whole else {}
        for number, mail in enumerate(self._mails, first):
            if number >= after:
                body = bodies.get(number)
                yield _shown(number, mail, body.whole if body else None)


class Kept(NamedTuple):
    """A mail without its bytes."""

    message_id: str
    at: datetime
    sender: str
    recipients: tuple[str, ...]
    tags: Mapping[str, str]
    configuration_set: str
    failure: str


def _kept(mail: Mail) -> Kept:
    return Kept(
        mail.message_id,
        mail.at,
        mail.sender,
        mail.recipients,
        mail.tags,
        mail.configuration_set,
        mail.failure,
    )


def _shown(number: int, mail: Kept, data: bytes | None) -> dict[str, Any]:
    return {
        "number": number,
        "messageId": mail.message_id,
        "at": stamp(mail.at),
        "from": mail.sender,
        "to": list(mail.recipients),
        "tags": dict(mail.tags),
        "configurationSet": mail.configuration_set,
        "failure": mail.failure,
        **({"raw": base64.b64encode(data).decode()} if data is not None else {}),
    }
