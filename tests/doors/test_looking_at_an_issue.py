"""Looking at an issue: its checks; its pictures with a browser, without one, with a bad one."""

import os
import stat
import time
from pathlib import Path

import pytest

from digest.preview import PreviewError, pictures
from tests.shell import Shell

MAIL = "<html><body><p>A mail.</p></body></html>"
NAMES = ["640-light", "640-dark", "375-light", "375-dark", "contact-sheet"]
# A stand-in that answers as Chromium does: heights for a page, a file for a screenshot.
WORKS = """
for option in "$@"; do
  case "$option" in
    --dump-dom) echo '<html data-heights="900 900 1200 1200">' ;;
    --screenshot=*) echo "$@" > "${option#--screenshot=}" ;;
  esac
done
"""


def a_browser(folder: Path, does: str) -> str:
    file = folder / "chromium"
    file.write_text(f"#!/bin/sh\n{does}", "utf-8")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(file)


@pytest.fixture
def drafted(tmp_path: Path) -> Shell:
    """A shell with the issue of one comparison, c-notekeel-vs-callhorn, and no browser."""
    shell = Shell(tmp_path)
    tools = [
        {"name": name, "reviews": [{"reviewer": "builder", "score": 80, "call": "ship"}]}
        for name in ("Notekeel", "Callhorn")
    ]
    shell.does("init")
    shell.does("verdicts", "import", shell.write("verdicts.json", {"tools": tools}))
    shell.does("compare", "notekeel", "callhorn")
    shell.does("draft", "--comparison", "notekeel-vs-callhorn")
    shell.environment["PATH"] = str(tmp_path / "bin")
    return shell


def test_an_issue_that_may_go_passes_its_check(drafted: Shell) -> None:
    said = drafted.does("show", "c-notekeel-vs-callhorn", "--check")
    assert said.endswith("  check: nothing blocks it\n")


def test_a_check_says_where_what_and_how_to_mend_it(drafted: Shell) -> None:
    drafted.environment["DIGEST_POSTAL_ADDRESS"] = "7 New Street, Springfield"
    done = drafted.run("show", "c-notekeel-vs-callhorn", "--check")
    assert done.returncode == 1
    assert done.stderr == "digest: cannot send c-notekeel-vs-callhorn: 2 findings block it\n"
    assert "  block: text: the text lacks the postal address\n    give the template" in done.stdout


def test_what_its_check_blocks_cannot_be_handed_in(drafted: Shell) -> None:
    drafted.does("editors", "add", "writer@shiporskip.example", "--role", "writer")
    drafted.environment["DIGEST_POSTAL_ADDRESS"] = "7 New Street, Springfield"
    submit = ("submit", "c-notekeel-vs-callhorn", "--as", "writer@shiporskip.example")
    assert "text: the text lacks the postal address" in drafted.fails(*submit)


def test_an_issue_without_a_mail_has_no_check(drafted: Shell) -> None:
    drafted.environment["DIGEST_MINIMUM_COMPARISONS"] = "2"
    drafted.does("draft", "--period", "2026-W40")
    assert "it has no rendering" in drafted.fails("show", "2026-W40", "--check")


def test_with_a_browser_there_is_a_picture_of_each_view_and_one_of_all(drafted: Shell) -> None:
    (drafted.folder / "bin").mkdir()
    a_browser(drafted.folder / "bin", WORKS)
    drafted.environment["PATH"] += f":{os.defpath}"
    said = drafted.does("preview", "c-notekeel-vs-callhorn", "--out", "pictures/new")
    files = [f"pictures/new/{name}.png" for name in NAMES]
    assert said.splitlines() == files
    assert "--window-size=375,1200" in (drafted.folder / files[2]).read_text("utf-8")
    assert "--window-size=2230,1320" in (drafted.folder / files[4]).read_text("utf-8")


def test_without_a_browser_the_views_are_pages(drafted: Shell) -> None:
    said = drafted.does("preview", "c-notekeel-vs-callhorn", "--out", "views")
    *files, last = said.splitlines()
    assert files == [f"views/{name}.html" for name in NAMES]
    assert "apt install chromium" in last
    assert "__" not in (drafted.folder / files[0]).read_text("utf-8")


def test_an_issue_that_is_not_there_has_no_preview(drafted: Shell) -> None:
    assert "2026-W01" in drafted.fails("preview", "2026-W01", "--out", "views")
    assert not (drafted.folder / "views").exists()


def test_a_file_is_no_folder_for_pictures(drafted: Shell) -> None:
    taken = drafted.write("taken", "a file")
    assert drafted.run("preview", "c-notekeel-vs-callhorn", "--out", taken).returncode == 2


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("echo 'no display' >&2; exit 1", "failed: no display"),
        ("exit 21", "failed: exit 21"),
        ("echo '<html>'", "did not show the mail"),
        (WORKS.replace('echo "$@" >', ": "), "took no picture of 640-light"),
    ],
)
def test_a_browser_that_gives_no_picture_is_told(tmp_path: Path, does: str, said: str) -> None:
    with pytest.raises(PreviewError, match=said):
        pictures(MAIL, tmp_path, a_browser(tmp_path, does))


def test_a_browser_that_hangs_is_ended_with_its_helpers(tmp_path: Path) -> None:
    hanging = a_browser(tmp_path, f"sleep 60 & echo $! > {tmp_path}/helper; wait")
    with pytest.raises(PreviewError, match=r"took longer than 0\.5 seconds"):
        pictures(MAIL, tmp_path, hanging, seconds=0.5)
    helper = Path("/proc") / (tmp_path / "helper").read_text("utf-8").strip()
    deadline = time.monotonic() + 5
    while helper.exists() and "Z" not in (helper / "stat").read_text("utf-8").split():
        assert time.monotonic() < deadline
