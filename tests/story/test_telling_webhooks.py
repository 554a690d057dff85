"""Webhooks are told of what happened: signed, until they listen, and of nothing that did not."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from db.engine import Sessions, reading
from db.store import webhooks as store
from digest import desk, subscriptions, wiring
from digest.desk.record import Hand
from digest.desk.webhooks import (
    add_webhook,
    pause_webhook,
    remove_webhook,
    replay_call,
    watched,
)
from digest.errors import InputError, NotFoundError
from digest.jobs.tell import AT_ONCE, HELD_FOR
from digest.model import CallState, Event, Webhook, WebhookCall
from digest.standard_webhooks import RETRIES, headers
from digest.wiring.services import WEBHOOK
from tests.feed_server import Answer, Asked, FeedServer
from tests.makers import SUNDAY, a_tool
from tests.newsroom import PUBLISHER, Newsroom

DONE, DOWN, GONE = Answer(status=204), Answer(b"busy", status=503), Answer(status=410)
HAND = Hand(PUBLISHER, SUNDAY)


@pytest.fixture
def web() -> Iterator[FeedServer]:
    with FeedServer() as web:
        yield web


@pytest.fixture
def telling(sessions: Sessions, tmp_path: Path, web: FeedServer) -> Newsroom:
    """A newsroom with verdicts on two tools, its clock running."""
    newsroom = Newsroom(sessions, tmp_path, web)
    newsroom.holds_verdicts_on(a_tool("Plainwright"), a_tool("Notekeel"))
    wiring.tick(newsroom.parts, "webhooks")
    return newsroom


def listens(
    newsroom: Newsroom, *answers: Answer, events: tuple[Event, ...] = tuple(Event)
) -> Webhook:
    url = newsroom.web.script("/told", *(answers or (DONE,)))
    return add_webhook(newsroom.sessions, url, events, HAND)


def publishes(newsroom: Newsroom) -> None:
    desk.compare_tools(newsroom.sessions, newsroom.clock, "plainwright", "notekeel")


def passes(newsroom: Newsroom, **time: float) -> str | None:
    """What the job does when so much time has gone by."""
    newsroom.clock.move(**(time or {"minutes": 1}))
    return wiring.tick(newsroom.parts, "webhooks")


def heard(newsroom: Newsroom) -> list[Asked]:
    return [asked for asked in newsroom.web.asked if asked.path == "/told"]


def call(newsroom: Newsroom) -> WebhookCall:
    (one,) = watched(newsroom.sessions)
    return one.calls[0]


# --- what is told --------------------------------------------------------------------------


def test_the_signature_is_the_one_of_the_specification() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    number, at, body = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    assert dict(headers(secret, number, at, body))["webhook-signature"] == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_a_new_comparison_is_told_once_and_signed(telling: Newsroom) -> None:
    hook = listens(telling)
    publishes(telling)
    assert passes(telling) == "1 events told, 0 not taken"
    assert passes(telling) == ""
    (asked,) = heard(telling)
    told = json.loads(asked.body)
    assert told["type"] == "comparison.published"
    assert told["data"] == {
        "comparison": "plainwright-vs-notekeel",
        "challenger": "plainwright",
        "incumbent": "notekeel",
    }
    number, at = asked.headers["webhook-id"], int(asked.headers["webhook-timestamp"])
    assert at == int((SUNDAY + timedelta(minutes=1)).timestamp())
    signed = dict(headers(hook.secret, number, at, asked.body))
    assert asked.headers["webhook-signature"] == signed["webhook-signature"]
    assert asked.headers["Content-Type"] == "application/json"


def test_an_issue_and_its_readers_are_told_of_and_no_address_is(telling: Newsroom) -> None:
    listens(telling)
    telling.hires()
    telling.has_readers("ada@inbox.example")
    publishes(telling)
    telling.drafts()
    telling.submits()
    telling.approves()
    telling.clock.move(minutes=11)
    telling.sends()
    telling.loses("ada@inbox.example")
    passes(telling)
    bodies = [json.loads(asked.body) for asked in heard(telling)]
    told: dict[str, Any] = {one["type"]: one["data"] for one in bodies}
    assert sorted(told) == [
        "comparison.published",
        "issue.approved",
        "issue.sent",
        "subscriber.left",
    ]
    assert told["issue.sent"] == {"issue": "2026-W47", "deliveries": {"sent": 1}}
    assert told["subscriber.left"] == {"subscriber": 1}
    assert "ada" not in json.dumps(bodies)


def test_a_webhook_is_told_of_what_it_chose_alone(telling: Newsroom) -> None:
    listens(telling, events=(Event.ISSUE_SENT,))
    publishes(telling)
    assert passes(telling) == ""


def test_what_was_taken_back_is_not_told(telling: Newsroom) -> None:
    listens(telling)
    with telling.sessions() as session:
        store.raise_event(session, Event.ISSUE_SENT, {"issue": "2026-W47"}, telling.clock())
        session.rollback()
    assert passes(telling) == ""


# --- who does not listen -------------------------------------------------------------------


def test_what_was_not_taken_is_told_again_under_the_same_number(telling: Newsroom) -> None:
    listens(telling, DOWN, DONE)
    publishes(telling)
    assert passes(telling) == "0 events told, 1 not taken"
    waiting = call(telling)
    assert (waiting.state, waiting.status, waiting.answer) == (CallState.WAITING, 503, "busy")
    assert watched(telling.sessions)[0].hook.failing_since is not None
    assert passes(telling) == "1 events told, 0 not taken"
    first, second = heard(telling)
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert watched(telling.sessions)[0].hook.failing_since is None


def test_after_the_last_try_it_is_given_up_and_an_editor_replays_it(telling: Newsroom) -> None:
    listens(telling, DOWN)
    publishes(telling)
    for _ in range(len(RETRIES) + 1):
        passes(telling, hours=25)
    assert len(heard(telling)) == len(RETRIES) + 1
    assert call(telling).state == CallState.GIVEN_UP
    assert passes(telling, hours=25) == ""
    telling.web.script("/told", DONE)
    replay_call(telling.sessions, call(telling).id, HAND)
    assert passes(telling) == "1 events told, 0 not taken"
    assert call(telling).state == CallState.DELIVERED


def test_who_says_gone_is_told_nothing_more(telling: Newsroom) -> None:
    hook = listens(telling, GONE)
    publishes(telling)
    passes(telling)
    assert watched(telling.sessions)[0].hook.paused
    assert passes(telling, hours=1) == ""
    pause_webhook(telling.sessions, hook.id, False, HAND)
    telling.web.script("/told", DONE)
    assert passes(telling) == "1 events told, 0 not taken"


def test_one_that_does_not_answer_keeps_no_other_waiting(telling: Newsroom) -> None:
    listens(telling)
    add_webhook(telling.sessions, "http://127.0.0.1:9/nobody", tuple(Event), HAND)
    publishes(telling)
    assert passes(telling) == "1 events told, 1 not taken"


def test_a_sender_that_dies_leaves_its_calls_to_be_made_again(telling: Newsroom) -> None:
    listens(telling)
    publishes(telling)
    with telling.sessions.begin() as session:
        (claimed,) = store.claim(session, telling.clock(), 50, timedelta(minutes=5))
    assert passes(telling) == ""
    assert passes(telling, minutes=5) == "1 events told, 0 not taken"
    assert heard(telling)[0].headers["webhook-id"] == claimed[0].event_id


def test_a_redirect_is_no_answer_and_is_not_followed(telling: Newsroom) -> None:
    listens(telling, Answer(status=307, headers={"Location": telling.web.url("/elsewhere")}))
    publishes(telling)
    assert passes(telling) == "0 events told, 1 not taken"
    assert [asked.path for asked in telling.web.asked] == ["/told"]


def test_a_private_address_is_not_told(telling: Newsroom) -> None:
    add_webhook(telling.sessions, "https://192.168.7.7/told", tuple(Event), HAND)
    publishes(telling)
    assert passes(telling) == "0 events told, 1 not taken"
    assert "private address" in call(telling).answer


# --- who may be told -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        *("", "no address", "ftp://a.example/", "http://a.example/", "https://"),
        *("https://user@a.example/", "https://a.example/a b", "https://ä.example/"),
        *("https://a.example/" + "a" * 2000, "https://[::1/", "https://a.example:port/"),
    ],
)
def test_what_is_no_https_address_is_refused(telling: Newsroom, url: str) -> None:
    with pytest.raises(InputError):
        add_webhook(telling.sessions, url, tuple(Event), HAND)
    with pytest.raises(InputError, match="told of"):
        add_webhook(telling.sessions, "https://a.example/", (), HAND)
    assert watched(telling.sessions) == []


def test_what_is_removed_takes_its_log_with_it(telling: Newsroom) -> None:
    hook = listens(telling)
    publishes(telling)
    remove_webhook(telling.sessions, hook.id, HAND)
    assert passes(telling) == ""
    with reading(telling.sessions) as session:
        assert store.calls(session, hook.id, 10) == []
    for gone in (remove_webhook, replay_call):
        with pytest.raises(NotFoundError):
            gone(telling.sessions, hook.id, HAND)


def test_settled_calls_are_forgotten_after_a_month(telling: Newsroom) -> None:
    listens(telling)
    publishes(telling)
    passes(telling)
    wiring.tick(telling.parts, "tidy")
    assert call(telling).state == CallState.DELIVERED
    telling.clock.move(days=31)
    wiring.tick(telling.parts, "tidy")
    assert watched(telling.sessions)[0].calls == []


def test_of_a_long_answer_the_beginning_is_enough(telling: Newsroom) -> None:
    listens(telling, Answer(b"thanks " * 10_000))
    publishes(telling)
    assert passes(telling) == "1 events told, 0 not taken"
    assert call(telling).answer.startswith("thanks thanks")


def test_calls_that_all_time_out_at_one_host_end_before_others_make_them() -> None:
    assert AT_ONCE / WEBHOOK.per_host * WEBHOOK.total < HELD_FOR.total_seconds()


def test_a_webhook_is_not_removed_under_an_act_that_tells_it(postgres_sessions: Sessions) -> None:
    hook = add_webhook(postgres_sessions, "https://listener.example/", tuple(Event), HAND)
    with postgres_sessions.begin() as act, postgres_sessions() as other:
        store.raise_event(act, Event.ISSUE_SENT, {"issue": "2026-W47"}, SUNDAY)
        other.execute(text("SET LOCAL lock_timeout = '200ms'"))
        with pytest.raises(OperationalError, match="lock timeout"):
            store.remove(other, hook.id)
    remove_webhook(postgres_sessions, hook.id, HAND)
    assert watched(postgres_sessions) == []


def test_who_is_erased_has_left(telling: Newsroom) -> None:
    listens(telling)
    telling.has_readers("ada@inbox.example")
    subscriptions.erase(telling.sessions, telling.clock, telling.parts.signing, "ada@inbox.example")
    assert passes(telling) == "1 events told, 0 not taken"
    told = json.loads(heard(telling)[0].body)
    assert (told["type"], told["data"]) == ("subscriber.left", {"subscriber": 1})
