"""What an issue takes is reckoned from what the account may send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.planning import DAY, HOUR, Account, Plan, spoken
from digest.planning import plan as planned

ENDLESS = 10**9


def plan(readers: int, rate: float, daily: int, senders: int = 2) -> Plan:
    return planned(readers, Account(rate, daily, share=0.9, reserve=0.05), senders)


@pytest.mark.parametrize(
    ("readers", "rate", "took"),
    [(10_000, 14, "13 min 14 s"), (1_000_000, 200, "1 h 32 min"), (10_000_000, 1000, "3 h 5 min")],
)
def test_nine_tenths_of_the_rate_are_used(readers: int, rate: int, took: str) -> None:
    told = plan(readers, rate, ENDLESS)
    assert spoken(told.in_all) == spoken(told.at_work) == took
    assert told.stops == 0


def test_the_daily_quota_less_a_twentieth_for_letters_stops_an_issue() -> None:
    told = plan(100_000, 14, 50_000)  # 47,500, 47,500 and 5,000
    assert told.stops == 2
    assert told.in_all == pytest.approx(2 * DAY + 5_000 / 12.6)
    assert told.raise_first == "the daily quota, to 105,264: it stops the issue"


def test_who_sends_more_slowly_than_the_quota_comes_back_never_stops() -> None:
    told = plan(1_000_000, 0.5, 50_000)
    assert told.stops == 0
    assert told.raise_first.startswith("the rate, to 309 a second")


def test_what_is_out_within_the_hour_needs_nothing() -> None:
    assert plan(40_000, 14, 50_000).raise_first.startswith("nothing")


def test_ses_is_most_of_what_it_costs_and_each_line_says_where_it_comes_from() -> None:
    told = plan(1_000_000, 1000, ENDLESS, senders=10)
    by_name = {cost.what: cost.dollars for cost in told.costs}
    assert by_name["SES, accounts since 2026-07-21"] == pytest.approx(160)
    assert by_name["SES, accounts from before"] == pytest.approx(100)
    assert 1 < by_name["Lambda, SQS and SNS, about"] < 4
    assert all("2026-" in cost.source for cost in told.costs)


@given(st.integers(1, 10**8), st.floats(0.1, 10_000), st.integers(1, 10**8))
def test_what_is_wanted_suffices(readers: int, rate: float, daily: int) -> None:
    told = plan(readers, rate, daily)
    assert told.in_all >= told.at_work * 0.999
    better = plan(readers, told.wanted_rate, told.wanted_quota)
    assert better.stops == 0
    assert better.at_work <= HOUR


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "1 s"), (60, "1 min"), (3601, "1 h"), (90_061, "1 d 1 h"), (3 * DAY, "3 d")],
)
def test_times_are_told_in_two_units(seconds: float, said: str) -> None:
    assert spoken(seconds) == said
