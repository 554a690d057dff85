"""The stand-in for SES as boto3 meets it: what it refuses, counts, forgets and tells."""

import email
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from email.policy import default
from functools import partial
from pathlib import Path
from typing import Any

import dkim  # type: ignore[import-untyped]
import pytest
from botocore.exceptions import ClientError

from digest.delivery.ses import ASKING, SENDING, client
from tests.shell import Shell
from tests.standin import LiveSes, a_message, listening, point_boto3

ROOT = Path(__file__).resolve().parents[2]
SENDER = "verdicts@mail.shiporskip.example"
READER = "reader@inbox.example"
Start = Callable[..., AbstractContextManager[LiveSes]]


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> Start:
    return partial(listening, monkeypatch)


@pytest.fixture
def ses(starts: Start) -> Iterator[LiveSes]:
    with starts() as live:
        yield live


def sends(*to: str, **more: Any) -> str:
    """Send one raw mail; its MessageId."""
    answer = client(SENDING).send_email(
        Destination={"ToAddresses": list(to or [READER])},
        Content={"Raw": {"Data": a_message().data}},
        ConfigurationSetName="digest",
        **more,
    )
    message_id: str = answer["MessageId"]
    return message_id


def simple(*headers: tuple[str, str], **more: Any) -> dict[str, Any]:
    body = {"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "Hello"}}}
    given = [{"Name": name, "Value": value} for name, value in headers]
    request: dict[str, Any] = {
        "FromEmailAddress": SENDER,
        "Destination": {"ToAddresses": [READER]},
        "Content": {"Simple": {**body, "Headers": given}},
    }
    return request | more


def bulk(*to: str, text: str = "Hello {{name}}", **more: Any) -> list[dict[str, Any]]:
    answer = client(SENDING).send_bulk_email(**{
        "FromEmailAddress": SENDER,
        "ConfigurationSetName": "digest",
        "DefaultContent": {
            "Template": {
                "TemplateContent": {"Subject": "Hi", "Text": text},
                "TemplateData": '{"name": "reader"}',
            }
        },
        "BulkEmailEntries": [{"Destination": {"ToAddresses": [one]}} for one in to],
        **more,
    })  # fmt: skip
    results: list[dict[str, Any]] = answer["BulkEmailEntryResults"]
    return results


def refusal(call: Callable[..., Any], /, **request: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        call(**request)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


# --- what is asked of a request ---


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (simple(*[(f"X-{n}", "1") for n in range(16)]), "less than or equal to 15"),
        (simple(("X-A", "1\r\nBcc: all@inbox.example")), "regular expression pattern"),
        (simple(("X-A", "Grüße")), "regular expression pattern"),
        (simple(("X A", "1")), "regular expression pattern"),
        (simple(("X-A", "1" * 996)), "less than or equal to 995"),
        (simple(("X-A" * 10, "1" * 980)), "longer than 996 characters"),
        (simple(("Subject", "another")), "Header subject is not allowed"),
        (simple(("List-Id", "<a.b>"), ("list-id", "<c.d>")), "Header list-id may be given once"),
        (simple(EmailTags=[{"Name": "delivery", "Value": "a b"}]), "Invalid tag value <a b>"),
        (simple(EmailTags=[{"Name": "to@", "Value": "1"}]), "Invalid tag name <to@>"),
        (simple(TenantName="other"), "TenantName is not played here"),
        (simple(Content={}), "one of Simple, Raw and Template"),
        (simple(Destination={}), "there is no recipient"),
        (simple(Destination={"ToAddresses": ["reader"]}), "Missing final '@domain'"),
        (simple(Destination={"ToAddresses": ["lösen@inbox.example"]}), "Local address contains"),
        (simple(Destination={"ToAddresses": ["a@bücher.example"]}), "illegal character"),
        (
            simple(ConfigurationOverrides={"Tracking": {"OpenTrackingEnabled": "OFF"}}),
            "enum value set: [ENABLED, DISABLED]",
        ),
    ],
)
def test_a_call_that_breaks_a_rule_is_refused_by_name(
    ses: LiveSes, request_: dict[str, Any], said: str
) -> None:
    code, message = refusal(client(SENDING).send_email, **request_)
    assert code == "BadRequestException"
    assert said in message
    assert ses.accepted == 0


def test_the_two_tags_of_the_feedback_id_are_let_in(ses: LiveSes) -> None:
    tags = [{"Name": f"ses:feedback-id-{one}", "Value": f"our-{one}"} for one in "ab"]
    client(SENDING).send_email(**simple(EmailTags=tags))
    [mail] = ses.mails()
    assert b"\r\nFeedback-ID: our-a:our-b:1.us-east-1." in mail


def test_raw_content_must_have_lines_that_fit(ses: LiveSes) -> None:
    content = {"Raw": {"Data": a_message().data + b"x" * 1000}}
    code, message = refusal(client(SENDING).send_email, Content=content)
    assert (code, message) == ("BadRequestException", "a line is longer than 1000 characters")


def test_fifty_recipients_are_let_in(ses: LiveSes) -> None:
    sends(*(f"reader-{number}@inbox.example" for number in range(50)))
    assert client(ASKING).get_account()["SendQuota"]["SentLast24Hours"] == 50


def test_who_signs_nothing_gets_nothing(ses: LiveSes) -> None:
    with pytest.raises(urllib.request.HTTPError) as refused:
        ses.asks("/v2/email/account")
    with refused.value as answer:
        assert answer.code == 403
        assert answer.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"


def test_what_is_not_played_says_so(ses: LiveSes) -> None:
    code, _ = refusal(client(SENDING).list_contact_lists)
    assert code == "UnknownOperationException"


# --- the account ---


def test_the_quota_of_the_day_is_counted_by_recipient(starts: Start) -> None:
    with starts(daily=3):
        sends("a@inbox.example", "b@inbox.example")
        quota = client(ASKING).get_account()["SendQuota"]
        both = {"ToAddresses": ["a@inbox.example", "b@inbox.example"]}
        code, message = refusal(client(SENDING).send_email, **simple(Destination=both))
        sends()
    assert quota == {"Max24HourSend": 3.0, "MaxSendRate": 10_000.0, "SentLast24Hours": 2.0}
    assert (code, message) == ("TooManyRequestsException", "Daily message quota exceeded.")


def test_a_paused_account_sends_nothing_until_it_is_resumed(starts: Start) -> None:
    with starts(faults="call 2 pause") as ses:
        sends()
        for _ in range(2):
            assert refusal(sends)[0] == "SendingPausedException"
        assert client(ASKING).get_account()["SendingEnabled"] is False
        asked = urllib.request.Request(f"{ses.base}/_resume", method="POST")
        urllib.request.urlopen(asked, timeout=30).close()
        sends()
        assert ses.accepted == 2


def test_the_suppression_list_is_put_on_read_and_taken_off(ses: LiveSes) -> None:
    account = client(ASKING)
    for number in range(3):
        reason = "COMPLAINT" if number else "BOUNCE"
        account.put_suppressed_destination(EmailAddress=f"r{number}@inbox.example", Reason=reason)
    found = account.get_suppressed_destination(EmailAddress="r0@inbox.example")
    assert found["SuppressedDestination"]["Reason"] == "BOUNCE"
    first = account.list_suppressed_destinations(PageSize=2)
    rest = account.list_suppressed_destinations(PageSize=2, NextToken=first["NextToken"])
    listed = first["SuppressedDestinationSummaries"] + rest["SuppressedDestinationSummaries"]
    assert [one["EmailAddress"] for one in listed] == [f"r{n}@inbox.example" for n in range(3)]
    assert "NextToken" not in rest
    complaints = account.list_suppressed_destinations(Reasons=["COMPLAINT"])
    assert len(complaints["SuppressedDestinationSummaries"]) == 2
    account.delete_suppressed_destination(EmailAddress="r0@inbox.example")
    code, _ = refusal(account.get_suppressed_destination, EmailAddress="r0@inbox.example")
    assert code == "NotFoundException"


def test_the_doctor_asks_how_the_account_stands(starts: Start, tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.does("init")
    shell.does("editors", "add", "you@desk.example", "--role", "publisher")
    shell.environment["DIGEST_TRANSPORT"] = "ses"
    assert "DIGEST_SES_CONFIGURATION_SET is not set" in shell.does("doctor", "--no-dns")
    shell.environment["DIGEST_SES_CONFIGURATION_SET"] = "digest"
    with starts(rate=14, faults="every 1 pause"):
        assert "14 a second, 0 of 50,000 today" in shell.does("doctor", "--no-dns")
        assert refusal(sends)[0] == "SendingPausedException"
        assert "sending is paused for this account" in shell.fails("doctor", "--no-dns")


# --- bulk ---


def test_a_bulk_call_may_be_taken_in_part(starts: Start) -> None:
    with starts(daily=2) as ses:
        results = bulk("a@inbox.example", "b", "c@inbox.example", "d@inbox.example")
        assert ses.accepted == 2
    assert [one["Status"] for one in results] == [
        *("SUCCESS", "INVALID_PARAMETER", "SUCCESS", "ACCOUNT_DAILY_QUOTA_EXCEEDED")
    ]
    assert results[3]["Error"] == "Daily message quota exceeded."


def test_a_value_that_is_missing_is_told_in_an_event_alone(ses: LiveSes) -> None:
    [result] = bulk(READER, text="Hello {{Name}}")
    assert result["Status"] == "SUCCESS"
    [event] = ses.events()
    assert event["eventType"] == "Rendering Failure"
    assert event["mail"]["messageId"] == result["MessageId"]
    assert event["failure"]["errorMessage"] == (
        "Attribute 'Name' is not present in the rendering data."
    )


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"BulkEmailEntries": [{"Destination": {}}] * 51}, "1 to 50 entries, not 51"),
        ({"DefaultContent": {"Template": {"TemplateName": "weekly"}}}, "weekly does not exist"),
        ({"DefaultContent": {}}, "a template with its content"),
        (
            {"DefaultContent": {"Template": {"TemplateContent": {"Html": "x" * 2**20}}}},
            "larger than 1048576 bytes",
        ),
    ],
)
def test_a_bulk_call_that_breaks_a_rule_is_refused_whole(
    ses: LiveSes, request_: dict[str, Any], said: str
) -> None:
    with pytest.raises(ClientError, match=said):
        bulk(READER, **request_)


# --- what is told ---


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("ada@inbox.example", ["Send", "Delivery"]),
        ("ada+bounce@inbox.example", ["Send", "Bounce Permanent/General"]),
        ("ada+softbounce@inbox.example", ["Send", "Bounce Transient/MailboxFull"]),
        ("ada+complaint@inbox.example", ["Send", "Delivery", "Complaint"]),
        ("ada+suppressed@inbox.example", ["Send", "Bounce Permanent/OnAccountSuppressionList"]),
        ("ada+delay@inbox.example", ["Send", "DeliveryDelay", "Delivery"]),
        ("ada+reject@inbox.example", ["Reject"]),
        ("bounce@simulator.amazonses.com", ["Send", "Bounce Permanent/General"]),
    ],
)
def test_an_address_decides_what_becomes_of_its_mail(
    ses: LiveSes, address: str, told: list[str]
) -> None:
    message_id = sends(address, EmailTags=[{"Name": "delivery", "Value": "41"}])
    events = ses.events()
    assert [summary(event) for event in events] == told
    for event in events:
        assert event["mail"]["messageId"] == message_id
        assert event["mail"]["destination"] == [address]
        assert event["mail"]["tags"]["delivery"] == ["41"]
        assert event["mail"]["tags"]["ses:configuration-set"] == ["digest"]


def summary(event: dict[str, Any]) -> str:
    bounce = event.get("bounce")
    detail = f" {bounce['bounceType']}/{bounce['bounceSubType']}" if bounce else ""
    return f"{event['eventType']}{detail}"


def test_who_bounced_once_is_suppressed_from_then_on(ses: LiveSes) -> None:
    sends("ada+bounce@inbox.example")
    sends("Ada+Bounce@inbox.example")
    assert summary(ses.events()[-1]) == "Bounce Permanent/OnAccountSuppressionList"


def test_without_a_configuration_set_nothing_is_told(ses: LiveSes) -> None:
    client(SENDING).send_email(**simple())
    assert ses.events() == []


# --- faults ---


def test_boto3_left_to_itself_mails_three_times(starts: Start) -> None:
    """Why the client that sends is told never to repeat."""
    with starts(faults="every 1 drop") as ses:
        with pytest.raises(Exception, match="Connection was closed"):
            client(ASKING).send_email(**simple())
        assert ses.accepted == 3


# --- the wire ---


def test_an_outbox_holds_what_a_receiver_would_get(starts: Start, tmp_path: Path) -> None:
    with starts(outbox=tmp_path / "box") as ses:
        message_id = sends()
        record = urllib.request.urlopen(f"{ses.base}/_dkim", timeout=30).read()
    [file] = (tmp_path / "box" / "new").iterdir()
    data = file.read_bytes()
    assert dkim.verify(data, dnsfunc=lambda *_, **__: record)
    assert not dkim.verify(data.replace(b"Hello", b"Hullo"), dnsfunc=lambda *_, **__: record)
    message = email.message_from_bytes(data, policy=default)
    assert message["Message-ID"] == f"<{message_id}@email.amazonses.com>"
    assert message["Date"] != "Sun, 22 Nov 2026 09:00:00 +0000"


# --- the command ---


def test_the_command_says_how_to_use_it_and_stops_when_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-m", "digest.cli", "fake-ses", "--port", "0"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    server = subprocess.Popen(
        [*command, "--faults", "call 2 throttle", "--outbox", "box"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout
        told = "".join(iter(server.stdout.readline, "\n")) + server.stdout.readline()
        found = re.search(r"AWS_ENDPOINT_URL_SESV2=(\S+)", told)
        assert found
        point_boto3(monkeypatch, found[1])
        sends()
        assert refusal(sends)[0] == "TooManyRequestsException"
    finally:
        server.send_signal(signal.SIGTERM)
        _, complained = server.communicate(timeout=30)
    assert server.returncode == 0, complained
    assert len(list((tmp_path / "box" / "new").iterdir())) == 1


@pytest.mark.parametrize(
    "script", ["call three drop", "every 0 drop", "call 1 explode", "throttle", "to drop"]
)
def test_a_script_nobody_can_read_is_one_line(tmp_path: Path, script: str) -> None:
    said = Shell(tmp_path).fails("fake-ses", "--port", "0", "--faults", script)
    assert said == f"digest: {script!r} is no fault; they look like `call 3 throttle`"
