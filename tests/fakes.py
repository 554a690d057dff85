"""Stand-ins for what we do not own: the time of day, mail services that fail, language models."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

import numpy as np

from digest.delivery.suppression_list import Listed
from digest.model import Copy, Message, Receipt, Sent
from digest.ports import Vectors
from digest.standin import merging


class StoppedClock:
    """A clock that stands until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> None:
        self.moment += timedelta(**by)


class MailService(list[Message]):
    """Takes every message and remembers it; `answers` decides otherwise for one reader, `says` for
    those who come next, whoever they are. `sizes` are those of the batches to readers."""

    def __init__(self, answers: dict[str, Receipt] | None = None) -> None:
        super().__init__()
        self.answers = answers or {}
        self.before: Callable[[], object] = lambda: None  # called before each batch
        self.sizes: list[int] = []
        self._next: list[Receipt] = []

    def says(self, *receipts: Receipt) -> None:
        self._next = list(receipts)

    def __call__(self, letters: Sequence[Message | Copy], /) -> list[Receipt]:
        self.before()
        if any(letter.delivery for letter in letters):
            self.sizes.append(len(letters))
        return [self._take(finished(letter)) for letter in letters]

    def _take(self, message: Message) -> Receipt:
        if answer := self.answers.get(message.recipient):
            return answer
        if message.delivery and self._next and not isinstance(said := self._next.pop(0), Sent):
            return said
        self.append(message)
        return Sent(f"service-{len(self)}")


def finished(letter: Message | Copy) -> Message:
    """A copy as a message: of its text, merged, which is enough to tell it by."""
    if isinstance(letter, Message):
        return letter
    text = merging.filled(letter.content.text, letter.values).encode()
    return Message(letter.delivery, letter.recipient, text, letter.issue, letter.attempt)


class SesList(dict[str, str]):
    """The list of suppressed addresses at Amazon SES: address and reason."""

    def put(self, email: str, reason: str) -> None:
        self[email] = reason

    def delete(self, email: str) -> None:
        self.pop(email, None)

    def all(self) -> Iterator[Listed]:
        return (Listed(email, reason) for email, reason in self.items())


class Meanings:
    """Knows a few topics by their words: a text points where its words do. Remembers what it was
    asked; after `patience` texts it is killed."""

    def __init__(self, *topics: str, model: str = "meanings-1", patience: int = 10_000) -> None:
        self.model, self.patience = model, patience
        self.topics = [frozenset(topic.split()) for topic in topics]
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str], /) -> Vectors:
        self.asked.extend(texts)
        if len(self.asked) > self.patience:
            raise KeyboardInterrupt
        rows = [self._direction(text) for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), 1 + len(self.topics))

    def _direction(self, text: str) -> Vectors:
        words = re.findall(r"\w+", text.lower())
        said = [0.1, *(sum(word in topic for word in words) for topic in self.topics)]
        return np.array(said, dtype=np.float32) / np.float32(np.linalg.norm(said))
