"""Entries -> launches, or the reason why they are none."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import Document, Entry, Launch, NotALaunch
from sources.feeds import parse
from sources.kinds import kind_of
from sources.launches import naming, prose, recognise, titles
from sources.recognising import KINDS

SAMPLES = Path(__file__).parents[1] / "samples/feeds"


def launch(title: str, kind: str, **fields: object) -> Launch:
    found = recognise(Entry(title=title, **fields), kind)  # type: ignore[arg-type]
    assert isinstance(found, Launch), found
    return found


def refusal(title: str, kind: str, **fields: object) -> NotALaunch:
    found = recognise(Entry(title=title, **fields), kind)  # type: ignore[arg-type]
    assert isinstance(found, NotALaunch), found
    return found


def named(title: str, kind: str, **fields: object) -> tuple[str, str]:
    found = launch(title, kind, **fields)
    return found.name, found.tagline


# --- Product Hunt ---------------------------------------------------------------------------


def test_a_product_hunt_entry_is_a_launch_with_its_first_paragraph_for_a_tagline() -> None:
    document = parse("", (SAMPLES / "producthunt.atom").read_bytes())
    assert recognise(document.entries[0], "producthunt") == Launch(
        name="Notekeel",
        tagline="Meeting notes that write themselves",
        url="https://www.producthunt.com/products/notekeel",
        published=datetime(2026, 9, 30, 13, 20, 11, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Notekeel", "Notekeel"),
        ("Notekeel — Minutes for teams", "Notekeel"),
        ("Notekeel → Meeting minutes", "Notekeel"),
        ("Notekeel | Minutes made easy", "Notekeel"),
        ("Notekeel (Desktop)", "Notekeel"),
        ("Notekeel.ai", "Notekeel.ai"),
        ("Notekeel for Orrery", "Notekeel for Orrery"),
        ("Keel-Note", "Keel-Note"),
        ("⭐⭐ Notekeel：会议记录", "Notekeel"),
    ],
)
def test_a_product_hunt_title_is_a_name(title: str, name: str) -> None:
    assert launch(title, "producthunt").name == name


def test_a_title_lends_the_tagline_where_there_is_no_paragraph() -> None:
    assert named("Notekeel — Minutes for teams", "producthunt")[1] == "Minutes for teams"


@pytest.mark.parametrize("title", ["Plainwright 2.0", "Plainwright v6"])
def test_a_version_on_product_hunt_is_an_update(title: str) -> None:
    found = refusal(title, "producthunt")
    assert (found.kind, found.reason) == ("update", "a new version of Plainwright")


def test_an_entry_without_a_title_is_no_launch() -> None:
    assert refusal("", "producthunt").reason == "the entry has no title"


# --- Hacker News ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "name", "tagline"),
    [
        ("Show HN: Tarnfish – Joins for CSV", "Tarnfish", "Joins for CSV"),
        ("Show HN: Tarnfish - joins for CSV", "Tarnfish", "joins for CSV"),
        ("Show HN: Tarnfish: joins for CSV", "Tarnfish", "joins for CSV"),
        ("Show HN: Tarnfish, a planner for CSV", "Tarnfish", "a planner for CSV"),
        ("Show HN: Tarnfish, joins for CSV", "Tarnfish", "joins for CSV"),
        ("Show HN: TarnFish a planner for CSV", "TarnFish", "a planner for CSV"),
        ("Show HN: Tarnfish plans joins – fast", "Tarnfish plans joins", "fast"),
        ("Show HN: Tarnfish finds slow joins", "Tarnfish", "finds slow joins"),
        ("Show HN: The Tarnfish SDK – Joins for CSV", "The Tarnfish SDK", "Joins for CSV"),
        ("Launch HN: Tarnfish (YC W26) – Joins for CSV", "Tarnfish", "Joins for CSV"),
        ("show hn: tarn-fish – joins for CSV", "tarn-fish", "joins for CSV"),
    ],
)
def test_a_show_hn_title_has_name_and_tagline(title: str, name: str, tagline: str) -> None:
    assert named(title, "hackernews") == (name, tagline)


@pytest.mark.parametrize(
    ("title", "tagline"),
    [
        ("Show HN: I made a planner for CSV", "a planner for CSV"),
        (
            "Show HN: Self-host your feeds – offline, for ever",
            "Self-host your feeds – offline, for ever",
        ),
        ("Show HN: A planner for CSV (and more)", "A planner for CSV (and more)"),
        ("Show HN: Plan joins over CSV files", "Plan joins over CSV files"),
    ],
)
def test_a_title_without_a_name_takes_it_from_the_address(title: str, tagline: str) -> None:
    link = "https://github.com/somebody/tarnfish"
    assert named(title, "hackernews", link=link) == ("tarnfish", tagline)


def test_where_nothing_names_it_a_tool_goes_by_what_it_is() -> None:
    link = "https://news.ycombinator.com/item?id=1"
    title = "Show HN: A planner for CSV joins, with a cache"
    assert launch(title, "hackernews", link=link).name == "planner for CSV joins"


@pytest.mark.parametrize(
    "title",
    [
        "Show HN: I used a spreadsheet to sort my records",
        "Show HN: I wrote a book – Joins by Hand",
        "Show HN: Measuring how planners drift over a year",
        "Show HN: Data from 40 planners",
        "Show HN: Performance comparison of query planners",
        "Show HN: 26x speedup of CSV joins",
        "Show HN: How I plan joins",
        "Show HN: A contest for query planners",
        "Tarnfish: joins for CSV",
        "Ask HN: Which planner do you use?",
        "Show HN:",
        "",
    ],
)
def test_what_shows_no_tool_is_no_launch(title: str) -> None:
    found = refusal(title, "hackernews")
    assert found.kind == "not"
    assert found.reason


def test_the_furniture_of_hacker_news_stays_out_of_the_description() -> None:
    entry = parse("", (SAMPLES / "hackernews.rss").read_bytes()).entries[0]
    found = recognise(entry, "hackernews")
    assert isinstance(found, Launch)
    assert found.description == "It reads a folder of files & plans joins."


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ("https://github.com/somebody/tarnfish", "tarnfish"),
        ("https://github.com/somebody/tarnfish.git", "tarnfish"),
        ("https://github.com/somebody", ""),
        ("https://huggingface.co/spaces/somebody/tarnfish", "tarnfish"),
        ("https://pypi.org/project/tarnfish/", "tarnfish"),
        ("https://somebody.github.io/tarnfish/", "tarnfish"),
        ("https://tarnfish.vercel.app/", "tarnfish"),
        ("https://www.tarnfish.example/start", "tarnfish.example"),
        ("https://news.ycombinator.com/item?id=1", ""),
        ("https://[oops/", ""),
        ("", ""),
    ],
)
def test_an_address_tells_a_name_or_none(link: str, name: str) -> None:
    assert naming.from_address(link) == name


# --- releases -------------------------------------------------------------------------------


RELEASES = "https://github.com/somebody/tarnfish/releases/tag"


@pytest.mark.parametrize(
    ("title", "link", "project"),
    [
        ("v0.4.1", f"{RELEASES}/v0.4.1", "tarnfish"),
        ("The quiet one", f"{RELEASES}/v2", "tarnfish"),
        ("somebody/tarnfish v3.1.0", "", "tarnfish"),
        ("Tarnfish Next 2.3.1", "", "Tarnfish Next"),
    ],
)
def test_a_release_is_news_of_its_project(title: str, link: str, project: str) -> None:
    found = refusal(title, "releases", link=link)
    assert found == NotALaunch(f"a new version of {project}", "update")


def test_what_may_be_a_first_release_is_left_to_an_editor() -> None:
    found = refusal("tarnfish 1.0.0", "releases")
    assert found == NotALaunch("what may be the first release of tarnfish: look at it", "update")


def test_a_nightly_build_is_no_news() -> None:
    found = refusal("tarnfish nightly 2026-11-20", "releases", link=f"{RELEASES}/nightly")
    assert found == NotALaunch("a development build of tarnfish")


# --- blogs ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "name", "tagline"),
    [
        ("Introducing Orrery Desk", "Orrery Desk", ""),
        ("Introducing Orrery Desk.", "Orrery Desk", ""),
        ("Introducing the Orrery Desk API", "Orrery Desk API", ""),
        ("Introducing Orrery Desk: a shared inbox", "Orrery Desk", "a shared inbox"),
        ("Announcing Orrery Desk, a shared inbox", "Orrery Desk", "a shared inbox"),
        ("Meet Orrery Desk – your shared inbox", "Orrery Desk", "your shared inbox"),
        ("Welcome Quillet 4 Large & Small on Orrery!", "Quillet 4 Large & Small", ""),
        ("Introducing Orrery Home and Orrery Work", "Orrery Home", ""),
        ("Orrery Is Open-Sourcing Brambler", "Brambler", ""),
        ("Orrery launches Brambler: traces untangled", "Brambler", "traces untangled"),
        ("Brambler is now generally available", "Brambler", ""),
        ("Brambler, an agent for traces, is now available", "Brambler", "an agent for traces"),
        ("Brambler GA: It is the traces", "Brambler", "It is the traces"),
        ("SmolQuill: efficient proofreading", "SmolQuill", "efficient proofreading"),
        ("Quillet - The open-source proofreader", "Quillet", "The open-source proofreader"),
        ("Osierbox: a quiet model for cron", "Osierbox", "a quiet model for cron"),
        ("QLM 3.1: sharper margins", "QLM 3.1", "sharper margins"),
        ("Quillet M2", "Quillet M2", ""),
        ("QLM-4.1", "QLM-4.1", ""),
        ("QuillVox on Orrery: sings the margin", "QuillVox", "sings the margin"),
        ("Quillet 3: Orrery's new open model", "Quillet 3", "Orrery's new open model"),
        ("Orrery Sketch API", "Orrery Sketch API", ""),
        ("ORRERY Quillet 3.5 Light", "ORRERY Quillet 3.5 Light", ""),
        ("Pen vs Ink: the Quill Suite of pens", "Quill Suite", "the Quill Suite of pens"),
    ],
)  # fmt: skip
def test_a_blog_announces_a_launch(title: str, name: str, tagline: str) -> None:
    assert named(title, "blog") == (name, tagline)


@pytest.mark.parametrize(
    "title",
    [
        "Orrery Desk 1.38 Release",
        "Orrery 2.0: Introducing the second desk",
        "Introducing Orrery's new table!",
        "Introducing a way to sort your inbox",
        "Quillet 5 is now available in Orrery",
        "Quillet Voice is live on OrreryCloud",
        "Orrery Cloud is now free to start",
        "Five big improvements to the desk",
        "Shared folders (experimental)",
        "Changelist: June 2026",
        "Orrery Wave 13",
    ],
)
def test_news_of_a_tool_that_is_out_is_an_update(title: str) -> None:
    assert refusal(title, "blog").kind == "update"


@pytest.mark.parametrize(
    "title",
    [
        "How we moved the inbox to one queue",
        "Why inboxes are slow",
        "Is the inbox dead?",
        "17 reasons to leave your inbox",
        "Introducing our Orrery Desk pricing plans",
        "Announcing the Orrery Partner Program: better together",
        "Announcing the Shared Inbox Institute",
        "Introducing InboxBench",
        "Orrery Arena Leaderboard: speed wins",
        "Orrery raises $12 million",
        "Brambler joins Orrery",
        "Designing friendlier inboxes",
        "Large inbox models: a new law?",
        "Inside the desk: how we sort",
        "CodeDesk + Order: A Better Way to Sort",
        "The inbox, one year on",
        "",
    ],
)
def test_other_posts_are_no_launches(title: str) -> None:
    found = refusal(title, "blog")
    assert found.kind == "not"
    assert found.reason


def test_a_publishers_own_name_before_a_colon_is_no_launch() -> None:
    title = "Orrery: an open-source desk for everybody"
    assert launch(title, "blog", link="https://blog.example/1").name == "Orrery"
    assert "publisher" in refusal(title, "blog", link="https://orrery.example/blog/1").reason


def test_a_benchmark_by_its_own_words_is_no_tool() -> None:
    words = ("Margin is a benchmark for proofreaders.",)
    assert (
        refusal("Introducing Margin", "blog", paragraphs=words).reason == "a benchmark, not a tool"
    )


def test_a_blogs_first_sentence_stands_in_for_a_tagline() -> None:
    words = ("A desk that sorts itself. It learns.", "Free for three.", "Read more")
    found = launch("Introducing Orrery Desk", "blog", paragraphs=words)
    assert found.tagline == "A desk that sorts itself."
    assert found.description == "A desk that sorts itself. It learns. Free for three."


# --- lists ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "name", "tagline"),
    [
        ("Quillet: proofreads in the margin", "Quillet", "proofreads in the margin"),
        ("Brambler – untangles traces", "Brambler", "untangles traces"),
        ("Osierbox", "Osierbox", "Watches cron."),
    ],
)
def test_every_entry_of_a_list_is_a_tool(title: str, name: str, tagline: str) -> None:
    assert named(title, "list", paragraphs=("Watches cron.",)) == (name, tagline)


def test_a_sentence_or_a_version_in_a_list_is_no_launch() -> None:
    assert refusal("How we choose what stands in this list", "list").kind == "not"
    assert refusal("Quillet 2.1: proofreads faster", "list").kind == "update"


# --- kinds ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("producthunt.atom", "producthunt"),
        ("hackernews.rss", "hackernews"),
        ("releases.atom", "releases"),
        ("blog.rss", "blog"),
        ("list.json", "list"),
        ("empty.rss", "blog"),
    ],
)
def test_a_document_shows_its_kind(name: str, kind: str) -> None:
    url = f"https://mirror.example/{name}"
    assert kind_of(url, parse(url, (SAMPLES / name).read_bytes())) == kind


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://www.producthunt.com/feed?category=artificial-intelligence", "producthunt"),
        ("https://hnrss.org/show", "hackernews"),
        ("https://github.com/a/tarnfish/releases.atom", "releases"),
        ("https://github.com/a/tarnfish/tags.atom", "releases"),
        ("https://orrery.example/feed", "blog"),
        ("https://[oops", "blog"),
    ],
)
def test_an_address_tells_the_kind_before_there_is_an_entry(url: str, kind: str) -> None:
    assert kind_of(url, Document()) == kind


def test_each_kind_reads_and_recognises() -> None:
    body = (SAMPLES / "list.json").read_bytes()
    kind = KINDS["list"]
    names = [kind.recognise(entry) for entry in kind.read("", body, "").entries]
    assert [found.name for found in names if isinstance(found, Launch)] == [
        "Quillet",
        "Brambler",
        "Osierbox",
    ]


# --- for any entry --------------------------------------------------------------------------

entries = st.builds(
    Entry,
    title=st.text(max_size=80).map(" ".join) | st.text(max_size=80),
    link=st.sampled_from(["", "https://github.com/a/b", "https://tools.example/x", "https://[x"]),
    paragraphs=st.lists(st.text(min_size=1, max_size=1500), max_size=3).map(tuple),
)


@given(entries, st.sampled_from(sorted(KINDS)))
def test_any_entry_is_a_named_launch_or_has_a_reason(entry: Entry, kind: str) -> None:
    found = recognise(entry, kind)
    if isinstance(found, NotALaunch):
        assert found.reason
        assert found.kind in ("not", "update")
    else:
        assert found.name.strip()
        assert len(found.tagline) <= prose.TAGLINE
        assert len(found.description) <= prose.DESCRIPTION
        assert (found.url, found.published) == (entry.link, entry.published)


@given(st.text())
def test_a_tidy_name_stays_as_it_is(name: str) -> None:
    once = titles.tidy_name(name)
    assert titles.tidy_name(once) == once


@given(st.text(), st.integers(1, 200))
def test_a_clipped_text_is_short_enough(text: str, most: int) -> None:
    assert len(prose.clip(text, most)) <= most


@pytest.mark.timeout(10)
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_title_made_to_keep_us_busy_does_not(kind: str) -> None:
    for piece in ("A-", " in A", "a, ", "((a", "1.", " – x"):
        recognise(Entry(title=f"Show HN: Introducing {piece * 200_000}"), kind)
