"""Stand-ins for what we do not own: the time of day, and mail services that fail."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from digest.model import Message, Receipt, Sent


class StoppedClock:
    """A clock that stands until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> None:
        self.moment += timedelta(**by)


class MailService(list[Message]):
    """Takes every message and remembers it; `answers` decides otherwise for one reader."""

    def __init__(self, answers: dict[str, Receipt] | None = None) -> None:
        super().__init__()
        self.answers = answers or {}
        self.before: Callable[[], None] = lambda: None  # called before each batch

    def __call__(self, messages: Sequence[Message], /) -> list[Receipt]:
        self.before()
        return [self._take(message) for message in messages]

    def _take(self, message: Message) -> Receipt:
        if answer := self.answers.get(message.recipient):
            return answer
        self.append(message)
        return Sent(f"service-{len(self)}")
