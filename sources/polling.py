"""When to ask a feed again, and under which address: decided from its state, the answer, the time.

What other readers' users complain of most is a feed that died for ever after a short outage, and
what publishers complain of is readers that ask too often: so errors only slow the asking down, and
a server that names a time is obeyed.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from digest.model import Feed
from digest.ports import Request, Response

HOURLY = timedelta(minutes=60)
INTERVALS: Mapping[str, timedelta] = {
    "producthunt": timedelta(minutes=20),
    "hackernews": timedelta(minutes=20),
}
JITTER = 0.15  # of the interval, so that not every feed is asked at the full hour
LONGEST = timedelta(hours=24)  # between two checks, whatever went wrong
LONGEST_ASKED_FOR = timedelta(days=7)  # that a server may have us wait
WHEN_TOLD_TO_GO_AWAY = timedelta(hours=4)  # after 403 or 429 that name no time
WHOLE_AFTER = timedelta(hours=8)  # up to twice that: some servers answer 304 for ever
TELL_AFTER = timedelta(days=3)
MOVED_FOR, MOVED_TIMES = timedelta(days=3), 24  # before a permanent redirect is believed
UNWELCOME = frozenset((403, 429))
GONE = 410


def is_due(feed: Feed, now: datetime) -> bool:
    return not feed.paused and (feed.next_check_at is None or feed.next_check_at <= now)


def request_for(feed: Feed, now: datetime) -> Request:
    """A conditional request, or now and then one for the whole document."""
    if feed.whole_at is None or feed.whole_at <= now:
        return Request(feed.url)
    return Request(feed.url, feed.etag, feed.last_modified)


def after(feed: Feed, response: Response, failure: str, now: datetime, chance: float) -> Feed:
    """The feed's state after an answer. `failure` is why it gave nothing, "" when it did; `chance`
    (0 to 1) spreads the next check."""
    if response.status == GONE:
        return replace(feed, paused=True, failure="gone for good (410); no longer asked")
    if failure:
        return _after_failure(feed, response, failure, now, chance)
    return _moved(_after_success(feed, response, now, chance), response, now)


def should_tell(feed: Feed, now: datetime) -> bool:
    """Whether the editors should hear now that a feed has failed for days."""
    failing = feed.failing_since is not None and now - feed.failing_since >= TELL_AFTER
    return failing and feed.told_at is None


def _after_success(feed: Feed, response: Response, now: datetime, chance: float) -> Feed:
    given, unchanged = response.headers, response.status == 304
    whole_later = feed.whole_at if unchanged and feed.whole_at and feed.whole_at > now else None
    return replace(
        feed,
        failure="",
        failures=0,
        failing_since=None,
        told_at=None,
        # byte for byte as they came; a 304 may leave them out
        etag=given.get("etag", feed.etag if unchanged else ""),
        last_modified=given.get("last-modified", feed.last_modified if unchanged else ""),
        next_check_at=_on_grid(now, interval(feed), chance),
        whole_at=whole_later or now + WHOLE_AFTER * (1 + chance),
    )


def _after_failure(
    feed: Feed, response: Response, failure: str, now: datetime, chance: float
) -> Feed:
    return replace(
        feed,
        failure=failure,
        failures=feed.failures + 1,
        failing_since=feed.failing_since or now,
        next_check_at=_asked_for(response, now) or _backed_off(feed, response, now, chance),
    )


def interval(feed: Feed) -> timedelta:
    return INTERVALS.get(feed.kind, HOURLY)


def _on_grid(now: datetime, every: timedelta, chance: float) -> datetime:
    """The next full step of the clock, a little later by chance."""
    start = datetime(now.year, 1, 1, tzinfo=UTC)
    steps = (now - start) // every + 1
    return start + steps * every + every * JITTER * chance


def _backed_off(feed: Feed, response: Response, now: datetime, chance: float) -> datetime:
    if response.status in UNWELCOME:
        return now + WHEN_TOLD_TO_GO_AWAY
    wait = interval(feed) * (1 << min(feed.failures + 1, 10))
    return now + min(wait * (1 + JITTER * chance), LONGEST)


def _asked_for(response: Response, now: datetime) -> datetime | None:
    """When Retry-After (RFC 9110, 10.2.3) lets us come again, in seconds or as a date."""
    named = response.headers.get("retry-after", "").strip()
    if named.isascii() and named.isdecimal():
        wait = timedelta(seconds=min(int(named), int(LONGEST_ASKED_FOR.total_seconds())))
        return now + wait
    try:
        moment = parsedate_to_datetime(named)
    except (TypeError, ValueError):
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return min(max(moment, now), now + LONGEST_ASKED_FOR)


def _moved(feed: Feed, response: Response, now: datetime) -> Feed:
    """Count a permanent redirect; after days and many times its target becomes the address.

    A hijacked or mistaken redirect is undone within hours, and then nothing has happened. The
    target has passed the fetcher's guard each time, since the answer came from it.
    """
    if not response.moved_to or response.moved_to == feed.url:
        return replace(feed, moved_to="", moved_since=None, moved_hits=0)
    if response.moved_to != feed.moved_to or feed.moved_since is None:
        return replace(feed, moved_to=response.moved_to, moved_since=now, moved_hits=1)
    hits = feed.moved_hits + 1
    if hits >= MOVED_TIMES and now - feed.moved_since >= MOVED_FOR:
        return replace(feed, url=feed.moved_to, moved_to="", moved_since=None, moved_hits=0)
    return replace(feed, moved_hits=hits)
