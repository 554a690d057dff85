"""How long a form was open."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.readers.filling import filled_in_by_hand, opened
from digest.readers.links import Signing
from tests.makers import SUNDAY

OLD, NEW = "an old key, long enough to sign with", "a new key, long enough to sign with"
SIGNING = Signing([OLD])


@pytest.mark.parametrize(
    ("later", "by_hand"),
    [
        (timedelta(seconds=1.9), False),
        (timedelta(seconds=2), True),
        (timedelta(days=1), True),
        (timedelta(days=1, seconds=1), False),
        (-timedelta(hours=1), False),
    ],
)
def test_a_person_needs_two_seconds_and_less_than_a_day(later: timedelta, by_hand: bool) -> None:
    assert filled_in_by_hand(SIGNING, opened(SIGNING, SUNDAY), SUNDAY + later) is by_hand


def test_a_form_that_is_open_while_the_key_changes_is_still_ours() -> None:
    mark = opened(SIGNING, SUNDAY)
    assert filled_in_by_hand(Signing([NEW, OLD]), mark, SUNDAY + timedelta(minutes=1))
    assert not filled_in_by_hand(Signing([NEW]), mark, SUNDAY + timedelta(minutes=1))


@given(st.text() | st.from_regex(r"[0-9a-f_]{1,30}\.[0-9a-f]{32}", fullmatch=True))
def test_nobody_else_makes_a_mark(mark: str) -> None:
    assert not filled_in_by_hand(SIGNING, mark, SUNDAY)


@given(st.data())
def test_a_mark_that_was_changed_is_none(data: st.DataObject) -> None:
    mark = opened(SIGNING, SUNDAY)
    # but for the last: of its six bits base64 reads four
    place = data.draw(st.integers(0, len(mark) - 2))
    other = data.draw(st.characters().filter(lambda character: character != mark[place]))
    changed = mark[:place] + other + mark[place + 1 :]
    assert not filled_in_by_hand(SIGNING, changed, SUNDAY + timedelta(minutes=1))
