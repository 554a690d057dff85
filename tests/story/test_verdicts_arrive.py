"""A launch is compared before its verdict is in; the page and the draft fill in when it comes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from db.engine import reading
from db.store import tools as store
from digest import archive, desk
from digest.errors import NotAllowedError
from digest.model import Comparison, IssueState, Tool
from digest.pairing.comparing import NOT_REVIEWED
from tests.makers import SUNDAY, a_panel, a_tool
from tests.newsroom import PUBLISHER, WEEK, Newsroom, a_product_hunt_feed, part

NOTES = "Release notes, drafted from the pull requests you merged"
NOTEKEEL = a_tool(
    "Notekeel", tagline="Drafts release notes from merged pull requests", description=""
)
MERGEWREN = a_tool(  # as the verdict file has it, under a slug of the file's own
    "Mergewren",
    slug="mergewren-app",
    tagline="Release notes from what you merged",
    url="https://mergewren.example/",
    reviews=a_panel(90, 80, 70, 40),
)
SLUG = "mergewren-vs-notekeel"


@pytest.fixture
def compared(newsroom: Newsroom) -> Newsroom:
    """A newsroom that compared a launch nobody has reviewed yet."""
    newsroom.hires()
    newsroom.has_readers("ada@inbox.example")
    newsroom.holds_verdicts_on(NOTEKEEL)
    launch(newsroom, "Mergewren")
    return newsroom


def launch(newsroom: Newsroom, name: str) -> None:
    newsroom.follows(f"/{name}", a_product_hunt_feed((name, NOTES)))
    newsroom.collects()
    [paired] = newsroom.pairs()
    assert paired.pair


def page(newsroom: Newsroom) -> Comparison:
    return archive.comparison(newsroom.sessions, SLUG)


def tools(newsroom: Newsroom) -> list[Tool]:
    with reading(newsroom.sessions) as session:
        return store.tools(session)


def test_the_page_fills_in_when_the_verdict_arrives_and_keeps_its_address(
    compared: Newsroom,
) -> None:
    before = page(compared)
    assert (before.a.verdict, before.rows[0].a) == (None, NOT_REVIEWED)
    compared.clock.move(hours=5)
    compared.holds_verdicts_on(MERGEWREN)

    after = page(compared)
    assert after.rows[0].a == "Ship · 3 ship / 1 skip"
    assert [scored.a for scored in after.scorecard] == list(MERGEWREN.reviews)
    assert (after.slug, after.a.slug) == (before.slug, before.a.slug)
    assert after.published_at == before.published_at == SUNDAY
    assert after.updated_at == SUNDAY + timedelta(hours=5)
    assert [tool.slug for tool in tools(compared)] == ["mergewren", "notekeel"]


def test_the_same_file_again_changes_nothing(compared: Newsroom) -> None:
    compared.holds_verdicts_on(NOTEKEEL, MERGEWREN)
    filled_in = page(compared), tools(compared)
    compared.clock.move(hours=5)
    compared.holds_verdicts_on(NOTEKEEL, MERGEWREN)
    assert (page(compared), tools(compared)) == filled_in


def test_a_later_file_still_finds_the_tool_whose_slug_differs(compared: Newsroom) -> None:
    compared.holds_verdicts_on(MERGEWREN)
    compared.clock.move(days=30)
    moved = "https://www.mergewren.example/notes"
    second_look = a_panel(90, 80, 70, 60)
    compared.holds_verdicts_on(
        a_tool("Mergewren", slug="mergewren-app", url=moved, reviews=second_look)
    )
    assert page(compared).rows[0].a == "Ship · 4 ship / 0 skip"
    assert page(compared).updated_at == SUNDAY + timedelta(days=30)
    assert len(tools(compared)) == 2


def test_tools_of_one_file_that_share_a_page_stay_two(compared: Newsroom) -> None:
    sibling = a_tool("Mergefinch", url=MERGEWREN.url)
    for _ in range(2):
        compared.holds_verdicts_on(sibling, MERGEWREN)
        assert [tool.slug for tool in tools(compared)] == ["mergefinch", "mergewren", "notekeel"]
        assert page(compared).a.name == "Mergewren"
        assert page(compared).rows[0].a == "Ship · 3 ship / 1 skip"


def test_a_launch_is_found_by_another_name_of_the_tool(compared: Newsroom) -> None:
    compared.holds_verdicts_on(
        a_tool("Wren", url="https://wren.example/", aliases=("Mergewren",), reviews=a_panel(90))
    )
    assert page(compared).a.name == "Wren"
    assert page(compared).rows[0].a == "Ship · 1 ship / 0 skip"


def test_tools_of_one_name_from_two_makers_stay_two(compared: Newsroom) -> None:
    compared.holds_verdicts_on(MERGEWREN)
    compared.holds_verdicts_on(
        a_tool("Mergewren", slug="mergewren-2", url="https://other.example/", reviews=a_panel(1))
    )
    assert page(compared).rows[0].a == "Ship · 3 ship / 1 skip"
    assert [tool.slug for tool in tools(compared)] == ["mergewren", "mergewren-2", "notekeel"]


# --- in a draft ----------------------------------------------------------------------------


def test_a_draft_that_nobody_touched_takes_in_verdicts_and_comparisons(
    compared: Newsroom,
) -> None:
    assert [one.slug for one in compared.drafts().comparisons] == [SLUG]
    compared.holds_verdicts_on(
        MERGEWREN, a_tool("Inkmoor", tagline="Answers the phone for clinics", description="")
    )
    newest = a_product_hunt_feed(("Callhorn", "The phone of clinics, answered"))
    compared.follows("/callhorn", newest)
    compared.collects()
    compared.pairs()

    again = compared.drafts()
    assert [one.slug for one in again.comparisons] == [SLUG, "callhorn-vs-inkmoor"]
    rendering = compared.issue().rendering
    assert rendering
    assert "3‑1 ship for Mergewren" in rendering.html
    assert "Callhorn" in rendering.text


def test_what_was_handed_in_is_not_drafted_again(compared: Newsroom) -> None:
    compared.drafts()
    handed_in = compared.submits()
    compared.holds_verdicts_on(MERGEWREN)
    with pytest.raises(NotAllowedError, match="cannot draft 2026-W47 anew: it is review"):
        compared.drafts()
    assert compared.issue() == handed_in


def test_what_was_approved_is_sent_as_it_was_though_a_verdict_came_since(
    compared: Newsroom,
) -> None:
    compared.drafts()
    compared.submits()
    compared.approves()
    compared.holds_verdicts_on(MERGEWREN)
    compared.clock.move(minutes=10)
    compared.sends()
    [message] = compared.inbox()
    assert NOT_REVIEWED in " ".join(part(message, "plain").split())
    assert page(compared).rows[0].a == "Ship · 3 ship / 1 skip"


def test_a_draft_sent_back_takes_the_verdict_in(compared: Newsroom) -> None:
    compared.drafts()
    compared.submits()
    compared.holds_verdicts_on(MERGEWREN)
    reason = "the verdict has come"
    desk.send_back(compared.sessions, compared.parts.pen, WEEK, PUBLISHER, reason)
    assert compared.issue().reason == reason
    compared.drafts()
    issue = compared.issue()
    assert (issue.state, issue.reason) == (IssueState.DRAFT, "")
    assert issue.rendering
    assert "3‑1 ship for Mergewren" in issue.rendering.html


def test_what_a_launch_told_stays_where_the_file_says_nothing(compared: Newsroom) -> None:
    for _ in range(2):
        compared.holds_verdicts_on(replace(MERGEWREN, slug="mergewren", tagline="", url=""))
        [wren] = [tool for tool in tools(compared) if tool.name == "Mergewren"]
        assert (wren.tagline, wren.url) == (NOTES, "https://mergewren.example/")
