"""One reader's message: what was approved, plus that reader's own values, as valid bytes."""

import email
import email.policy

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from digest.markers import Marker
from digest.model import Delivery, Rendering
from digest.readers.addressing import Addressing, filled
from tests.makers import SUNDAY, a_publication, an_issue

TOKEN = "25.abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
VALUES = {Marker.READER: TOKEN, Marker.CONFIRMED_ON: "22 November 2026"}
LINK = "https://shiporskip.example/unsubscribe/" + Marker.READER


def a_rendering(**fields: str) -> Rendering:
    usual = {
        "subject": "Plainwright or Notekeel?",
        "preheader": "Both clear the panel.",
        "html": f"<p>Confirmed {Marker.CONFIRMED_ON}. <a href='{LINK}'>Leave</a></p>",
        "text": f"Leave: {LINK}\n",
    }
    return Rendering(**(usual | fields))


def addressed(rendering: Rendering, **publication: str) -> bytes:
    delivery = Delivery(
        id=7,
        issue="2026-W47",
        subscriber=25,
        email="reader@inbox.example",
        confirmed_at=SUNDAY,
        attempt=1,
    )
    addressing = Addressing(an_issue(), rendering, a_publication(**publication))
    return addressing.address(delivery, TOKEN, SUNDAY).data


def test_the_parts_say_what_was_approved_with_the_readers_own_values() -> None:
    rendering = a_rendering()
    message = email.message_from_bytes(addressed(rendering), policy=email.policy.default)
    text, html = message.iter_parts()
    assert [text.get_content_type(), html.get_content_type()] == ["text/plain", "text/html"]
    assert text.get_content().splitlines() == filled(rendering.text, VALUES).splitlines()
    assert html.get_content() == filled(rendering.html, VALUES)


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_arrives_as_it_was_in_lines_a_mail_server_takes(before: str, after: str) -> None:
    assume(not any(marker in before + after for marker in Marker))
    before, after = before.replace("\r", " "), after.replace("\r", " ")  # CR alone ends no line
    data = addressed(a_rendering(html=f"{before}{Marker.READER}{after}"))
    part = list(email.message_from_bytes(data, policy=email.policy.default).walk())[2]
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode().replace("\r\n", "\n") == f"{before}{TOKEN}{after}"
    assert all(len(line) <= 76 for line in data.split(b"\r\n\r\n", 1)[1].split(b"\r\n"))


@pytest.mark.parametrize("mailto", ["", "leave@shiporskip.example"])
def test_the_list_headers_stand_on_one_line_each_and_are_not_encoded(mailto: str) -> None:
    head = addressed(a_rendering(), unsubscribe_mailto=mailto).split(b"\r\n\r\n", 1)[0]
    lines = head.decode("ascii").split("\r\n")
    https = f"<https://shiporskip.example/unsubscribe/{TOKEN}>"
    also = f", <mailto:{mailto}?subject={TOKEN}>" if mailto else ""
    assert f"List-Unsubscribe: {https}{also}" in lines
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert "List-Id: Weekly AI Tool Verdicts <weekly.shiporskip.example>" in lines
    assert not [line for line in lines if line[0].isspace()]


def test_every_message_names_its_sender_reader_subject_date_and_itself() -> None:
    message = email.message_from_bytes(addressed(a_rendering()), policy=email.policy.default)
    assert message["From"] == "Ship or Skip <verdicts@mail.shiporskip.example>"
    assert message["To"] == "reader@inbox.example"
    assert message["Subject"] == "Plainwright or Notekeel?"
    assert message["Date"].datetime == SUNDAY
    assert message["Message-ID"] == "<2026-W47.7.abcdefghijkl@mail.shiporskip.example>"


def test_a_subject_in_any_script_arrives_whole() -> None:
    subject = "Übersetzer oder 翻訳? " + "sehr lang " * 20
    data = addressed(a_rendering(subject=subject.strip()))
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert message["Subject"] == subject.strip()
    assert max(map(len, data.split(b"\r\n"))) < 998
