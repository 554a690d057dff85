"""Lists and the pages of one tool or one category."""

from datetime import timedelta

import pytest

from digest.archive.comparisons import PER_PAGE
from digest.model import IssueState, Item, Votes
from tests.doors.site import LiveSite
from tests.makers import SUNDAY, a_panel, a_tool, an_issue, an_unreviewed_tool


def fill(site: LiveSite, count: int) -> None:
    """Comparisons of "Tool 0" and so on, each newer than the one before."""
    for number in range(count):
        site.publishes(a_tool(f"Tool {number}"), published_at=SUNDAY + timedelta(hours=number))


def headlines(site: LiveSite, path: str) -> list[str]:
    return [text.split(" vs ")[0] for text in site.get(path).page.texts("//article/h2")]


# --- page by page --------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/category/writing", "/tools/notekeel"])
def test_a_list_goes_on_where_its_page_ends(site: LiveSite, path: str) -> None:
    fill(site, PER_PAGE + 2)
    first, second = headlines(site, path), headlines(site, f"{path}?page=2")
    assert len(first) == PER_PAGE
    assert [*first, *second] == [f"Tool {n}" for n in reversed(range(PER_PAGE + 2))]


def test_pages_lead_to_each_other_for_people_and_programs(site: LiveSite) -> None:
    fill(site, PER_PAGE + 1)
    base = site.publication.base_url
    first, second = site.get("/").page, site.get("/?page=2").page
    assert first.values("//nav[@class='pager']//a/@href") == ["/?page=2"]
    assert first.values("//link[@rel='next']/@href") == [f"{base}/?page=2"]
    assert first.values("//link[@rel='prev']/@href") == []
    assert second.values("//nav[@class='pager']//a/@href") == ["/"]
    assert second.values("//link[@rel='prev']/@href") == [f"{base}/"]
    assert second.values("//link[@rel='canonical']/@href") == [f"{base}/?page=2"]


def test_a_list_of_one_page_has_no_pager(site: LiveSite) -> None:
    fill(site, PER_PAGE)
    assert site.get("/").page.texts("//nav[@class='pager']") == []


@pytest.mark.parametrize("page", ["0", "2", "-1", "1.5", "x", "01", "9" * 300, "%F0%9F%9A%80", ""])
@pytest.mark.parametrize("path", ["/", "/issues", "/tools/plainwright", "/category/writing"])
def test_a_page_no_list_has_is_not_there(site: LiveSite, path: str, page: str) -> None:
    site.publishes()
    assert site.get(f"{path}?page={page}").status == 404


def test_issues_have_pages_as_well(site: LiveSite) -> None:
    for number in range(PER_PAGE + 1):
        site.clock.move(hours=1)
        site.puts(an_issue(id=f"2026-W{number + 10}", state=IssueState.SENT))
    names = [path for path in site.get("/issues").page.links if path.startswith("/issues/")]
    assert (names[0], len(names)) == ("/issues/2026-W30", PER_PAGE)
    assert "/issues/2026-W10" in site.get("/issues?page=2").page.links


# --- one tool ------------------------------------------------------------------------------


def test_a_tool_has_a_page_with_its_verdict_its_facts_and_its_comparisons(site: LiveSite) -> None:
    site.publishes(
        a_tool("Plainwright", reviews=a_panel(85, 40), votes=Votes(1200, 3), pricing="$9 a month")
    )
    site.publishes(a_tool("Latecomer"), a_tool("Plainwright", reviews=a_panel(85, 40)))
    page = site.get("/tools/plainwright").page
    assert page.text("//h1") == "Plainwright"
    assert page.texts("//dl[@class='glance']/div") == [
        "Panel verdict Split · 1 ship / 1 skip",
        "Community 12 ship / 3 skip",
        "Pricing $9 per seat a month",
        "Best for Teams that release weekly",
        "Category Writing",
    ]
    builder, skeptic = page.texts("//*[@class='reviewer']")
    assert "85/100 · ship" in builder
    assert "40/100 · skip" in skeptic
    assert headlines(site, "/tools/plainwright") == ["Latecomer", "Plainwright"]
    assert page.texts("//nav[@class='crumbs']//li") == ["Comparisons", "Writing", "Plainwright"]
    assert "https://plainwright.example/" in page.links


def test_a_tool_before_the_panel_looked_says_so(site: LiveSite) -> None:
    site.publishes(an_unreviewed_tool("Newcomer", category="", url="", tagline=""))
    page = site.get("/tools/newcomer").page
    assert "Not reviewed yet. This page fills in when the panel has looked." in page.text()
    assert "No category yet" in page.text()
    assert page.things("AggregateRating") == []


def test_the_slug_of_a_tool_is_its_address_and_its_name_is_none(site: LiveSite) -> None:
    site.publishes(a_tool("Plainwright"))
    assert site.get("/tools/Plainwright").status == 404


# --- categories ----------------------------------------------------------------------------


def test_a_category_lists_the_comparisons_with_a_tool_in_it(site: LiveSite) -> None:
    site.publishes(a_tool("Callhorn", category="Voice & Calls"), a_tool("Wrenlet", category="Chat"))
    site.publishes(a_tool("Plainwright"), a_tool("Notekeel"))
    assert headlines(site, "/category/voice-calls") == ["Callhorn"]
    assert headlines(site, "/category/writing") == ["Plainwright"]
    assert site.get("/category/nothing").status == 404
    feeds = site.get("/category/voice-calls").page.values("//link[@rel='alternate']/@href")
    assert "/feed.xml?category=Voice%20%26%20Calls" in feeds


def test_spellings_of_one_category_are_one(site: LiveSite) -> None:
    for name, category in (("A", "Dev tools"), ("B", "Dev Tools"), ("C", "dev tools!")):
        site.publishes(a_tool(f"Tool {name}", category=category))
    assert sorted(headlines(site, "/category/dev-tools")) == ["Tool A", "Tool B", "Tool C"]
    assert "/category/dev-tools" in site.get("/categories").page.links


def test_all_categories_stand_on_one_page_with_how_many_tools(site: LiveSite) -> None:
    assert "No categories yet" in site.get("/categories").page.text()
    site.publishes(a_tool("Callhorn", category="Voice"), a_tool("Wrenlet", category=""))
    site.publishes(a_tool("Plainwright"), a_tool("Notekeel"))
    shown = site.get("/categories").page.texts("//ul[@class='index']/li")
    assert shown == ["Voice 1 tool", "Writing 2 tools"]
    home = site.get("/").page
    assert {"/category/voice", "/category/writing", "/categories"} <= set(home.links)


def test_an_issue_leads_to_what_it_compares_and_says_where_it_is(site: LiveSite) -> None:
    pair = site.publishes()
    site.puts(an_issue(state=IssueState.SENT, items=(Item(comparison=pair.slug),)))
    page = site.get("/issues/2026-W47").page
    assert page.texts("//nav[@class='crumbs']//li") == ["Comparisons", "Issues", "2026-W47"]
    assert {"/tools/plainwright", "/category/writing"} <= set(page.links)
