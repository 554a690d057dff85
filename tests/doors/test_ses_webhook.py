"""Amazon SNS posts what SES says of our mail; everybody else is turned away."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from db.engine import Sessions
from digest.delivery.sns import Topic
from digest.errors import ServiceError
from digest.model import SubscriberState
from digest.subscriptions import Webhook
from tests.doors.site import LiveSite, serve
from tests.makers import SUNDAY
from tests.ses_says import READER, TOPIC, Amazon, a_bounce, a_complaint, body, moment

PATH, TEXT = "/hooks/ses", "text/plain; charset=UTF-8"
AMAZON = Amazon()
S = SubscriberState


class Listening(NamedTuple):
    """A site that listens to a topic, and what it did on its own account meanwhile."""

    site: LiveSite
    confirmed: list[str]

    def hears(self, said: object) -> int:
        return self.site.post(PATH, body(said), TEXT).status


@pytest.fixture
def listening(sessions: Sessions) -> Iterator[Listening]:
    AMAZON.fetched.clear()
    confirmed: list[str] = []
    with serve(sessions, webhook=Webhook(Topic(TOPIC, AMAZON.fetch), confirmed.append)) as site:
        yield Listening(site, confirmed)


def test_what_our_topic_says_is_taken_in(listening: Listening) -> None:
    listening.site.has_reader(READER)
    assert listening.hears(AMAZON.notification(a_complaint())) == 200
    assert listening.site.state(READER) is S.COMPLAINED


def test_the_same_notification_again_is_fine_and_changes_nothing(listening: Listening) -> None:
    listening.site.has_reader(READER)
    said = AMAZON.notification(a_bounce(at=SUNDAY + timedelta(minutes=1)))
    assert [listening.hears(said) for _ in range(3)] == [200] * 3
    assert listening.site.state(READER) is S.BOUNCED


def test_a_greeting_and_nonsense_of_our_own_topic_are_taken_so_that_they_do_not_come_again(
    listening: Listening,
) -> None:
    greeting = "Successfully validated SNS topic for Amazon SES event publishing."
    assert listening.hears(AMAZON.notification(greeting)) == 200
    assert listening.hears(AMAZON.notification("?")) == 200


def test_a_subscription_is_confirmed_at_sns_itself(listening: Listening) -> None:
    assert listening.hears(AMAZON.confirmation()) == 200
    assert listening.confirmed == ["a-token"]


def test_who_is_unsubscribed_says_so_in_the_log(
    listening: Listening, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    assert listening.hears(AMAZON.confirmation(Type="UnsubscribeConfirmation")) == 200
    assert listening.confirmed == []
    assert caplog.messages == [f"the webhook is no longer subscribed to {TOPIC}"]


def test_a_confirmation_that_sns_does_not_take_now_is_asked_for_again(sessions: Sessions) -> None:
    def confirm(_: str) -> None:
        raise ServiceError("sns", "no answer")

    with serve(sessions, webhook=Webhook(Topic(TOPIC, AMAZON.fetch), confirm)) as site:
        assert site.post(PATH, body(AMAZON.confirmation()), TEXT).status == 503


FOREIGN = "arn:aws:sns:eu-west-1:999999999999:mail-events"
Make = Callable[[], Any]
ATTACKS: dict[str, tuple[Make, int]] = {
    "forged": (lambda: AMAZON.notification("x") | {"Message": json.dumps(a_complaint())}, 403),
    "unsigned": (lambda: AMAZON.notification(a_complaint()) | {"Signature": ""}, 403),
    "signed by another key": (lambda: Amazon().notification(a_complaint()), 403),
    "of a foreign topic": (lambda: AMAZON.notification(a_complaint(), TopicArn=FOREIGN), 403),
    "ancient": (
        lambda: AMAZON.notification(
            a_complaint(), Timestamp=moment(SUNDAY - timedelta(hours=1, seconds=1))
        ),
        403,
    ),
    "with a certificate from elsewhere": (
        lambda: AMAZON.notification(a_complaint(), SigningCertURL="https://evil.example/x.pem"),
        403,
    ),
    "a subscription to a foreign topic": (lambda: AMAZON.confirmation(TopicArn=FOREIGN), 403),
    "a subscription that is not signed": (
        lambda: AMAZON.confirmation() | {"Signature": "eA=="},
        403,
    ),
    "a bare event": (a_complaint, 400),
    "no notification": (lambda: {"hello": "there"}, 400),
    "no JSON object": (lambda: [1, 2], 400),
}


@pytest.mark.parametrize(("make", "status"), ATTACKS.values(), ids=ATTACKS)
def test_who_is_not_our_topic_is_turned_away_with_a_line_and_nothing_else(
    listening: Listening, caplog: pytest.LogCaptureFixture, make: Make, status: int
) -> None:
    caplog.set_level(logging.WARNING)
    listening.site.has_reader(READER)
    assert listening.hears(make()) == status
    assert listening.site.state(READER) is S.ACTIVE
    assert listening.confirmed == []
    assert all(url.startswith("https://sns.eu-west-1.amazonaws.com/") for url in AMAZON.fetched)
    (line,) = caplog.messages
    assert line.startswith("a notification was refused: ")
    assert READER not in line
    assert "evil" not in line


def test_sha_1_is_refused_once_sha_256_was_seen(listening: Listening) -> None:
    listening.site.has_reader(READER)
    assert listening.hears(AMAZON.notification("x")) == 200
    downgraded = AMAZON.notification(a_complaint(), SignatureVersion="1")
    assert listening.hears(downgraded) == 403
    assert listening.site.state(READER) is S.ACTIVE


def test_a_body_larger_than_any_notification_is_not_read(listening: Listening) -> None:
    assert listening.site.post(PATH, b"x" * 70_000, TEXT).status == 413


def test_without_a_topic_there_is_no_such_page(site: LiveSite) -> None:
    assert site.post(PATH, body(AMAZON.notification("x")), TEXT).status == 404
