"""How visitors and search engines find a page."""

from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from digest.archive import sitemap as written
from digest.archive.sitemap import MOST, Address, part, parts
from digest.model import IssueState
from tests.doors.site import LiveSite
from tests.makers import SUNDAY, a_tool, an_issue

SCHEMA = Path(__file__).parents[1] / "samples" / "sitemap.xsd"
NAMESPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


# --- search --------------------------------------------------------------------------------


def test_a_tool_and_its_comparison_are_found_by_a_word(site: LiveSite) -> None:
    site.publishes(a_tool("Plainwright", tagline="Drafts minutes"))
    page = site.get("/search?q=minutes").page
    assert page.texts("//ul[@class='hits']//strong") == ["Plainwright"]
    assert page.texts("//article/h2/a") == ["Plainwright vs Notekeel"]
    assert page.values("//main//input[@name='q']/@value") == ["minutes"]
    assert page.meta("robots") == "noindex"


def test_what_nobody_has_is_told_with_a_way_on(site: LiveSite) -> None:
    site.publishes()
    page = site.get("/search?q=xylophone").page
    assert "Nothing here holds all of these words." in page.text()
    assert "/categories" in page.links


def test_a_new_tool_is_found_at_once_and_an_edit_a_minute_later(site: LiveSite) -> None:
    site.publishes(a_tool("Plainwright"))
    assert site.get("/search?q=latecomer").page.texts("//article") == []
    site.publishes(a_tool("Latecomer"))
    assert len(site.get("/search?q=latecomer").page.texts("//article")) == 1
    site.publishes(a_tool("Latecomer", tagline="Counts xylophones"), slug="again")
    site.clock.move(minutes=1)
    assert site.get("/search?q=xylophones").page.texts("//ul[@class='hits']//strong") == [
        "Latecomer"
    ]


def test_more_than_a_page_holds_is_counted(site: LiveSite) -> None:
    for number in range(12):
        site.publishes(a_tool(f"Tool {number}"))
    page = site.get("/search?q=tool").page
    assert len(page.texts("//ul[@class='hits']/li")) == 10
    assert page.text().count("And 2 more: another word narrows it down.") == 2


@pytest.mark.parametrize(
    "query", ["", "?q=", "?q=a", "?q=" + "x" * 10_000, "?q=%25_", "?q=%00", "?q=a%00b", "?q=%ff"]
)
def test_any_query_is_answered(site: LiveSite, query: str) -> None:
    site.publishes()
    answer = site.get(f"/search{query}")
    assert (answer.status, answer.page.text("//h1")) == (200, "Search")


# --- what is not there ---------------------------------------------------------------------


def test_a_misspelt_address_leads_to_what_was_meant(site: LiveSite) -> None:
    site.publishes()
    comparison, tool = site.get("/compare/planewright-vs-notekeel"), site.get("/tools/plainwrigth")
    assert (comparison.status, tool.status) == (404, 404)
    assert "Did you mean Plainwright vs Notekeel" in comparison.page.text()
    assert "/compare/plainwright-vs-notekeel" in comparison.page.links
    assert "/tools/plainwright" in tool.page.links


@pytest.mark.parametrize("path", ["/nothing", "/compare/zzzz", "/tools/" + "z" * 3000])
def test_any_other_address_leads_to_search_and_to_what_is_new(site: LiveSite, path: str) -> None:
    for number in range(7):
        site.publishes(a_tool(f"Tool {number}"), published_at=SUNDAY + timedelta(hours=number))
    page = site.get(path).page
    assert "Did you mean" not in page.text()
    assert page.values("//form/@action") == ["/search"]
    assert page.texts("//main//ul//a") == [f"Tool {n} vs Notekeel" for n in (6, 5, 4, 3, 2)]


# --- robots --------------------------------------------------------------------------------


def test_robots_are_led_to_the_sitemap_and_kept_from_tokens(site: LiveSite) -> None:
    answer = site.get("/robots.txt")
    lines = answer.body.decode().splitlines()
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert lines[0] == "User-agent: *"
    assert "Sitemap: https://shiporskip.example/sitemap.xml" in lines
    for path in ("/confirm/", "/unsubscribe/", "/preferences/", "/search"):
        assert f"Disallow: {path}" in lines


def valid(document: bytes) -> list[str]:
    """The addresses of a sitemap that keeps the protocol's rules."""
    root = etree.fromstring(document)
    etree.XMLSchema(etree.parse(str(SCHEMA))).assertValid(root)
    assert len(root) <= MOST
    return [str(found.text) for found in root.iterfind(".//s:loc", NAMESPACES)]


def test_the_sitemap_names_every_page_once(site: LiveSite) -> None:
    site.publishes(updated_at=SUNDAY + timedelta(days=1))
    site.puts(an_issue(state=IssueState.SENT))
    site.puts(an_issue(id="2026-W48", state=IssueState.DRAFT))
    answer = site.get("/sitemap.xml")
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    addresses = valid(answer.body)
    base = site.publication.base_url
    paths = [address.removeprefix(base) for address in addresses]
    assert sorted(paths) == sorted(
        [
            *("/", "/categories", "/issues", "/issues/2026-W47", "/category/writing"),
            *("/compare/plainwright-vs-notekeel", "/tools/plainwright", "/tools/notekeel"),
        ]
    )
    assert {site.get(path).status for path in paths} == {200}
    root = etree.fromstring(answer.body)
    changed = root.xpath(
        "//s:url[contains(s:loc, 'compare')]/s:lastmod/text()", namespaces=NAMESPACES
    )
    assert changed == ["2026-11-23T09:00:00+00:00"]


def test_more_addresses_than_a_file_may_hold_are_in_files_of_an_index() -> None:
    found = [Address(f"/compare/a&b{number}", SUNDAY) for number in range(MOST + 1)]
    base = "https://shiporskip.example"
    assert valid(written(found, base)) == [f"{base}/sitemap-1.xml", f"{base}/sitemap-2.xml"]
    assert parts(found) == 2
    assert valid(part(found, base, 1))[-1] == f"{base}/compare/a%26b{MOST - 1}"
    assert valid(part(found, base, 2)) == [f"{base}/compare/a%26b{MOST}"]


@pytest.mark.parametrize("number", ["1", "0", "x"])
def test_a_site_that_needs_no_index_has_no_parts(site: LiveSite, number: str) -> None:
    site.publishes()
    assert site.get(f"/sitemap-{number}.xml").status == 404
