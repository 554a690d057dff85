"""The outbox: every message a whole file in a Maildir, once."""

import mailbox
from pathlib import Path

import pytest

from digest.delivery.outbox import Outbox
from digest.model import Message, Refused, Sent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "var" / "outbox"


def a_message(message_id: str = "2026-W47.7@mail.shiporskip.example", body: str = "Hi") -> Message:
    head = f"To: reader@inbox.example\r\nMessage-ID: <{message_id}>\r\nSubject: Verdicts\r\n"
    return Message(7, "reader@inbox.example", f"{head}\r\n{body}\r\n".encode())


def files(folder: Path) -> list[str]:
    return sorted(file.name for file in (folder / "new").iterdir())


def test_a_message_becomes_a_file_of_the_very_same_bytes(folder: Path) -> None:
    message = a_message(body="Grüße. From here on:\r\nFrom there")
    [receipt] = Outbox(folder)([message])
    assert receipt == Sent("2026-W47.7@mail.shiporskip.example")
    [file] = (folder / "new").iterdir()
    assert file.read_bytes() == message.data


def test_what_it_leaves_is_a_maildir(folder: Path) -> None:
    Outbox(folder)([a_message("1@a.example"), a_message("2@a.example")])
    assert sorted(path.name for path in folder.iterdir()) == ["cur", "new", "tmp"]
    assert list((folder / "tmp").iterdir()) == []
    read = mailbox.Maildir(folder, create=False)
    assert sorted(message["Message-ID"] for message in read) == ["<1@a.example>", "<2@a.example>"]


def test_posting_a_delivery_again_leaves_one_file_with_the_latest_bytes(folder: Path) -> None:
    Outbox(folder)([a_message(body="first"), a_message("other@a.example")])
    Outbox(folder)([a_message(body="again")])
    assert files(folder) == ["2026-W47.7@mail.shiporskip.example", "other@a.example"]
    assert (folder / "new" / files(folder)[0]).read_bytes() == a_message(body="again").data


def test_each_message_gets_its_receipt_in_order(folder: Path) -> None:
    messages = [a_message("1@a.example"), Message(8, "b@inbox.example", b"To: b\r\n\r\nHi")]
    assert Outbox(folder)([*messages, a_message("3@a.example")]) == [
        Sent("1@a.example"),
        Refused("the message has no Message-ID"),
        Sent("3@a.example"),
    ]
    assert files(folder) == ["1@a.example", "3@a.example"]


def test_a_message_id_in_the_text_is_none_of_the_messages_own(folder: Path) -> None:
    text = Message(8, "b@inbox.example", b"To: b\r\n\r\nMessage-ID: <1@a.example>\r\n")
    assert Outbox(folder)([text]) == [Refused("the message has no Message-ID")]


def test_a_message_id_is_no_way_out_of_the_folder(folder: Path) -> None:
    Outbox(folder)([a_message("../../escaped/../1@a.example"), a_message("..")])
    outside = {path for path in folder.parent.rglob("*") if path.is_file()}
    assert {path.parent for path in outside} == {folder / "new"}


@pytest.mark.parametrize("taken", ["", "new", "tmp"])
def test_an_outbox_that_cannot_be_written_refuses_for_now(folder: Path, taken: str) -> None:
    place = folder / taken
    place.parent.mkdir(parents=True)
    place.write_text("a file stands where the folder should be")
    receipts = Outbox(folder)([a_message("1@a.example"), a_message("2@a.example")])
    said = "Not a directory" if taken == "" else "File exists"
    assert receipts == [Refused(f"the outbox cannot be written: {said}", permanent=False)] * 2
    place.unlink()
    assert Outbox(folder)([a_message("1@a.example")]) == [Sent("1@a.example")]
