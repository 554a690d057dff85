"""mblaze, a mail program with a parser of its own, reads from the wire what an editor approved."""

import subprocess
from pathlib import Path

import pytest

from tests.email.mails import LANGUAGES, TOKEN, Mail, every, mail


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for messages, in which the program also keeps what it remembers."""
    monkeypatch.setenv("MBLAZE", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "400")  # or it cuts what it lists
    (tmp_path / "seq").touch()
    return tmp_path


def asked(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, check=True)
    return done.stdout.decode().replace("\r\n", "\n")


def kept(mail: Mail, folder: Path) -> Path:
    file = folder / f"{mail.name}.eml"
    file.write_bytes(mail.data)
    return file


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_finds_both_parts_whole(language: str, program: Path) -> None:
    for one in every(language):
        file = kept(one, program)
        listed = [line.split()[1] for line in asked("mshow", "-t", file).splitlines()[1:]]
        assert listed == ["multipart/alternative", "text/plain", "text/html"], one.name
        assert asked("mshow", "-O", file, "2") == one.rendering.text
        assert asked("mshow", "-O", file, "3") == one.rendering.html


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_lists_sender_and_subject(language: str, program: Path) -> None:
    for one in every(language):
        (line,) = asked("mscan", "-f", "%f|%s", kept(one, program)).splitlines()
        assert line == f"Ship or Skip|{one.rendering.subject}"


@pytest.mark.parametrize("name", ["digest", "comparison"])
def test_it_finds_the_ways_to_leave_in_one_piece(name: str, program: Path) -> None:
    found = asked("mhdr", "-h", "List-Unsubscribe", kept(mail(name), program))
    web, letter = found.strip().split(", ")
    assert web == f"<https://shiporskip.example/unsubscribe/{TOKEN}>"
    assert letter == f"<mailto:leave@mail.shiporskip.example?subject={TOKEN}>"
