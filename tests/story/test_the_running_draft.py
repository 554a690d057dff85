"""The week's clock: the next issue fills up, its editors are reminded, and without an approval
nothing goes out, however late a machine wakes up."""

from datetime import UTC, datetime, timedelta

import pytest

from digest import desk as acts
from digest import wiring
from digest.errors import NotFoundError
from digest.issues.deadlines import is_late
from digest.issues.editing import Save
from digest.model import OFFERED, IssueState
from tests.makers import a_tool
from tests.newsroom import PUBLISHER, WEEK, WRITER, Newsroom, a_product_hunt_feed

NEXT = "2026-W48"  # goes out on the Monday after the newsroom's Sunday, 06:00
TIME = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
NOTES = ("Mergewren", "Drafts release notes from merged pull requests")
CALLS = ("Ringfern", "Answers the phone for clinics and books visits")
SQL = ("Selectory", "Writes SQL from plain questions about data")


@pytest.fixture
def desk(newsroom: Newsroom) -> Newsroom:
    """A team, two readers, three verdicts, and a clock on which every job stands."""
    newsroom.hires()
    newsroom.has_readers("ada@inbox.example", "bo@inbox.example")
    newsroom.holds_verdicts_on(
        a_tool("Notekeel", tagline="Release notes from merged pull requests"),
        a_tool("Callhorn", tagline="Answers the phone for clinics", category="Voice"),
        a_tool("Querymoth", tagline="SQL from plain questions", category="Data"),
    )
    for job in ("fill", "draft", "remind", "send"):
        ticks(newsroom, job)
    newsroom.clock.move(minutes=10)
    return newsroom


def ticks(newsroom: Newsroom, job: str) -> str | None:
    return wiring.tick(newsroom.parts, job)


def comes(newsroom: Newsroom, *launches: tuple[str, str]) -> str | None:
    """Launches come in and are paired, and ten minutes later the draft is filled."""
    newsroom.follows(f"/{launches[0][0]}", a_product_hunt_feed(*launches))
    newsroom.collects()
    assert all(one.pair for one in newsroom.pairs())
    newsroom.clock.move(minutes=10)
    return ticks(newsroom, "fill")


def held(newsroom: Newsroom) -> list[str]:
    return [item.comparison for item in newsroom.issue(NEXT).items]


def subjects(newsroom: Newsroom) -> list[tuple[str, str]]:
    """The mails to editors: to whom, and their subjects."""
    return [(str(one["To"]), str(one["Subject"])) for one in newsroom.desk_mail()]


def test_the_next_issue_fills_up_as_comparisons_are_made(desk: Newsroom) -> None:
    assert ticks(desk, "fill") == ""
    with pytest.raises(NotFoundError):
        desk.issue(NEXT)  # nothing waits, so there is no issue
    assert comes(desk, NOTES) == f"{NEXT} holds 1 comparisons"
    first = desk.issue(NEXT)
    assert (first.state, first.planned_at, first.dated) == (IssueState.DRAFT, TIME, TIME.date())
    desk.clock.move(minutes=10)
    assert ticks(desk, "fill") == ""  # nothing new: not even written
    assert desk.issue(NEXT).version == first.version
    assert comes(desk, CALLS) == f"{NEXT} holds 2 comparisons"
    assert set(held(desk)) == {"mergewren-vs-notekeel", "ringfern-vs-callhorn"}


def test_what_comes_after_an_edit_is_offered_and_changes_nothing(desk: Newsroom) -> None:
    comes(desk, NOTES)
    version = desk.issue(NEXT).version
    edits(desk, headline="Who writes your release notes?")
    before = desk.issue(NEXT)
    assert comes(desk, CALLS) == f"{NEXT} is offered 1 comparisons"
    after = desk.issue(NEXT)
    assert (after.items, after.rendering) == (before.items, before.rendering)
    [offered] = after.tray
    assert (offered.comparison, offered.dropped) == ("ringfern-vs-callhorn", OFFERED)
    desk.clock.move(minutes=10)
    assert ticks(desk, "fill") == ""  # once
    assert version < after.version


def edits(newsroom: Newsroom, **words: str) -> None:
    save = Save(version=newsroom.issue(NEXT).version, now=words)
    acts.save_words(newsroom.sessions, newsroom.parts.pen, NEXT, WRITER, save)


def test_what_was_offered_and_not_taken_is_in_the_issue_after(desk: Newsroom) -> None:
    comes(desk, NOTES)
    edits(desk, headline="Who writes your release notes?")
    comes(desk, CALLS)
    desk.submits(NEXT)
    desk.approves(NEXT)
    desk.clock.moment = TIME
    ticks(desk, "draft")
    assert ticks(desk, "send") == f"{NEXT}: 2 settled, 0 wait"
    desk.clock.move(minutes=10)
    assert ticks(desk, "fill") == "2026-W49 holds 1 comparisons"


def test_what_is_approved_early_goes_out_at_its_time(desk: Newsroom) -> None:
    comes(desk, NOTES)
    desk.submits(NEXT)
    assert desk.approves(NEXT).send_at == TIME
    desk.clock.moment = TIME - timedelta(seconds=1)
    assert ticks(desk, "send") == ""
    desk.clock.moment = TIME
    assert ticks(desk, "draft") == f"{NEXT} is approved"
    assert ticks(desk, "send") == f"{NEXT}: 2 settled, 0 wait"
    assert len(desk.inbox()) == 2


def test_what_nobody_approved_is_held_and_goes_out_late_by_an_approval_alone(
    desk: Newsroom,
) -> None:
    comes(desk, NOTES)
    desk.clock.moment = TIME
    assert ticks(desk, "draft") == f"{NEXT} drafted with 1 comparisons; {NEXT} is held"
    assert desk.issue(NEXT).held == "nobody handed it in by its time"
    told = (PUBLISHER, f"{NEXT} is held and did not go out")
    assert subjects(desk) == [told]
    for _ in range(3):
        desk.clock.move(hours=1)
        assert ticks(desk, "remind") == ""
        assert ticks(desk, "send") == ""
    assert (subjects(desk), desk.inbox()) == ([told], [])
    desk.submits(NEXT)
    approved = desk.approves(NEXT)
    assert (approved.held, is_late(approved)) == ("", True)
    assert approved.send_at == desk.clock() + timedelta(minutes=10)
    desk.clock.move(minutes=10)
    assert ticks(desk, "send") == f"{NEXT}: 2 settled, 0 wait"


def test_an_approved_issue_that_is_edited_after_its_time_is_held_too(desk: Newsroom) -> None:
    comes(desk, NOTES)
    desk.submits(NEXT)
    desk.clock.moment = TIME - timedelta(minutes=1)
    desk.approves(NEXT)
    desk.clock.moment = TIME
    ticks(desk, "draft")
    desk.clock.move(minutes=5)
    edits(desk, headline="Who writes your release notes?")
    desk.clock.move(minutes=5)
    assert ticks(desk, "remind") == f"{NEXT} is held"


def test_the_team_is_reminded_a_day_and_three_hours_before(desk: Newsroom) -> None:
    assert comes(desk, NOTES)  # on Sunday, 09:20: less than a day before
    assert ticks(desk, "remind") == f"reminded of {NEXT}"
    within = f"{NEXT} goes out in 21 hours, if it is approved"
    assert subjects(desk) == [(PUBLISHER, within), (WRITER, within)]
    desk.submits(NEXT)
    desk.clock.moment = TIME - timedelta(hours=3)
    assert ticks(desk, "remind") == f"reminded of {NEXT}"
    desk.clock.move(minutes=5)
    assert ticks(desk, "remind") == ""
    assert (PUBLISHER, f"{NEXT} goes out in 3 hours, if it is approved") in subjects(desk)
    assert len(subjects(desk)) == 4  # with the one that asked for an approval
    desk.approves(NEXT)
    desk.clock.moment = TIME - timedelta(minutes=30)
    assert ticks(desk, "remind") == ""


def test_too_little_is_skipped_with_its_reason_and_mails_nobody(desk: Newsroom) -> None:
    desk.chooses(minimum_comparisons=2)
    assert comes(desk, NOTES) == f"{NEXT} holds 1 comparisons"
    desk.clock.moment = TIME
    said = f"{NEXT} skipped: only one new of the two a digest needs at least"
    assert ticks(desk, "draft") == said
    assert (desk.inbox(), desk.desk_mail()) == ([], [])
    desk.clock.move(minutes=10)
    assert ticks(desk, "fill") == "2026-W49 holds 1 comparisons"  # it waits for the next


def test_a_draft_by_hand_has_no_time_and_takes_what_the_clocks_own_holds(desk: Newsroom) -> None:
    comes(desk, NOTES)
    assert desk.drafts().issue.id == WEEK
    given_up = desk.issue(NEXT)
    assert given_up.state is IssueState.SKIPPED
    assert given_up.reason == f"what it held went into {WEEK}"
    desk.submits()
    assert desk.approves().send_at == desk.clock() + timedelta(minutes=10)
    assert comes(desk, CALLS) == f"{NEXT} holds 1 comparisons"
    assert held(desk) == ["ringfern-vs-callhorn"]


def test_what_an_editor_cancelled_the_clock_does_not_revive(desk: Newsroom) -> None:
    comes(desk, NOTES)
    desk.cancels(NEXT)
    assert comes(desk, CALLS) == ""
    desk.clock.moment = TIME
    assert ticks(desk, "draft") == f"{NEXT} is cancelled"
    desk.clock.move(minutes=10)
    assert ticks(desk, "fill") == "2026-W49 holds 2 comparisons"


def test_another_day_moves_the_time_of_what_is_not_approved(desk: Newsroom) -> None:
    comes(desk, NOTES)
    desk.submits(NEXT)
    desk.chooses(schedule="weekly wed 06:00")
    desk.clock.moment = TIME
    assert ticks(desk, "draft") is None
    ticks(desk, "fill")
    assert desk.issue(NEXT).planned_at == TIME + timedelta(days=2)


@pytest.mark.parametrize("approved", [True, False])
def test_after_nine_days_down_nothing_of_then_is_sent(desk: Newsroom, approved: bool) -> None:
    """Nor by a database that is restored from a copy of nine days ago."""
    comes(desk, NOTES)
    if approved:
        desk.submits(NEXT)
        desk.approves(NEXT)
    desk.clock.move(days=9)
    for _ in range(2):
        for job in ("fill", "draft", "remind", "send"):
            ticks(desk, job)
        desk.clock.move(minutes=10)
    issue = desk.issue(NEXT)
    assert issue.state is (IssueState.REVIEW if approved else IssueState.DRAFT)
    assert issue.held
    assert desk.inbox() == []
    assert (PUBLISHER, f"{NEXT} is held and did not go out") in subjects(desk)
    assert sum(subject.endswith("did not go out") for _, subject in subjects(desk)) == 1
