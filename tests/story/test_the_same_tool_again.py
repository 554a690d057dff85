"""A launch of a tool we hold, of its next version, or of a name nearly like its own."""

from dataclasses import replace
from itertools import count

import pytest

from db.engine import reading
from db.store import launches as store
from db.store import tools
from db.tables import VoteRow
from digest import desk
from digest.errors import NotAllowedError, NotFoundError
from digest.jobs.pair import Paired
from digest.model import Call, Launch, LaunchState, Tool, Votes
from tests.makers import a_panel, a_tool
from tests.newsroom import Newsroom, a_product_hunt_feed, titles

DRAFTS = "Drafts release notes from merged pull requests"
NOTES = "Release notes, drafted from the pull requests you merged"
NOTEKEEL = a_tool("Notekeel", tagline=DRAFTS, description="")
CALLHORN = a_tool(
    "Callhorn", tagline="Answers the phone for clinics", category="Voice", description=""
)
MAPS = "Hiking maps for offline trails"

numbers = count(1)


@pytest.fixture
def holding(newsroom: Newsroom) -> Newsroom:
    newsroom.holds_verdicts_on(NOTEKEEL, CALLHORN)
    return newsroom


def launch(newsroom: Newsroom, name: str, tagline: str) -> list[Paired]:
    """A feed of its own announces it."""
    newsroom.follows(f"/{next(numbers)}", a_product_hunt_feed((name, tagline)))
    newsroom.collects()
    return newsroom.pairs()


def states(reports: list[Paired]) -> list[LaunchState]:
    return [report.state for report in reports]


def tool(newsroom: Newsroom, name: str) -> Tool:
    with reading(newsroom.sessions) as session:
        return tools.tool(session, name)


def the_launch(newsroom: Newsroom) -> Launch:
    with reading(newsroom.sessions) as session:
        [only] = store.launches(session)
    return only


def votes(newsroom: Newsroom, name: str, **calls: Call) -> None:
    """Readers, by name, vote on our own pages."""
    number = tool(newsroom, name).id
    with newsroom.sessions.begin() as session:
        for voter, call in calls.items():
            session.add(
                VoteRow(tool_id=number, voter=voter, call=call, created_at=newsroom.clock())
            )


# --- a tool we hold ------------------------------------------------------------------------


def test_a_launch_tells_what_we_did_not_know_of_its_tool(holding: Newsroom) -> None:
    bare = a_tool("Mergewren", tagline="", description="", category="", url="", best_for="")
    holding.holds_verdicts_on(bare)
    assert titles(launch(holding, "Mergewren", NOTES)) == ["Mergewren vs Notekeel"]
    filled = tool(holding, "mergewren")
    assert filled == replace(
        bare, id=filled.id, tagline=NOTES, url="https://mergewren.example/", category=""
    )


def test_what_we_knew_of_a_tool_stays_as_it_was(holding: Newsroom) -> None:
    known = a_tool("Mergewren", tagline="Notes of every release, merged or drafted")
    holding.holds_verdicts_on(known)
    launch(holding, "MergeWren AI", NOTES)
    kept = tool(holding, "mergewren")
    assert kept == replace(known, id=kept.id)


def test_a_launch_adds_no_votes_to_those_of_readers(holding: Newsroom) -> None:
    holding.holds_verdicts_on(a_tool("Mergewren", tagline="", votes=Votes(12, 3)))
    votes(holding, "mergewren", ada=Call.SHIP, bo=Call.SKIP, cy=Call.SKIP)
    before = tool(holding, "mergewren")
    assert before.votes == Votes(13, 5)
    assert titles(launch(holding, "Mergewren", NOTES)) == ["Mergewren vs Notekeel"]
    after = tool(holding, "mergewren")
    assert (after.votes, after.reviews) == (before.votes, before.reviews)


def test_an_editors_pair_keeps_what_the_launch_told(holding: Newsroom) -> None:
    holding.holds_verdicts_on(a_tool("Mergewren", tagline="", description="", best_for=""))
    assert states(launch(holding, "Mergewren", MAPS)) == [LaunchState.UNMATCHED]
    desk.pair_launch(holding.sessions, holding.clock, the_launch(holding).id, "callhorn")
    assert tool(holding, "mergewren").tagline == MAPS


# --- its next version ----------------------------------------------------------------------


def test_a_new_version_is_read_against_the_old_one_when_nothing_fits_better(
    holding: Newsroom,
) -> None:
    [report] = launch(holding, "Notekeel 2", "Now with tables and colours")
    assert titles([report]) == ["Notekeel 2 vs Notekeel"]
    assert report.pair
    assert report.pair.why.sentence == (
        "Notekeel 2 is a new version of Notekeel, on which our verdict stands."
    )
    assert tool(holding, "notekeel").review_wanted == "Notekeel 2 was launched (launch 1)"
    assert tool(holding, "callhorn").review_wanted == ""


def test_a_new_version_meets_a_rival_that_fits_and_its_review_is_wanted_all_the_same(
    holding: Newsroom,
) -> None:
    holding.holds_verdicts_on(a_tool("Inkmoor", tagline=DRAFTS, description=""))
    assert titles(launch(holding, "Notekeel 2", NOTES)) == ["Notekeel 2 vs Inkmoor"]
    assert tool(holding, "notekeel").review_wanted
    assert tool(holding, "notekeel-2").review_wanted == ""


def test_the_panels_new_reviews_answer_and_nobody_asks_again(holding: Newsroom) -> None:
    launch(holding, "Notekeel 2", "Now with tables and colours")
    holding.holds_verdicts_on(NOTEKEEL)
    assert tool(holding, "notekeel").review_wanted  # the file says what it said before
    holding.holds_verdicts_on(replace(NOTEKEEL, reviews=a_panel(40, 50, 90)))
    assert tool(holding, "notekeel").review_wanted == ""
    holding.clock.move(days=2)
    assert holding.pairs() == []
    assert states(launch(holding, "Notekeel 2.0", "Now with tables and colours")) == []
    assert tool(holding, "notekeel").review_wanted == ""


def test_a_version_that_waits_asks_for_a_review_once(newsroom: Newsroom) -> None:
    newsroom.holds_verdicts_on(replace(NOTEKEEL, reviews=(), votes=Votes()), CALLHORN)
    assert states(launch(newsroom, "Notekeel 2", "Now with tables")) == [LaunchState.UNMATCHED]
    assert tool(newsroom, "notekeel").review_wanted
    newsroom.holds_verdicts_on(NOTEKEEL)
    assert titles(newsroom.pairs()) == ["Notekeel 2 vs Notekeel"]
    assert tool(newsroom, "notekeel").review_wanted == ""


def test_a_third_version_is_as_plain_as_the_second(holding: Newsroom) -> None:
    assert titles(launch(holding, "Notekeel 2", "Now with tables")) == ["Notekeel 2 vs Notekeel"]
    assert titles(launch(holding, "Notekeel 3", "Now with colours")) == ["Notekeel 3 vs Notekeel"]


def test_an_old_version_rests_like_any_opponent(holding: Newsroom) -> None:
    holding.holds_verdicts_on(a_tool("Inkmoor", tagline="", description="", best_for=""))
    names = ("Mergewren", "Draftloom", "Logfinch")
    assert len(titles([one for name in names for one in launch(holding, name, NOTES)])) == 3
    assert states(launch(holding, "Notekeel 2", MAPS)) == [LaunchState.UNMATCHED]
    holding.clock.move(days=31)
    assert titles(holding.pairs(due=True)) == ["Notekeel 2 vs Notekeel"]


# --- a name nearly like its own ------------------------------------------------------------

SAME_NOTEKEEL = "is it Notekeel? `digest launches same 1 TOOL`, or confirm it is another"


def test_a_near_miss_waits_for_an_editor(holding: Newsroom) -> None:
    [report] = launch(holding, "Notekeel Cloud", NOTES)
    assert (report.state, report.reason) == (LaunchState.UNCLEAR, SAME_NOTEKEEL)
    holding.clock.move(days=2)
    assert holding.pairs() == []
    assert the_launch(holding).reason == SAME_NOTEKEEL


def test_what_an_editor_says_is_the_same_is_known_by_both_names_from_then_on(
    holding: Newsroom,
) -> None:
    holding.holds_verdicts_on(a_tool("Inkmoor", tagline=NOTES, description=""))
    launch(holding, "Notekeel Cloud", "Release notes for every merged request")
    joined, known = desk.same_tool(holding.sessions, 1, "notekeel")
    assert (joined.state, known.name) == (LaunchState.NEW, "Notekeel")
    assert titles(holding.pairs()) == ["Notekeel vs Inkmoor"]
    assert tool(holding, "notekeel").review_wanted == ""

    holding.holds_verdicts_on(NOTEKEEL)  # the publication's file does not know the name
    assert tool(holding, "notekeel").aliases == ("Notekeel Cloud",)
    holding.clock.move(days=100)  # by then the name on another page may be another tool's
    [again] = launch(holding, "Note Keel Cloud", "Now with tables")
    assert (again.state, again.reason) == (
        LaunchState.KNOWN,
        "Notekeel has its comparison already",
    )


def test_what_an_editor_confirms_goes_on_as_another_tool_and_nobody_is_asked_again(
    holding: Newsroom,
) -> None:
    launch(holding, "Notekeel Cloud", MAPS)
    desk.confirm_launches(holding.sessions, [1])
    assert states(holding.pairs()) == [LaunchState.UNMATCHED]
    assert states(holding.pairs()) == [LaunchState.UNMATCHED]
    holding.holds_verdicts_on(
        a_tool("Pathfern", tagline="Offline maps for hiking trails", description="")
    )
    assert titles(holding.pairs()) == ["Notekeel Cloud vs Pathfern"]
    assert tool(holding, "notekeel-cloud").verdict is None


def test_several_tools_of_nearly_one_name_are_all_named(newsroom: Newsroom) -> None:
    newsroom.holds_verdicts_on(a_tool("Notekeel Studio"), a_tool("Notekeel Pro"), CALLHORN)
    [report] = launch(newsroom, "Notekeel", NOTES)
    assert report.reason.startswith("is it Notekeel Pro or Notekeel Studio? `digest launches same")


def test_what_is_decided_is_not_joined_to_another_tool(holding: Newsroom) -> None:
    launch(holding, "Mergewren", NOTES)
    with pytest.raises(NotAllowedError, match="cannot join Mergewren: it is paired"):
        desk.same_tool(holding.sessions, 1, "callhorn")
    with pytest.raises(NotFoundError, match="there is no tool 'nobody'"):
        desk.same_tool(holding.sessions, 1, "nobody")
    assert tool(holding, "callhorn").aliases == ()


# --- the same name, another maker ----------------------------------------------------------

OF_ANOTHER = a_tool(
    "Mergewren", tagline="Offline maps for hiking", url="https://wrens.example/", description=""
)


def test_the_name_of_another_makers_tool_asks_an_editor(holding: Newsroom) -> None:
    holding.holds_verdicts_on(OF_ANOTHER)
    [report] = launch(holding, "Mergewren", NOTES)  # at mergewren.example
    assert (report.state, report.reason) == (
        LaunchState.UNCLEAR,
        "is it Mergewren? `digest launches same 1 TOOL`, or confirm it is another",
    )


def test_two_makers_may_have_a_tool_of_one_name(holding: Newsroom) -> None:
    holding.holds_verdicts_on(OF_ANOTHER)
    launch(holding, "Mergewren", NOTES)
    desk.confirm_launches(holding.sessions, [1])
    assert titles(holding.pairs()) == ["Mergewren vs Notekeel"]
    assert tool(holding, "mergewren").tagline == OF_ANOTHER.tagline
    assert tool(holding, "mergewren-2").tagline == NOTES


def test_a_tool_that_changed_its_address_is_joined_by_an_editor(holding: Newsroom) -> None:
    holding.holds_verdicts_on(OF_ANOTHER)
    launch(holding, "Mergewren", NOTES)
    desk.same_tool(holding.sessions, 1, "mergewren")
    [report] = holding.pairs()
    assert report.state is not LaunchState.UNCLEAR
    assert the_launch(holding).url == OF_ANOTHER.url
