"""The feeds we publish, as feed readers ask for them."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import feedparser
import pytest
from sqlalchemy import event

from db.engine import Sessions
from db.store import tools
from digest.desk import import_verdicts
from digest.model import Call
from tests.doors.site import Answer, LiveSite, serve
from tests.makers import SUNDAY, a_panel, a_tool

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
    site.publishes(a_tool("Plainwright", category="A"), a_tool("Notekeel", category="B"))
    tags = {site.get(f"{path}?category={name}").headers["ETag"] for name in ("", "A", "B")}
    assert len(tags) == 3


@pytest.mark.parametrize("path", KINDS)
def test_a_category_is_known_in_any_letters_and_spelt_as_the_tools_spell_it(
    site: LiveSite, path: str
) -> None:
    site.publishes(a_tool(category="Übersetzen"), a_tool("Notekeel", category="Übersetzen"))
    asked = [site.get(f"{path}?category={quote(name)}") for name in ("Übersetzen", "übersetzen")]
    assert asked[0].body == asked[1].body
    assert titles(path, asked[1]) == ["Plainwright vs Notekeel"]


@pytest.mark.parametrize(
    "query",
    [
        "category=Nothing",
        "page=2",
        "page=0",
        "page=-1",
        "page=x",
        "page=99999999999999999999",
        "category=%00",
        "page=%C2%B2",
    ],
)
def test_a_feed_that_never_was_is_not_there(site: LiveSite, query: str) -> None:
    site.publishes()
    assert [site.get(f"{path}?{query}").status for path in KINDS] == [404] * 3


@pytest.mark.parametrize("path", KINDS)
def test_a_category_without_comparisons_is_an_empty_feed(site: LiveSite, path: str) -> None:
    with site.sessions.begin() as session:
        tools.put_tool(session, a_tool(category="Voice"), SUNDAY)
    answer = site.get(f"{path}?category=Voice")
    assert (answer.status, answer.headers["Last-Modified"]) == (200, None)
    assert titles(path, answer) == []


@pytest.mark.parametrize("path", KINDS)
def test_following_a_feed_from_page_to_page_finds_every_comparison_once(
    site: LiveSite, path: str
) -> None:
    for number in range(65):
        site.publishes(a_tool(f"Tool {number}"), published_at=SUNDAY + timedelta(minutes=number))
    found, following = [], path
    while following:
        answer = site.get(following)
        found += titles(path, answer)
        following = next_page(path, answer).removeprefix(site.publication.base_url)
    assert found == [f"Tool {number} vs Notekeel" for number in reversed(range(65))]


def next_page(path: str, answer: Answer) -> str:
    if path == "/feed.json":
        return str(json.loads(answer.body).get("next_url", ""))
    return next((one.href for one in parsed(answer).feed.links if one.rel == "next"), "")


@pytest.mark.parametrize("path", KINDS)
@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("Sun, 22 Nov 2026 09:00:00 GMT", 304),
        ("Mon, 23 Nov 2026 09:00:00 GMT", 304),
        ("Sun, 22 Nov 2026 08:59:59 GMT", 200),
        ("Sun Nov 22 09:00:00 2026", 304),
        ("yesterday", 200),
        ("", 200),
    ],
)
def test_a_reader_that_knows_a_date_alone_gets_what_is_newer(
    site: LiveSite, path: str, since: str, status: int
) -> None:
    site.publishes()
    assert site.get(path).headers["Last-Modified"] == "Sun, 22 Nov 2026 09:00:00 GMT"
    assert site.get(path, If_Modified_Since=since).status == status
    stale = site.get(path, If_Modified_Since=since, If_None_Match='"another"')
    assert stale.status == 200


@pytest.mark.parametrize("path", KINDS)
def test_whatever_changes_in_an_item_changes_the_tag(site: LiveSite, path: str) -> None:
    site.publishes(a_tool("Plainwright"))
    seen = [site.get(path)]
    acts: list[Callable[[], None]] = [
        lambda: votes_on(site, "plainwright", Call.SHIP),
        lambda: votes_on(site, "notekeel", Call.SKIP),
        lambda: votes_on(site, "notekeel", Call.SHIP),
        lambda: tells(site, tagline="Drafts release notes, in colour"),
        lambda: imports(site, reviews=a_panel(10, 10, 10, 10)),
    ]
    for act in acts:
        act()
        again = site.get(path, If_None_Match=seen[-1].headers["ETag"])
        assert again.status == 200
        assert again.body != seen[-1].body
        seen.append(again)
    assert [site.get(path, If_None_Match=seen[-1].headers["ETag"]).status] == [304]


def votes_on(site: LiveSite, slug: str, call: Call) -> None:
    assert site.fill_in(f"/tools/{slug}/vote", call=call.value).status == 303


def tells(site: LiveSite, **fields: Any) -> None:
    """A launch tells more of a tool."""
    with site.sessions.begin() as session:
        tool = tools.tool(session, "plainwright")
        tools.fill_tool(session, replace(tool, **fields))


def imports(site: LiveSite, **fields: Any) -> None:
    """A verdict comes."""
    tool = asdict(a_tool("Plainwright", **fields))
    body = json.dumps({"tools": [{**tool, "id": None}]}).encode()
    assert import_verdicts(site.sessions, site.clock, "verdicts.json", body).changed


@pytest.mark.parametrize("path", KINDS)
def test_a_feed_that_is_held_already_is_told_by_one_statement(site: LiveSite, path: str) -> None:
    for number in range(30):
        site.publishes(a_tool(f"Tool {number}"))
    etag = site.get(path).headers["ETag"]
    with statements(site.sessions) as said:
        assert site.get(path, If_None_Match=etag).status == 304
    assert len(said) == 1


@contextmanager
def statements(sessions: Sessions) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    engine, said = sessions.kw["bind"], []

    def listen(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("SELECT"):
            said.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def test_a_feed_names_itself_and_its_hub_in_a_header(sessions: Sessions) -> None:
    with serve(sessions, hub="https://hub.example/") as site:
        site.publishes()
        link = site.get("/feed.atom?category=writing").headers["Link"]
    assert link == (
        '<https://shiporskip.example/feed.atom?category=Writing>; rel="self", '
        '<https://hub.example/>; rel="hub"'
    )


def test_without_a_hub_a_feed_names_itself_alone(site: LiveSite) -> None:
    link = site.get("/feed.xml").headers["Link"]
    assert link == '<https://shiporskip.example/feed.xml>; rel="self"'
