"""Carries events to where they are wanted: an SNS subscriber over HTTP, a queue, or nowhere.

As with SNS itself they come at least once and in no order; a subscriber over HTTP gets them after
it has confirmed. What cannot be carried is dropped after three tries, and counted.
"""

import asyncio
import json
import uuid
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import boto3.session
from botocore.exceptions import BotoCoreError, ClientError

from digest.standin.events import ACCOUNT, Event, stamp
from digest.standin.signing import SNS, Signer
from digest.standin.wire import REGION

TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:standin"
SUBJECT = "Amazon SES Email Event Notification"
HANDS = 8
MOST_WAITING = 10_000
TRIES = 3
PAUSE = 1.0  # seconds between tries; SNS itself waits twenty
TIMEOUT = aiohttp.ClientTimeout(total=15)  # as SNS has it

Carry = Callable[[dict[str, Any]], Coroutine[Any, Any, bool]]


class Courier:
    """Carries while `running`. `dropped` counts what found no room or no taker."""

    def __init__(self, signer: Signer, sns_url: str = "", queue_url: str = "") -> None:
        self.dropped = 0
        self.token = uuid.uuid4().hex
        self._signer, self._sns_url, self._queue_url = signer, sns_url, queue_url
        self._waiting: asyncio.Queue[Event] = asyncio.Queue(MOST_WAITING)
        self._confirmed = asyncio.Event()
        self._hands: list[asyncio.Task[None]] = []

    @property
    def wanted(self) -> bool:
        return bool(self._sns_url or self._queue_url)

    def send(self, event: Event) -> None:
        if not self.wanted:
            return
        try:
            self._waiting.put_nowait(event)
        except asyncio.QueueFull:
            self.dropped += 1

    def confirm(self, topic: str, token: str) -> bool:
        """A subscriber says that it is one (`sns.ConfirmSubscription`)."""
        if (topic, token) != (TOPIC, self.token):
            return False
        self._confirmed.set()
        return True

    def start(self) -> None:
        if self.wanted:
            self._hands = [asyncio.create_task(self._work()) for _ in range(HANDS)]
        if self._sns_url:
            self._hands.append(asyncio.create_task(self._ask()))

    async def stop(self) -> None:
        for hand in self._hands:
            hand.cancel()
        await asyncio.gather(*self._hands, return_exceptions=True)

    async def _ask(self) -> None:
        """Ask the subscriber to confirm, until it does."""
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            while not self._confirmed.is_set():
                await _post(session, self._sns_url, self._signer.signed(self._confirmation()))
                await asyncio.sleep(PAUSE)

    async def _work(self) -> None:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            carry = partial(_post, session, self._sns_url) if self._sns_url else self._into_queue
            if self._sns_url:
                await self._confirmed.wait()
            while True:
                envelope = self._signer.signed(_notification(await self._waiting.get()))
                if not await _tried(carry, envelope):
                    self.dropped += 1

    @cached_property
    def _sqs(self) -> Any:
        """Asks the machine that the queue's address names."""
        address = urlsplit(self._queue_url)
        return boto3.session.Session().client(
            "sqs", endpoint_url=f"{address.scheme}://{address.netloc}", region_name=REGION
        )

    async def _into_queue(self, envelope: dict[str, Any]) -> bool:
        body = json.dumps(envelope)
        send = partial(self._sqs.send_message, QueueUrl=self._queue_url, MessageBody=body)
        try:
            await asyncio.to_thread(send)
        except (BotoCoreError, ClientError):
            return False
        return True

    def _confirmation(self) -> dict[str, Any]:
        said = f"You have chosen to subscribe to the topic {TOPIC}."
        query = f"Action=ConfirmSubscription&TopicArn={TOPIC}&Token={self.token}"
        return {
            **_envelope("SubscriptionConfirmation", said),
            "Token": self.token,
            "SubscribeURL": f"{SNS}/?{query}",
        }


def _notification(event: Event) -> dict[str, Any]:
    return {**_envelope("Notification", json.dumps(event)), "Subject": SUBJECT}


def _envelope(kind: str, message: str) -> dict[str, Any]:
    return {
        "Type": kind,
        "MessageId": str(uuid.uuid4()),
        "TopicArn": TOPIC,
        "Message": message,
        "Timestamp": stamp(datetime.now(UTC)),
    }


async def _tried(carry: Carry, envelope: dict[str, Any]) -> bool:
    for _ in range(TRIES):
        if await carry(envelope):
            return True
        await asyncio.sleep(PAUSE)
    return False


async def _post(session: aiohttp.ClientSession, url: str, envelope: dict[str, Any]) -> bool:
    headers = {
        "Content-Type": "text/plain; charset=UTF-8",
        "x-amz-sns-message-type": envelope["Type"],
        "x-amz-sns-topic-arn": envelope["TopicArn"],
    }
    try:
        async with session.post(url, data=json.dumps(envelope), headers=headers) as answer:
            return answer.ok
    except (aiohttp.ClientError, TimeoutError):
        return False
