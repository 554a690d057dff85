"""The rate that all senders share, as arithmetic."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from digest.delivery.pace import (
    SHARE,
    WARM_UP_DAYS,
    Line,
    batch,
    eased,
    leading,
    reserve,
    slowed,
    warm_up,
)
from tests.makers import SUNDAY

ARRIVALS = st.lists(st.floats(0, 3), min_size=1, max_size=60)


@given(allowed=st.integers(1, 500), largest=st.integers(1, 50), pauses=ARRIVALS)
def test_no_second_sees_more_than_is_allowed(
    allowed: int, largest: int, pauses: list[float]
) -> None:
    """Whenever senders come, and however late they are."""
    size, now = batch(allowed, largest), SUNDAY
    free_at: datetime | None = None
    starts: list[datetime] = []
    for pause in pauses:
        now += timedelta(seconds=pause)
        slot = reserve([Line(free_at, size, allowed * SHARE)], now)
        (free_at,) = slot.free_at
        starts.append(slot.start)
    for start in starts:
        within = sum(size for one in starts if start <= one < start + timedelta(seconds=1))
        assert within <= max(allowed, size + SHARE * allowed)


@given(allowed=st.integers(1, 500), count=st.integers(1, 200))
def test_who_is_always_ready_gets_the_whole_rate(allowed: int, count: int) -> None:
    size, free_at = batch(allowed, 25), SUNDAY
    for _ in range(count):
        (free_at,) = reserve([Line(free_at, size, allowed * SHARE)], SUNDAY).free_at
    took = (free_at - SUNDAY).total_seconds()
    assert abs(took - count * size / (allowed * SHARE)) < 0.001


@given(times=st.integers(1, 20), minutes=st.integers(0, 500))
def test_however_often_it_was_slowed_it_recovers_and_never_stands_still(
    times: int, minutes: int
) -> None:
    factor, at = 1.0, None
    for _ in range(times):
        factor, at = slowed(factor, at, SUNDAY), SUNDAY
    later = SUNDAY + timedelta(minutes=minutes)
    assert 0 < factor <= eased(factor, at, later) <= 1
    assert eased(factor, at, SUNDAY + timedelta(hours=1)) == 1


def test_a_batch_on_two_lines_leaves_when_both_are_free() -> None:
    soon, later = SUNDAY + timedelta(seconds=1), SUNDAY + timedelta(seconds=3)
    slot = reserve([Line(soon, 20, 10), Line(later, 1, 1)], SUNDAY)
    assert slot.start == later
    assert slot.free_at == (later + timedelta(seconds=2), later + timedelta(seconds=1))


def test_a_batch_ends_before_a_domain_would_get_too_many() -> None:
    domains = ["big.example", "small.example", "big.example", "big.example"]
    assert leading(domains, {"big.example": 20}, 1000, 25) == 3
    assert leading(domains, {"big.example": 2}, 1000, 25) == 2
    assert leading(domains, {}, 1000, 25) == 4
    assert leading(domains, {}, 10, 25) == 1


def test_a_new_domain_warms_up_in_six_weeks_and_never_backwards() -> None:
    days = [warm_up(SUNDAY.date(), SUNDAY.date() + timedelta(days=day)) for day in range(-1, 43)]
    assert (days[0], days[1], days[WARM_UP_DAYS]) == (200, 200, 200_000)
    assert days[WARM_UP_DAYS + 1] is None
    warm = [day for day in days if day is not None]
    assert warm == sorted(warm)
