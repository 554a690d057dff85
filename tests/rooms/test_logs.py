"""The log: what was at work stands on each line, and no reader does."""

import importlib
import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import logs
from digest.readers.links import Purpose, Signing
from tests.logged import fresh_root, logging_into
from tests.makers import SUNDAY

log = logging.getLogger("digest.somewhere")
SIGNING = Signing(["a key of the log, long enough to be one"])


def test_a_line_for_machines_holds_what_was_at_work() -> None:
    with logging_into("json") as lines:
        with logs.about(job="send", run=7), logs.about(issue="2026-W47"):
            log.warning("a %s bounce\nand more", "hard", extra={"delivery": 12})
        log.info("nothing in particular")
    first, second = lines.told()
    assert first.pop("time").endswith("+00:00")
    assert first == {
        "level": "warning",
        "logger": "digest.somewhere",
        "message": "a hard bounce\nand more",
        "job": "send",
        "run": 7,
        "issue": "2026-W47",
        "delivery": 12,
    }
    assert second.keys() == {"time", "level", "logger", "message"}


def test_a_line_for_people_holds_it_too() -> None:
    with logging_into("text") as lines, logs.about(issue="2026-W47"):
        log.warning("ada@inbox.example is not answered")
    assert lines.getvalue().endswith("WARNING (address) is not answered [issue=2026-W47]\n")


@pytest.mark.parametrize("kind", logs.KINDS)
def test_an_exception_is_written_whole_but_for_who_it_names(kind: str) -> None:
    with logging_into(kind) as lines:
        try:
            {"": 1}["550 <ada@inbox.example> is full"]
        except KeyError:
            log.exception("it failed")
    assert "test_logs.py" in lines.getvalue()
    assert "550 <(address)> is full" in lines.getvalue()


mailboxes = st.from_regex(
    r"[A-Za-z0-9.!#$%*+_|~-]{1,64}@[a-z0-9-]{1,30}(\.[a-z]{2,6}){0,2}", fullmatch=True
)


@given(
    mailboxes, st.sampled_from(["{}", "<{}>", "to:{};", "({})", "mailto:{}?x", "{}: full", "'{}'"])
)
def test_no_address_is_shown_wherever_it_stands(address: str, around: str) -> None:
    assert logs.masked(around.format(address)) == around.format(logs.ADDRESS_MASK)


@pytest.mark.parametrize("purpose", Purpose)
def test_no_token_is_shown_wherever_it_stands(purpose: Purpose) -> None:
    dated = SIGNING.dated_token(7, purpose, SUNDAY, "c0ffee" * 5)
    for token in (SIGNING.token(7, purpose), dated, token_of_a_session()):
        signature = token.rpartition(".")[2]
        for around in ("{}", "/confirm/{}", "x{}/y", "token={}&a=b", "{}."):
            assert signature[:16] not in logs.masked(around.format(token))


def token_of_a_session() -> str:
    return "pOs7zS4kKq0S8m8y0cJv7p3hXn3mQw9l6dY2tU1rE5A"


def test_what_only_looks_like_a_token_stays() -> None:
    for text in (
        "2026-W47: 40 settled, 80 wait",
        "0107018c2b3d4e5f-6a7b8c9d-0e1f-2a3b-4c5d-6e7f8a9b0c1d-000000",  # a message's number at SES
        "the hub was not told of https://example.org/feed.xml: it answered 503",
        "the bytes are " + "0f" * 32,
    ):
        assert logs.masked(text) == text


def test_importing_the_functions_of_aws_leaves_the_log_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "digest.lambdas", raising=False)
    with fresh_root() as root:
        root.setLevel(logging.WARNING)
        importlib.import_module("digest.lambdas")
        assert (root.level, root.handlers) == (logging.WARNING, [])
