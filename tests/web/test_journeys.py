"""The way of a reader through the site: each step is a function, and everybody can take it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from db.engine import reading
from db.store import tools
from digest.model import Cadence, SubscriberState
from digest.readers.links import Purpose
from tests.doors.site import LiveSite
from tests.web.people import KeyboardPerson, Person
from tests.web.publication import READER

COMPARISON = "/compare/plainwright-vs-notekeel"

# How somebody comes: what kind of person, and what their browser is like.
PEOPLE: dict[str, tuple[type[Person], dict[str, Any]]] = {
    "with a mouse": (Person, {}),
    "without JavaScript": (Person, {"java_script_enabled": False}),
    "on a phone": (
        Person,
        {"viewport": {"width": 375, "height": 740}, "has_touch": True, "is_mobile": True},
    ),
    "by keyboard alone": (KeyboardPerson, {}),
    "by keyboard without JavaScript": (KeyboardPerson, {"java_script_enabled": False}),
    "in the dark": (Person, {"color_scheme": "dark"}),
}
WITH_SCRIPT = [
    name for name, (_, browser) in PEOPLE.items() if "java_script_enabled" not in browser
]

Comes = Callable[[str], Person]


@pytest.fixture
def comes(site: LiveSite, chromium: Browser) -> Iterator[Comes]:
    """Somebody comes to the site, in a browser that has never been there."""
    contexts = []

    def come(how: str) -> Person:
        kind, options = PEOPLE[how]
        contexts.append(chromium.new_context(**options))
        return kind(contexts[-1].new_page(), site)

    yield come
    for context in contexts:
        context.close()


# --- steps ---------------------------------------------------------------------------------


def signs_up(person: Person) -> None:
    person.opens("/")
    person.fills_in("form[action='/subscribe'] input[name=email]", READER)
    person.presses("form[action='/subscribe'] button[type=submit]")
    person.reads("Look into your inbox")
    person.site.rests()
    assert person.site.state(READER) is SubscriberState.PENDING


def confirms(person: Person) -> None:
    person.opens(person.site.way_in())
    assert person.site.state(READER) is SubscriberState.PENDING
    person.presses("form[action^='/confirm/'] button[type=submit]")
    person.reads("You are in")
    assert person.site.state(READER) is SubscriberState.ACTIVE


def chooses_each_comparison(person: Person) -> None:
    token = person.site.signing.token(_number(person), Purpose.CHOOSE)
    person.opens(f"/preferences/{token}")
    person.picks("cadence", "each")
    person.presses("form.choose button[type=submit]")
    expect(person.page.locator("main [role=status]")).to_be_visible()
    reader = person.site.reader(READER)
    assert reader
    assert reader.cadence is Cadence.EACH


def votes_on_a_page(person: Person) -> None:
    person.opens(COMPARISON)
    before = _votes(person)
    person.presses("form.vote button[value=ship]")
    person.page.wait_for_url("**/tools/plainwright/vote**")
    assert _votes(person) == before + 1


def votes_by_a_mail(person: Person) -> None:
    token = person.site.signing.token(_number(person), Purpose.VOTE)
    person.opens(f"{COMPARISON}/vote/{token}")
    before = _votes(person)
    person.presses("form.vote button[value=ship]")
    person.page.wait_for_url("**/tools/plainwright/vote**")
    assert _votes(person) == before  # the browser's own vote has become the reader's


def leaves(person: Person) -> None:
    reader = person.site.reader(READER)
    assert reader
    person.opens(person.site.way_out(reader.id))
    assert person.site.state(READER) is SubscriberState.ACTIVE
    person.presses("form[action^='/unsubscribe/'] button[type=submit]")
    person.reads("You are off the list")
    assert person.site.state(READER) is SubscriberState.UNSUBSCRIBED


def comes_back(person: Person) -> None:
    person.presses("form[action^='/return/'] button")
    person.reads("Welcome back")
    assert person.site.state(READER) is SubscriberState.ACTIVE


def _number(person: Person) -> int:
    reader = person.site.reader(READER)
    assert reader
    return reader.id


def _votes(person: Person) -> int:
    with reading(person.site.sessions) as session:
        return tools.tool(session, "plainwright").votes.ship


def bookmarks_what_they_read(person: Person) -> None:
    person.opens(COMPARISON)
    person.presses("main button.bookmark")
    expect(person.page.locator("#bookmarks li")).to_contain_text("Plainwright")


def finds_it_again(person: Person) -> None:
    person.opens("/bookmarks")
    person.presses("#bookmarks li a")
    person.page.wait_for_url(f"**{COMPARISON}")
    expect(person.page.locator("main button.bookmark").first).to_have_attribute(
        "aria-pressed", "true"
    )


def drops_it(person: Person) -> None:
    person.opens("/bookmarks")
    person.presses("#bookmarks li button")
    expect(person.page.locator("#bookmarks li")).to_have_count(0)


# --- journeys ------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("how", PEOPLE)
def test_a_reader_comes_in_chooses_votes_leaves_and_comes_back(comes: Comes, how: str) -> None:
    person = comes(how)
    choosing = (signs_up, confirms, chooses_each_comparison)
    for step in (*choosing, votes_on_a_page, votes_by_a_mail, leaves, comes_back):
        step(person)


@pytest.mark.slow
@pytest.mark.parametrize("how", WITH_SCRIPT)
def test_a_reader_bookmarks_a_page_finds_it_again_and_drops_it(comes: Comes, how: str) -> None:
    person = comes(how)
    for step in (bookmarks_what_they_read, finds_it_again, drops_it):
        step(person)


def test_who_has_no_javascript_is_offered_no_bookmarks_and_told_why(comes: Comes) -> None:
    person = comes("without JavaScript")
    person.opens(COMPARISON)
    assert person.page.locator("button.bookmark:visible").count() == 0
    person.opens("/bookmarks")
    expect(person.page.locator("noscript p")).to_be_visible()


def test_a_wrong_address_is_explained_beside_its_field(comes: Comes) -> None:
    """By what the server says: the browser's own check would not let it come to that."""
    person = comes("by keyboard alone")
    person.opens("/")
    person.page.locator("form[action='/subscribe']").evaluate("form => form.noValidate = true")
    person.fills_in("form[action='/subscribe'] input[name=email]", "nobody at all")
    person.page.keyboard.press("Enter")
    person.reads("Nearly there")
    field = person.page.locator("form[action='/subscribe'] input[name=email]")
    expect(field).to_be_focused()
    expect(field).to_have_value("nobody at all")
    described = field.get_attribute("aria-describedby")
    expect(person.page.locator(f"#{described}")).to_be_visible()
