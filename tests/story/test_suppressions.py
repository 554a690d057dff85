"""Whom nobody may mail: what editors ask for, and the list of Amazon SES beside our own."""

from datetime import timedelta

import pytest

from db.engine import Sessions
from db.store.suppressions import Suppression
from digest import subscriptions
from digest.errors import NotFoundError, ServiceError
from digest.model import SubscriberState
from tests.fakes import SesList
from tests.feedback import SIGNING, MailRoom, tags
from tests.makers import SUNDAY
from tests.ses_says import READER, a_bounce, a_complaint, an_event

S = SubscriberState
STRANGER = "a@stranger.example"


@pytest.fixture
def room(sessions: Sessions) -> MailRoom:
    return MailRoom(sessions)


def listed(room: MailRoom) -> list[Suppression]:
    return list(subscriptions.suppressions(room.sessions))


def suppress(room: MailRoom, email: str) -> bool:
    return subscriptions.suppress(room.sessions, room.clock, SIGNING, email)


def release(room: MailRoom, email: str, theirs: SesList) -> None:
    subscriptions.release(room.sessions, room.clock, SIGNING, email, lambda: theirs)


def mirror(room: MailRoom, theirs: SesList, most: int = 30) -> tuple[int, int]:
    """How many addresses were told, and how often we paused."""
    pauses: list[bool] = []

    def pause() -> bool:
        pauses.append(False)
        return False

    told = subscriptions.mirror_suppressions(
        room.sessions, room.clock, SIGNING, theirs, pause, most
    )
    return told, len(pauses)


def sync(room: MailRoom, **theirs: str) -> tuple[int, int]:
    given = SesList({f"{name}@inbox.example": reason for name, reason in theirs.items()})
    return subscriptions.import_suppressions(room.sessions, room.clock, SIGNING, given.all())


# --- editors -------------------------------------------------------------------------------


def test_an_editor_suppresses_an_address_once_whoever_has_it(room: MailRoom) -> None:
    room.reader()
    assert suppress(room, "READER@inbox.example")
    assert not suppress(room, READER)
    assert suppress(room, STRANGER)
    assert (room.state(), room.suppressed()) == (S.UNSUBSCRIBED, "an editor's wish")
    assert {one.email for one in listed(room)} == {READER, ""}


def test_no_event_takes_the_place_of_an_editor_s_reason(room: MailRoom) -> None:
    suppress(room, STRANGER)
    room.hears(a_complaint(recipient=STRANGER))
    assert room.suppressed(STRANGER) == "an editor's wish"


def test_letting_an_address_go_mails_nobody_and_takes_it_off_both_lists(room: MailRoom) -> None:
    number, theirs = room.mailed(), SesList({READER: "COMPLAINT"})
    room.hears(a_complaint(tags=tags(number)))
    release(room, READER, theirs)
    assert theirs == {}
    assert (room.state(), room.suppressed()) == (S.UNSUBSCRIBED, "")
    assert [said.act for said in room.consents()] == ["complaint", "change"]


def test_who_confirmed_again_after_that_is_not_caught_by_what_was_before(room: MailRoom) -> None:
    number = room.mailed()
    room.hears(a_complaint(tags=tags(number)))
    release(room, READER, SesList())
    room.confirms(READER, SUNDAY + timedelta(days=1))
    room.hears(an_event("Delivery", at=SUNDAY + timedelta(days=2)))
    assert (room.state(), room.suppressed()) == (S.ACTIVE, "")


def test_when_ses_does_not_let_go_nothing_is_changed_here(room: MailRoom) -> None:
    number = room.mailed()
    room.hears(a_bounce(tags=tags(number)))

    class Away(SesList):
        def delete(self, email: str) -> None:
            raise ServiceError("ses", "no answer")

    with pytest.raises(ServiceError):
        release(room, READER, Away())
    assert (room.state(), room.suppressed()) == (S.BOUNCED, "hard bounce")


def test_an_editor_s_own_suppression_is_let_go_without_asking_ses(room: MailRoom) -> None:
    suppress(room, STRANGER)
    theirs = SesList({STRANGER: "BOUNCE"})
    release(room, STRANGER, theirs)
    assert theirs == {STRANGER: "BOUNCE"}
    with pytest.raises(NotFoundError):
        release(room, STRANGER, theirs)


# --- the list of SES -----------------------------------------------------------------------


def test_ses_is_told_of_each_address_once_with_a_pause_after_each(room: MailRoom) -> None:
    number, theirs = room.mailed(), SesList()
    room.reader("ada@inbox.example")
    room.hears(a_bounce(tags=tags(number)), a_complaint(recipient="ada@inbox.example"))
    assert mirror(room, theirs) == (2, 2)
    assert theirs == {READER: "BOUNCE", "ada@inbox.example": "COMPLAINT"}
    assert mirror(room, theirs) == (0, 0)
    assert {one.mirrored_at for one in listed(room)} == {SUNDAY}


def test_one_run_tells_only_so_many_and_the_next_goes_on(room: MailRoom) -> None:
    for name in "abc":
        room.reader(f"{name}@inbox.example")
        suppress(room, f"{name}@inbox.example")
    theirs = SesList()
    assert [mirror(room, theirs, most=2)[0] for _ in range(3)] == [2, 1, 0]
    assert len(theirs) == 3


def test_being_told_to_stop_ends_the_mirroring_after_the_address_at_hand(room: MailRoom) -> None:
    for name in "abc":
        room.reader(f"{name}@inbox.example")
        suppress(room, f"{name}@inbox.example")
    theirs = SesList()
    done = subscriptions.mirror_suppressions(
        room.sessions, room.clock, SIGNING, theirs, lambda: True
    )
    assert (done, len(theirs)) == (1, 1)


def test_who_was_erased_is_never_told_to_ses(room: MailRoom) -> None:
    number, theirs = room.mailed(), SesList()
    room.hears(a_bounce(tags=tags(number)))
    subscriptions.erase(room.sessions, room.clock, SIGNING, READER)
    assert mirror(room, theirs) == (0, 0)
    assert [(one.reason, one.email) for one in listed(room)] == [("hard bounce", "")]


def test_what_ses_suppresses_is_taken_over(room: MailRoom) -> None:
    for name in ("ada", "bo", "cy"):
        room.reader(f"{name}@inbox.example")
    suppress(room, "cy@inbox.example")
    assert sync(room, ada="BOUNCE", bo="COMPLAINT", cy="BOUNCE", di="BOUNCE") == (4, 3)
    states = [room.state(f"{name}@inbox.example") for name in ("ada", "bo", "cy")]
    assert states == [S.BOUNCED, S.COMPLAINED, S.UNSUBSCRIBED]
    reasons = [room.suppressed(f"{name}@inbox.example") for name in ("ada", "bo", "cy", "di")]
    assert reasons == ["hard bounce", "complaint", "an editor's wish", "hard bounce"]
    assert sync(room, ada="BOUNCE", bo="COMPLAINT") == (2, 0)
    assert mirror(room, SesList()) == (0, 0)
