"""Tools, their reviews, a verdict file and launches, as an editor handles them in a browser."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from db.engine import open_engine, open_sessions, reading
from db.store import audit, comparisons, launches, tools
from digest.model import Launch, LaunchState, Role, Tool
from tests.doors.desk import ADMIN, WRITER, Browser, hires
from tests.doors.site import Answer, LiveSite, serve
from tests.makers import a_launch, a_review, a_tool, an_unreviewed_tool

TOOLS = "/editor/tools"
FILE = "/editor/verdicts"


@pytest.fixture
def site(sqlite_url: str) -> Iterator[LiveSite]:
    engine = open_engine(sqlite_url)
    with serve(open_sessions(engine)) as site:
        hires(site, WRITER, Role.WRITER)
        yield site
    engine.dispose()


@pytest.fixture
def writer(site: LiveSite) -> Browser:
    return Browser(site).signs_in(WRITER)


def keep(site: LiveSite, *held: Tool) -> None:
    with site.sessions.begin() as session:
        for tool in held:
            tools.put_tool(session, tool, site.clock())


def held(site: LiveSite, slug: str) -> Tool:
    with reading(site.sessions) as session:
        return tools.tool_at(session, slug)


def announce(site: LiveSite, launch: Launch) -> int:
    with site.sessions.begin() as session:
        return launches.keep_launch(session, launch, site.clock())


def state_of(site: LiveSite, number: int) -> LaunchState:
    with reading(site.sessions) as session:
        return launches.launch(session, number).state


def filled(answer: Answer) -> dict[str, Any]:
    """The fields of the tool's form as a browser would send them back."""
    page = answer.page
    singles = ("seen", "title", "tagline", "category", "url", "pricing", "best_for")
    return {
        **{name: page.values(f"//input[@name='{name}']/@value")[0] for name in singles},
        "description": page.text("//textarea[@name='description']"),
        "reviewer": page.values("//input[@name='reviewer']/@value"),
        "score": page.values("//input[@name='score']/@value"),
        "call": ["ship"] * len(page.values("//input[@name='score']/@value")),
        "text": page.texts("//textarea[@name='text']"),
    }


def test_a_verdict_written_at_the_desk_fills_the_comparison_and_marks_it_updated(
    writer: Browser,
) -> None:
    site = writer.site
    pair = site.publishes(an_unreviewed_tool("Newcomer"), a_tool("Notekeel"))
    assert "Not reviewed yet" in site.ask("GET", f"/compare/{pair.slug}").page.text()
    site.clock.move(hours=5)
    form = filled(writer.get(f"{TOOLS}/newcomer"))
    form |= {"reviewer": ["builder"], "score": ["91"], "call": ["ship"], "text": ["It holds."]}
    assert writer.submits(f"{TOOLS}/newcomer", **form).status == 303
    shown = site.ask("GET", f"/compare/{pair.slug}").page.text()
    assert "It holds." in shown
    with reading(site.sessions) as session:
        assert comparisons.pair(session.connection(), pair.slug).updated_at == site.clock()
        line = list(audit.lines(session))[-1]
    assert (line.who, line.act, line.what, line.ip) == (
        WRITER,
        "save tool",
        "newcomer",
        "127.0.0.1",
    )
    assert line.detail["after"]["review of builder"] == "91, ship: It holds."
    assert f"{site.clock():%Y-%m-%dT%H:%M}" in site.ask("GET", "/feed.atom").body.decode()


def test_saving_a_form_untouched_changes_nothing(writer: Browser) -> None:
    keep(writer.site, a_tool("Notekeel", aliases=("Keel",)))
    before = held(writer.site, "notekeel")
    writer.site.clock.move(hours=1)
    page = writer.get(f"{TOOLS}/notekeel")
    form = filled(page) | {"aliases": "Keel"}
    form["call"] = [review.call.value for review in before.reviews] + ["ship"]
    form["entry"] = before.entry.value if before.entry else ""
    assert writer.submits(f"{TOOLS}/notekeel", **form).status == 303
    assert held(writer.site, "notekeel") == before
    assert held(writer.site, "notekeel").updated_at == before.updated_at


def test_the_votes_of_readers_are_not_touched_by_a_save(writer: Browser) -> None:
    keep(writer.site, a_tool("Notekeel"))
    assert writer.site.fill_in("/tools/notekeel/vote", call="ship").status == 303
    voted = held(writer.site, "notekeel").votes
    form = filled(writer.get(f"{TOOLS}/notekeel")) | {"tagline": "Another line"}
    writer.submits(f"{TOOLS}/notekeel", **form)
    after = held(writer.site, "notekeel")
    assert (after.tagline, after.votes) == ("Another line", voted)


def test_what_is_wrong_is_named_and_what_was_typed_is_kept(writer: Browser) -> None:
    keep(writer.site, a_tool("Notekeel"))
    form = filled(writer.get(f"{TOOLS}/notekeel"))
    form |= {"tagline": "Typed at length", "reviewer": ["builder"], "score": ["101"]}
    answer = writer.submits(f"{TOOLS}/notekeel", **form)
    assert answer.status == 422
    assert "reviews[0].score" in answer.page.text("//*[@role='alert']")
    again = filled(answer)
    assert (again["tagline"], again["score"][0]) == ("Typed at length", "101")


def test_of_two_editors_the_slower_sees_both_and_loses_nothing(writer: Browser) -> None:
    keep(writer.site, a_tool("Notekeel"))
    hires(writer.site, ADMIN, Role.ADMIN)
    other = Browser(writer.site).signs_in(ADMIN)
    mine, theirs = (filled(one.get(f"{TOOLS}/notekeel")) for one in (writer, other))
    other.submits(f"{TOOLS}/notekeel", **theirs | {"tagline": "Theirs"})
    answer = writer.submits(f"{TOOLS}/notekeel", **mine | {"tagline": "Mine"})
    assert answer.status == 409
    assert held(writer.site, "notekeel").tagline == "Theirs"
    assert "Theirs" in answer.page.text("//*[@role='alert']")
    writer.submits(f"{TOOLS}/notekeel", **filled(answer))
    assert held(writer.site, "notekeel").tagline == "Mine"


def test_a_review_is_removed_and_an_alias_outlives_the_next_file(writer: Browser) -> None:
    keep(writer.site, a_tool("Notekeel", reviews=(a_review("builder"), a_review("skeptic"))))
    form = filled(writer.get(f"{TOOLS}/notekeel")) | {"remove": "0", "aliases": "Keel\nKeelnote"}
    writer.submits(f"{TOOLS}/notekeel", **form)
    after = held(writer.site, "notekeel")
    assert [review.reviewer for review in after.reviews] == ["skeptic"]
    keep(writer.site, a_tool("Notekeel"))
    assert held(writer.site, "notekeel").aliases == ("Keel", "Keelnote")


def test_the_list_is_searched_and_paged(writer: Browser) -> None:
    keep(writer.site, *(a_tool(f"Tool {number:03}") for number in range(51)), a_tool("100% Pure"))
    assert len(writer.get(TOOLS).page.rows) == 51
    assert len(writer.get(f"{TOOLS}?page=2").page.rows) == 3
    assert [row[0] for row in writer.get(f"{TOOLS}?q=100%25").page.rows[1:]] == ["100% Pure"]
    assert "No tool fits." in writer.get(f"{TOOLS}?q=nothing+like+it").page.text()


def test_a_tool_is_added_by_name_once(writer: Browser) -> None:
    assert writer.submits(TOOLS, name="Ringlow").headers["Location"] == f"{TOOLS}/ringlow"
    again = writer.submits(TOOLS, name="Ringlow")
    assert (again.status, again.page.values("//input[@id='name']/@value")) == (422, ["Ringlow"])
    assert writer.submits(TOOLS, name=" ").status == 422


def a_file(*named: dict[str, Any]) -> str:
    return json.dumps({"tools": named})


def test_a_verdict_file_shows_what_it_would_change_before_it_does(writer: Browser) -> None:
    site = writer.site
    keep(site, a_tool("Notekeel", tagline="Before", category="Notes"))
    review = {"reviewer": "builder", "score": 70, "call": "ship"}
    text = a_file(
        {"name": "Notekeel", "tagline": "After", "reviews": [review]},
        {"name": "Ringlow", "reviews": [review]},
        {"name": "Broken", "reviews": [{**review, "score": 101}]},
    )
    page = writer.submits(f"{FILE}/preview", text=text).page
    assert ["tagline", "Before", "After"] in page.rows
    assert "Ringlow" in page.text()
    assert "tool 3, Broken: reviews[0].score" in page.text()
    assert held(site, "notekeel").tagline == "Before"
    (seen,) = page.values("//input[@name='fingerprint']/@value")
    kept = page.values("//textarea[@hidden]/text()")[0]
    assert writer.submits(FILE, text=kept, fingerprint=seen, name="verdicts").status == 303
    assert held(site, "notekeel").tagline == "After"
    with reading(site.sessions) as session:
        line = list(audit.lines(session))[-1]
    assert (line.act, line.detail) == (
        "import verdicts",
        {"added": ["ringlow"], "changed": ["notekeel"]},
    )


def test_what_changed_since_the_preview_is_shown_again_first(writer: Browser) -> None:
    keep(writer.site, a_tool("Notekeel", tagline="Before"))
    text = a_file({"name": "Notekeel", "tagline": "After"})
    page = writer.submits(f"{FILE}/preview", text=text).page
    (seen,) = page.values("//input[@name='fingerprint']/@value")
    keep(writer.site, a_tool("Notekeel", tagline="Meanwhile"))
    answer = writer.submits(FILE, text=text, fingerprint=seen)
    assert answer.status == 409
    assert ["tagline", "Meanwhile", "After"] in answer.page.rows
    assert held(writer.site, "notekeel").tagline == "Meanwhile"


def test_what_is_no_verdict_file_is_said_and_kept(writer: Browser) -> None:
    answer = writer.submits(f"{FILE}/preview", text='{"tools": 1}')
    assert answer.status == 422
    assert '"tools" list' in answer.page.text("//*[@role='alert']")
    assert '{"tools": 1}' in answer.page.text("//textarea[@id='text']")


def test_an_unreviewed_launch_becomes_a_tool_in_one_step(writer: Browser) -> None:
    site = writer.site
    number = announce(site, a_launch("Ringlow", state=LaunchState.CANDIDATE))
    assert "Ringlow" in writer.get("/editor/launches?state=candidate").page.text()
    answer = writer.submits(f"/editor/launches/{number}/word", word="tool")
    assert answer.headers["Location"] == f"{TOOLS}/ringlow"
    assert held(site, "ringlow").reviews == ()
    assert state_of(site, number) is LaunchState.NEW
    with reading(site.sessions) as session:
        assert [line.act for line in audit.lines(session)][-1] == "make tool"


def test_an_editor_has_the_last_word_on_a_launch(writer: Browser) -> None:
    site = writer.site
    keep(site, a_tool("Notekeel"))
    one, two, three = (
        announce(site, a_launch(name, state=LaunchState.UNMATCHED)) for name in ("A", "B", "C")
    )
    writer.submits(f"/editor/launches/{one}/word", word="reject")
    writer.submits(f"/editor/launches/{two}/word", word="same", tool="notekeel")
    refused = writer.submits(f"/editor/launches/{three}/word", word="same", tool="nothing")
    assert refused.status == 422
    assert [state_of(site, number) for number in (one, two, three)] == [
        LaunchState.REJECTED,
        LaunchState.NEW,
        LaunchState.UNMATCHED,
    ]
    with reading(site.sessions) as session:
        told = [(line.who, line.act) for line in audit.lines(session)][-2:]
    assert told == [(WRITER, "reject launch"), (WRITER, "join launch")]
