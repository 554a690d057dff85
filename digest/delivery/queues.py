"""Wake-ups for senders elsewhere: a queue says that an issue has mail that waits, and nothing more.

The rows of the deliveries are the truth. A wake-up that is lost is put in again by the next tick,
one that comes twice or late finds that nothing waits.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from digest.delivery.aws import answering
from digest.errors import InputError

Wake = Callable[[Sequence[str]], int]
"""Wakes senders for issues, by their ids; answers how many wake-ups that took."""

BATCH = 10  # messages in one call (SQS API reference, SendMessageBatch)
COUNTED = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


class SqsWakeUps:
    """A Wake over Amazon SQS that fills the queue up to `senders` wake-ups, waiting or at work: a
    sender works for minutes, and the clock asks every minute. Raises ServiceError."""

    def __init__(self, client: Any, url: str, senders: int) -> None:
        self._client, self._url, self._senders = client, url, senders

    def __call__(self, issues: Sequence[str], /) -> int:
        if not issues:
            return 0
        wanted = [wake_up(name) for name in issues for _ in range(self._senders)]
        missing = wanted[: max(0, len(wanted) - self._known())]
        for start in range(0, len(missing), BATCH):
            self._put(missing[start : start + BATCH])
        return len(missing)

    def _known(self) -> int:
        with answering("sqs"):
            told = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=COUNTED)
        return sum(int(count) for count in told.get("Attributes", {}).values())

    def _put(self, bodies: Sequence[str]) -> None:
        entries = [{"Id": str(i), "MessageBody": body} for i, body in enumerate(bodies)]
        with answering("sqs"):
            self._client.send_message_batch(QueueUrl=self._url, Entries=entries)


def wake_up(issue: str) -> str:
    return json.dumps({"issue": issue})


def issue_of(body: str) -> str:
    """The issue that a wake-up is for. Raises InputError for a message that is none of ours."""
    try:
        issue = json.loads(body)["issue"]
    except (ValueError, KeyError, TypeError):
        issue = None
    if not isinstance(issue, str) or not issue:
        raise InputError("the message in the queue of wake-ups is none")
    return issue
