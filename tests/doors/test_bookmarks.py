"""Bookmarks as a visitor keeps them: in a real browser, on the real site."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from db.engine import Sessions, open_engine, open_sessions
from tests.doors.site import LiveSite, serve
from tests.makers import a_tool

COMPARISON = {"path": "/compare/plainwright-vs-notekeel", "name": "Plainwright vs Notekeel"}
TOOL = {"path": "/tools/notekeel", "name": "Notekeel"}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        yield chromium
        chromium.close()


@pytest.fixture
def sessions(sqlite_url: str) -> Iterator[Sessions]:
    """One engine is enough: nothing here is kept by the database."""
    engine = open_engine(sqlite_url)
    yield open_sessions(engine)
    engine.dispose()


@pytest.fixture
def visit(sessions: Sessions, chromium: Browser) -> Iterator["Visit"]:
    with serve(sessions) as site, chromium.new_page() as page:
        site.publishes(a_tool("Plainwright"), a_tool("Notekeel"))
        yield Visit(site, page)


class Visit:
    """A visitor with an empty browser."""

    def __init__(self, site: LiveSite, browser: Page) -> None:
        self.browser = browser
        self._base = f"http://127.0.0.1:{site.port}"

    def open(self, path: str) -> Page:
        self.browser.goto(self._base + path)
        return self.browser

    def kept(self) -> list[str]:
        return self.open("/bookmarks").locator(".kept a").all_inner_texts()

    def add(self, content: str) -> str:
        page = self.open("/bookmarks")
        file = {"name": "b.json", "mimeType": "application/json", "buffer": content.encode()}
        page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        status = page.locator("#carry [role=status]")
        page.wait_for_function("document.querySelector('#carry [role=status]').textContent")
        return status.inner_text()


def test_a_bookmark_is_set_on_a_list_or_a_page_and_taken_back(visit: Visit) -> None:
    button = visit.open("/").locator("button.bookmark").first
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    page = visit.open(COMPARISON["path"])
    assert page.locator("button.bookmark").first.get_attribute("aria-pressed") == "true"
    page.locator("button.bookmark").nth(2).click()
    assert visit.kept() == ["Plainwright vs Notekeel", "Notekeel"]
    visit.browser.locator(".kept button").first.click()
    assert visit.kept() == ["Notekeel"]
    visit.browser.locator(".kept a").click()
    assert visit.browser.url.endswith("/tools/notekeel")


def test_bookmarks_leave_as_a_file_and_come_back(visit: Visit, tmp_path: Path) -> None:
    for path in ("/compare/plainwright-vs-notekeel", "/tools/notekeel"):
        visit.open(path).locator("button.bookmark").first.click()
    page = visit.open("/bookmarks")
    with page.expect_download() as saved:
        page.locator("[data-save=json]").click()
    saved.value.save_as(tmp_path / "kept.json")
    assert json.loads((tmp_path / "kept.json").read_text("utf-8")) == {
        "bookmarks": [COMPARISON, TOOL]
    }
    with page.expect_download() as saved:
        page.locator("[data-save=html]").click()
    saved.value.save_as(tmp_path / "kept.html")
    written = (tmp_path / "kept.html").read_text("utf-8")
    assert written.startswith("<!DOCTYPE NETSCAPE-Bookmark-file-1>")
    assert '<a href="https://shiporskip.example/tools/notekeel">Notekeel</a>' in written
    page.evaluate("localStorage.clear()")
    assert visit.kept() == []
    assert visit.add((tmp_path / "kept.json").read_text("utf-8")) == "Added from the file."
    assert visit.kept() == ["Plainwright vs Notekeel", "Notekeel"]


@pytest.mark.parametrize(
    "content",
    [
        "no JSON",
        "[]",
        "null",
        '{"bookmarks": [{"path": "https://else.example/", "name": "x"}]}',
        '{"bookmarks": [{"path": "javascript:alert(1)", "name": "x"}]}',
        '{"bookmarks": [{"path": "//else.example/compare/x", "name": "x"}, 7, null]}',
    ],
)
def test_a_file_with_nothing_of_ours_changes_nothing(visit: Visit, content: str) -> None:
    assert visit.add(content) == "This file holds no bookmarks of ours."
    assert visit.kept() == []


def test_a_name_in_a_file_is_text(visit: Visit) -> None:
    name = "<img src=x onerror=alert(1)>"
    visit.add(json.dumps({"bookmarks": [{"path": "/tools/x", "name": name}]}))
    assert visit.kept() == [name]
    visit.browser.evaluate("localStorage.clear()")


@pytest.mark.parametrize("held", ["no JSON", '{"a": 1}', '[{"slug": "old"}]'])
def test_what_else_lies_in_the_browser_is_left_aside(visit: Visit, held: str) -> None:
    visit.open("/").evaluate("held => localStorage.setItem('bookmarks', held)", held)
    assert visit.kept() == []
