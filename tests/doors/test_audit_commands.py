"""`digest audit`: the record of what was done is written out, and proved whole."""

import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.shell import Shell

TEAM = ("admin@desk.example", "writer@desk.example")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A team of two was made by hand."""
    shell = Shell(tmp_path)
    shell.does("init")
    for email, role in zip(TEAM, ("admin", "writer"), strict=True):
        shell.does("editors", "add", email, "--role", role)
    return shell


def test_a_record_nobody_touched_is_whole(shell: Shell) -> None:
    lines = [json.loads(line) for line in shell.does("audit", "export").splitlines()]
    assert [(line["who"], line["act"], line["what"]) for line in lines] == [
        ("command line", "add editor", email) for email in TEAM
    ]
    assert shell.does("audit", "verify") == f"whole: 2 lines, ending in {lines[-1]['hash']}\n"


def test_a_hash_noted_before_is_found_in_the_chain_or_missed(shell: Shell) -> None:
    noted = shell.does("audit", "verify").split()[-1]
    shell.does("editors", "remove", TEAM[1])
    assert "3 lines" in shell.does("audit", "verify", "--contains", noted)
    assert "0000" in shell.fails("audit", "verify", "--contains", "0" * 64)


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("UPDATE audit SET act = 'change role' WHERE id = 1", "line 1 is broken"),
        ("DELETE FROM audit WHERE id = 1", "line 2 is broken"),
        ("DELETE FROM audit WHERE id = 2", "lines are missing"),
    ],
)
def test_a_record_that_was_tampered_with_is_named_and_ends_with_1(
    shell: Shell, tampering: str, said: str
) -> None:
    engine = create_engine(f"sqlite:///{shell.folder / 'var' / 'digest.db'}")
    with engine.begin() as connection:
        connection.execute(text(tampering))
    engine.dispose()
    assert said in shell.fails("audit", "verify")


def test_the_last_admin_stays(shell: Shell) -> None:
    assert "it is the last admin" in shell.fails("editors", "remove", TEAM[0])
    assert "it is the last admin" in shell.fails("editors", "add", TEAM[0], "--role", "writer")
    shell.does("editors", "add", TEAM[1], "--role", "admin")
    assert "is off the team" in shell.does("editors", "remove", TEAM[0].upper())
