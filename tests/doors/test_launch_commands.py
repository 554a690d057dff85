"""Commands on launches: what is said of each, what an editor may answer, and why a choice fell."""

from pathlib import Path

import pytest

from tests.feed_server import Answer, FeedServer
from tests.newsroom import a_product_hunt_feed
from tests.shell import Shell

REVIEWS = [{"reviewer": "builder", "score": 80, "call": "ship", "text": "It works."}]
VERDICTS = [
    {
        "name": "Notekeel",
        "tagline": "Release notes from merged pull requests",
        "category": "Writing",
        "reviews": REVIEWS,
    },
    {
        "name": "Callhorn",
        "tagline": "Answers the phone for clinics",
        "category": "Voice",
        "reviews": REVIEWS,
    },
]


@pytest.fixture
def launched(tmp_path: Path) -> Shell:
    """A newsroom that works by words alone, holds two verdicts and heard of three launches."""
    ready = Shell(tmp_path)
    ready.environment["DIGEST_EMBEDDER"] = "none"
    ready.does("init")
    ready.does("verdicts", "import", ready.write("verdicts.json", {"tools": VERDICTS}))
    feed = a_product_hunt_feed(
        ("Mergewren", "Drafts release notes from pull requests you merged"),
        ("Notekeel Cloud", "Hiking maps for offline trails"),
        ("Callhorn 2", "Now with colours"),
    )
    with FeedServer() as web:
        ready.environment["DIGEST_ALLOW_PRIVATE_FEEDS"] = web.authority
        ready.does("feeds", "add", web.script("/feed", Answer(feed)), "--backlog")
        ready.does("collect")
    return ready


def number_of(shell: Shell, name: str) -> str:
    [line] = [line for line in shell.does("launches").splitlines() if f" {name} " in line]
    return line.split()[0]


def test_pairing_says_what_became_of_each_launch(launched: Shell) -> None:
    *each, summary = launched.does("pair").splitlines()
    number = number_of(launched, "Notekeel Cloud")
    assert sorted(each) == [
        "Callhorn 2 vs Callhorn: "
        "Callhorn 2 is a new version of Callhorn, on which our verdict stands.",
        "Mergewren vs Notekeel: Both mention release notes, pull requests and merged.",
        f"Notekeel Cloud: is it Notekeel? `digest launches same {number} TOOL`, "
        "or confirm it is another",
    ]
    assert summary == (
        "2 comparisons, 0 without a head-to-head yet, 0 known already, "
        "1 waiting for an editor's word"
    )


def test_the_reviews_that_new_versions_ask_for_are_listed(launched: Shell) -> None:
    assert launched.does("verdicts", "wanted") == "no tool wants a new review\n"
    number = number_of(launched, "Callhorn 2")
    launched.does("pair")
    [heading, row] = launched.does("verdicts", "wanted").splitlines()
    assert heading.split() == ["slug", "name"]
    assert row.split(maxsplit=2) == [
        "callhorn",
        "Callhorn",
        f"Callhorn 2 was launched (launch {number})",
    ]


def test_an_editor_says_which_tool_a_launch_is_or_that_it_is_another(launched: Shell) -> None:
    launched.does("pair")
    number = number_of(launched, "Notekeel Cloud")
    assert launched.does("launches", "confirm", number) == "Notekeel Cloud is a launch\n"
    assert "Notekeel Cloud: no head-to-head yet: " in launched.does("pair")
    assert launched.does("launches", "same", number, "notekeel") == (
        "Notekeel Cloud is Notekeel, and known under both names from here on\n"
    )
    assert launched.does("launches", "reject", number) == "Notekeel Cloud is rejected\n"
    assert "an editor rejected it" in launched.does("launches", "--state", "rejected")
    said = launched.fails("launches", "same", number_of(launched, "Mergewren"), "callhorn")
    assert "cannot join Mergewren: it is paired" in said


def test_an_editor_sees_every_number_behind_a_choice(launched: Shell) -> None:
    number = number_of(launched, "Mergewren")
    told, heading, *rows = launched.does("pair", "--explain", number).splitlines()
    assert told.startswith(f"launch {number}: Mergewren - Drafts release notes")
    for name in ("score", "confidence", "words", "meaning", "category pull", "bm25", "cosine"):
        assert name in heading
    first, second = (row.split() for row in rows)
    assert first[:2] == ["1", "Notekeel"]
    assert "none" in first  # without a model no cosine is known
    assert second[:2] == ["2", "Callhorn"]
    unmatched = launched.does("pair", "--explain", number_of(launched, "Callhorn 2"))
    assert "Callhorn" not in unmatched.splitlines()[2]
