"""When a feed is asked again: polite to servers, patient with outages."""

from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import Feed
from digest.ports import Response
from sources import polling
from tests.makers import SUNDAY

URL, ELSEWHERE = "https://blog.example/feed", "https://new.example/feed"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def a_feed(kind: str = "blog") -> Feed:
    return Feed(id=1, url=URL, kind=kind)


def answered(feed: Feed, status: int = 200, now: datetime = SUNDAY, **headers: str) -> Feed:
    """The feed after an answer with these headers (`retry_after` is Retry-After)."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    failure = "" if status in (200, 304) else f"the server answered {status}"
    return polling.after(feed, Response(URL, status, headers=given), failure, now, 0.5)


def moved(feed: Feed, now: datetime, to: str = ELSEWHERE) -> Feed:
    return polling.after(feed, Response(to, 200, moved_to=to), "", now, 0.5)


@pytest.mark.parametrize(
    ("kind", "minutes"), [("blog", 60), ("releases", 60), ("producthunt", 20), ("hackernews", 20)]
)
def test_a_good_feed_is_asked_at_the_next_step_of_its_clock_and_a_little_later(
    kind: str, minutes: int
) -> None:
    every = timedelta(minutes=minutes)
    assert answered(a_feed(kind)).next_check_at == SUNDAY + every + every * 0.15 * 0.5


@given(st.floats(0, 1), st.integers(0, 100_000))
def test_two_checks_are_never_further_apart_than_the_interval_and_its_jitter(
    chance: float, seconds: int
) -> None:
    now = SUNDAY + timedelta(seconds=seconds)
    after = polling.after(a_feed(), Response(URL, 200), "", now, chance).next_check_at
    assert after
    assert timedelta(0) < after - now <= HOUR * 1.15


@pytest.mark.parametrize("status", [429, 503, 403, 500])
def test_a_server_that_names_seconds_is_obeyed(status: int) -> None:
    feed = answered(a_feed(), status, retry_after="5400")
    assert feed.next_check_at == SUNDAY + timedelta(seconds=5400)


def test_a_server_that_names_a_date_is_obeyed() -> None:
    until = SUNDAY + timedelta(hours=7)
    feed = answered(a_feed(), 429, retry_after=format_datetime(until, usegmt=True))
    assert feed.next_check_at == until


@pytest.mark.parametrize("named", ["99999999999999", "Fri, 01 Jan 2100 00:00:00 GMT"])
def test_nobody_makes_us_wait_longer_than_a_week(named: str) -> None:
    assert answered(a_feed(), 503, retry_after=named).next_check_at == SUNDAY + 7 * DAY


@pytest.mark.parametrize("status", [403, 429])
def test_who_sends_us_away_without_a_time_is_left_alone_for_four_hours(status: int) -> None:
    assert answered(a_feed(), status).next_check_at == SUNDAY + 4 * HOUR
    assert answered(a_feed(), status, retry_after="soon").next_check_at == SUNDAY + 4 * HOUR


def test_errors_slow_the_asking_down_to_once_a_day_and_never_end_it() -> None:
    feed, now, waits = a_feed(), SUNDAY, []
    for _ in range(200):
        feed = answered(feed, 500, now)
        assert feed.next_check_at
        waits.append(feed.next_check_at - now)
        now = feed.next_check_at
    assert waits[0] == 2 * HOUR * 1.075
    assert waits == sorted(waits)
    assert waits[-1] == DAY
    assert not feed.paused


def test_a_good_answer_makes_up_for_all_failures() -> None:
    feed = answered(answered(a_feed(), 500), 500)
    assert (feed.failures, feed.failing_since) == (2, SUNDAY)
    better = answered(feed)
    assert (better.failures, better.failing_since, better.failure) == (0, None, "")


def test_a_feed_that_is_gone_is_no_longer_asked() -> None:
    feed = answered(a_feed(), 410)
    assert feed.paused
    assert "gone" in feed.failure
    assert not polling.is_due(feed, SUNDAY + 400 * DAY)


def test_validators_are_kept_byte_for_byte_and_a_304_may_leave_them_out() -> None:
    feed = answered(a_feed(), etag='W/"a b"', last_modified="Tue, 01 Jan 2041 00:00:00 GMT")
    request = polling.request_for(feed, SUNDAY)
    assert (request.etag, request.last_modified) == ('W/"a b"', "Tue, 01 Jan 2041 00:00:00 GMT")
    assert answered(feed, 304).etag == 'W/"a b"'
    assert answered(feed, 304, etag='"new"').etag == '"new"'
    assert answered(feed, 200).etag == ""


@given(st.floats(0, 1))
def test_every_8_to_16_hours_the_whole_document_is_asked_for(chance: float) -> None:
    first = polling.after(a_feed(), Response(URL, 200, headers={"etag": '"a"'}), "", SUNDAY, chance)
    assert first.whole_at
    assert 8 * HOUR <= first.whole_at - SUNDAY <= 16 * HOUR
    unchanged = polling.after(first, Response(URL, 304), "", SUNDAY + HOUR, chance)
    assert unchanged.whole_at == first.whole_at
    assert polling.request_for(unchanged, SUNDAY + HOUR).etag == '"a"'
    assert polling.request_for(unchanged, SUNDAY + 16 * HOUR).etag == ""


def test_a_permanent_redirect_is_believed_after_three_days_and_24_times() -> None:
    feed, now = a_feed(), SUNDAY
    for _ in range(72):
        feed, now = moved(feed, now), now + HOUR
    assert feed.url == URL
    assert moved(feed, now).url == ELSEWHERE


def test_three_days_alone_do_not_move_a_feed() -> None:
    feed = moved(moved(a_feed(), SUNDAY), SUNDAY + 9 * DAY)
    assert (feed.url, feed.moved_hits) == (URL, 2)


@pytest.mark.parametrize("between", ["", "https://other.example/feed"])
def test_a_redirect_that_stops_or_leads_elsewhere_is_counted_anew(between: str) -> None:
    feed, now = a_feed(), SUNDAY
    for _ in range(70):
        feed, now = moved(feed, now), now + HOUR
    feed = moved(feed, now, between)
    assert feed.moved_hits == (1 if between else 0)
    assert moved(feed, now + HOUR).moved_hits == 1


def test_the_editors_hear_of_a_failure_after_three_days_once() -> None:
    feed = answered(a_feed(), 500)
    assert not polling.should_tell(feed, SUNDAY + timedelta(hours=71))
    assert polling.should_tell(feed, SUNDAY + 3 * DAY)
    told = replace(feed, told_at=SUNDAY + 3 * DAY)
    assert not polling.should_tell(told, SUNDAY + 9 * DAY)
    again = answered(answered(told), 500, SUNDAY + 10 * DAY)
    assert polling.should_tell(again, SUNDAY + 13 * DAY)


def test_a_feed_never_asked_is_due_at_once_and_a_paused_one_never() -> None:
    assert polling.is_due(a_feed(), SUNDAY)
    assert not polling.is_due(replace(a_feed(), paused=True), SUNDAY)
