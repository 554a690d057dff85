"""Lists of readers at the command line: what is told of them, and where."""

import csv
import json
import os
import threading
from pathlib import Path

import pytest

from tests.shell import Shell

LIST = "email,name,consent_source\nada@inbox.example,Ada,form\nbo,Bo,form\n=cy,Cy,form\n"
COUNTS = "0 known already, 0 there twice, 0 suppressed, 0 erased"


@pytest.fixture
def ready(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    shell.does("init")
    return shell


def test_an_import_says_what_it_did_and_what_needs_a_look(ready: Shell) -> None:
    done = ready.run("subscribers", "import", ready.write("r.csv", LIST))
    assert (done.returncode, done.stdout) == (0, f"1 added, {COUNTS}, 2 refused\n")
    assert done.stderr.splitlines() == [
        "line 3 refused: 'bo' is no e-mail address: An email address must have an @-sign.",
        "line 4 refused: '=cy' is no e-mail address: An email address must have an @-sign.",
        "warning: nothing is taken from the columns name",
    ]


def test_a_dry_run_says_the_same_and_writes_nothing(ready: Shell) -> None:
    file = ready.write("r.csv", LIST)
    said = ready.does("subscribers", "import", file, "--dry-run")
    assert said == f"nothing is written; it would be 1 added, {COUNTS}, 2 refused\n"
    assert ready.does("subscribers", "list") == "0 readers\n"


def test_a_report_tells_of_every_line(ready: Shell) -> None:
    ready.does("subscribers", "import", ready.write("r.csv", LIST), "--report", "report.csv")
    with (ready.folder / "report.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert [row[:3] for row in rows] == [
        ["line", "email", "outcome"],
        ["2", "ada@inbox.example", "added"],
        ["3", "bo", "refused"],
        ["4", "'=cy", "refused"],
    ]


def test_a_report_that_cannot_be_written_stops_the_import(ready: Shell) -> None:
    file = ready.write("r.csv", LIST)
    said = ready.fails("subscribers", "import", file, "--report", "no/such/folder.csv")
    assert "no/such/folder.csv: No such file" in said
    assert ready.does("subscribers", "list") == "0 readers\n"


def test_a_long_report_is_cut_on_the_terminal(ready: Shell) -> None:
    body = "email\nada@inbox.example\n" + "nobody\n" * 1500
    done = ready.run(
        "subscribers", "import", ready.write("r.csv", body), "--consent-source", "fair"
    )
    said = done.stderr.splitlines()
    assert len(said) == 21
    assert said[-1] == "and 1,480 more lines; --report FILE.csv has them all"
    assert done.stdout.endswith("1,500 refused\n")


def test_a_list_of_which_nobody_can_be_taken_in_is_a_failure(ready: Shell) -> None:
    done = ready.run("subscribers", "import", ready.write("r.csv", LIST.replace("ada@", "ada ")))
    assert done.returncode == 1
    assert done.stderr.endswith("digest: r.csv: nobody in it could be taken in\n")


def test_columns_are_told_by_their_titles(ready: Shell) -> None:
    file = ready.write("r.csv", "Your address;Topics\nada@inbox.example;Voice\n")
    assert '--map email="TITLE"' in ready.fails("subscribers", "import", file)
    mapped = ("--map", "email=Your Address", "--map", "categories=topics")
    ready.does("subscribers", "import", file, *mapped, "--consent-source", "a fair")
    assert "ada@inbox.example,active,Voice" in ready.does("subscribers", "export")
    missing = ready.fails("subscribers", "import", file, "--map", "email=Adress")
    assert missing.endswith(
        "the column 'adress' is missing; the first line has 'Your address', 'Topics'"
    )


@pytest.mark.parametrize("given", ["town=Town", "email", "email= "])
def test_a_wrong_mapping_is_wrong_usage(ready: Shell, given: str) -> None:
    done = ready.run("subscribers", "import", ready.write("r.csv", LIST), "--map", given)
    assert done.returncode == 2
    assert 'is not NAME="TITLE" with a name of email, state' in done.stderr


def test_a_list_may_come_through_a_pipe(ready: Shell) -> None:
    os.mkfifo(ready.folder / "pipe")
    writing = threading.Thread(target=(ready.folder / "pipe").write_text, args=(LIST,))
    writing.start()
    assert ready.does("subscribers", "import", "pipe").startswith("1 added")
    writing.join()


def test_readers_go_out_by_state_and_as_json(ready: Shell) -> None:
    body = "email,state\nada@inbox.example,\nbo@inbox.example,unsubscribed\n"
    ready.does("subscribers", "import", ready.write("r.csv", body), "--consent-source", "fair")
    said = ready.does("subscribers", "export", "--state", "unsubscribed", "--format", "json")
    assert json.loads(said)["email"] == "bo@inbox.example"
    assert ready.does("subscribers", "export").count("\n") == 3


def test_an_export_of_another_product_is_named(ready: Shell) -> None:
    header = "uuid,email,name,attributes,status,created_at,updated_at"
    body = f"{header}\na1,ada@inbox.example,,,enabled,,\n"
    file = ready.write("r.csv", body)
    done = ready.run("subscribers", "import", file, "--consent-source", "listmonk, form of 2024")
    assert done.stdout.startswith("1 added")
    assert done.stderr.startswith("read as an export of listmonk\nwarning: this export of listmonk")
