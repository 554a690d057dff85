"""Commands on what became of mail, and on addresses that must not be mailed."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import boto3
import pytest
from moto import mock_aws

from db.engine import open_engine, open_sessions
from digest import settings, wiring
from digest.model import DeliveryState, SubscriberState
from tests.feedback import KEY, MailRoom, tags
from tests.ses_says import MESSAGE, READER, a_bounce, an_event
from tests.shell import Shell, environment

OTHER = "0102018f3c7a-1111-000000"


@pytest.fixture
def shell(tmp_path: Path, sqlite_url: str) -> Shell:
    shell = Shell(tmp_path)
    shell.environment = {"DIGEST_DATABASE_URL": sqlite_url, "DIGEST_SECRET_KEY": KEY}
    return shell


@pytest.fixture
def room(sqlite_url: str) -> Iterator[MailRoom]:
    engine = open_engine(sqlite_url)
    yield MailRoom(open_sessions(engine))
    engine.dispose()


def test_a_reader_s_history_tells_what_became_of_each_mail(shell: Shell, room: MailRoom) -> None:
    number = room.mailed(READER, DeliveryState.UNKNOWN, message_id="", attempt=2)
    room.hears(
        an_event("Send", tags=tags(number, 1)),
        an_event("Send", message_id=OTHER, tags=tags(number, 2)),
        a_bounce(message_id=OTHER, tags=tags(number, 2)),
    )
    said = shell.does("deliveries", "--email", READER)
    assert said.splitlines() == [
        f"{READER} is bounced",
        "  suppressed: hard bounce",
        "2026-W47: sent (hard bounce), 2 attempts",
        f"  message id {OTHER}",
        "  2 messages were accepted: they got it more than once",
        "  2026-11-22 09:00 send",
        "  2026-11-22 09:00 bounce: hard bounce Permanent General 5.1.1 "
        "smtp; 550 5.1.1 user unknown",
        "  2026-11-22 09:00 send",
    ]
    assert "1 reader got it twice" in shell.does("status", "2026-W47")
    assert json.loads(shell.does("status", "2026-W47", "--json"))["duplicates"] == 1


def test_a_reader_who_was_sent_nothing_has_a_short_history(shell: Shell, room: MailRoom) -> None:
    room.reader()
    assert shell.does("deliveries", "--email", READER).splitlines() == [
        f"{READER} is active",
        "  nothing was sent to them",
    ]
    assert shell.fails("deliveries", "--email", "a@stranger.example").startswith(
        "digest: there is no subscriber"
    )
    assert shell.run("deliveries").returncode == 2


def test_a_bounced_confirmation_mail_stands_in_the_history_too(
    shell: Shell, room: MailRoom
) -> None:
    room.reader(state=SubscriberState.PENDING)
    room.hears(an_event("Delivery"))
    assert shell.does("deliveries", "--email", READER).splitlines()[1:] == [
        "mails of no issue:",
        "  2026-11-22 09:00 delivery",
    ]


def test_what_nobody_could_read_is_shown(shell: Shell, room: MailRoom) -> None:
    room.hears("hello\nthere")
    said = shell.does("deliveries", "--unreadable")
    assert "it is not JSON" in said
    assert "hello there" in said
    assert said.endswith("1 unreadable event\n")


def test_suppressions_are_added_listed_and_removed(shell: Shell, room: MailRoom) -> None:
    room.reader()
    assert shell.does("suppression", "add", READER) == f"{READER} is suppressed\n"
    assert shell.does("suppression", "add", READER) == f"{READER} was suppressed already\n"
    shell.does("suppression", "add", "a@stranger.example")
    said = shell.does("suppression", "list")
    assert f"{READER}  an editor's wish" in said
    assert "stranger" not in said
    assert said.endswith("2 suppressed addresses\n")
    assert shell.does("suppression", "remove", READER) == f"{READER} may sign up again\n"
    assert "there is no suppression of" in shell.fails("suppression", "remove", READER)


def test_without_aws_a_command_that_needs_it_says_so_in_a_line(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    assert shell.fails("suppression", "sync") == "digest: sesv2: You must specify a region."


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Amazon's queue service as moto plays it, for the region of the environment."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        yield boto3.client("sqs")


def test_the_job_empties_the_queue_of_the_settings(shell: Shell, room: MailRoom, aws: Any) -> None:
    number = room.mailed(READER, DeliveryState.UNKNOWN, message_id="")
    url = aws.create_queue(QueueName="mail")["QueueUrl"]
    for name in ("Send", "Delivery"):
        aws.send_message(QueueUrl=url, MessageBody=json.dumps(an_event(name, tags=tags(number))))
    with environment(shell.environment | {"DIGEST_SES_EVENTS_QUEUE_URL": url}):
        parts = wiring.assemble(settings.read(os.environ))
        stopping = Thread(target=stops_once_settled, args=(room, number, parts.stop))
        stopping.start()
        told = wiring.JOBS["events"].run(parts, "")
        stopping.join()
        parts.close()
    assert told == "2 events taken in"
    assert room.row(number)[:3] == (DeliveryState.SENT, "", MESSAGE)


def stops_once_settled(room: MailRoom, number: int, stop: Event) -> None:
    """Ends the long poll in which nothing more would come."""
    while room.row(number).state is not DeliveryState.SENT:
        stop.wait(0.02)
    stop.set()
