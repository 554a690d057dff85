"""One reader's message: what was approved, plus that reader's own values, as valid bytes."""

import email
import email.policy
import tracemalloc
from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import chain, combinations
from typing import Any

import pytest
from babel import Locale
from hypothesis import assume, given
from hypothesis import strategies as st

from digest.errors import InputError
from digest.language import Language
from digest.markers import CLOSED, PARTLY, Marker, disarmed, opening
from digest.model import Delivery, Publication, Rendering
from digest.readers.addresses import address
from digest.readers.addressing import Addressing, filled, letter, marked
from digest.readers.links import Tokens
from tests.makers import SUNDAY, a_publication, an_issue

TOKEN = "25.abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
TOKENS = Tokens(TOKEN, "25.choose", "25.vote")
VALUES = marked(TOKENS) | {Marker.CONFIRMED_ON: "November 22, 2026"}
LINK = "https://shiporskip.example/unsubscribe/" + Marker.READER


def a_rendering(**fields: str) -> Rendering:
    usual = {
        "subject": "Plainwright or Notekeel?",
        "preheader": "Both clear the panel.",
        "html": f"<p>Confirmed {Marker.CONFIRMED_ON}. <a href='{LINK}'>Leave</a></p>",
        "text": f"Leave: {LINK}\n",
    }
    return Rendering(**(usual | fields))


def a_delivery(**fields: Any) -> Delivery:
    usual: dict[str, Any] = {
        "id": 7,
        "issue": "2026-W47",
        "subscriber": 25,
        "email": "reader@inbox.example",
        "confirmed_at": SUNDAY,
        "attempt": 1,
    }
    return Delivery(**(usual | fields))


def addressed(rendering: Rendering, **publication: Any) -> bytes:
    addressing = Addressing(an_issue(), rendering, a_publication(**publication))
    return addressing.address(a_delivery(), TOKENS, SUNDAY).data


def a_letter(to: str) -> bytes:
    rendering = a_rendering(html="<p>Confirm?</p>", text="Confirm?\n")
    return letter(rendering, a_publication(), to=to, message_id="confirm.7.abc", dated=SUNDAY)


def of_all(token: str) -> Tokens:
    """The tokens of a reader who leaves by this one."""
    return Tokens(token, f"{token}c", f"{token}v")


def parts(data: bytes) -> tuple[str, str]:
    """Text and HTML as a mail program shows them."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    shown = [part.get_payload(decode=True) for part in message.iter_parts()]
    text, html = (one.decode().replace("\r\n", "\n") for one in shown if isinstance(one, bytes))
    return text, html


def head(data: bytes) -> list[str]:
    return data.partition(b"\r\n\r\n")[0].decode("ascii").split("\r\n")


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
    lines = head(addressed(a_rendering(), unsubscribe_mailto=mailto))
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


# --- the library's own bytes ---------------------------------------------------------------


def as_the_library_writes_it(
    subject: str, publication: Publication, delivery: Delivery, token: str, dated: datetime
) -> list[str]:
    """The header lines of a message that is built anew for one reader."""
    message = EmailMessage(policy=email.policy.SMTP.clone(max_line_length=998))
    message["From"] = publication.sender
    message["To"] = delivery.email
    message["Subject"] = subject
    message["Date"] = format_datetime(dated)
    message["Message-ID"] = (
        f"<{delivery.issue}.{delivery.id}.{token.rpartition('.')[2][:12]}"
        f"@{publication.sender.rpartition('@')[2].rstrip('>')}>"
    )
    message["MIME-Version"] = "1.0"
    message["List-Id"] = f"{publication.list_name} <{publication.list_id}>"
    message["List-Unsubscribe"] = (
        f"<{publication.base_url}/unsubscribe/{token}>, "
        f"<mailto:{publication.unsubscribe_mailto}?subject={token}>"
    )
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Precedence"] = "bulk"
    return message.as_string().strip().split("\r\n")


printable = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1)
# Without "=", which the library takes for the beginning of an encoded word.
atoms = st.from_regex(r"[A-Za-z0-9!#$%&'*+/?^_`{|}~-]{1,12}", fullmatch=True)
locals_ = st.lists(atoms, min_size=1, max_size=4).map(".".join)
addresses = st.builds(
    "{}@{}.example".format, locals_, st.from_regex(r"[a-z0-9]{1,20}", fullmatch=True)
)
tokens = st.from_regex(r"[0-9]{1,9}\.[A-Za-z0-9_-]{43}", fullmatch=True)
zones = st.timedeltas(timedelta(hours=-12), timedelta(hours=14)).map(
    lambda off: timezone(timedelta(minutes=off // timedelta(minutes=1)))
)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=zones | st.just(UTC))  # noqa: DTZ001


@given(printable, printable, addresses, tokens, moments, st.integers(0, 10**9))
def test_the_headers_are_the_bytes_the_library_writes_for_one_message(
    subject: str, list_name: str, to: str, token: str, dated: datetime, number: int
) -> None:
    publication = a_publication(list_name=list_name, unsubscribe_mailto="leave@shiporskip.example")
    delivery = a_delivery(email=to, id=number)
    addressing = Addressing(an_issue(), a_rendering(subject=subject), publication)
    *lines, content_type = head(addressing.address(delivery, of_all(token), dated).data)
    assert lines == as_the_library_writes_it(subject, publication, delivery, token, dated)
    assert content_type.startswith("Content-Type: multipart/alternative; boundary=")


@pytest.mark.parametrize(
    "typed",
    [
        "o'hara+news/2026@inbox.example",
        "{braces}|pipe~tilde`tick@inbox.example",
        "=?utf-8?q?x?=@inbox.example",  # an encoded word elsewhere; the library refuses it here
        "reader@bücher.example",
        f"{'l' * 64}@{'a-long-label.' * 13}example",
    ],
)
def test_every_address_that_may_subscribe_stands_in_to_as_it_is(typed: str) -> None:
    to = address(typed).email
    message = Addressing(an_issue(), a_rendering(), a_publication()).address(
        a_delivery(email=to), TOKENS, SUNDAY
    )
    assert message.recipient == to
    assert [line for line in head(message.data) if line.startswith("To:")] == [f"To: {to}"]


@given(st.emails())
def test_who_may_subscribe_can_be_mailed(typed: str) -> None:
    try:
        to = address(typed).email
    except InputError:
        assume(False)
    addressing = Addressing(an_issue(), a_rendering(), a_publication())
    assert f"To: {to}" in head(addressing.address(a_delivery(email=to), TOKENS, SUNDAY).data)


INJECTED = "\r\nBcc: other@inbox.example"


@pytest.mark.parametrize(
    "to",
    [
        f"reader@inbox.example{INJECTED}",
        "reader@inbox.example\n",
        "reader@inbox.example, other@inbox.example",
        "Reader <reader@inbox.example>",
        "réader@inbox.example",
        "reader@inbox.example\0",
        "reader",
        "",
    ],
)
def test_what_is_no_address_never_reaches_a_header(to: str) -> None:
    addressing = Addressing(an_issue(), a_rendering(), a_publication())
    with pytest.raises(InputError, match="cannot stand in a header"):
        addressing.address(a_delivery(email=to), TOKENS, SUNDAY)
    with pytest.raises(InputError, match="cannot stand in a header"):
        a_letter(to)


@given(st.text(), st.text())
def test_no_text_brings_a_header_of_its_own(to: str, token: str) -> None:
    addressing = Addressing(an_issue(), a_rendering(), a_publication())
    try:
        data = addressing.address(a_delivery(email=to), of_all(token), SUNDAY).data
    except InputError:
        return
    assert [line.partition(":")[0] for line in head(data)] == [
        *("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "List-Id"),
        *("List-Unsubscribe", "List-Unsubscribe-Post", "Precedence", "Content-Type"),
    ]


@pytest.mark.parametrize("field", ["base_url", "unsubscribe_mailto"])
def test_a_way_to_leave_that_a_header_cannot_hold_is_refused_before_anything_is_sent(
    field: str,
) -> None:
    for value in (f"https://shiporskip.example{INJECTED}", "https://bücher.example"):
        with pytest.raises(InputError, match="cannot stand in a header"):
            addressed(a_rendering(), **{field: value})


def test_an_issue_whose_name_a_header_cannot_hold_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(InputError, match="cannot stand in a header"):
        Addressing(an_issue(id=f"c-über{INJECTED}"), a_rendering(), a_publication())


def test_a_letter_to_one_person_says_that_a_machine_wrote_it_and_names_no_list() -> None:
    data = a_letter("reader@inbox.example")
    names = [line.partition(":")[0] for line in head(data)]
    assert "Auto-Submitted: auto-generated" in head(data)
    assert "Message-ID: <confirm.7.abc@mail.shiporskip.example>" in head(data)
    assert not {"List-Id", "List-Unsubscribe", "Precedence"} & set(names)
    assert parts(data) == ("Confirm?\n", "<p>Confirm?</p>")


# --- dates ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "day", "said"),
    [
        ("en", SUNDAY, "November 22, 2026"),
        ("de", SUNDAY, "22. November 2026"),
        ("fr", SUNDAY, "22 novembre 2026"),
        ("en", None, "an earlier day"),
    ],
)
def test_the_day_of_consent_is_told_in_the_publications_language(
    tag: str, day: datetime | None, said: str
) -> None:
    publication = a_publication(language=Language(Locale.parse(tag)))
    addressing = Addressing(an_issue(), a_rendering(), publication)
    data = addressing.address(a_delivery(confirmed_at=day), TOKENS, SUNDAY).data
    assert f"Confirmed {said}." in parts(data)[1]


# --- topics --------------------------------------------------------------------------------

TOPICS = ("writing", "voice", "data", "law")


def an_issue_on(*topics: str, length: int = 1) -> Rendering:
    """One block a topic, with a notice for who sees only some of them."""
    notice = f"{PARTLY}Whole: https://shiporskip.example/{Marker.READER}\n{CLOSED}"
    told = [f"{opening([one])}On {one}, {'é' * length}\n{CLOSED}" for one in topics]
    text = f"Hello.\n{notice}{''.join(told)}Leave: {LINK}\nSince {Marker.CONFIRMED_ON}\n"
    return a_rendering(text=text, html=f"<p>{text}</p>")


def test_a_reader_gets_the_blocks_on_the_topics_they_chose_in_both_parts() -> None:
    addressing = Addressing(an_issue(), an_issue_on("writing", "voice"), a_publication())
    chosen, whole = (
        addressing.address(a_delivery(), TOKENS, SUNDAY, frozenset(topics)).data
        for topics in ({"voice", "law"}, ())
    )
    for part in parts(chosen):
        assert "On voice" in part
        assert "On writing" not in part
        assert f"Whole: https://shiporskip.example/{TOKEN}" in part
    for part in parts(whole):
        assert "On writing" in part
        assert "On voice" in part
        assert "Whole:" not in part
    assert "__" not in str(parts(chosen) + parts(whole))


texts = st.text(max_size=90).map(lambda text: disarmed(text.replace("\r", " ")))
passages = st.tuples(st.none() | st.sets(st.sampled_from(TOPICS)), texts)
wishes = st.frozensets(st.sampled_from(TOPICS))


@given(st.lists(passages, max_size=6), wishes)
def test_what_is_left_out_leaves_the_rest_as_it_was(
    stretches: list[tuple[set[str] | None, str]], topics: frozenset[str]
) -> None:
    html = "".join(
        text if on is None else f"{opening(sorted(on))}{Marker.READER}{text}{CLOSED}"
        for on, text in stretches
    )
    addressing = Addressing(an_issue(), a_rendering(html=html), a_publication())
    data = addressing.address(a_delivery(), TOKENS, SUNDAY, topics).data
    assert parts(data)[1] == filled(html, VALUES, topics)
    assert all(len(line) <= 76 for line in data.split(b"\r\n\r\n", 1)[1].split(b"\r\n"))


@pytest.mark.slow
@given(st.lists(st.tuples(addresses, tokens, wishes, moments), max_size=6))
def test_no_reader_gets_anything_of_the_reader_before(
    readers: list[tuple[str, str, frozenset[str], datetime]],
) -> None:
    issue = an_issue(), an_issue_on(*TOPICS), a_publication()
    shared = Addressing(*issue)
    for to, token, topics, dated in readers:
        of_one = a_delivery(email=to, confirmed_at=dated), of_all(token), dated, topics
        assert shared.address(*of_one) == Addressing(*issue).address(*of_one)


def test_a_thousand_choices_of_topics_take_no_memory_that_lasts() -> None:
    names = [f"topic {number}" for number in range(10)]
    addressing = Addressing(an_issue(), an_issue_on(*names, length=1000), a_publication())
    choices = chain.from_iterable(combinations(names, size) for size in range(11))
    tracemalloc.start()
    try:
        for choice in choices:
            addressing.address(a_delivery(), TOKENS, SUNDAY, frozenset({*choice, str(choice)}))
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 1_000_000  # as bytes, they would be more than 60 MB
