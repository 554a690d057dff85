"""What Amazon SES says afterwards settles doubt, spares readers, and is believed once."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.engine import Sessions
from digest import subscriptions
from digest.model import DeliveryState, IssueState, SubscriberState
from tests.feedback import SIGNING, MailRoom, Row, tags
from tests.makers import SUNDAY
from tests.ses_says import MESSAGE, READER, a_bounce, a_complaint, an_event, as_feedback, on_the_bus

D, S = DeliveryState, SubscriberState
OTHER = "0102018f3c7a-1111-000000"


@pytest.fixture
def room(sessions: Sessions) -> MailRoom:
    return MailRoom(sessions)


# --- the ledger ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Send", "Delivery"])
@pytest.mark.parametrize("state", [D.UNKNOWN, D.SENDING])
def test_an_event_with_our_tag_ends_the_doubt(room: MailRoom, name: str, state: D) -> None:
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
def test_a_complaint_overrides_everything(room: MailRoom, tell: object) -> None:
    number = room.mailed()
    room.hears(a_bounce(tags=tags(number)))
    assert callable(tell)
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
    room: MailRoom, event: dict[str, object], caplog: pytest.LogCaptureFixture
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


def soft(week: int, number: int) -> dict[str, object]:
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
    poison = '{"eventType": "Vanished\\u0000 \\ud800", "x": "\0\ud800"}'
    done = room.hears(poison, an_event("Send", tags=tags(number)), "hello", poison)
    assert done == (1, 0, 3)
    assert sorted(row.reason for row in room.aside()) == [
        "it is not JSON",
        "it is not JSON",
    ]
    assert room.row(number).state is D.SENT
    assert caplog.messages == ["an event was kept aside: it is not JSON"] * 3


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
SAID = st.tuples(
    st.integers(0, 1),  # which reader
    st.integers(0, 4),  # which issue
    st.integers(1, 2),  # which attempt
    st.sampled_from(NAMES),
)


def told(which: str, name: str, message_id: str, week: int, **about: object) -> dict[str, object]:
    given = {"recipient": which, "message_id": message_id, "at": SUNDAY + timedelta(weeks=week)}
    known = {
        "soft": lambda: a_bounce("Transient", "General", feedback_id="s", **given, **about),
        "hard": lambda: a_bounce(feedback_id="h", **given, **about),
        "listed": lambda: a_bounce("Permanent", "Suppressed", feedback_id="l", **given, **about),
        "policy": lambda: a_bounce(status="5.7.1", feedback_id="p", **given, **about),
        "abuse": lambda: a_complaint(**given, **about),
    }
    return known[name]() if name in known else an_event(name, **given, **about)


@given(
    said=st.lists(SAID, min_size=1, max_size=12),
    states=st.lists(st.sampled_from([D.UNKNOWN, D.SENT]), min_size=10, max_size=10),
    data=st.data(),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_whatever_order_and_how_often_events_come_the_end_is_the_same(
    sessions: Sessions, said: list[tuple[int, int, int, str]], states: list[D], data: st.DataObject
) -> None:
    room = MailRoom(sessions)
    ends = []
    orders = [[said], _shuffled(said, data)]
    for batches in orders:
        world = _World(room, states)
        for batch in batches:
            room.hears(*[world.event(*one) for one in batch])
        ends.append(world.end())
    assert ends[0] == ends[1]


def _shuffled(
    said: list[tuple[int, int, int, str]], data: st.DataObject
) -> list[list[tuple[int, int, int, str]]]:
    """The same events, some of them more than once, in another order and cut into batches."""
    again = data.draw(st.lists(st.sampled_from(said), max_size=4))
    order = data.draw(st.permutations([*said, *again]))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(order)), max_size=4)))
    return [order[a:b] for a, b in zip([0, *cuts], [*cuts, len(order)], strict=True)]


class _World:
    """Two readers and five weeks of issues to each, of their own in a database that others use."""

    worlds = 0

    def __init__(self, room: MailRoom, states: list[D]) -> None:
        type(self).worlds += 1
        self.room, self.name = room, f"w{self.worlds}"
        self.emails = [f"{self.name}-{which}@inbox.example" for which in range(2)]
        self.issues = [room.issue(f"{self.name}-{week}") for week in range(5)]
        self.numbers = {}
        for which, email in enumerate(self.emails):
            reader = room.reader(email)
            for week, issue in enumerate(self.issues):
                state = states[which * 5 + week]
                receipt = self._id(which, week, 2) if state is D.SENT else ""
                self.numbers[which, week] = room.delivery(
                    reader, issue, state, message_id=receipt, attempt=2
                )

    def event(self, which: int, week: int, attempt: int, name: str) -> dict[str, object]:
        about = tags(self.numbers[which, week], attempt, self.issues[week])
        message_id = self._id(which, week, attempt)
        return told(self.emails[which], name, message_id, week, tags=about)

    def end(self) -> object:
        rows = {place: self.room.row(number) for place, number in self.numbers.items()}
        return (
            {
                place: row._replace(message_id=row.message_id.removeprefix(self.name))
                for place, row in rows.items()
            },
            [(self.room.state(email), self.room.suppressed(email)) for email in self.emails],
            [self.room.issue_state(issue)[0] for issue in self.issues],
        )

    def _id(self, which: int, week: int, attempt: int) -> str:
        return f"{self.name}-{which}-{week}-{attempt}"
