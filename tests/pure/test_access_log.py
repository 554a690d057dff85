"""What is told of a request in the log: enough to see what happened, nothing that is a reader's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.readers.links import Purpose, Signing
from digest.web.security.access_log import told
from tests.makers import SUNDAY

SIGNING = Signing(["a key of the site, long enough to be one"])


def every_token() -> list[str]:
    lasting = [SIGNING.token(7, purpose) for purpose in Purpose]
    dated = [SIGNING.dated_token(7, purpose, SUNDAY, "c0ffee" * 5) for purpose in Purpose]
    return [*lasting, *dated]


@pytest.mark.parametrize("token", every_token())
def test_no_token_is_told_wherever_it_stands(token: str) -> None:
    signature = token.rpartition(".")[2]
    for path in (f"/unsubscribe/{token}", f"/wherever/{token}/", f"/{token}.", f"/x{token}x/y"):
        assert signature not in told(path, {})
        assert signature[:20] not in told(path, {})


def test_a_token_of_a_route_is_not_told_even_when_it_is_broken() -> None:
    assert told("/confirm/7-6.short", {"token": "7-6.short"}) == "/confirm/-"


def test_paths_without_tokens_are_told_as_they_are() -> None:
    for path in (
        "/",
        "/compare/plainwright-vs-notekeel-2.0",
        "/static/site.css",
        "/issues/2026-W47",
    ):
        assert told(path, {}) == path


@given(st.text())
def test_a_path_stays_on_one_short_line(path: str) -> None:
    line = told(path, {})
    assert line.isascii()
    assert line.isprintable()
    assert " " not in line
    assert len(line) < 2500
