"""Parts of the stand-in for SES that need no line to be tried on: limits, script, memory."""

import random
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.standin.account import DAY, Account, Entry, Quota, Rate, Suppressed
from digest.standin.api import ApiError
from digest.standin.events import events
from digest.standin.faults import Fault, Kind, Script
from digest.standin.memory import Memory
from digest.standin.wire import Mail, feedback_id, fields, on_the_wire
from tests.makers import SUNDAY
from tests.standin import a_message


class Seconds:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = 1_000_000.0

    def __call__(self) -> float:
        return self.at


def admitted(account: Account, calls: int) -> int:
    count = 0
    for _ in range(calls):
        try:
            account.admit(1)
        except ApiError:
            continue
        count += 1
    return count


def test_the_rate_is_a_seconds_worth_at_a_time() -> None:
    clock = Seconds()
    account = Account(Quota(-1, clock), Rate(14, clock))
    assert admitted(account, 50) == 14
    clock.at += 0.5
    assert admitted(account, 50) == 7
    clock.at += 3600
    assert admitted(account, 50) == 14


@given(st.floats(0.5, 200), st.lists(st.floats(0, 3), max_size=40))
def test_no_second_sees_more_than_the_rate(rate: float, pauses: list[float]) -> None:
    clock = Seconds()
    account = Account(Quota(-1, clock), Rate(rate, clock))
    count = admitted(account, 300)
    for pause in pauses:
        clock.at += pause
        count += admitted(account, 300)
    assert count <= max(rate, 1) + sum(pauses) * rate + 1e-6


def test_a_crowd_is_let_in_and_paid_for() -> None:
    clock = Seconds()
    account = Account(Quota(-1, clock), Rate(1, clock))
    account.admit(5)
    clock.at += 4
    assert admitted(account, 1) == 0
    clock.at += 1
    assert admitted(account, 1) == 1


def test_the_quota_comes_back_after_24_hours() -> None:
    clock = Seconds()
    account = Account(Quota(2, clock), Rate(1000, clock))
    assert admitted(account, 5) == 2
    clock.at += DAY - 120
    assert admitted(account, 5) == 0
    clock.at += 120
    assert admitted(account, 5) == 2


def test_sending_minds_no_capitals_and_managing_does() -> None:
    listed = Suppressed()
    listed.put(Entry("Ada@inbox.example", "BOUNCE", 0))
    listed.put(Entry("Ada@inbox.example", "COMPLAINT", 1))
    assert "ada@INBOX.example" in listed
    with pytest.raises(ApiError):
        listed.delete("ada@inbox.example")
    listed.delete("Ada@inbox.example")
    assert "ada@inbox.example" not in listed


# --- the script ---


def played(script: str, *recipients: str) -> list[str]:
    chosen = Script(script)
    faults = [chosen.next([[one]]).fault for one in recipients]
    return [fault.kind.value if fault else "" for fault in faults]


def test_a_line_says_when_and_what() -> None:
    script = "call 2 throttle; calls 4-5 drop\n# a note\nevery 6 reset; to *@slow.example hang 40"
    readers = ["a@inbox.example"] * 6 + ["b@slow.example"]
    assert played(script, *readers) == ["", "throttle", "", "drop", "drop", "reset", "hang"]
    assert Script(script).next([["b@slow.example"]]).fault == Fault(Kind.HANG, 40)


def test_the_first_line_that_fits_decides() -> None:
    assert played("to a@* refuse; every 1 drop", "a@x.example", "b@x.example") == ["refuse", "drop"]


def test_chance_with_a_seed_is_the_same_again() -> None:
    many = ["a@inbox.example"] * 500
    first = played("seed 42; 20% error-after", *many)
    random.seed(random.random())
    assert played("seed 42; 20% error-after", *many) == first
    assert 50 < first.count("error-after") < 150


# --- what is kept ---


def a_mail(number: int = 1, data: bytes = b"", **fields: str) -> Mail:
    return Mail(
        message_id=f"id-{number}",
        at=SUNDAY,
        sender="verdicts@mail.shiporskip.example",
        recipients=("reader@inbox.example",),
        tags={},
        data=data,
        size=len(data),
        **fields,
    )


def test_only_the_newest_bytes_are_kept_and_all_mails_are_counted() -> None:
    memory = Memory(most_bytes=1000)
    for number in range(20):
        memory.keep(a_mail(number, b"x" * 100))
    kept = list(memory.mails(whole=True))
    assert memory.accepted == len(kept) == 20
    assert ["raw" in mail for mail in kept] == [False] * 10 + [True] * 10
    assert [mail["number"] for mail in memory.mails(after=18)] == [18, 19]


# --- the wire ---


@given(st.binary(max_size=300))
def test_any_content_goes_out_whole_with_lines_as_on_the_wire(body: bytes) -> None:
    data = a_message().data + body
    wire = on_the_wire(data, "id", SUNDAY.astimezone(UTC), {})
    names = [name.lower() for name, _ in fields(wire)]
    assert names.count("message-id") == names.count("date") == names.count("feedback-id") == 1
    assert wire.count(b"\n") == wire.count(b"\r") == wire.count(b"\r\n")
    kept = wire.partition(b"\r\n\r\n")[2].replace(b"\r\n", b"\n")
    given_ = data.partition(b"\r\n\r\n")[2].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    assert kept == given_


def test_the_feedback_id_has_four_parts_whoever_sends() -> None:
    assert len(feedback_id({}).split(":")) == 4
    assert feedback_id({"ses:feedback-id-a": "2026-W47"}).startswith("2026-W47::")


def test_headers_beyond_ten_kilobytes_are_left_out_of_events() -> None:
    long = a_message(X_Long="x" * 900 + "".join("\r\n " + "y" * 900 for _ in range(12))).data
    [send, _] = events(a_mail(data=long), lambda _: False)
    assert send["mail"]["headersTruncated"] is True
    assert send["mail"]["headers"] == []
    assert send["mail"]["commonHeaders"]["subject"] == "Verdicts"
