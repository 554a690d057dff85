"""SES as a transport, against the stand-in: the bytes as they are, and one receipt a reader."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import pytest
from botocore.config import Config

from digest.delivery.ses import SENDING, THREADS, Ses
from digest.model import Doubtful, Halted, Refused, Sent, Throttled
from tests.standin import LiveSes, a_message, as_nobody, listening

Start = Callable[..., AbstractContextManager[LiveSes]]


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> Start:
    return partial(listening, monkeypatch)


@pytest.fixture
def ses(starts: Start) -> Iterator[LiveSes]:
    with starts() as live:
        yield live


def headers(data: bytes) -> set[bytes]:
    return set(data.partition(b"\r\n\r\n")[0].split(b"\r\n"))


def test_what_goes_out_is_what_was_given(ses: LiveSes) -> None:
    message = a_message(List_Unsubscribe=f"<https://site.example/{'x' * 200}>")
    [receipt] = Ses()([message])
    [mail] = ses.mails()
    assert isinstance(receipt, Sent)
    assert mail.partition(b"\r\n\r\n")[2] == message.data.partition(b"\r\n\r\n")[2]
    changed = headers(message.data) - headers(mail)
    assert {line.partition(b":")[0] for line in changed} == {b"Date", b"Message-ID"}
    assert receipt.message_id.encode() in mail


def test_a_mail_carries_its_delivery_in_tags_that_name_no_reader(ses: LiveSes) -> None:
    Ses("digest", stream="weekly.shiporskip.example")([a_message(delivery=41)])
    [mail] = ses.asks("/_sent")["mails"]
    assert mail["configurationSet"] == "digest"
    assert mail["tags"] == {
        "delivery": "41",
        "issue": "2026-W47",
        "attempt": "1",
        "ses:feedback-id-a": "2026-W47",
        "ses:feedback-id-b": "weekly_shiporskip_example",
    }


def test_receipts_come_in_order_whatever_each_reader_meets(starts: Start) -> None:
    names = ["a", "refused", "b", "lost", "c", "broken"] * 5
    with starts(faults="to refused@* refuse; to lost@* drop") as ses:
        receipts = Ses()([
            a_message(f"{name}@inbox.example", place, Cc="x@y.example" if name == "broken" else "")
            for place, name in enumerate(names)
        ])  # fmt: skip
        sent = {mail["messageId"]: mail["to"][0] for mail in ses.asks("/_sent")["mails"]}
    kinds: dict[str, type] = {"refused": Refused, "broken": Refused, "lost": Doubtful}
    assert [type(receipt) for receipt in receipts] == [kinds.get(name, Sent) for name in names]
    for name, receipt in zip(names, receipts, strict=True):
        if isinstance(receipt, Sent):
            assert sent[receipt.message_id] == f"{name}@inbox.example"


@pytest.mark.parametrize(
    ("fault", "receipt"),
    [
        ("throttle", Throttled("TooManyRequestsException: Maximum sending rate exceeded.")),
        ("quota", Throttled("TooManyRequestsException: Daily message quota exceeded.", daily=True)),
        ("refuse", Refused("MessageRejected: Transaction failed: the message was refused.")),
        ("suspend", Halted("AccountSuspendedException: Sending suspended for this account.")),
        ("pause", Halted("SendingPausedException: Sending is paused for this account.")),
        (
            "mail-from",
            Halted("MailFromDomainNotVerifiedException: The MAIL FROM domain is not verified."),
        ),
        (
            "no-configuration-set",
            Halted("NotFoundException: Configuration set <digest> does not exist."),
        ),
    ],
)
def test_what_ses_refuses_was_not_sent(starts: Start, fault: str, receipt: object) -> None:
    with starts(faults=f"call 1 {fault}") as ses:
        assert Ses("digest")([a_message()]) == [receipt]
        assert ses.accepted == 0


def test_a_sender_that_is_not_verified_is_no_readers_fault(starts: Start) -> None:
    with starts(faults="every 1 unverified"):
        [receipt] = Ses()([a_message()])
    assert isinstance(receipt, Halted)
    assert "verdicts@mail.shiporskip.example" in receipt.reason


@pytest.mark.parametrize(
    ("fault", "accepted"),
    [
        *(("drop", 1), ("cut", 1), ("error-after", 1), ("hang 2", 1)),
        *(("reset", 0), ("error-before", 0)),
    ],
)
def test_without_an_answer_there_is_doubt_and_no_second_call(
    starts: Start, fault: str, accepted: int
) -> None:
    impatient = SENDING.merge(Config(read_timeout=0.5))
    with starts(faults=f"every 1 {fault}") as ses:
        [receipt] = Ses(config=impatient)([a_message()])
        assert isinstance(receipt, Doubtful)
        assert ses.accepted == accepted


def test_what_concerns_everybody_stops_the_batch(starts: Start) -> None:
    with starts(faults="every 1 no-configuration-set") as ses:
        many = [a_message(delivery=number) for number in range(4 * THREADS)]
        receipts = Ses("gone")(many)
        assert {type(receipt) for receipt in receipts} == {Halted}
        assert ses.asks("/_sent")["calls"] <= THREADS


def test_the_rate_of_the_account_slows_and_fails_nobody(starts: Start) -> None:
    with starts(rate=1, daily=100) as ses:
        receipts = Ses()([a_message(delivery=number) for number in range(10)])
        assert {type(receipt) for receipt in receipts} == {Sent, Throttled}
        assert sum(isinstance(one, Sent) for one in receipts) == ses.accepted


def test_nobody_there_is_known_not_to_have_got_it(
    starts: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    with starts():
        post = Ses()
        post([a_message()])
    [receipt] = post([a_message()])
    assert isinstance(receipt, Refused)
    assert not receipt.permanent


def test_a_name_that_nobody_knows_is_no_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    as_nobody(monkeypatch)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", "http://nobody.invalid")
    [receipt] = Ses()([a_message()])
    assert isinstance(receipt, Refused)
    assert not receipt.permanent


@pytest.mark.parametrize(
    ("missing", "said"),
    [("AWS_ACCESS_KEY_ID", "credentials"), ("AWS_DEFAULT_REGION", "region")],
)
def test_an_account_nobody_named_halts(
    ses: LiveSes, monkeypatch: pytest.MonkeyPatch, missing: str, said: str
) -> None:
    for name in (missing, "AWS_REGION", *(["AWS_SECRET_ACCESS_KEY"] if "KEY" in missing else [])):
        monkeypatch.delenv(name, raising=False)
    [receipt] = Ses()([a_message()])
    assert isinstance(receipt, Halted)
    assert said in receipt.reason.lower()


def broken(**changes: Any) -> str:
    [receipt] = Ses()([a_message(**changes)])
    assert isinstance(receipt, Refused)
    assert receipt.permanent
    return receipt.reason


def test_a_message_no_service_should_see_is_not_shown_to_one(ses: LiveSes) -> None:
    assert broken(Subject="Hi\nBcc: all@inbox.example") == (
        "a carriage return or a line feed stands alone"
    )
    assert ses.asks("/_sent")["calls"] == 0
