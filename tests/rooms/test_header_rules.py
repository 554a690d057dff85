"""What no mail service is given."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.delivery.header_rules import objection
from digest.model import Message
from tests.standin import a_message


def test_a_message_as_we_make_them_is_fine() -> None:
    assert objection(a_message(List_Unsubscribe="<https://site.example/x>,\r\n <mailto:a@b>")) == ""


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ({"Subject": "a\rb"}, "a carriage return or a line feed stands alone"),
        ({"Subject": "a\nBcc: b@c.example"}, "a carriage return or a line feed stands alone"),
        ({"Subject": "a\r\nBcc: b@c.example"}, "there is a header called bcc"),
        ({"Subject": "a\r\nSubject: b"}, "2 headers are called subject, one must be"),
        ({"Subject": "Grüße"}, "a header holds bytes beyond ASCII"),
        ({"Subject": "a\r\nno header at all"}, "a line of the headers is no header"),
        ({"Subject": "x" * 999}, "a line is longer than 998 bytes"),
        ({"Message_ID": ""}, "0 headers are called message-id, one must be"),
        ({"Cc": "other@inbox.example"}, "there is a header called cc"),
        ({"To": "other@inbox.example"}, "the To header is not the reader's address"),
        ({"To": "reader@inbox.example, b@c.example"}, "the To header is not the reader's address"),
    ],
)
def test_each_rule_says_what_is_broken(lines: dict[str, Any], said: str) -> None:
    assert objection(a_message(**lines)) == said


def test_headers_must_end() -> None:
    data = a_message().data.partition(b"\r\n\r\n")[0]
    assert objection(Message(7, "reader@inbox.example", data)) == "no empty line ends the headers"


@given(st.binary(max_size=200))
def test_any_bytes_at_all_get_an_answer(data: bytes) -> None:
    assert objection(Message(7, "reader@inbox.example", data))


@given(st.text(max_size=60))
def test_no_value_of_a_header_makes_another_recipient(value: str) -> None:
    message = a_message(Subject=value.encode("utf-8", "replace").decode())
    if not objection(message):
        head = message.data.partition(b"\r\n\r\n")[0].lower()
        assert b"\r\nbcc:" not in head
        assert head.count(b"\r\nto:") == 1
