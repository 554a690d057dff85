"""The site speaks its publication's language, wears its colours, and is laid out from right to left
where that language is written so."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from db.engine import Sessions
from digest import wiring
from digest.language import language
from digest.model import IssueState, Item
from digest.readers.links import Purpose
from digest.settings import Settings
from tests.catalogues import messages
from tests.doors.page import Page
from tests.doors.site import LiveSite, serve
from tests.makers import an_issue

SOURCES = wiring.template_sources(Settings())
GERMAN = language("de", SOURCES)
ENGLISH = {
    message.id
    for message in messages()
    if isinstance(message.id, str) and len(message.id) > 8 and "%(" not in message.id
    if GERMAN.gettext(message.id) != message.id
}


@contextmanager
def speaking(sessions: Sessions, tag: str, **publication: Any) -> Iterator[LiveSite]:
    """A site in a language, with a comparison and an issue."""
    with serve(sessions, language=language(tag, SOURCES), **publication) as site:
        site.publishes()
        items = (Item(comparison="plainwright-vs-notekeel"),)
        site.puts(an_issue(state=IssueState.SENT, items=items))
        yield site


def every_page(site: LiveSite) -> dict[str, Page]:
    number = site.has_reader("reader@inbox.example")
    token = site.signing.dated_token(number, Purpose.CONFIRM, site.clock())
    paths = ("/", "/compare/plainwright-vs-notekeel", "/issues", "/issues/2026-W47", "/bookmarks")
    preferences, back = (
        site.preferences(number),
        site.signing.dated_token(number, Purpose.RETURN, site.clock()),
    )
    readers = (site.way_out(number), f"/confirm/{token}", "/confirm/none", "/nothing", preferences)
    more = (f"/return/{back}", "/return/none", "/preferences/erase/none")
    pages = {path: site.get(path).page for path in (*paths, *readers, *more)}
    pages |= every_page_of_a_mailed_link(site, preferences)
    forms: dict[str, dict[str, str]] = {
        "/subscribe": {"email": "other@inbox.example"},
        site.way_out(number): {},
        f"{site.way_out(number)}/why": {"words": "x" * 501},
        f"{site.way_out(number)}/why?": {},
        f"/return/{back}": {},
        preferences: {"cadence": "weekly", "pause": "2"},
        f"{preferences}?": {"cadence": "none", "ask": "nothing"},
    }
    return pages | {f"POST {path}": site.fill_in(path, **told).page for path, told in forms.items()}


def every_page_of_a_mailed_link(site: LiveSite, preferences: str) -> dict[str, Page]:
    found = {}
    asked = {"address": "address", "data": "export", "erase": "erase"}
    for door, ask in asked.items():
        found[f"ask {ask}"] = site.fill_in(preferences, ask=ask, email="new@inbox.example").page
        link = site.mailed(f"/preferences/{door}/")
        found[link] = site.get(link).page
    return found


def test_no_page_of_a_german_site_has_a_sentence_left_in_english(sessions: Sessions) -> None:
    with speaking(sessions, "de") as site:
        for path, page in every_page(site).items():
            said = " ".join(page.texts("//title|//body"))
            assert [sentence for sentence in sorted(ENGLISH) if sentence in said] == [], path
            assert page.values("/html/@lang") == ["de"], path


def test_dates_and_shares_are_written_as_the_language_does(sessions: Sessions) -> None:
    with speaking(sessions, "de") as site:
        text = site.get("/compare/plainwright-vs-notekeel").page.text()
        assert "Veröffentlicht am 22. November 2026." in text
        assert "100 % der Jury: Ship" in text
        assert "Entfernen" in site.get("/static/bookmarks.js").body.decode()


def test_where_lines_start_at_the_right_every_page_says_so(sessions: Sessions) -> None:
    with speaking(sessions, "ar") as site:
        for path, page in every_page(site).items():
            assert page.values("/html/@dir") == ["rtl"], path
        assert site.get("/").page.values("//h2/@dir") != []


def test_styles_know_the_start_and_the_end_of_a_line_and_no_side() -> None:
    styles = SOURCES["web/static/site.css"]
    assert re.findall(r"(?:margin|padding|border)-(?:left|right)|[;{](?:left|right):", styles) == []


def test_a_publication_wears_its_own_colour_logo_and_footer(sessions: Sessions) -> None:
    brand = {"accent": "#1d4ed8", "logo": "https://pictures.example/logo.png", "footer": "HRB 7"}
    with speaking(sessions, "en", **brand) as site:
        answer = site.get("/")
        assert answer.page.values("//header//img/@src") == ["https://pictures.example/logo.png"]
        assert (
            "img-src 'self' data: https://pictures.example;"
            in (answer.headers["Content-Security-Policy"])
        )
        assert "HRB 7" in answer.page.text("//footer")
        assert "--button:#1d4ed8" in site.get("/static/site.css").body.decode()
