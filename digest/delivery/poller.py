"""What waits in a queue is taken in, and deleted once it is safe with us."""

from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any, NamedTuple, Protocol

from digest.delivery.aws import answering
from digest.errors import ServiceError

LONG_POLL_SECONDS = 20  # the most that SQS waits for something to come
BATCH = 10  # the most that it hands out at once, and takes back
AT_ONCE = 500  # taken in together: what a transaction costs is then a tenth for each
LISTENS_EVERY = 0.25  # seconds between two looks at whether we are to stop


class Waiting(NamedTuple):
    """A message that is ours for a while; `handle` is what it is deleted by."""

    body: str
    handle: str


class EventQueue(Protocol):
    """A queue that hands a message out again unless it is deleted. Both raise ServiceError."""

    def receive(self, *, patient: bool = True) -> Sequence[Waiting]:
        """A few of those that wait; who is patient waits for some to come."""
        ...

    def delete(self, handles: Sequence[str]) -> None: ...


class SqsQueue:
    """An EventQueue of Amazon SQS; its redrive policy moves away what never gets deleted."""

    def __init__(self, client: Any, url: str, wait: int = LONG_POLL_SECONDS) -> None:
        self._client, self._url, self._wait = client, url, wait

    def receive(self, *, patient: bool = True) -> list[Waiting]:
        wait = self._wait if patient else 0
        with answering("sqs"):
            found = self._client.receive_message(
                QueueUrl=self._url, MaxNumberOfMessages=BATCH, WaitTimeSeconds=wait
            )
        return [Waiting(one["Body"], one["ReceiptHandle"]) for one in found.get("Messages", ())]

    def delete(self, handles: Sequence[str]) -> None:
        entries = [{"Id": str(i), "ReceiptHandle": one} for i, one in enumerate(handles)]
        for start in range(0, len(entries), BATCH):
            some = entries[start : start + BATCH]
            with answering("sqs"):
                self._client.delete_message_batch(QueueUrl=self._url, Entries=some)


def poll(queue: EventQueue, take: Callable[[Sequence[str]], object], stop: Event) -> int:
    """Take in all that waits, until nothing comes any more or `stop` is set; how many that were.

    `take` returns when the bodies are kept for good, or raises: then they come again.
    """
    count = 0
    while batch := _gathered(queue, stop):
        take([one.body for one in batch])
        queue.delete([one.handle for one in batch])
        count += len(batch)
    return count


def _gathered(queue: EventQueue, stop: Event) -> Sequence[Waiting]:
    """What comes next, and what already lies behind it: no more than is taken in together."""
    batch = list(_next(queue, stop))
    while batch and len(batch) < AT_ONCE and not stop.is_set():
        behind = queue.receive(patient=False)
        batch += behind
        if not behind:
            break
    return batch


def _next(queue: EventQueue, stop: Event) -> Sequence[Waiting]:
    """The next few; nothing as soon as we are to stop.

    The call runs in a thread of its own, for nothing else ends a long poll. What it may still bring
    after we stopped listening is handed out again by the queue.
    """
    answers: SimpleQueue[Sequence[Waiting] | ServiceError] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(queue.receive())
        except ServiceError as error:
            answers.put(error)

    asking = Thread(target=ask, daemon=True)
    asking.start()
    while not stop.is_set() and asking.is_alive() and answers.empty():
        asking.join(LISTENS_EVERY)
    try:
        answer = answers.get_nowait()
    except Empty:
        if stop.is_set():
            return ()
        raise ServiceError("sqs", "the call ended without an answer") from None
    if isinstance(answer, ServiceError):
        raise answer
    return answer
