"""How much mail sign-ups may cause."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.readers import limits
from digest.readers.limits import Reach, limits_for, may_ask, may_tell
from tests.makers import SUNDAY

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def test_who_was_never_asked_may_be_asked() -> None:
    assert may_ask([], SUNDAY)


@pytest.mark.parametrize(
    ("since", "may"),
    [
        (timedelta(0), False),
        (timedelta(minutes=9, seconds=59), False),
        (timedelta(minutes=10), True),
        (timedelta(days=400), True),
        (-timedelta(hours=1), False),  # the clock was set back
    ],
)
def test_who_was_asked_is_left_alone_for_ten_minutes(since: timedelta, may: bool) -> None:
    assert may_ask([SUNDAY - since], SUNDAY) is may


@pytest.mark.parametrize(
    ("hours", "may"),
    [
        ((0, 1, 2, 3), False),
        ((0, 1, 24, 25), False),
        ((0, 1, 2, 2 + 7 * 24), True),
        ((0, 1, 2, 1 + 7 * 24), False),
        ((0, 1, 24.1, 25), True),
    ],
)
def test_after_three_in_a_day_an_inbox_has_a_week_of_silence(
    hours: tuple[float, ...], may: bool
) -> None:
    *mails, now = (SUNDAY + hour * HOUR for hour in hours)
    assert may_ask(mails, now) is may


gaps = st.one_of(
    st.integers(0, 1200), st.integers(0, 26 * 3600), st.integers(0, 9 * 24 * 3600)
)  # seconds between two sign-ups


def mailed(pauses: list[int]) -> list[datetime]:
    """When an inbox is mailed whose address is typed in after each of these pauses."""
    now, mails = SUNDAY, list[datetime]()
    for pause in pauses:
        now += timedelta(seconds=pause)
        if may_ask(mails[-limits.BURST.most :], now):
            mails.append(now)
    return mails


@given(st.lists(gaps, max_size=80))
def test_no_sequence_of_sign_ups_floods_an_inbox(pauses: list[int]) -> None:
    mails = mailed(pauses)
    assert all(later - sooner >= 10 * MINUTE for sooner, later in pairwise(mails))
    for first, third in zip(mails, mails[2:], strict=False):
        following = [mail for mail in mails if mail > third]
        if third - first <= DAY:
            assert all(mail - third >= 7 * DAY for mail in following)
    for start in mails:
        assert len([mail for mail in mails if start <= mail <= start + DAY]) <= 3


@given(st.lists(gaps, min_size=1, max_size=80))
def test_who_is_patient_is_asked_in_the_end(pauses: list[int]) -> None:
    mails = mailed(pauses)
    assert may_ask(mails, mails[-1] + 7 * DAY)


def test_who_is_in_hears_so_once_a_week() -> None:
    assert may_tell(None, SUNDAY)
    assert not may_tell(SUNDAY, SUNDAY + 7 * DAY - MINUTE)
    assert may_tell(SUNDAY, SUNDAY + 7 * DAY)


@pytest.mark.parametrize("domain", ["gmail.com", "small.example"])
def test_strict_limits_are_stricter_everywhere(domain: str) -> None:
    usual, strict = (limits_for(domain, strict=strict) for strict in (False, True))
    assert usual.keys() <= strict.keys()
    for reach, most in usual.items():
        assert all(few < many for few, many in zip(strict[reach], most, strict=True))


def test_a_provider_of_millions_has_more_room_than_a_domain_of_few() -> None:
    many, few = (limits_for(domain, strict=False) for domain in ("gmail.com", "small.example"))
    assert min(many[Reach.DOMAIN]) > max(few[Reach.DOMAIN])


@pytest.mark.parametrize(
    ("sent", "admitted"), [((0, 0), True), ((2, 9), True), ((3, 9), False), ((2, 10), False)]
)
def test_each_window_has_its_limit(sent: tuple[int, int], admitted: bool) -> None:
    assert limits.admits((3, 10), sent) is admitted


@pytest.mark.parametrize(
    ("asked", "confirmed", "broken"),
    [
        (0, 0, False),
        (49, 0, False),  # too few to say
        (50, 9, True),
        (50, 10, False),
        (200, 39, True),
        (200, 40, False),
        (200, 200, False),
    ],
)
def test_the_breaker_trips_below_a_fifth(asked: int, confirmed: int, broken: bool) -> None:
    assert limits.is_broken(asked, confirmed) is broken
