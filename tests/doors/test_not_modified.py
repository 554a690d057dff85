"""A visitor who holds a page hears so, for one statement and without a template rendered."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from jinja2 import Template
from sqlalchemy import event

from digest.model import EntryPrice, IssueState, Item, Votes
from tests.doors.site import LiveSite
from tests.makers import SUNDAY, a_panel, a_tool, an_issue

PAGES = {  # each with the statements that tell its version
    "/": 1,
    "/compare/plainwright-vs-notekeel": 1,
    "/tools/plainwright": 2,
    "/category/writing": 2,
    "/categories": 1,
    "/issues": 1,
    "/issues/2026-W47": 1,
    "/compare/plainwright-vs-notekeel/picture.png": 1,
    "/api/v1/comparisons": 1,
    "/api/v1/comparisons/plainwright-vs-notekeel": 1,
    "/api/v1/tools/plainwright": 2,
    "/api/v1/issues": 1,
    "/api/v1/issues/2026-W47": 1,
}
SHOWS_A_TOOL = [path for path in PAGES if path not in ("/categories", "/issues", "/api/v1/issues")]


@pytest.fixture(autouse=True)
def published(site: LiveSite) -> None:
    pair = site.publishes()
    site.puts(an_issue(state=IssueState.SENT, items=(Item(comparison=pair.slug),)))


@contextmanager
def statements(site: LiveSite) -> Iterator[list[str]]:
    """What the database is asked meanwhile; the beginning of a transaction is no question."""
    engine, said = site.sessions.kw["bind"], []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


def refuse(*_: object, **__: object) -> str:
    raise AssertionError("a template was rendered")


@pytest.mark.parametrize(("path", "count"), PAGES.items())
def test_who_holds_a_page_gets_304_and_nothing_is_rendered(
    site: LiveSite, monkeypatch: pytest.MonkeyPatch, path: str, count: int
) -> None:
    first = site.get(path)
    assert first.status == 200
    monkeypatch.setattr(Template, "render", refuse)
    with statements(site) as said:
        again = site.get(path, If_None_Match=first.headers["ETag"])
    assert (again.status, again.body, len(said)) == (304, b"", count)
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]


@pytest.mark.parametrize(("path", "count"), PAGES.items())
def test_who_does_not_hold_it_gets_what_is_kept(
    site: LiveSite, monkeypatch: pytest.MonkeyPatch, path: str, count: int
) -> None:
    first = site.get(path)
    monkeypatch.setattr(Template, "render", refuse)
    with statements(site) as said:
        again = site.get(path)
    assert (again.status, again.body, len(said)) == (200, first.body, count)


def test_a_page_that_is_made_takes_few_statements_however_much_it_shows(site: LiveSite) -> None:
    for number in range(20):
        site.publishes(a_tool(f"Tool {number}"))
    for path, count in (("/", 6), ("/compare/plainwright-vs-notekeel", 6), ("/tools/notekeel", 11)):
        with statements(site) as said:
            assert site.get(path).status == 200
        assert len(said) == count, path


@pytest.mark.parametrize("path", SHOWS_A_TOOL)
def test_a_page_is_sent_again_when_a_tool_on_it_changed(site: LiveSite, path: str) -> None:
    tag = site.get(path).headers["ETag"]
    site.clock.move(minutes=1)
    site.publishes(
        a_tool(reviews=a_panel(10, 20, 30, 40), entry=EntryPrice.FREE),
        a_tool("Tarnhelm"),
        published_at=SUNDAY,
    )
    again = site.get(path, If_None_Match=tag)
    assert again.status == 200
    assert again.headers["ETag"] != tag


@pytest.mark.parametrize("path", ["/compare/plainwright-vs-notekeel", "/tools/plainwright"])
def test_a_vote_changes_a_page_although_nothing_was_written_anew(site: LiveSite, path: str) -> None:
    before = site.get(path)
    site.publishes(a_tool(votes=Votes(13, 3)), a_tool("Tarnhelm"))
    after = site.get(path, If_None_Match=before.headers["ETag"])
    assert after.status == 200
    assert "16 votes" in after.page.text()


@pytest.mark.parametrize("path", ["/", "/category/writing"])
def test_a_list_is_sent_again_when_it_grew(site: LiveSite, path: str) -> None:
    tag = site.get(path).headers["ETag"]
    site.publishes(a_tool("Latecomer"))
    assert site.get(path, If_None_Match=tag).status == 200


def test_the_tags_of_pages_are_weak_and_each_is_its_own(site: LiveSite) -> None:
    tags = [site.get(path).headers["ETag"] for path in PAGES]
    assert len(set(tags)) == len(tags)
    assert site.get("/").headers["ETag"].startswith('W/"')
