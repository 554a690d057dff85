"""The feeds we publish, as feed readers ask for them."""

import json
from datetime import timedelta
from typing import Any

import feedparser
import pytest

from tests.doors.site import Answer, LiveSite
from tests.makers import SUNDAY, a_tool

KINDS = {
    "/feed.xml": "application/rss+xml",
    "/feed.atom": "application/atom+xml",
    "/feed.json": "application/feed+json",
}
XML = ["/feed.xml", "/feed.atom"]


def titles(path: str, answer: Answer) -> list[str]:
    if path.startswith("/feed.json"):
        return [item["title"] for item in json.loads(answer.body)["items"]]
    return [entry.title for entry in parsed(answer).entries]


def parsed(answer: Answer) -> Any:
    headers = {"content-type": answer.headers["Content-Type"]}
    document = feedparser.parse(answer.body, response_headers=headers)
    assert not document.bozo
    return document


@pytest.mark.parametrize(("path", "kind"), KINDS.items())
def test_a_feed_says_what_it_is(site: LiveSite, path: str, kind: str) -> None:
    answer = site.get(path)
    assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert path in site.get("/").page.values("//link[@rel='alternate']/@href")
    assert path in site.get("/").page.links


@pytest.mark.parametrize("path", KINDS)
def test_a_feed_holds_the_newest_comparison_first(site: LiveSite, path: str) -> None:
    assert titles(path, site.get(path)) == []
    site.publishes(a_tool("Plainwright"))
    site.publishes(a_tool("Mergewren"), published_at=SUNDAY + timedelta(hours=1))
    assert titles(path, site.get(path)) == ["Mergewren vs Notekeel", "Plainwright vs Notekeel"]


@pytest.mark.parametrize("path", XML)
def test_an_entry_leads_to_its_page(site: LiveSite, path: str) -> None:
    site.publishes()
    (entry,) = parsed(site.get(path)).entries
    page = site.get(entry.link.removeprefix(site.publication.base_url)).page
    assert page.values("//link[@rel='canonical']/@href") == [entry.link]


@pytest.mark.parametrize("path", KINDS)
def test_a_feed_of_one_category_holds_pairs_with_a_tool_in_it(site: LiveSite, path: str) -> None:
    site.publishes(a_tool("Plainwright"), a_tool("Notekeel"))
    site.publishes(a_tool("Callhorn", category="Voice & Calls"), a_tool("Wrenlet", category="Chat"))
    chosen = f"{path}?category=Voice+%26+Calls"
    assert titles(path, site.get(chosen)) == ["Callhorn vs Wrenlet"]
    assert titles(path, site.get(f"{path}?category=Nothing")) == []
    assert titles(path, site.get(f"{path}?category=")) == [
        "Callhorn vs Wrenlet",
        "Plainwright vs Notekeel",
    ]


@pytest.mark.parametrize("path", KINDS)
@pytest.mark.parametrize("spelt", ["{}", "W/{}", '"other", {}', 'W/"other" , W/{}', "*"])
def test_a_reader_that_holds_the_feed_gets_304(site: LiveSite, path: str, spelt: str) -> None:
    site.publishes()
    etag = site.get(path).headers["ETag"]
    again = site.get(path, If_None_Match=spelt.format(etag))
    assert (again.status, again.body) == (304, b"")
    assert again.headers["ETag"] == etag
    assert again.headers["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize("path", KINDS)
def test_a_changed_feed_is_sent_again(site: LiveSite, path: str) -> None:
    site.publishes(a_tool("Plainwright"))
    etag = site.get(path).headers["ETag"]
    site.publishes(a_tool("Mergewren"))
    again = site.get(path, If_None_Match=etag)
    assert again.status == 200
    assert again.headers["ETag"] != etag


@pytest.mark.parametrize("path", KINDS)
def test_the_tags_of_two_categories_differ(site: LiveSite, path: str) -> None:
    tags = {site.get(f"{path}?category={name}").headers["ETag"] for name in ("", "A", "B")}
    assert len(tags) == 3
