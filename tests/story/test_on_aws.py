"""On AWS: ticks wake senders, who send; what comes twice or late does no harm."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from moto import mock_aws

from digest import lambdas
from digest.model import IssueState, SubscriberState
from digest.wiring import parts as wired
from tests.fakes import StoppedClock
from tests.logged import fresh_root
from tests.newsroom import WEEK, Newsroom
from tests.ses_says import an_event
from tests.story.test_sending import READERS, approved  # noqa: F401 - a fixture

REGION = "eu-west-1"


class Call:
    """What Lambda tells of a call that has so many seconds left."""

    def __init__(self, seconds: float = 300) -> None:
        self.seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The queue of wake-ups, in an AWS that lives as long as the test."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        yield boto3.resource("sqs", region_name=REGION).create_queue(QueueName="send")


@pytest.fixture
def door(
    newsroom: Newsroom, queue: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ModuleType]:
    """The functions, on the newsroom's database and by its clock; the key and the database's
    address come from a secret."""
    url = newsroom.sessions.kw["bind"].url.render_as_string(hide_password=False)
    secret = boto3.client("secretsmanager", region_name=REGION).create_secret(
        Name="digest",
        SecretString=json.dumps({"DIGEST_DATABASE_URL": url, "DIGEST_SECRET_KEY": "k" * 40}),
    )
    told = {
        "SECRETS_ARNS": secret["ARN"],
        "DIGEST_OUTBOX": str(tmp_path / "outbox"),
        "DIGEST_ENGINE": "sqs",
        "DIGEST_SEND_QUEUE_URL": queue.url.replace("http://", "https://"),
        "DIGEST_EMBEDDER": "none",
    }
    for name, text in told.items():
        monkeypatch.setenv(name, text)
    monkeypatch.setattr(wired, "now", newsroom.clock)
    forget()
    with fresh_root(), a_loop():
        yield lambdas
        lambdas._parts().close()
    forget()


@contextmanager
def a_loop() -> Iterator[None]:
    """Mangum makes itself a loop that lasts as long as a sandbox, unless there is one."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        yield
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def forget() -> None:
    """A new sandbox."""
    for kept in (lambdas._settings, lambdas._parts, lambdas._site):
        kept.cache_clear()


def wake_ups(queue: Any) -> dict[str, Any]:
    """What is in the queue, as SQS hands it to a function."""
    found = queue.receive_messages(MaxNumberOfMessages=10)
    return {"Records": [{"messageId": one.message_id, "body": one.body} for one in found]}


def ticks(door: ModuleType, clock: StoppedClock) -> str:
    said: str = door.clock({"job": "send"}, Call())
    clock.move(minutes=1)
    return said


def test_the_watch_tells_cloudwatch_how_things_stand(
    approved: Newsroom,  # noqa: F811
    door: ModuleType,
    capsys: pytest.CaptureFixture[str],
) -> None:
    door.clock({"job": "watch"}, Call())  # the first tick only notes when the next is due
    approved.clock.move(minutes=10)
    door.clock({"job": "watch"}, Call())
    door.clock({"job": "watch"}, Call())  # not due: nothing new to tell
    (line,) = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    (directive,) = told["_aws"]["CloudWatchMetrics"]
    assert told["_aws"]["Timestamp"] == int(approved.clock().timestamp() * 1000)
    assert (directive["Namespace"], directive["Dimensions"]) == ("Digest", [[]])
    assert {one["Name"] for one in directive["Metrics"]} == told.keys() - {"_aws"}
    assert (told["Deliveries.unknown"], told["Feeds.failing"]) == (0, 0)


def test_a_tick_wakes_senders_who_send(approved: Newsroom, door: ModuleType, queue: Any) -> None:  # noqa: F811
    ticks(door, approved.clock)  # the first tick of all only notes when the next is due
    assert ticks(door, approved.clock) == f"2 wake-ups for {WEEK}"
    assert ticks(door, approved.clock) == f"0 wake-ups for {WEEK}"  # they wait already
    event = wake_ups(queue)
    assert len(event["Records"]) == 2
    assert door.send(event, Call()) == {"batchItemFailures": []}
    assert [message["To"] for message in approved.inbox()] == list(READERS)
    assert approved.issue().state is IssueState.SENT
    assert door.send(event, Call()) == {"batchItemFailures": []}
    assert len(approved.inbox()) == 3


def test_a_message_that_is_none_of_ours_fails_alone(approved: Newsroom, door: ModuleType) -> None:  # noqa: F811
    bodies = {"poison": "{", "ours": json.dumps({"issue": WEEK})}
    event = {"Records": [{"messageId": name, "body": body} for name, body in bodies.items()]}
    assert door.send(event, Call()) == {"batchItemFailures": [{"itemIdentifier": "poison"}]}
    assert len(approved.inbox()) == 3


def test_a_sender_whose_time_is_up_leaves_the_rest_to_the_next(
    approved: Newsroom,  # noqa: F811
    door: ModuleType,
) -> None:
    event = {"Records": [{"messageId": "1", "body": json.dumps({"issue": WEEK})}]}
    door._parts()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lambdas, "STOPS_BEFORE", 1e9)
        patch.setattr(lambdas, "Timer", AtOnce)
        assert door.send(event, Call(0)) == {"batchItemFailures": []}
    assert approved.inbox() == []
    approved.clock.move(seconds=1)
    door.send(event, Call())
    assert len(approved.inbox()) == 3


class AtOnce:
    """A timer whose time is up as soon as it starts."""

    daemon = False

    def __init__(self, _seconds: float, act: Any) -> None:
        self.start = act

    def cancel(self) -> None:
        """There is nothing to call off."""


def test_what_ses_says_is_taken_in(approved: Newsroom, door: ModuleType) -> None:  # noqa: F811
    door.send({"Records": [{"messageId": "1", "body": json.dumps({"issue": WEEK})}]}, Call())
    said = json.dumps(an_event("Complaint", recipient=READERS[0]))
    event = {"Records": [{"messageId": "1", "body": said}, {"messageId": "2", "body": "{"}]}
    assert door.events(event, Call()) == {"batchItemFailures": []}
    assert approved.in_state(SubscriberState.COMPLAINED) == 1


def test_a_visitor_is_answered(door: ModuleType) -> None:
    request = {
        "version": "2.0",
        "rawPath": "/healthz",
        "rawQueryString": "",
        "headers": {"host": "shiporskip.example"},
        "requestContext": {
            "http": {"method": "GET", "path": "/healthz", "sourceIp": "203.0.113.7"},
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }
    answer = door.web(request, Call())
    assert (answer["statusCode"], answer["body"]) == (200, "ok")


def test_the_schema_is_brought_up_to_date(door: ModuleType) -> None:
    assert door.migrate({}, Call()) == "at the newest schema"
