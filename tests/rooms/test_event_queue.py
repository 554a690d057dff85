"""What waits in a queue is taken in whole, and deleted only once it is safe."""

import json
import time
from collections.abc import Iterator, Sequence
from threading import Event
from typing import Any

import boto3
import pytest
from moto import mock_aws

from digest.delivery.poller import SqsQueue, Waiting, poll
from digest.errors import ServiceError

QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/mail"


@pytest.fixture
def sqs() -> Iterator[Any]:
    """Amazon's queue service, as moto plays it."""
    with mock_aws():
        yield boto3.client("sqs", "eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")


@pytest.fixture
def url(sqs: Any) -> str:
    found: str = sqs.create_queue(QueueName="mail", Attributes={"VisibilityTimeout": "5"})[
        "QueueUrl"
    ]
    return found


def waiting(sqs: Any, url: str) -> int:
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return int(told["ApproximateNumberOfMessages"])


def test_all_that_waits_is_taken_in_together_and_deleted(sqs: Any, url: str) -> None:
    for number in range(23):
        sqs.send_message(QueueUrl=url, MessageBody=str(number))
    batches: list[Sequence[str]] = []
    assert poll(SqsQueue(sqs, url, wait=0), batches.append, Event()) == 23
    (batch,) = batches
    assert sorted(map(int, batch)) == list(range(23))
    assert waiting(sqs, url) == 0


@pytest.mark.slow
def test_what_could_not_be_kept_stays_in_the_queue(sqs: Any, url: str) -> None:
    sqs.send_message(QueueUrl=url, MessageBody="hello")

    def fails(_: Sequence[str]) -> None:
        raise RuntimeError("the database is away")

    with pytest.raises(RuntimeError):
        poll(SqsQueue(sqs, url, wait=0), fails, Event())
    while waiting(sqs, url) == 0:  # hidden from others until its time is up
        time.sleep(0.2)
    taken: list[str] = []
    poll(SqsQueue(sqs, url, wait=0), taken.extend, Event())
    assert taken == ["hello"]


def test_what_a_topic_puts_into_a_queue_arrives_in_its_envelope(sqs: Any, url: str) -> None:
    sns = boto3.client("sns", "eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    arn = sns.create_topic(Name="mail")["TopicArn"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue["QueueArn"])
    sns.publish(TopicArn=arn, Message="hello")
    taken: list[str] = []
    poll(SqsQueue(sqs, url, wait=0), taken.extend, Event())
    assert [json.loads(body)["Message"] for body in taken] == ["hello"]


def test_a_queue_that_is_not_there_is_told_in_a_line(sqs: Any) -> None:
    with pytest.raises(ServiceError) as told:
        poll(SqsQueue(sqs, QUEUE, wait=0), lambda _: None, Event())
    assert str(told.value).startswith("sqs: ")
    assert "\n" not in str(told.value)


class SilentQueue:
    """Nothing comes; the call waits for it, and we are told to stop meanwhile."""

    def __init__(self) -> None:
        self.stop, self.over = Event(), Event()

    def receive(self, *, patient: bool = True) -> list[Waiting]:
        self.stop.set()
        self.over.wait()
        return []

    def delete(self, handles: Sequence[str]) -> None:
        raise AssertionError(handles)


def test_being_told_to_stop_does_not_wait_for_the_end_of_a_long_poll() -> None:
    queue = SilentQueue()
    assert poll(queue, lambda _: None, queue.stop) == 0
    queue.over.set()
