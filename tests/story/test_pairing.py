"""Which launches get a head-to-head, against whom, and what an editor decides instead."""

from collections.abc import Sequence

import pytest

from db.engine import reading
from db.store import launches as store
from digest import archive, desk
from digest.errors import NotAllowedError
from digest.jobs.pair import Paired
from digest.model import Launch, LaunchState, Pair
from tests.makers import a_tool
from tests.newsroom import Newsroom, a_product_hunt_feed, titles

NOTES = "Release notes, drafted from the pull requests you merged"
NOTEKEEL = a_tool(
    "Notekeel", tagline="Drafts release notes from merged pull requests", description=""
)
OTHERS = [
    a_tool("Callhorn", tagline="Answers the phone for clinics", category="Voice", description=""),
    a_tool("Pixelbarn", tagline="Product photos from sketches", category="Design", description=""),
    a_tool("Querymoth", tagline="SQL from plain questions", category="Data", description=""),
]
PATHFERN = a_tool(
    "Pathfern", tagline="Draws hiking maps for offline trails", category="Travel", description=""
)


@pytest.fixture
def open_for_launches(newsroom: Newsroom) -> Newsroom:
    newsroom.holds_verdicts_on(NOTEKEEL, *OTHERS)
    return newsroom


def launch(newsroom: Newsroom, *launches: tuple[str, str], path: str = "/feed") -> list[Paired]:
    """These launches stand in a feed of their own, which is collected and paired."""
    newsroom.follows(path, a_product_hunt_feed(*launches))
    newsroom.collects()
    return newsroom.pairs()


def launches(newsroom: Newsroom) -> list[Launch]:
    with reading(newsroom.sessions) as session:
        return store.launches(session)


def reasons(reports: Sequence[Paired]) -> list[tuple[LaunchState, str]]:
    return [(report.state, report.reason) for report in reports]


def compares(newsroom: Newsroom, a: str, b: str) -> Pair:
    return desk.compare_tools(newsroom.sessions, newsroom.clock, a, b)


# --- by the clock --------------------------------------------------------------------------


def test_a_launch_from_another_walk_of_life_waits_until_a_verdict_fits(
    open_for_launches: Newsroom,
) -> None:
    newsroom = open_for_launches
    [alone] = launch(newsroom, ("Trailmoss", "Hiking maps for offline trails"))
    assert alone.state is LaunchState.UNMATCHED
    assert alone.reason.startswith("no head-to-head yet: ")
    assert reasons(newsroom.pairs()) == [(LaunchState.UNMATCHED, alone.reason)]

    newsroom.holds_verdicts_on(PATHFERN)
    assert titles(newsroom.pairs()) == ["Trailmoss vs Pathfern"]
    [kept] = launches(newsroom)
    assert (kept.state, kept.reason) == (LaunchState.PAIRED, "")
    assert newsroom.pairs() == []


def test_a_tool_that_holds_a_verdict_is_a_challenger_once(open_for_launches: Newsroom) -> None:
    newsroom = open_for_launches
    newsroom.holds_verdicts_on(a_tool("Inkmoor", tagline=NOTES, description=""))
    assert titles(launch(newsroom, ("Inkmoor", NOTES))) == ["Inkmoor vs Notekeel"]
    comparison = archive.comparison(newsroom.sessions, "inkmoor-vs-notekeel")
    assert comparison.a.verdict
    newsroom.clock.move(days=100)  # by then the name on another page may be another tool's
    assert reasons(launch(newsroom, ("Ink Moor", "Now with tables"), path="/news")) == [
        (LaunchState.KNOWN, "Inkmoor has its comparison already")
    ]


def test_a_tool_that_two_feeds_announce_is_compared_once(open_for_launches: Newsroom) -> None:
    newsroom = open_for_launches
    newsroom.follows("/one", a_product_hunt_feed(("Mergewren", NOTES)))
    newsroom.follows("/two", a_product_hunt_feed(("MergeWren", "Release notes, drafted for you")))
    newsroom.collects()
    assert titles(newsroom.pairs()) == ["Mergewren vs Notekeel"]
    assert [c.slug for c in archive.latest(newsroom.sessions)] == ["mergewren-vs-notekeel"]


def test_nobody_is_the_opponent_a_fourth_time_in_thirty_days(open_for_launches: Newsroom) -> None:
    newsroom = open_for_launches
    names = ("Mergewren", "Inkmoor", "Draftloom", "Logfinch")
    reports = launch(newsroom, *((name, NOTES) for name in names))
    assert [one.pair.incumbent.name for one in reports if one.pair] == ["Notekeel"] * 3
    over = (LaunchState.UNMATCHED, "Notekeel would fit, but was an opponent 3 times lately")
    assert reasons(reports)[3:] == [over]

    newsroom.clock.move(days=30)
    assert reasons(newsroom.pairs()) == [over]
    newsroom.clock.move(seconds=1)
    assert titles(newsroom.pairs()) == [
        "Mergewren vs Notekeel"
    ]  # a feed's last entry is its oldest


# --- by an editor --------------------------------------------------------------------------


def test_an_editor_has_two_tools_compared_and_the_page_says_so(open_for_launches: Newsroom) -> None:
    pair = compares(open_for_launches, "callhorn", "Querymoth")
    assert pair.slug == "callhorn-vs-querymoth"
    comparison = archive.comparison(open_for_launches.sessions, pair.slug)
    assert comparison.why == "Our editors chose to read these two against each other."


def test_an_editor_cannot_have_a_pair_twice_whichever_way_round(
    open_for_launches: Newsroom,
) -> None:
    compares(open_for_launches, "callhorn", "querymoth")
    for a, b in (("callhorn", "querymoth"), ("querymoth", "callhorn"), ("Querymoth", "Callhorn")):
        with pytest.raises(NotAllowedError, match="they are already, as callhorn-vs-querymoth"):
            compares(open_for_launches, a, b)
    with pytest.raises(NotAllowedError, match="a tool is not compared with itself"):
        compares(open_for_launches, "callhorn", "Callhorn")


def test_an_editor_gives_a_launch_the_opponent_the_machine_did_not_find(
    open_for_launches: Newsroom,
) -> None:
    newsroom = open_for_launches
    launch(newsroom, ("Trailmoss", "Hiking maps for offline trails"))
    [waiting] = launches(newsroom)
    pair = desk.pair_launch(newsroom.sessions, newsroom.clock, waiting.id, "Pixelbarn")
    assert pair.slug == "trailmoss-vs-pixelbarn"
    [settled] = launches(newsroom)
    assert (settled.state, settled.reason) == (LaunchState.PAIRED, "")
    assert newsroom.pairs() == []
    with pytest.raises(NotAllowedError, match="they are already, as trailmoss-vs-pixelbarn"):
        desk.pair_launch(newsroom.sessions, newsroom.clock, waiting.id, "Pixelbarn")


def test_a_launch_of_a_tool_is_not_paired_with_that_tool_nor_a_pair_made_again(
    open_for_launches: Newsroom,
) -> None:
    newsroom = open_for_launches
    compares(newsroom, "callhorn", "notekeel")
    launch(newsroom, ("Notekeel", "Something that no tool does"))
    [of_notekeel] = launches(newsroom)
    for name, said in (
        ("notekeel", "a tool is not compared with itself"),
        ("callhorn", "they are already, as callhorn-vs-notekeel"),
    ):
        with pytest.raises(NotAllowedError, match=said):
            desk.pair_launch(newsroom.sessions, newsroom.clock, of_notekeel.id, name)
