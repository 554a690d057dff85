"""What a visitor sees."""

import json
from dataclasses import asdict
from datetime import timedelta

import pytest

from digest import desk
from digest.model import EntryPrice, IssueState, Item, Tool, Votes
from tests.doors.site import LiveSite
from tests.makers import (
    SUNDAY,
    a_panel,
    a_tool,
    an_issue,
    an_unreviewed_tool,
)

# --- one comparison ------------------------------------------------------------------------


def test_a_page_shows_both_tools_whole(site: LiveSite) -> None:
    site.publishes(
        a_tool("Plainwright", reviews=a_panel(85, 78, 82, 40), entry=EntryPrice.FREE),
        a_tool("Notekeel", tagline="Keeps notes of releases", votes=Votes()),
    )
    page = site.get("/compare/plainwright-vs-notekeel").page
    assert page.text("//h1") == "Plainwright vs Notekeel"
    ours, theirs = page.texts("//*[@class='card']")
    for seen in (
        *("P", "Writing", "Plainwright", "Drafts release notes from merged changes", "Ship"),
        *("75% Panel ship", "Community 80% ship 15 votes", "Entry Free"),
        "Plainwright reads merged changes and drafts release notes for review.",
    ):
        assert seen in ours
    for seen in ("Keeps notes of releases", "100% Panel ship", "No votes yet", "Entry Paid"):
        assert seen in theirs


def test_the_decision_table_has_five_rows(site: LiveSite) -> None:
    site.publishes(
        a_tool("Plainwright", pricing="$9 a month", best_for="Small teams", votes=Votes(1200, 3)),
        a_tool("Notekeel", pricing="", best_for="", votes=Votes(), reviews=a_panel(80, 70, 20, 10)),
    )
    assert site.get("/compare/plainwright-vs-notekeel").page.rows == [
        ["Decision", "Plainwright", "Notekeel"],
        ["Panel verdict", "Ship · 4 ship / 0 skip", "Split · 2 ship / 2 skip"],
        ["Community", "1,200 ship / 3 skip", "No community votes yet"],
        ["Pricing", "$9 a month", "Not known yet"],
        ["Best for", "Small teams", "Drafts release notes from merged changes"],
        ["Category", "Writing", "Writing"],
    ]


def test_each_reviewer_stands_once_with_both_scores_calls_and_texts(site: LiveSite) -> None:
    pair = site.publishes(
        a_tool("Plainwright", reviews=a_panel(85, 41)), a_tool("Notekeel", reviews=a_panel(72, 64))
    )
    page = site.get("/compare/plainwright-vs-notekeel").page
    assert page.texts("//*[@class='reviewer']/h3") == ["Builder", "Skeptic"]
    builder, skeptic = page.texts("//*[@class='reviewer']")
    assert "85/100 · ship" in builder
    assert "72/100 · ship" in builder
    assert "41/100 · skip" in skeptic
    assert "64/100 · ship" in skeptic
    for tool in (pair.challenger, pair.incumbent):
        assert tool.reviews[0].text in builder
        assert tool.reviews[1].text in skeptic


def test_a_page_says_why_these_two_and_holds_the_forms_of_the_reader(site: LiveSite) -> None:
    site.publishes()
    page = site.get("/compare/plainwright-vs-notekeel").page
    assert "Why these two Both draft release notes from merged changes." in page.text()
    assert page.values("//main//form/@action") == [
        "/tools/plainwright/vote",
        "/tools/notekeel/vote",
        "/subscribe",
    ]
    assert page.values("//form[@action='/subscribe']//input/@name") == [
        *("email", "website", "opened", "proof", "page"),
    ]
    assert page.values("//button[@data-path]/@aria-label") == [
        "Bookmark Plainwright vs Notekeel",
        "Bookmark Plainwright",
        "Bookmark Notekeel",
    ]
    assert page.texts("//*[@id='bookmarks']/h2") == ["Bookmarks"]


def test_a_page_tells_programs_what_it_is(site: LiveSite) -> None:
    site.publishes(updated_at=SUNDAY + timedelta(days=1))
    page = site.get("/compare/plainwright-vs-notekeel").page
    url = "https://shiporskip.example/compare/plainwright-vs-notekeel"
    assert page.meta("og:title") == "Plainwright vs Notekeel"
    assert page.meta("og:url") == url
    assert page.meta("og:type") == "article"
    assert page.meta("og:description") == page.meta("description")
    assert page.values("//link[@rel='canonical']/@href") == [url]
    assert page.meta("og:image") == f"{url}/picture.png"
    assert page.meta("twitter:card") == "summary_large_image"
    assert page.meta("article:modified_time") == "2026-11-23T09:00:00+00:00"


# --- before the verdict, and after ---------------------------------------------------------


def verdict_file(tool: Tool) -> bytes:
    record = asdict(tool)
    del record["id"]
    return json.dumps({"tools": [record]}).encode()


def test_a_launch_is_not_reviewed_wherever_a_verdict_would_stand(site: LiveSite) -> None:
    site.publishes(an_unreviewed_tool("Newcomer"), a_tool("Notekeel"))
    page = site.get("/compare/newcomer-vs-notekeel").page
    card, _ = page.texts("//*[@class='card']")
    assert "Not reviewed yet" in card
    assert "Panel ship" not in card
    assert page.rows[1] == ["Panel verdict", "Not reviewed yet", "Ship · 4 ship / 0 skip"]
    for reviewer in page.texts("//*[@class='reviewer']"):
        assert reviewer.count("Not reviewed yet") == 1
    assert "Not reviewed yet" in site.get("/").page.text("//article")


def test_a_page_fills_in_when_the_verdict_arrives(site: LiveSite) -> None:
    site.publishes(an_unreviewed_tool("Newcomer"), a_tool("Notekeel"))
    judged = a_tool("Newcomer", reviews=a_panel(20, 30, 90, 10))
    site.clock.move(days=2)
    desk.import_verdicts(site.sessions, site.clock, "verdicts.json", verdict_file(judged))
    page = site.get("/compare/newcomer-vs-notekeel").page
    assert "Not reviewed yet" not in page.text()
    assert page.rows[1][1] == "Skip · 1 ship / 3 skip"
    assert "updated November 24, 2026" in page.text()


def test_a_page_of_two_launches_without_verdicts_says_so(site: LiveSite) -> None:
    site.publishes(an_unreviewed_tool("Newcomer"), an_unreviewed_tool("Latecomer"))
    page = site.get("/compare/newcomer-vs-latecomer").page
    assert "Neither tool has been before the panel yet" in page.text()
    assert not page.texts("//*[@class='reviewer']")


# --- home and issues -----------------------------------------------------------------------


def test_an_empty_site_says_what_will_come(site: LiveSite) -> None:
    assert "No comparisons yet" in site.get("/").page.text()
    assert "Nothing has been mailed yet" in site.get("/issues").page.text()


def test_the_sign_up_form_stands_after_the_three_newest_comparisons(site: LiveSite) -> None:
    for number in range(5):
        site.publishes(a_tool(f"Tool {number}"), published_at=SUNDAY + timedelta(hours=number))
    shown = site.get("/").page.texts("//main/article//h2 | //main/section/h2")
    assert [words.removesuffix(" vs Notekeel Both ship") for words in shown] == [
        *("Tool 4", "Tool 3", "Tool 2"),
        "The next comparisons, in your inbox",
        *("Tool 1", "Tool 0"),
    ]


def test_an_issue_that_went_out_shows_its_comparisons_in_its_own_words(site: LiveSite) -> None:
    pair = site.publishes()
    item = Item(comparison=pair.slug, takeaway="Take the one you can leave.")
    site.puts(an_issue(state=IssueState.SENT, items=(item,)))
    page = site.get("/issues/2026-W47").page
    assert page.text("//h1") == "Plainwright or Notekeel?"
    assert "Take the one you can leave." in page.text()
    assert "/compare/plainwright-vs-notekeel" in page.links
    assert "/issues/2026-W47" in site.get("/issues").page.links


def test_an_introduction_is_markdown_and_nothing_else(site: LiveSite) -> None:
    site.publishes()
    intro = "Read *this*, [here](https://notes.example/).\n\n- one\n- <b>two</b>"
    site.puts(an_issue(state=IssueState.SENT, intro=intro))
    page = site.get("/issues/2026-W47").page
    assert page.texts("//*[@class='dek']") == ["Read this , here .", "one <b>two</b>"]
    assert page.texts("//main//em") == ["this"]
    assert "https://notes.example/" in page.links


@pytest.mark.parametrize("state", [IssueState.DRAFT, IssueState.REVIEW, IssueState.APPROVED])
def test_an_issue_that_has_not_gone_out_is_not_there(site: LiveSite, state: IssueState) -> None:
    site.puts(an_issue(state=state))
    assert site.get("/issues/2026-W47").status == 404
    assert "/issues/2026-W47" not in site.get("/issues").page.links


@pytest.mark.parametrize(
    "path", ["/compare/nothing", "/issues/2026-W01", "/static/nothing.css", "/nothing", "/compare/"]
)
def test_what_is_not_there_is_a_page_that_leads_on(site: LiveSite, path: str) -> None:
    answer = site.get(path)
    assert answer.status == 404
    assert answer.page.text("//h1") == "That page is not here"
    assert "/" in answer.page.links


@pytest.mark.parametrize("path", ["/compare/a%00b", "/issues/a%00b", "/feed.xml?category=a%00b"])
def test_a_name_no_database_can_hold_is_not_there(site: LiveSite, path: str) -> None:
    assert site.get(path).status == 404


# --- names that mean harm ------------------------------------------------------------------

HOSTILE = "</script><script>alert(1)</script>\"'>&{{ 7*7 }}"


def test_a_hostile_name_is_shown_and_never_run(site: LiveSite) -> None:
    site.publishes(
        a_tool(HOSTILE, slug="hostile", url="https://hostile.example/"), slug="hostile-vs-notekeel"
    )
    paths = ("/compare/hostile-vs-notekeel", "/", "/tools/hostile", "/category/writing")
    for path in (*paths, "/search?q=script", "/compare/hostile-vs-noteke"):
        page = site.get(path).page
        assert HOSTILE in page.text()
        assert "alert" not in "".join(page.texts("//script[not(@type)]"))
    page = site.get("/compare/hostile-vs-notekeel").page
    (article,) = page.things("Article")
    assert article["about"][0]["name"] == HOSTILE
    assert page.meta("og:title") == f"{HOSTILE} vs Notekeel"
    assert HOSTILE in page.values("//button/@data-name")
    assert page.values("//script/@src") == ["/static/bookmarks.js", "/static/sign-up.js"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,hi", "//else.example/", ""])
def test_only_a_web_address_is_a_link(site: LiveSite, url: str) -> None:
    site.publishes(a_tool("Plainwright", url=url))
    page = site.get("/compare/plainwright-vs-notekeel").page
    assert page.text("//*[@class='card'][1]//h2") == "Plainwright"
    ours = page.values("//*[@class='card'][1]//a/@href")
    assert ours == ["/category/writing", "/tools/plainwright"]
    assert page.values("//*[@class='card'][2]//a/@href")[-1] == "https://notekeel.example/"
