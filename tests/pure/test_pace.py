"""The rate that all senders share, as arithmetic."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from digest.delivery.pace import SHARE, batch, eased, reserve, slowed
from tests.makers import SUNDAY

ARRIVALS = st.lists(st.floats(0, 3), min_size=1, max_size=60)


@given(allowed=st.integers(1, 500), largest=st.integers(1, 50), pauses=ARRIVALS)
def test_no_second_sees_more_than_is_allowed(
    allowed: int, largest: int, pauses: list[float]
) -> None:
    """Whenever senders come, and however late they are."""
    size, free_at, now = batch(allowed, largest), None, SUNDAY
    starts: list[datetime] = []
    for pause in pauses:
        now += timedelta(seconds=pause)
        slot = reserve(free_at, now, size, allowed * SHARE)
        free_at = slot.free_at
        starts.append(slot.start)
    for start in starts:
        within = sum(size for one in starts if start <= one < start + timedelta(seconds=1))
        assert within <= max(allowed, size + SHARE * allowed)


@given(allowed=st.integers(1, 500), count=st.integers(1, 200))
def test_who_is_always_ready_gets_the_whole_rate(allowed: int, count: int) -> None:
    size, free_at = batch(allowed, 25), SUNDAY
    for _ in range(count):
        free_at = reserve(free_at, SUNDAY, size, allowed * SHARE).free_at
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
