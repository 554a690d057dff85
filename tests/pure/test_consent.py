"""How often somebody may be asked to confirm."""

from datetime import timedelta

import pytest

from digest.readers.consent import may_ask
from tests.makers import SUNDAY


def test_who_was_never_asked_may_be_asked() -> None:
    assert may_ask(None, SUNDAY)


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
    assert may_ask(SUNDAY - since, SUNDAY) is may
