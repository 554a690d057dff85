"""What pages tell programs, held against what https://schema.org and search engines ask for."""

from typing import Any

import pytest

from digest.model import IssueState, Item
from tests.doors.site import LiveSite
from tests.makers import a_panel, a_review, a_tool, an_issue, an_unreviewed_tool

COMPARISON = "/compare/plainwright-vs-notekeel"
PAGES = ("/", COMPARISON, "/tools/plainwright", "/category/writing", "/issues", "/issues/2026-W47")
REQUIRED = {
    "Article": {"headline", "datePublished", "author", "image"},
    "SoftwareApplication": {"name", "url"},
    "AggregateRating": {"ratingValue", "reviewCount", "bestRating", "worstRating"},
    "Review": {"author", "reviewRating"},
    "Rating": {"ratingValue", "bestRating", "worstRating"},
    "ItemList": {"itemListElement"},
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"position", "name"},
    "Organization": {"name", "url"},
    "Person": {"name"},
}


@pytest.fixture
def published(site: LiveSite) -> LiveSite:
    pair = site.publishes()
    site.puts(an_issue(state=IssueState.SENT, items=(Item(comparison=pair.slug),)))
    return site


def within(data: Any) -> list[dict[str, Any]]:
    if isinstance(data, list):
        return [thing for part in data for thing in within(part)]
    if not isinstance(data, dict):
        return []
    return [data, *(thing for part in data.values() for thing in within(part))]


@pytest.mark.parametrize("path", PAGES)
def test_everything_a_page_tells_is_of_a_kind_and_whole(published: LiveSite, path: str) -> None:
    told = published.get(path).page.json_ld
    assert told["@context"] == "https://schema.org"
    for thing in within(told["@graph"]):
        assert set(thing) >= REQUIRED[thing["@type"]], thing
        assert all(value not in ("", None, []) for value in thing.values()), thing


@pytest.mark.parametrize("path", PAGES)
def test_lists_count_from_one_and_their_addresses_are_whole(published: LiveSite, path: str) -> None:
    page = published.get(path).page
    for kind, address in (("ItemList", "url"), ("BreadcrumbList", "item")):
        for listed in page.things(kind):
            items = listed["itemListElement"]
            assert [item["position"] for item in items] == list(range(1, len(items) + 1))
            for item in items:
                assert item[address].startswith("https://shiporskip.example/")
                assert published.get(
                    item[address].removeprefix("https://shiporskip.example")
                ).status


def test_a_rating_is_the_panels_average_with_each_review_behind_it(site: LiveSite) -> None:
    reviews = (*a_panel(85, 40), a_review("founder", 61, text=""))
    site.publishes(a_tool("Plainwright", reviews=reviews))
    for path in ("/tools/plainwright", COMPARISON):
        tool = site.get(path).page.things("SoftwareApplication")[0]
        assert tool["aggregateRating"]["ratingValue"] == 62
        assert tool["aggregateRating"]["reviewCount"] == len(tool["review"]) == 3
        assert [one["author"]["name"] for one in tool["review"]] == [
            "Builder",
            "Skeptic",
            "Founder",
        ]
        assert [one["reviewRating"]["ratingValue"] for one in tool["review"]] == [85, 40, 61]
        assert "reviewBody" not in tool["review"][2]


def test_a_tool_nobody_reviewed_claims_no_rating(site: LiveSite) -> None:
    site.publishes(an_unreviewed_tool("Newcomer"), an_unreviewed_tool("Latecomer"))
    for path in ("/tools/newcomer", "/compare/newcomer-vs-latecomer"):
        page = site.get(path).page
        assert page.things("AggregateRating") == page.things("Review") == []


def test_an_article_is_about_both_tools(published: LiveSite) -> None:
    (article,) = published.get(COMPARISON).page.things("Article")
    assert article["headline"] == "Plainwright vs Notekeel"
    assert article["datePublished"] == "2026-11-22T09:00:00+00:00"
    assert [tool["name"] for tool in article["about"]] == ["Plainwright", "Notekeel"]
