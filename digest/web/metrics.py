"""A snapshot of the service in Prometheus' text format.

Names follow https://prometheus.io/docs/practices/naming/: base units, in the name.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from digest import __version__
from digest.model import Allowance, Spent
from digest.operations import LastRun, SignUps, Snapshot, Watched

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Family = type[GaugeMetricFamily] | type[CounterMetricFamily]
Subject = TypeVar("Subject")
State = TypeVar("State", bound=StrEnum)


class Measure(NamedTuple, Generic[Subject]):
    """One number told of each feed or job; where it is None, there is nothing to tell."""

    name: str
    help: str
    read: Callable[[Subject], float | None]
    family: Family = GaugeMetricFamily


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


BUILD: Measure[str] = Measure(
    "digest_build_info", "Always 1; the label is our version.", lambda _: 1
)

FEEDS: tuple[Measure[Watched], ...] = (
    Measure(
        "digest_feed_last_check_timestamp_seconds",
        "When the feed was last asked, in seconds since the epoch; absent before the first time.",
        lambda one: _seconds(one.feed.checked_at),
    ),
    Measure(
        "digest_feed_next_check_timestamp_seconds",
        "When the feed is asked again, in seconds since the epoch; "
        "absent while it is paused, and when that is as soon as may be.",
        lambda one: None if one.feed.paused else _seconds(one.feed.next_check_at),
    ),
    Measure(
        "digest_feed_consecutive_failures",
        "Checks that failed one after the other; 0 when the last one went well.",
        lambda one: one.feed.failures,
    ),
    Measure(
        "digest_feed_failing_since_timestamp_seconds",
        "When the first of the consecutive failures was, in seconds since the epoch; "
        "absent while the feed is well.",
        lambda one: _seconds(one.feed.failing_since),
    ),
    Measure(
        "digest_feed_paused",
        "1 while the feed is not asked: an editor paused it, or its server said it is gone.",
        lambda one: one.feed.paused,
    ),
    Measure(
        "digest_feed_permanent_redirects",
        "Checks one after the other that were sent on for good to the same new address; "
        "0 when the feed is where we look for it.",
        lambda one: one.feed.moved_hits,
    ),
    Measure(
        "digest_feed_entries_seen_total",
        "Entries that the feed has shown so far.",
        lambda one: one.entries,
        CounterMetricFamily,
    ),
    Measure(
        "digest_feed_notice",
        "1 for a week after something about the feed's entries was noticed that an editor "
        "should look at.",
        lambda one: one.noticed,
    ),
)

RUNS: tuple[Measure[LastRun], ...] = (
    Measure(
        "digest_job_last_start_timestamp_seconds",
        "When the job's newest run began, in seconds since the epoch.",
        lambda run: _seconds(run.started_at),
    ),
    Measure(
        "digest_job_last_end_timestamp_seconds",
        "When a run of the job last ended, in seconds since the epoch; absent before the first.",
        lambda run: _seconds(run.ended_at),
    ),
    Measure(
        "digest_job_last_run_ended",
        "1 when the job's newest run has ended; 0 while it is at work, or if it died.",
        lambda run: run.ended,
    ),
)

NEXT_RUN: Measure[datetime] = Measure(
    "digest_job_next_run_timestamp_seconds",
    "When the job is due, in seconds since the epoch; what lies more than a minute back "
    "was not taken by any clock.",
    _seconds,
)

PACES: tuple[Measure[Spent], ...] = (
    Measure(
        "digest_pace_share",
        "The part of the allowed rate that senders kept to when the provider last slowed them; "
        "1 before it ever did. It recovers by a tenth a minute.",
        lambda spent: spent.factor,
    ),
    Measure(
        "digest_throttled_timestamp_seconds",
        "When the provider last said that we are too fast, in seconds since the epoch; "
        "absent before the first time.",
        lambda spent: _seconds(spent.slowed_at),
    ),
)

SIGN_UPS: tuple[Measure[SignUps], ...] = (
    Measure(
        "digest_sign_ups_asked",
        "Of the newest sign-ups, those that were asked an hour ago or earlier to confirm.",
        lambda one: one.asked,
    ),
    Measure(
        "digest_sign_ups_confirmed",
        "How many of those sign-ups were confirmed; few mean that strangers type addresses in.",
        lambda one: one.confirmed,
    ),
)

EVENTS: Measure[int] = Measure(
    "digest_delivery_events",
    "What the mail service said of messages, by kind and by what it means to us.",
    lambda count: count,
)
UNREADABLE: Measure[int] = Measure(
    "digest_unreadable_events",
    "Events of the last 30 days that nobody could read and a person should look at.",
    lambda count: count,
)
DUPLICATES: Measure[int] = Measure(
    "digest_duplicate_deliveries",
    "Deliveries of which two messages were accepted: 0, or somebody got an issue twice.",
    lambda count: count,
)

ALLOWANCES: tuple[Measure[Allowance], ...] = (
    Measure(
        "digest_quota_left",
        "Messages that the mail service still takes in these 24 hours, as it said within the last "
        "minute; absent where there is no end to them, and where it does not say.",
        lambda one: one.left,
    ),
    Measure(
        "digest_rate_limit_per_second",
        "Messages a second that the mail service takes.",
        lambda one: one.per_second,
    ),
)

LAUNCHES = "Launches by state: the new wait to be paired, candidates wait for an editor."
ISSUES = "Issues by state: those in review wait for an editor, the approved for their hour."
SUBSCRIBERS = "Readers by state: only the active get issues."
DELIVERIES = "Deliveries of all issues by state: the unknown may or may not have left."


def exposition(snapshot: Snapshot, allowance: Allowance | None = None) -> bytes:
    """The text that Prometheus scrapes."""
    registry = CollectorRegistry()
    registry.register(_Families(snapshot, allowance))
    return generate_latest(registry)


class _Families(Collector):
    def __init__(self, snapshot: Snapshot, allowance: Allowance | None) -> None:
        self._snapshot, self._allowance = snapshot, allowance

    def collect(self) -> Iterator[Metric]:
        told = self._snapshot
        yield _family(BUILD, ["version"], [((__version__,), __version__)])
        feeds = [((str(one.feed.id), one.address), one) for one in told.feeds]
        yield from (_family(measure, ["feed", "url"], feeds) for measure in FEEDS)
        runs = [((run.job,), run) for run in told.runs]
        yield from (_family(measure, ["job"], runs) for measure in RUNS)
        due = [((job,), moment) for job, moment in sorted(told.next_runs.items())]
        yield _family(NEXT_RUN, ["job"], due)
        yield from (_family(measure, [], [((), one) for one in told.paces]) for measure in PACES)
        yield from (_family(measure, [], [((), told.sign_ups)]) for measure in SIGN_UPS)
        allowed = [((), self._allowance)] if self._allowance else []
        yield from (_family(measure, [], allowed) for measure in ALLOWANCES)
        yield _states("digest_subscribers", SUBSCRIBERS, told.subscribers)
        yield _states("digest_launches", LAUNCHES, told.launches)
        yield _states("digest_issues", ISSUES, told.issues)
        yield _states("digest_deliveries", DELIVERIES, told.deliveries)
        events = [((kind, str(means)), count) for (kind, means), count in told.events.items()]
        yield _family(EVENTS, ["kind", "meaning"], sorted(events))
        yield _family(UNREADABLE, [], [((), told.unreadable)])
        yield _family(DUPLICATES, [], [((), told.duplicates)])


def _family(
    measure: Measure[Subject],
    labels: list[str],
    subjects: Iterable[tuple[tuple[str, ...], Subject]],
) -> Metric:
    family = measure.family(measure.name, measure.help, labels=labels)
    for named, subject in subjects:
        value = measure.read(subject)
        if value is not None:
            family.add_metric(named, float(value))
    return family


def _states(name: str, words: str, counts: Mapping[State, int]) -> Metric:
    measure = Measure[int](name, words, lambda count: count)
    return _family(measure, ["state"], [((str(state),), count) for state, count in counts.items()])
