"""The command line: what it says, how it ends, and that a failure changes nothing."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.feed_server import Answer, FeedServer
from tests.newsroom import a_product_hunt_feed
from tests.shell import Shell

ROOT = Path(__file__).resolve().parents[2]
WRITER, PUBLISHER = "writer@shiporskip.example", "publisher@shiporskip.example"
VERDICTS = {
    "tools": [
        {
            "name": "Notekeel",
            "tagline": "Release notes from merged pull requests",
            "category": "Writing",
            "reviews": [{"reviewer": "builder", "score": 80, "call": "ship", "text": "It works."}],
        },
        {"name": "Callhorn", "tagline": "Answers the phone for clinics", "category": "Voice"},
        {"name": "Broken", "reviews": [{"reviewer": "builder", "score": 101, "call": "ship"}]},
    ]
}


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
def ready(shell: Shell) -> Shell:
    shell.does("init")
    return shell


def test_the_whole_week_by_hand(ready: Shell) -> None:
    ready.does("editors", "add", WRITER, "--role", "writer")
    ready.does("editors", "add", PUBLISHER, "--role", "publisher")
    readers = ready.write("readers.csv", "email,consent_source\nada@inbox.example,form\n")
    ready.does("subscribers", "import", readers)
    imported = ready.run("verdicts", "import", ready.write("verdicts.json", VERDICTS))
    assert imported.stdout.splitlines()[-1] == "2 added, 0 changed, 0 as before, 1 refused"
    assert "refused tool 3: Broken:" in imported.stderr
    feed = a_product_hunt_feed(("Mergewren", "Release notes from merged pull requests"))
    with FeedServer() as web:
        ready.environment["DIGEST_ALLOW_PRIVATE_FEEDS"] = web.authority
        url = web.script("/feed", Answer(feed))
        assert "(producthunt)" in ready.does("feeds", "add", url, "--backlog")
        assert ready.does("collect").splitlines()[-1] == "1 feed: 1 new launch"
        assert url in ready.does("feeds", "list")
        assert url in ready.does("feeds", "export")
    number = ready.does("launches").splitlines()[1].split()[0]
    ready.does("pair", "--explain", number)
    assert "mergewren-vs-notekeel" in ready.does("pair", "--launch", number, "--with", "Notekeel")
    assert "paired" in ready.does("launches", "--state", "paired")
    assert "is drafted: Mergewren or Notekeel?" in ready.does("draft")
    [name] = [line.split()[0] for line in ready.does("issues").splitlines()[1:]]
    assert "waits for approval" in ready.does("submit", name, "--as", WRITER)
    shown = ready.does("show", name, "--html", "m.html", "--text", "m.txt", "--eml", "m.eml")
    fingerprint = shown.split("fingerprint: ")[1].split()[0]
    ready.does("approve", name, "--as", PUBLISHER, "--fingerprint", fingerprint)
    assert "can still be undone until" in ready.fails("send", name)
    assert ready.does("send", name, "--now") == f"{name}: 1 sent\n"
    told = json.loads(ready.does("status", name, "--json", "--deliveries", "deliveries.csv"))
    assert (told["state"], told["deliveries"]["sent"]) == ("sent", 1)
    rows = (ready.folder / "deliveries.csv").read_text().splitlines()
    assert rows[0] == "email,state,message_id,reason"
    assert rows[1].startswith("ada@inbox.example,sent,")
    [message] = (ready.folder / "var/outbox/new").glob(f"{name}.*")
    for file in (ready.folder / "m.eml", message):
        assert file.read_bytes().startswith(b"From: Ship or Skip <")
    assert "notekeel-vs-callhorn" in ready.does("compare", "notekeel", "Callhorn")
    for kind in ("rss", "atom", "json"):
        assert "Mergewren vs Notekeel" in ready.does("feed", "--format", kind)
    assert "ada@inbox.example,active" in ready.does("subscribers", "export")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "2026-W01"], "there is no issue '2026-W01'"),
        (["approve", "2026-W01", "--as", "a@b.example"], "there is no issue '2026-W01'"),
        (["send", "2026-W01"], "there is no issue '2026-W01'"),
        (["status", "2026-W01"], "there is no issue '2026-W01'"),
        (["compare", "this", "that"], "there is no tool 'this'"),
        (["pair", "--explain", "7"], "there is no launch '7'"),
        (["feeds", "pause", "7"], "there is no feed '7'"),
        (["collect", "--feed", "https://nowhere.example/"], "there is no feed"),
        (["verdicts", "import", "missing.json"], "missing.json: No such file"),
        (["subscribers", "import", "missing.csv"], "missing.csv: No such file"),
        (["subscribers", "erase", "nobody@inbox.example"], "there is no subscriber"),
        (["editors", "add", "nobody", "--role", "writer"], "'nobody' is no e-mail address"),
        (["editors", "remove", "nobody@inbox.example"], "there is no editor"),
        (["draft", "--period", "2026-W99"], "2026-W99"),
        (["draft", "--comparison", "a-vs-b"], "there is no comparison 'a-vs-b'"),
        (["feeds", "add", "ftp://files.example/feed"], "ftp://files.example/feed"),
        (["feeds", "add", "http://127.0.0.1:9/feed"], "private address"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_failure_is_one_line_and_exit_1(ready: Shell, arguments: list[str], said: str) -> None:
    assert said in ready.fails(*arguments)


def test_a_broken_verdict_file_changes_nothing(ready: Shell) -> None:
    for content in ("{not json", "[]", '{"tools": 3}'):
        assert "broken.json" in ready.fails(
            "verdicts", "import", ready.write("broken.json", content)
        )
    assert "as before" in ready.does("verdicts", "import", ready.write("v.json", {"tools": []}))


def test_a_page_that_is_no_feed_is_not_followed(ready: Shell) -> None:
    with FeedServer() as web:
        ready.environment["DIGEST_ALLOW_PRIVATE_FEEDS"] = web.authority
        page = web.script("/page", Answer(b"<!doctype html><title>A page</title><p>Hello</p>"))
        assert "not a feed" in ready.fails("feeds", "add", page)
        assert "404" in ready.fails("feeds", "add", web.url("/nothing"))
    assert ready.does("feeds", "list").startswith("no feeds yet")


def test_importing_the_same_verdicts_twice_changes_nothing(ready: Shell) -> None:
    file = ready.write("verdicts.json", {"tools": VERDICTS["tools"][:2]})
    assert "2 added, 0 changed, 0 as before, 0 refused" in ready.does("verdicts", "import", file)
    assert "0 added, 0 changed, 2 as before, 0 refused" in ready.does("verdicts", "import", file)


def test_without_a_database_every_command_says_how_to_make_one(shell: Shell) -> None:
    assert shell.fails("issues") == "digest: the database is empty; `digest init` sets it up"


def test_the_module_is_the_command(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "digest.cli"]
    where: dict[str, Any] = {
        "cwd": tmp_path,
        "env": os.environ | {"PYTHONPATH": str(ROOT)},
        "text": True,
    }
    helped = subprocess.run([*command, "--help"], capture_output=True, check=True, **where)
    assert "subscribers" in helped.stdout
    failed = subprocess.run([*command, "issues"], capture_output=True, check=False, **where)
    assert failed.returncode == 1
    assert failed.stderr == "digest: the database is empty; `digest init` sets it up\n"


def test_wrong_usage_is_exit_2(ready: Shell) -> None:
    for arguments in (["nonsense"], ["send"], ["pair", "--launch", "1"], ["feed", "--format", "x"]):
        done = ready.run(*arguments)
        assert done.returncode == 2
        assert "Usage:" in done.stderr


def test_a_wrong_setting_is_one_line_that_names_it(shell: Shell) -> None:
    shell.environment["DIGEST_TIMEZONE"] = "Mars/Base"
    assert shell.fails("init") == (
        "digest: DIGEST_TIMEZONE is 'Mars/Base'; it accepts a time zone such as Europe/Berlin"
    )


def test_a_name_that_is_no_setting_gets_a_warning(ready: Shell) -> None:
    ready.environment["DIGEST_BASEURL"] = "https://news.example"
    done = ready.run("issues")
    assert done.returncode == 0
    assert "DIGEST_BASEURL is no setting" in done.stderr


def test_a_backup_is_a_database_of_its_own(ready: Shell) -> None:
    assert "secret.key" in ready.does("backup", "copy.db")
    ready.environment["DIGEST_DATABASE_URL"] = "sqlite:///copy.db"
    ready.environment["DIGEST_SECRET_KEY_FILE"] = "var/secret.key"
    assert ready.does("issues").startswith("no issues yet")
    assert "exists already" in ready.fails("backup", "copy.db")


def test_a_restored_copy_goes_on_with_no_issue_by_itself(ready: Shell) -> None:
    with sqlite3.connect(ready.folder / "var" / "digest.db") as database:
        issue = "INSERT INTO issues (id, kind, state, subject, preheader, headline, intro, reason,"
        issue += " html, text, dated, version, held, edited_by, submitted_by, approved_by,"
        issue += " approved_fingerprint, audience_cursor, audience_frozen, created_at, updated_at)"
        issue += " VALUES (?, 'digest', ?, '', '', '', '', '', '', '', '2026-11-22', 1, '', '', '',"
        issue += " '', '', 0, 0, '2026-11-22', '2026-11-22')"
        written = [("2026-W46", "sent"), ("2026-W47", "sending"), ("2026-W48", "approved")]
        database.executemany(issue, written)
    ready.does("backup", "copy.db")
    with sqlite3.connect(ready.folder / "copy.db") as copy:
        states = dict(copy.execute("SELECT id, state FROM issues").fetchall())
    assert states == {"2026-W46": "sent", "2026-W47": "paused", "2026-W48": "paused"}


def test_a_sites_address_is_enough_to_follow_its_feed(ready: Shell) -> None:
    link = '<link rel="alternate" type="application/atom+xml" href="/feed.atom">'
    with FeedServer() as web:
        ready.environment["DIGEST_ALLOW_PRIVATE_FEEDS"] = web.authority
        site = web.script("/", Answer(f"<!doctype html><head>{link}</head>".encode()))
        feed = web.script("/feed.atom", Answer(a_product_hunt_feed(("Mergewren", "Writes notes"))))
        told = ready.does("feeds", "test", site)
        assert "Mergewren" in told
        assert "0 new launches in 1 entry, 1 old news, unless added with --backlog" in told
        assert ready.does("feeds", "list").startswith("no feeds yet")
        ready.does("feeds", "add", site)
        assert feed in ready.does("feeds", "list")


@pytest.mark.parametrize("url", ["sqlite:///notes.txt", "postgresql://nobody@127.0.0.1:1/x"])
def test_a_database_that_cannot_be_used_is_one_line(shell: Shell, url: str) -> None:
    shell.write("notes.txt", "This is a text, and no database. " * 40)
    shell.environment |= {"DIGEST_DATABASE_URL": url, "DIGEST_SECRET_KEY": "k" * 32}
    for command in ("init", "issues"):
        assert "the database cannot be used: " in shell.fails(command)


def test_a_list_of_readers_may_be_parted_by_semicolons(ready: Shell) -> None:
    rows = "Email;Consent Source\r\nada@inbox.example;a form\r\n"
    assert ready.does("subscribers", "import", ready.write("r.csv", rows)).startswith("1 added")


def test_an_editors_address_is_the_same_in_any_case(ready: Shell) -> None:
    ready.environment["DIGEST_APPROVERS"] = "2"
    ready.does("editors", "add", "Pat@Desk.example", "--role", "publisher")
    ready.does("verdicts", "import", ready.write("v.json", {"tools": VERDICTS["tools"][:2]}))
    ready.does("compare", "notekeel", "callhorn")
    name = ready.does("draft").splitlines()[-1].split()[0]
    ready.does("submit", name, "--as", "PAT@desk.example")
    assert "a second editor has to approve it" in ready.fails(
        "approve", name, "--as", "pat@DESK.example"
    )


def test_the_doctor_says_what_a_new_deployment_lacks(ready: Shell) -> None:
    done = ready.run("doctor")
    assert done.returncode == 1
    assert "0 people may approve, 1 must be there" in done.stderr
    ready.does("editors", "add", PUBLISHER, "--role", "publisher")
    told = ready.does("doctor")
    assert "answers, with our schema" in told
    assert "still the example's: DIGEST_BASE_URL" in told
    ready.environment["DIGEST_EMBEDDER"] = "none"
    assert "launches are paired by words alone" in ready.does("doctor")


def test_a_plan_is_made_without_settings_or_a_database(tmp_path: Path) -> None:
    told = Shell(tmp_path).does("plan", "--subscribers", "1000000", "--rate", "14")
    assert told.startswith("1,000,000 readers at 12.6 a second: 22 h 2 min of sending\n")
    assert "47,500 a day for issues: 21 stops, 21 d" in told
    assert "raise first: the daily quota, to 1,052,632" in told
    assert re.search(r"SES, accounts since 2026-07-21 +\$160.00 an issue +a copy of AWS's", told)
