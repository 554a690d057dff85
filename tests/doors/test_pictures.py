"""The picture that other sites show beside a link to a comparison."""

import io
import json

import pytest
from PIL import Image

from digest.model import Card
from digest.web import picture
from tests.doors.site import LiveSite
from tests.makers import TEMPLATES, a_comparison, a_publication, a_tool, an_unreviewed_tool

COLORS = json.loads((TEMPLATES / "tokens.json").read_text("utf-8"))["light"]
PATH = "/compare/plainwright-vs-notekeel/picture.png"


def drawn(a: str, b: str = "Notekeel") -> Image.Image:
    comparison = a_comparison(a_tool(a, slug="ours"), a_tool(b, slug="theirs"))
    return Image.open(io.BytesIO(picture.draw(comparison, a_publication(), COLORS)))


def card(name: str, url: str = "https://www.plain.example/x") -> Card:
    return a_comparison(a_tool(name, slug="tool-1a2b", url=url)).a


def test_a_comparison_has_a_picture_that_its_page_names(site: LiveSite) -> None:
    site.publishes()
    answer = site.get(PATH)
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    shown = Image.open(io.BytesIO(answer.body))
    assert (shown.format, shown.size) == ("PNG", (1200, 630))
    page = site.get("/compare/plainwright-vs-notekeel").page
    assert page.meta("og:image").endswith(PATH)
    assert (page.meta("og:image:width"), page.meta("og:image:height")) == ("1200", "630")


def test_what_is_not_compared_has_no_picture(site: LiveSite) -> None:
    assert site.get(PATH).status == 404


def test_a_picture_changes_with_the_verdict(site: LiveSite) -> None:
    site.publishes(an_unreviewed_tool("Plainwright"))
    before = site.get(PATH).body
    site.clock.move(minutes=1)
    site.publishes(a_tool("Plainwright"), a_tool("Tarnhelm"))
    assert site.get(PATH).body != before


def test_pictures_of_different_tools_differ() -> None:
    pictures = [drawn(name).tobytes() for name in ("Plainwright", "Mergewren", "Émile")]
    assert len(set(pictures)) == 3


@pytest.mark.parametrize(
    "name",
    [
        "W" * 400,
        "word " * 200,
        "🚀" * 50,
        "名刺管理",
        "עברית",
        "a\N{COMBINING ACUTE ACCENT}b",
        "?",
        "\u202e",
    ],
)
def test_any_name_stays_inside_its_half(name: str) -> None:
    gap = drawn(name).convert("RGB").crop((1200 // 2 - 40, 260, 1200 // 2 - 4, 480))
    assert {color for _, color in gap.getcolors() or ()} == {(0xF5, 0xF4, 0xF0)}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Plainwright", "Plainwright"),
        ("🚀 Plainwright ✨️", "Plainwright"),
        ("Črnogorščina", "Črnogorščina"),
        ("Ωmega", "Ωmega"),
        ("Код", "Код"),
        ("名刺管理くん", "plain.example"),
        ("名刺 AI", "plain.example"),  # most of it could not be read
        ("🚀", "plain.example"),
    ],
)
def test_a_name_the_font_cannot_draw_gives_way_to_the_host(name: str, shown: str) -> None:
    assert picture.shown_name(card(name)) == shown


def test_without_a_host_the_slug_is_shown() -> None:
    assert picture.shown_name(card("名刺管理くん", url="")) == "tool-1a2b"


def test_a_long_name_is_set_smaller_then_on_two_lines_then_cut() -> None:
    lines = [
        picture.fit(name, "Bold", 68, 40, 488)[0]
        for name in ("Plainwright", "Plainwright for Teams", "word " * 30, "W" * 60)
    ]
    assert lines[:2] == [["Plainwright"], ["Plainwright for", "Teams"]]
    assert len(lines[2]) == 2
    assert lines[2][1].endswith("…")
    assert len(lines[3]) == 1
    assert lines[3][0].endswith("…")


def test_a_publication_whose_name_cannot_be_drawn_still_has_pictures() -> None:
    publication = a_publication(name="名刺")
    assert picture.draw(a_comparison(), publication, COLORS).startswith(b"\x89PNG")
