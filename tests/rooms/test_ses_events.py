"""Every way in which Amazon SES tells of a message is read, and nothing makes the reader fail."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from digest.delivery.events import Nothing, Unreadable, read
from digest.readers.feedback import DeliveryEvent, EventKind
from tests import ses_says as ses
from tests.makers import SUNDAY

K = EventKind


def the(event: Any) -> DeliveryEvent:
    found = read(event if isinstance(event, str) else json.dumps(event))
    assert isinstance(found, DeliveryEvent), found
    return found


@pytest.mark.parametrize("kind", EventKind)
def test_an_event_is_the_same_in_every_spelling(kind: EventKind) -> None:
    event = ses.EVENTS[kind]
    plain = the(event)
    assert plain.kind is kind
    assert (plain.message_id, plain.recipients, plain.at) == (ses.MESSAGE, (ses.READER,), SUNDAY)
    assert (plain.delivery, plain.attempt, plain.issue) == (7, 2, "2026-W47")
    assert the(ses.on_the_bus(event)) == plain
    assert the({"Type": "Notification", "Message": json.dumps(event)}) == plain
    assert the({"Type": "Notification", "Message": event}) == plain  # as some stand-ins have it
    untagged = the(ses.as_feedback(event))
    assert (untagged.delivery, untagged.attempt, untagged.issue) == (None, None, "")
    assert (untagged.kind, untagged.feedback_id) == (plain.kind, plain.feedback_id)


def test_a_bounce_tells_its_type_its_status_and_what_the_server_said() -> None:
    said = "smtp; 550 5.1.1\r\n  no \0such\ud800 user " + "x" * 1000
    found = the(ses.a_bounce("Permanent", "NoEmail", status="5.1.1", diagnostic=said))
    assert (found.kind, found.type, found.subtype) == (K.BOUNCE, "Permanent", "NoEmail")
    assert (found.status, found.feedback_id) == ("5.1.1", "feedback-1")
    assert found.diagnostic.startswith("smtp; 550 5.1.1 no such user xxx")
    assert len(found.diagnostic) == 300


def test_a_complaint_tells_its_kind_and_a_delay_its_cause() -> None:
    complaint = the(ses.a_complaint("fraud", complaintSubType="OnAccountSuppressionList"))
    assert (complaint.type, complaint.subtype) == ("fraud", "OnAccountSuppressionList")
    assert the(ses.an_event("DeliveryDelay", delayType="IPFailure")).type == "IPFailure"
    assert the(ses.EVENTS[K.REJECT]).diagnostic == "Bad content"
    assert the(ses.EVENTS[K.RENDERING_FAILURE]).diagnostic == "no name"


def test_an_event_is_dated_when_it_happened_and_not_when_the_mail_was_handed_over() -> None:
    event = ses.a_bounce(at=SUNDAY + timedelta(hours=9))
    event["mail"]["timestamp"] = ses.moment(SUNDAY)
    assert the(event).at == SUNDAY + timedelta(hours=9)
    del event["bounce"]["timestamp"]
    assert the(event).at == SUNDAY


def test_recipients_come_without_names_and_each_once() -> None:
    people = [
        {"emailAddress": f"A Reader <{ses.READER}>"},
        {"emailAddress": ses.READER},
        {"emailAddress": " Other@inbox.example "},
        {"emailAddress": "nobody"},
        {"emailAddress": 7},
        {},
        "loose@inbox.example",
    ]
    event = ses.an_event("Complaint", complainedRecipients=people)
    assert the(event).recipients == (ses.READER, "Other@inbox.example", "loose@inbox.example")


@pytest.mark.parametrize(
    "value", [["x"], ["-1"], ["0"], ["9" * 19], ["٣"], [7], [], "7", None, [None], {"a": 1}]
)
def test_a_tag_that_is_none_of_ours_names_no_delivery(value: object) -> None:
    event = ses.an_event("Send")
    event["mail"]["tags"]["delivery"] = value
    assert the(event).delivery is None


@pytest.mark.parametrize(
    "body",
    [
        "Successfully validated SNS topic for Amazon SES event publishing.",
        json.dumps(
            {
                "Type": "Notification",
                "Message": "Successfully validated SNS topic for Amazon SES event publishing.",
            }
        ),
        json.dumps({"notificationType": "AmazonSnsSubscriptionSucceeded", "message": "hello"}),
        json.dumps({"Type": "SubscriptionConfirmation", "Message": "You have chosen"}),
        json.dumps({"eventType": "Open", "mail": {}}),
        json.dumps({"eventType": "Click", "mail": {}}),
        json.dumps({"eventType": "Subscription", "mail": {}}),
        json.dumps({"detail-type": "Email Opened", "detail": {}}),
    ],
)
def test_what_asks_for_nothing_is_let_pass(body: str) -> None:
    assert isinstance(read(body), Nothing)


def without(event: dict[str, Any], *path: str) -> str:
    part: Any = json.loads(json.dumps(event))
    whole = part
    for name in path[:-1]:
        part = part[name]
    del part[path[-1]]
    return json.dumps(whole)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "it is not JSON"),
        ("hello", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("1" * 5000, "it is not JSON"),
        ("[]", "it is not a JSON object"),
        ("null", "it is not a JSON object"),
        ("{}", "no event"),
        ('{"Type": "Notification", "Message": 7}', "no event"),
        ('{"eventType": ["Bounce"]}', "no event"),
        ('{"eventType": "Vanished\\u0000"}', "no kind of event: 'Vanished'"),
        (without(ses.EVENTS[K.SEND], "mail"), "no message id"),
        (without(ses.EVENTS[K.SEND], "mail", "messageId"), "no message id"),
        (without(ses.EVENTS[K.SEND], "mail", "timestamp"), "no time"),
        (json.dumps(ses.an_event("Send", message_id="m" * 257)), "no message id"),
        (json.dumps(ses.an_event("Send", message_id="a\0b")), "no message id"),
        (json.dumps(ses.EVENTS[K.DELIVERY]).replace("2026-11-22T", "2026-13-22T"), "no time"),
    ],
)
def test_what_is_no_event_says_why(body: str, reason: str) -> None:
    found = read(body)
    assert isinstance(found, Unreadable)
    assert found.reason == reason


@given(ses.anything)
def test_no_input_makes_the_reader_fail(body: str) -> None:
    found = read(body)
    if isinstance(found, DeliveryEvent):
        texts = [found.message_id, found.type, found.subtype, found.status, found.diagnostic]
        assert all(text.isprintable() for text in [*texts, found.issue, *found.recipients])
        assert found.message_id
