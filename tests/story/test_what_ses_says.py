"""What Amazon SES says afterwards settles doubt, spares readers, and is believed once."""

import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from db.engine import Sessions
from digest import subscriptions
from digest.model import DeliveryState, IssueState, SubscriberState
from tests.feedback import SIGNING, MailRoom, Row, tags
from tests.makers import SUNDAY
from tests.ses_says import (
    MESSAGE,
    READER,
    a_bounce,
    a_complaint,
    an_event,
    anything,
    as_feedback,
    on_the_bus,
)

D, S = DeliveryState, SubscriberState
OTHER = "0102018f3c7a-1111-000000"


@pytest.fixture
def room(sessions: Sessions) -> MailRoom:
    return MailRoom(sessions)


# --- the ledger ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Send", "Delivery"])
@pytest.mark.parametrize("state", [D.UNKNOWN, D.SENDING])
def test_an_event_with_our_tag_ends_the_doubt(
    room: MailRoom, name: str, state: DeliveryState
) -> None:
    number = room.mailed(READER, state, message_id="")
    room.hears(an_event(name, tags=tags(number)))
    assert room.row(number) == Row(D.SENT, "", MESSAGE, 1)


def test_a_bounce_that_comes_before_the_receipt_is_written_counts(room: MailRoom) -> None:
    number = room.mailed(READER, D.SENDING, message_id="")
    room.hears(a_bounce(tags=tags(number)))
    assert room.row(number) == Row(D.SENT, "hard bounce", MESSAGE, 1)
    assert room.state() is S.BOUNCED


def test_an_event_without_tags_is_known_by_its_message_id(room: MailRoom) -> None:
    number = room.mailed()
    room.hears(as_feedback(a_bounce()))
    assert room.row(number).reason == "hard bounce"


def test_two_accepted_attempts_show_as_a_duplicate(room: MailRoom) -> None:
    number = room.mailed(READER, D.UNKNOWN, message_id="", attempt=2)
    room.hears(an_event("Send", tags=tags(number, 1)))
    assert room.row(number).copies == 1
    room.hears(an_event("Send", message_id=OTHER, tags=tags(number, 2)))
    assert room.row(number) == Row(D.SENT, "", OTHER, 2)


@pytest.mark.parametrize(
    "wrong",
    [{"issue": "2026-W46"}, {"attempt": 9}, {"delivery": 999_999_999_999}],
    ids=["another issue", "an attempt nobody made", "a delivery nobody has"],
)
def test_tags_of_another_deployment_settle_nothing_here(
    room: MailRoom, wrong: dict[str, object]
) -> None:
    number = room.mailed(READER, D.UNKNOWN, message_id="")
    room.hears(an_event("Send", recipient="a@stranger.example", tags=tags(number) | wrong))
    room.hears(an_event("Delivery", recipient="a@stranger.example", tags=tags(number)))
    assert room.row(number).state is D.UNKNOWN


def test_what_ses_would_not_send_failed_and_halts_the_issue(room: MailRoom) -> None:
    number = room.mailed()
    room.hears(an_event("Reject", reason="Bad content", tags=tags(number)))
    assert room.row(number) == Row(D.FAILED, "rejected", MESSAGE, 1)
    assert room.state() is S.ACTIVE
    assert room.issue_state() == (
        IssueState.PAUSED,
        "Amazon SES did not send a message: rejected",
    )


def test_an_issue_that_went_on_is_not_halted_by_a_repeated_event(room: MailRoom) -> None:
    number = room.mailed()
    failure = an_event("Rendering Failure", errorMessage="no name", tags=tags(number))
    room.hears(failure)
    assert room.issue_state()[0] is IssueState.PAUSED
    room.issue()  # an editor looked, and lets it go on
    room.hears(failure)
    assert room.issue_state()[0] is IssueState.SENDING


# --- readers -------------------------------------------------------------------------------


def test_a_hard_bounce_ends_a_reader_s_mail_for_good(room: MailRoom) -> None:
    number = room.mailed()
    room.hears(an_event("Send", tags=tags(number)), a_bounce(tags=tags(number)))
    assert (room.state(), room.suppressed()) == (S.BOUNCED, "hard bounce")
    (said,) = room.consents()
    assert (said.act, said.source, said.message_id) == ("bounce", "Amazon SES", MESSAGE)
    assert said.detail == {"meaning": "hard bounce"}


def test_a_bounced_confirmation_mail_is_known_by_its_address(room: MailRoom) -> None:
    room.reader(state=S.PENDING, confirmed_at=None)
    room.hears(a_bounce(recipient="READER@Inbox.example"))
    assert (room.state(), room.suppressed()) == (S.BOUNCED, "hard bounce")


@pytest.mark.parametrize("tell", [dict, as_feedback, on_the_bus])
def test_a_complaint_overrides_everything(
    room: MailRoom, tell: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    number = room.mailed()
    room.hears(a_bounce(tags=tags(number)))
    room.hears(tell(a_complaint(tags=tags(number))))
    assert (room.state(), room.suppressed()) == (S.COMPLAINED, "complaint")
    assert [said.act for said in room.consents()] == ["bounce", "complaint"]


def test_who_left_by_themselves_stays_gone_when_they_bounce(room: MailRoom) -> None:
    room.reader(state=S.UNSUBSCRIBED)
    room.hears(a_bounce())
    assert (room.state(), room.suppressed()) == (S.UNSUBSCRIBED, "hard bounce")


def test_a_reader_on_the_list_of_ses_is_suppressed_here_and_was_not_reached(
    room: MailRoom,
) -> None:
    number = room.mailed()
    room.hears(a_bounce("Permanent", "OnAccountSuppressionList", tags=tags(number)))
    assert room.row(number)[:2] == (D.FAILED, "listed by SES")
    assert (room.state(), room.suppressed()) == (S.BOUNCED, "listed by Amazon SES")


@pytest.mark.parametrize(
    "event",
    [
        a_bounce("Permanent", "General", status="5.7.515"),
        a_bounce("Transient", "ContentRejected"),
        an_event("DeliveryDelay", delayType="SpamDetected"),
        a_complaint("auth-failure"),
    ],
    ids=["policy", "content", "distrust", "auth failure"],
)
def test_what_is_our_fault_is_told_and_spares_the_reader(
    room: MailRoom, event: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    number = room.mailed()
    room.hears(event)
    assert (room.state(), room.suppressed()) == (S.ACTIVE, "")
    (line,) = caplog.messages
    assert line.startswith(f"delivery {number}: ")
    assert READER not in line


def test_not_spam_is_no_complaint(room: MailRoom) -> None:
    room.mailed()
    room.hears(a_complaint("not-spam"))
    assert (room.state(), room.suppressed()) == (S.ACTIVE, "")


def softly(room: MailRoom, *weeks: int) -> None:
    """The reader's issues of these weeks bounce softly."""
    reader = room.reader()
    for week in weeks:
        name = room.issue(f"2026-W{week}")
        number = room.delivery(reader, name, message_id=f"m{week}")
        room.hears(soft(week, number))


def soft(week: int, number: int) -> dict[str, Any]:
    at = SUNDAY + timedelta(weeks=week - 47)
    return a_bounce(
        "Transient",
        "MailboxFull",
        message_id=f"m{week}",
        at=at,
        tags=tags(number, issue=f"2026-W{week}"),
    )


def test_three_issues_that_bounce_softly_in_a_row_are_enough(room: MailRoom) -> None:
    softly(room, 47, 48, 49)
    assert (room.state(), room.suppressed()) == (S.BOUNCED, "")
    assert room.consents()[-1].detail == {"meaning": "soft bounce"}


def test_two_are_not(room: MailRoom) -> None:
    softly(room, 47, 48)
    assert room.state() is S.ACTIVE


def test_a_delivery_that_comes_to_light_later_brings_the_reader_back(room: MailRoom) -> None:
    softly(room, 47, 48, 50)
    assert room.state() is S.BOUNCED
    at = SUNDAY + timedelta(weeks=2)
    reached = an_event("Delivery", message_id="m48", at=at)
    room.hears(reached)
    assert room.state() is S.ACTIVE
    assert [said.act for said in room.consents()] == ["bounce", "return"]


def test_a_bounce_from_before_the_reader_confirmed_says_nothing_of_today(room: MailRoom) -> None:
    room.reader(confirmed_at=SUNDAY)
    room.hears(a_bounce(at=SUNDAY - timedelta(hours=1)))
    assert (room.state(), room.suppressed()) == (S.ACTIVE, "")


def test_after_an_erasure_nothing_happens_and_nothing_is_kept_of_the_reader(
    room: MailRoom,
) -> None:
    number = room.mailed()
    subscriptions.erase(room.sessions, room.clock, SIGNING, READER)
    diagnostic = f"smtp; 550 5.1.1 <{READER}> unknown"
    room.hears(a_complaint(tags=tags(number)), a_bounce(diagnostic=diagnostic, tags=tags(number)))
    assert room.suppressed() == "erased at the reader's wish"
    for event in room.events():
        assert (event.delivery_id, event.subscriber_id) == (None, None)
        assert READER not in json.dumps(event.detail) + event.event_id


def test_erasing_a_reader_takes_what_was_said_of_their_mail(room: MailRoom) -> None:
    number = room.mailed()
    room.hears(a_bounce(tags=tags(number)))
    assert [event.detail["diagnostic"] for event in room.events()] == [
        "smtp; 550 5.1.1 user unknown"
    ]
    subscriptions.erase(room.sessions, room.clock, SIGNING, READER)
    assert room.events() == []
    assert room.suppressed() == "hard bounce"


def test_an_address_that_is_no_reader_of_ours_is_suppressed_all_the_same(room: MailRoom) -> None:
    room.hears(a_complaint(recipient="a@stranger.example"))
    assert room.suppressed("a@stranger.example") == "complaint"


def test_a_complaint_that_names_several_is_believed_of_each(room: MailRoom) -> None:
    named = ["ada@inbox.example", "bo@inbox.example"]
    for email in named:
        room.reader(email)
    people = [{"emailAddress": email} for email in named]
    room.hears(a_complaint(complainedRecipients=people))
    assert [room.state(email) for email in named] == [S.COMPLAINED, S.COMPLAINED]


def test_a_reader_with_another_address_by_now_does_not_pay_for_the_old_one(room: MailRoom) -> None:
    number = room.mailed("new@inbox.example")
    room.hears(a_bounce(recipient="old@inbox.example", tags=tags(number)))
    assert room.row(number).reason == "hard bounce"
    assert room.state("new@inbox.example") is S.ACTIVE
    assert room.suppressed("old@inbox.example") == "hard bounce"
    assert room.suppressed("new@inbox.example") == ""


# --- once ----------------------------------------------------------------------------------


def test_the_same_event_in_three_spellings_and_twice_is_one(room: MailRoom) -> None:
    number = room.mailed()
    bounce = a_bounce(tags=tags(number))
    assert room.hears(bounce, bounce, on_the_bus(bounce)).new == 1
    assert room.hears(bounce) == (0, 1, 0)
    assert len(room.consents()) == 1


def test_what_nobody_can_read_is_kept_aside_once_with_the_reason(
    room: MailRoom, caplog: pytest.LogCaptureFixture
) -> None:
    number = room.mailed(READER, D.UNKNOWN, message_id="")
    poison = '{"eventType": "Vanished\\u0000 \\ud800", "x": "a\\u0000b"}'
    done = room.hears(poison, an_event("Send", tags=tags(number)), "no \0 \ud800 JSON", poison)
    assert done == (1, 0, 3)
    assert sorted((row.reason, row.body) for row in room.aside()) == [
        ("it is not JSON", "no     JSON"),
        ("no kind of event: 'Vanished'", poison),
    ]
    assert room.row(number).state is D.SENT
    assert len(caplog.messages) == 3
    assert caplog.messages[0] == "an event was kept aside: no kind of event: 'Vanished'"


def test_an_address_that_an_editor_let_go_is_not_caught_again_by_a_repeated_event(
    room: MailRoom,
) -> None:
    number = room.mailed()
    bounce = a_bounce(tags=tags(number))
    room.hears(bounce)
    room.releases(READER)
    assert (room.state(), room.suppressed()) == (S.UNSUBSCRIBED, "")
    room.hears(bounce)
    assert (room.state(), room.suppressed()) == (S.UNSUBSCRIBED, "")


# --- in any order --------------------------------------------------------------------------

NAMES = ("Send", "Delivery", "DeliveryDelay", "soft", "hard", "listed", "policy", "abuse", "Reject")
TENSE = (("soft", "Delivery"), ("Send", "Delivery"), ("hard", "listed", "abuse"), NAMES)
"""Kinds that pull different ways, more often together than chance would have them."""

Said = tuple[int, int, str]  # which issue, which attempt, and what is said


@st.composite
def things_said(draw: st.DrawFn) -> list[Said]:
    names = draw(st.sampled_from(TENSE))
    once = st.tuples(st.integers(1, 2), st.sampled_from(names))
    weeks = [draw(st.lists(once, min_size=1, max_size=2)) for _ in range(4)]
    return [(week, *one) for week, said in enumerate(weeks) for one in said]


def told(name: str, **about: Any) -> dict[str, Any]:
    bounces = {
        "soft": {"type_": "Transient"},
        "hard": {"subtype": "NoEmail"},
        "listed": {"subtype": "Suppressed"},
        "policy": {"status": "5.7.1"},
    }
    if name in bounces:
        return a_bounce(**bounces[name], feedback_id=name, **about)
    return a_complaint(**about) if name == "abuse" else an_event(name, **about)


BACK = [(0, 1, "soft"), (1, 1, "soft"), (3, 1, "soft"), (2, 1, "Delivery")]
TWICE = [(0, 1, "Send"), (0, 2, "Delivery"), (1, 2, "Send"), (1, 1, "Send")]
WORSE = [(0, 1, "listed"), (0, 1, "hard"), (1, 1, "abuse"), (2, 1, "Reject")]


@given(
    said=things_said(),
    states=st.lists(st.sampled_from([D.UNKNOWN, D.SENT]), min_size=4, max_size=4),
    seed=st.integers(),
)
@example(said=BACK, states=[D.SENT] * 4, seed=1)
@example(said=TWICE, states=[D.UNKNOWN] * 4, seed=2)
@example(said=WORSE, states=[D.UNKNOWN, D.SENT] * 2, seed=3)
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_whatever_order_and_how_often_events_come_the_end_is_the_same(
    sessions: Sessions, said: list[Said], states: list[DeliveryState], seed: int
) -> None:
    ends = []
    one_by_one = [[one] for one in said]
    for batches in ([said], one_by_one, one_by_one[::-1], shuffled(said, random.Random(seed))):
        month = Month(MailRoom(sessions), states)
        for batch in batches:
            month.room.hears(*[month.event(*one) for one in batch])
        ends.append(month.end())
    assert all(end == ends[0] for end in ends)


def shuffled(said: list[Said], chosen: random.Random) -> list[list[Said]]:
    """The same events, some of them more than once, in another order and cut into batches."""
    order = chosen.sample([*said, *said[::2]], len(said) + len(said[::2]))
    cuts = sorted(chosen.choices(range(len(order)), k=3))
    return [order[a:b] for a, b in zip([0, *cuts], [*cuts, len(order)], strict=True)]


class Month:
    """A reader and four issues to them, of their own in a database that others use."""

    months = count(1)

    def __init__(self, room: MailRoom, states: list[DeliveryState]) -> None:
        self.room, self.name = room, f"month-{next(self.months)}"
        self.email = f"{self.name}@inbox.example"
        reader = room.reader(self.email)
        self.issues = [room.issue(f"{self.name}-{week}") for week in range(4)]
        self.numbers = [
            room.delivery(
                reader,
                issue,
                state,
                message_id="" if state is D.UNKNOWN else f"{issue}-2",
                attempt=2,
            )
            for issue, state in zip(self.issues, states, strict=True)
        ]

    def event(self, week: int, attempt: int, name: str) -> dict[str, Any]:
        issue = self.issues[week]
        return told(
            name,
            recipient=self.email,
            message_id=f"{issue}-{attempt}",
            at=SUNDAY + timedelta(weeks=week),
            tags=tags(self.numbers[week], attempt, issue),
        )

    def end(self) -> object:
        """How all stands; message ids without the month, so that two months compare."""
        rows = [self.room.row(number) for number in self.numbers]
        return (
            [row._replace(message_id=row.message_id.removeprefix(self.name)) for row in rows],
            (self.room.state(self.email), self.room.suppressed(self.email)),
            [self.room.issue_state(issue) for issue in self.issues],
        )


@given(bodies=st.lists(anything, min_size=1, max_size=4))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_posted_is_taken_in_or_kept_aside(
    sessions: Sessions, bodies: list[str]
) -> None:
    room = MailRoom(sessions)
    first = room.hears(*bodies)
    assert room.hears(*bodies) == (0, first.new + first.known, first.unreadable)


def test_hands_that_take_in_the_same_events_at_once_agree(postgres_sessions: Sessions) -> None:
    room = MailRoom(postgres_sessions)
    months = [Month(room, [D.UNKNOWN] * 4) for _ in range(2)]
    said = [
        month.event(week, attempt, name)
        for month, softly in zip(months, (False, True), strict=True)
        for week in range(4)
        for attempt in (1, 2)
        for name in ("Send", "soft" if softly else "Delivery")
    ]
    chosen = random.Random(7)

    def hand(_: int) -> None:
        for one in chosen.sample(said, len(said)):
            room.hears(one, chosen.choice(said))

    with ThreadPoolExecutor(4) as hands:
        assert list(hands.map(hand, range(4))) == [None] * 4
    assert {room.row(number).copies for month in months for number in month.numbers} == {2}
    assert [room.state(month.email) for month in months] == [S.ACTIVE, S.BOUNCED]
    assert len(room.events()) == len(said)
