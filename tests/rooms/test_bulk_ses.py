"""SES in bulk, against the stand-in: one content a call, and one receipt a reader."""

import email
import email.policy
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from email.message import EmailMessage
from functools import partial

import pytest

from digest.delivery import bulk
from digest.delivery.bulk import BulkSes
from digest.delivery.ses import Ses
from digest.markers import Marker
from digest.model import Copy, Doubtful, Halted, Message, Receipt, Refused, Sent, Throttled
from digest.readers.addressing import Addressing
from digest.readers.merging import Merging
from tests.makers import SUNDAY, a_publication, an_issue
from tests.pure.test_addressing import TOKENS, a_delivery, a_rendering
from tests.standin import LiveSes, a_message, listening

Start = Callable[..., AbstractContextManager[LiveSes]]


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> Start:
    return partial(listening, monkeypatch)


def copies(count: int, html: str = "<p>Hello</p>", first: int = 1) -> list[Copy]:
    merging = Merging(an_issue(), a_rendering(html=html), a_publication())
    made = [
        merging.address(
            a_delivery(id=number, email=f"reader-{number}@inbox.example"), TOKENS, SUNDAY
        )
        for number in range(first, first + count)
    ]
    return [one for one in made if isinstance(one, Copy)]


def test_fifty_readers_are_one_call(starts: Start) -> None:
    with starts() as ses:
        receipts = BulkSes()(copies(120))
        told = ses.asks("/_sent")
    assert told["calls"] == 3
    ids = [mail["messageId"] for mail in told["mails"]]
    assert receipts == [Sent(one) for one in ids]
    assert [mail["to"] for mail in told["mails"][:2]] == [
        ["reader-1@inbox.example"],
        ["reader-2@inbox.example"],
    ]


def test_a_copy_carries_its_delivery_in_tags_as_a_message_does(starts: Start) -> None:
    with starts() as ses:
        BulkSes("digest", stream="weekly.shiporskip.example")(copies(1, first=41))
        [mail] = ses.asks("/_sent")["mails"]
    assert mail["configurationSet"] == "digest"
    assert mail["tags"] == {
        "delivery": "41",
        "issue": "2026-W47",
        "attempt": "1",
        "ses:feedback-id-a": "2026-W47",
        "ses:feedback-id-b": "weekly_shiporskip_example",
    }


def test_finished_messages_and_copies_of_two_contents_go_out_together(starts: Start) -> None:
    letters: list[Message | Copy] = [
        *copies(2),
        a_message("whole@inbox.example"),
        *copies(2, "<p>Other</p>", first=9),
    ]
    with starts() as ses:
        receipts = BulkSes()(letters)
        sent = {mail["messageId"]: mail["to"] for mail in ses.asks("/_sent")["mails"]}
    got = [sent[one.message_id] for one in receipts if isinstance(one, Sent)]
    assert got == [[letter.recipient] for letter in letters]


@pytest.mark.parametrize(
    ("html", "calls"), [("x" * 890_000, 1), ("x" * 600_000, 1), ("{{" * 2000 + "x" * 850_000, 1)]
)
def test_a_call_stays_below_what_ses_takes(starts: Start, html: str, calls: int) -> None:
    with starts() as ses:
        receipts = BulkSes()(copies(50, html))
        assert {type(one) for one in receipts} == {Sent}
        assert ses.asks("/_sent")["calls"] == calls


def test_fewer_readers_share_a_call_when_their_values_are_long() -> None:
    entries = [bulk.Entry(n, one, b"x" * 100_000) for n, one in enumerate(copies(25))]
    found = list(bulk.calls(entries, 1_000_000))
    assert [len(call) for call in found] == [9, 9, 7]


# --- the wire ---


HOSTILE = (
    "{{#each x}}{%if%}\\{{y}}}}\\\\{ {{reader}} &amp; ü\n.\nFrom me = =3D\n"
    + "long " * 60
    + f"{{{Marker.READER}}}\\{Marker.CONFIRMED_ON}\n{Marker.VOTER}{Marker.CHOOSER} \t\n"
)


def decoded(data: bytes) -> tuple[dict[str, str], list[tuple[str, bytes]]]:
    """Headers that are not SES's own, and each part as its reader has it."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    boundary = {"date", "message-id", "content-type", "x-ses-outgoing"}
    headers = {n.lower(): str(v) for n, v in message.items() if n.lower() not in boundary}
    parts = [(one.get_content_type(), one.get_payload(decode=True)) for one in message.walk()]
    return headers, [(kind, body) for kind, body in parts if isinstance(body, bytes)]


@pytest.mark.parametrize("text", ["Hello.\n", "No line end", HOSTILE])
@pytest.mark.parametrize("mailto", ["", "leave@shiporskip.example"])
def test_what_ses_builds_of_a_copy_is_what_raw_sends(starts: Start, text: str, mailto: str) -> None:
    rendering = a_rendering(subject="{{Größer}} oder \\{{kleiner}}?", text=text, html=text * 3)
    publication = a_publication(
        unsubscribe_mailto=mailto, sender="Überprüft <verdicts@mail.shiporskip.example>"
    )
    message = Addressing(an_issue(), rendering, publication).address(a_delivery(), TOKENS, SUNDAY)
    copy = Merging(an_issue(), rendering, publication).address(a_delivery(), TOKENS, SUNDAY)
    with starts() as ses:
        Ses("digest", "weekly")([message])
        BulkSes("digest", "weekly")([copy])
        raw, merged = map(decoded, ses.mails())
    assert merged == raw
    assert len(raw[1]) == 2


# --- what SES answers ---


@pytest.mark.parametrize(
    ("fault", "receipt"),
    [
        ("call 1 throttle", Throttled("TooManyRequestsException: Maximum sending rate exceeded.")),
        (
            "call 1 quota",
            Throttled("TooManyRequestsException: Daily message quota exceeded.", daily=True),
        ),
        ("call 1 pause", Halted("ACCOUNT_SENDING_PAUSED: Sending is paused for this account.")),
        ("call 1 suspend", Halted("ACCOUNT_SUSPENDED: Sending suspended for this account.")),
        (
            "call 1 refuse",
            Halted("MESSAGE_REJECTED: Transaction failed: the message was refused."),
        ),
        (
            "call 1 no-configuration-set",
            Halted("NotFoundException: Configuration set <digest> does not exist."),
        ),
    ],
)
def test_what_is_said_of_all_readers_stops_all_and_fails_nobody(
    starts: Start, fault: str, receipt: Receipt
) -> None:
    with starts(faults=fault) as ses:
        assert BulkSes("digest")(copies(60)) == [receipt] * 60
        assert ses.accepted == 0
        assert ses.asks("/_sent")["calls"] == 1


@pytest.mark.parametrize("fault", ["drop", "cut", "error-after", "error-before", "reset"])
def test_a_lost_answer_leaves_its_readers_in_doubt_and_no_others(starts: Start, fault: str) -> None:
    with starts(faults=f"call 2 {fault}"):
        receipts = BulkSes()(copies(120))
    kinds = [type(receipt) for receipt in receipts]
    assert kinds == [Sent] * 50 + [Doubtful] * 50 + [Sent] * 20


def test_entries_of_one_call_may_fare_differently(starts: Start) -> None:
    faults = "to reader-2@* refuse; to reader-3@* throttle; to reader-4@* quota"
    with starts(faults=faults):
        kinds = [type(receipt) for receipt in BulkSes()(copies(5))]
    assert kinds == [Sent, Refused, Throttled, Throttled, Sent]


def test_nobody_there_is_known_not_to_have_got_it(starts: Start) -> None:
    with starts():
        post = BulkSes()
        post(copies(1))
    receipts = post(copies(3))
    assert {type(one) for one in receipts} == {Refused}
    assert not any(one.permanent for one in receipts if isinstance(one, Refused))


# --- what SES is not given ---


def broken(**changes: object) -> str:
    [copy] = copies(1)
    [receipt] = BulkSes()([replace(copy, **changes)])  # type: ignore[arg-type]
    assert isinstance(receipt, Refused)
    return receipt.reason


def test_a_copy_that_ses_would_lose_or_misread_is_not_shown_to_it(starts: Start) -> None:
    with starts() as ses:
        assert broken(values={}) == "the content asks for reader, which this reader has not"
        assert "printable ASCII" in broken(headers=(("X-A", "a\r\nBcc: b@inbox.example"),))
        assert "longer than 996" in broken(headers=(("List-Unsubscribe", "x" * 996),))
        assert "there are 19 headers" in broken(headers=(("X-A", "1"),) * 16)
        assert ses.asks("/_sent")["calls"] == 0
