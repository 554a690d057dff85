"""An editor without a browser: words, order, tests, and what changed since the approval."""

from pathlib import Path

import pytest

from tests.shell import Shell

WRITER, PUBLISHER = "writer@shiporskip.example", "publisher@shiporskip.example"
TOOLS = {
    "Notekeel": "Release notes from merged pull requests",
    "Callhorn": "Answers the phone for clinics",
    "Pixelbarn": "Product photos from sketches",
    "Querymoth": "SQL from plain questions",
}
NOTES, PHOTOS = "notekeel-vs-callhorn", "pixelbarn-vs-querymoth"
BY_WRITER = ("--as", WRITER)


@pytest.fixture
def drafted(tmp_path: Path) -> Shell:
    """A shell with a digest of two comparisons, whose issue is the one there is."""
    shell = Shell(tmp_path)
    reviews = [{"reviewer": "builder", "score": 80, "call": "ship"}]
    tools = [{"name": n, "tagline": said, "reviews": reviews} for n, said in TOOLS.items()]
    shell.does("init")
    shell.does("editors", "add", WRITER, "--role", "writer")
    shell.does("editors", "add", PUBLISHER, "--role", "publisher")
    shell.does("verdicts", "import", shell.write("verdicts.json", {"tools": tools}))
    shell.does("compare", "notekeel", "callhorn")
    shell.does("compare", "pixelbarn", "querymoth")
    shell.does("draft")
    return shell


def name_of(shell: Shell) -> str:
    return shell.does("issues").splitlines()[1].split()[0]


def test_an_issue_is_edited_arranged_and_approved_again(drafted: Shell) -> None:
    name = name_of(drafted)
    drafted.does("submit", name, *BY_WRITER)
    drafted.does("approve", name, "--as", PUBLISHER)
    assert "every byte is as it was approved" in drafted.does("changes", name)
    edited = drafted.does("edit", name, *BY_WRITER, "--subject", "Two calls", "--intro", "*New*.")
    assert f"{name} is a draft" in edited
    told = drafted.does("changes", name)
    assert f"{WRITER}: changed subject, intro" in told
    assert "  + Two calls" in told
    assert "+ New." in told
    led = drafted.does("arrange", "move", name, NOTES, "--to", "lead", *BY_WRITER)
    assert f"  1. {NOTES}" in led
    laid = drafted.does("arrange", "drop", name, PHOTOS, "--reason", "too old", *BY_WRITER)
    assert f"in the tray: {PHOTOS} (too old)" in laid
    assert f"in the tray: {PHOTOS} (too old)" in drafted.does("show", name)
    assert f"  2. {PHOTOS}" in drafted.does("arrange", "restore", name, PHOTOS, *BY_WRITER)
    added = drafted.does("arrange", "add", name, "notekeel", "Pixelbarn", *BY_WRITER)
    assert "  3. notekeel-vs-pixelbarn" in added
    assert "listed more than once: Notekeel, Pixelbarn" in drafted.does("show", name)


def test_another_opponent_is_picked(drafted: Shell) -> None:
    name = name_of(drafted)
    ranked = drafted.does("arrange", "opponents", NOTES)
    assert "callhorn" not in ranked
    changed = drafted.does("arrange", "opponent", name, NOTES, "Querymoth", *BY_WRITER)
    assert "notekeel-vs-querymoth" in changed
    assert f"in the tray: {NOTES} (another opponent was chosen" in changed


def test_a_save_upon_an_old_version_tells_both(drafted: Shell) -> None:
    name = name_of(drafted)
    drafted.does("edit", name, *BY_WRITER, "--subject", "Theirs", "--takeaway", NOTES, "Mine.")
    save = ("edit", name, "--as", PUBLISHER, "--subject", "Ours", "--version", "1")
    assert drafted.run(*save).stdout == "subject\n  theirs: Theirs\n  yours:  Ours\n"
    assert f"{WRITER} changed it since version 1; nothing was saved" in drafted.fails(*save)
    assert "2, edited by writer@shiporskip.example" in drafted.does("show", name)


def test_a_test_is_mailed_and_says_that_it_is_one(drafted: Shell) -> None:
    name = name_of(drafted)
    sent = drafted.does("test-send", name, "--to", "ada@inbox.example", *BY_WRITER)
    assert sent == f"{name} was sent as a test to ada@inbox.example\n"
    [message] = (drafted.folder / "var/outbox/new").glob("test-*")
    assert b"\nSubject: [Test] " in message.read_bytes().replace(b"\r\n", b"\n")
    assert "no readers" in drafted.does("status", name)


def test_nothing_to_edit_is_wrong_usage_and_the_rules_are_listed(drafted: Shell) -> None:
    done = drafted.run("edit", name_of(drafted), *BY_WRITER)
    assert done.returncode == 2
    listed = drafted.does("rules")
    assert "block  two pairs of eyes" in listed
    assert "warn  verdicts are fresh" in listed
    assert "never approved" in drafted.does("changes", name_of(drafted))
