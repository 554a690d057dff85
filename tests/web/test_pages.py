"""Every page the site has, in Chromium: for everybody, on every screen, and from us alone."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.doors.site import LiveSite
from tests.feed_server import FeedServer
from tests.judges import axe
from tests.judges.browser import HEIGHT, OVERFLOW, PHONE, SCHEMES, SMALLEST
from tests.newsroom import Newsroom
from tests.web import publication, walk
from tests.web.publication import READER

DESKTOP = 1280
FORM = """([action, fields]) => {
  const form = Object.assign(document.createElement("form"), {method: "post", action});
  for (const [name, value] of fields)
    form.append(Object.assign(document.createElement("input"), {name, value}));
  document.body.append(form);
  form.submit();
}"""


class Shown(NamedTuple):
    """A page as it is shown: at a path, or in answer to a form that was sent there."""

    path: str
    fields: tuple[tuple[str, str], ...] | None = None
    elsewhere: bool = False  # the form stood on a page of somebody else

    def on(self, page: Page, site: LiveSite) -> None:
        own = f"http://127.0.0.1:{site.port}"
        page.goto("about:blank" if self.elsewhere else f"{own}/issues")
        if self.fields is None:
            page.goto(own + self.path)
            return
        with page.expect_navigation():
            page.evaluate(FORM, [own + self.path, self.fields])


def every_page(site: LiveSite, newsroom: Newsroom) -> list[Shown]:
    """Those linked from the first on, a reader's own, answers to forms, and what goes wrong."""
    number = site.has_reader(READER)
    site.fill_in("/subscribe", email="newcomer@inbox.example")
    publication.send_the_week(site, newsroom)
    tokens = [*publication.every_token(site, number), *publication.mailed_tokens(site)]
    looked = [path for path in walk.linked(site) if walk.is_page(site, path)]
    return [
        *map(Shown, looked),
        *map(Shown, walk.readers_pages(site, tokens)),
        *(Shown(path, ()) for path in walk.readers_pages(site, tokens, "POST")),
        Shown("/subscribe", (("email", "another@inbox.example"),)),
        Shown("/subscribe", (("email", "nobody at all"),)),
        Shown("/subscribe", (("email", READER),), elsewhere=True),
        Shown("/confirm/run-out"),
        Shown("/nothing/here"),
        Shown("/compare/nothing"),
    ]


@pytest.fixture
def newsroom(site: LiveSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    with FeedServer() as web:
        yield Newsroom(site.sessions, tmp_path_factory.mktemp("newsroom"), web)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def problems(page: Page) -> dict[str, object]:
    """What is wrong with the page that is shown, by where: nothing, if all is well."""
    found: dict[str, object] = {}
    for width in (DESKTOP, PHONE):
        for scheme in SCHEMES:
            page.set_viewport_size(ViewportSize(width=width, height=HEIGHT))
            page.emulate_media(color_scheme=scheme)
            found[f"axe at {width} px, {scheme}"] = axe.objections(page)
    page.set_viewport_size(ViewportSize(width=SMALLEST, height=HEIGHT))
    found[f"pixels wider than {SMALLEST}"] = page.evaluate(OVERFLOW)
    return {where: said for where, said in found.items() if said}


@pytest.mark.slow
def test_every_page_can_be_read_by_everybody_and_asks_nobody_else(
    site: LiveSite, newsroom: Newsroom, page: Page
) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    pages, wrong = every_page(site, newsroom), {}
    for shown in pages:
        shown.on(page, site)
        if found := problems(page):
            wrong[shown] = found
    assert wrong == {}
    assert complaints == []
    ours = (f"http://127.0.0.1:{site.port}/", "about:", "data:")
    assert [url for url in asked if not url.startswith(ours)] == []
    assert {"/", "/issues", "/issues/2026-W47", "/bookmarks"} < {one.path for one in pages}


def test_an_overflowing_page_and_one_without_names_would_be_noticed(page: Page) -> None:
    page.set_content("<main><h1>A page</h1><input><p style='width: 500px'>wide</p></main>")
    found = problems(page)
    assert found[f"pixels wider than {SMALLEST}"]
    assert "label" in str(found[f"axe at {PHONE} px, dark"])
