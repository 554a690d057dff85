"""What was accepted and told, for tests to look at: the newest of it, within bounds."""

import base64
import json
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from digest.standin.events import Event, stamp
from digest.standin.wire import Mail

MOST_MAILS = 50_000  # without their bytes
MOST_BYTES = 64 * 1024 * 1024  # of the newest mails
MOST_EVENTS = 20_000


class Memory:
    """`accepted` counts all mails there were, kept or not."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.accepted = 0
        self._most_bytes = most_bytes
        self._mails: deque[Mail] = deque(maxlen=MOST_MAILS)
        self._bodies: deque[tuple[int, bytes]] = deque()
        self._size = 0
        self._events: deque[str] = deque(maxlen=MOST_EVENTS)

    def keep(self, mail: Mail) -> None:
        self._bodies.append((self.accepted, mail.data))
        self._size += len(mail.data)
        while self._size > self._most_bytes:
            self._size -= len(self._bodies.popleft()[1])
        self._mails.append(replace(mail, data=b""))
        self.accepted += 1

    def tell(self, event: Event) -> None:
        self._events.append(json.dumps(event))

    def events(self) -> list[Event]:
        return [json.loads(event) for event in self._events]

    def mails(self, after: int = 0, *, whole: bool = False) -> Iterator[dict[str, Any]]:
        """Mails from the number `after` on; `whole` adds the bytes of those that are still here."""
        first = self.accepted - len(self._mails)
        bodies = dict(self._bodies) if whole else {}
        for number, mail in enumerate(self._mails, first):
            if number >= after:
                yield _shown(number, mail, bodies.get(number))


def _shown(number: int, mail: Mail, data: bytes | None) -> dict[str, Any]:
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
