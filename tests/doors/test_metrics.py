"""What Prometheus reads of the service."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from db.engine import Sessions
from db.store import clock, issues, readers
from db.tables import DeliveryRow, EntryRow, FeedRow, LaunchRow
from digest import __version__
from digest.jobs.pacing import Pace
from digest.model import Allowance, DeliveryState, Feed, IssueState, LaunchState
from digest.operations import Snapshot, snapshot, watched, without_secrets
from digest.web.metrics import exposition
from tests.doors.site import Answer, LiveSite, serve
from tests.feedback import MailRoom, tags
from tests.makers import SUNDAY, a_subscriber, an_issue
from tests.ses_says import a_bounce, an_event

TOKEN = "a-token-of-the-tests"


@pytest.fixture
def open_site(sessions: Sessions) -> Iterator[LiveSite]:
    """A site that tells its metrics to who has the token."""
    with serve(sessions, metrics_token=TOKEN, allowance=lambda: Allowance(14, 49_000)) as site:
        yield site


def scraped(site: LiveSite) -> Answer:
    return site.get("/metrics", Authorization=f"Bearer {TOKEN}")


def families(exposed: bytes) -> list[Metric]:
    return list(text_string_to_metric_families(exposed.decode()))


def told(site: LiveSite, name: str, **labels: str) -> float | None:
    """The value of the one series of this name with these labels; None when there is none."""
    answer = scraped(site)
    assert answer.status == 200
    samples = [sample for family in families(answer.body) for sample in family.samples]
    found = [
        sample.value
        for sample in samples
        if sample.name == f"digest_{name}" and labels.items() <= sample.labels.items()
    ]
    assert len(found) <= 1
    return found[0] if found else None


def follows(site: LiveSite, url: str = "https://feeds.example/launches", **state: Any) -> str:
    """The number of a feed in this state."""
    with site.sessions.begin() as session:
        row = FeedRow(url=url, kind="vendor", created_at=SUNDAY, **state)
        session.add(row)
        session.flush()
        return str(row.id)


# --- who may read the metrics --------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
def test_without_a_token_in_the_settings_there_is_no_such_page(site: LiveSite, method: str) -> None:
    for authorization in ("", f"Bearer {TOKEN}", "Bearer ", "Bearer"):
        asked = site.ask(method, "/metrics", headers={"Authorization": authorization})
        other = site.ask(method, "/nothing", headers={"Authorization": authorization})
        assert asked.status == 404
        assert (asked.status, asked.body) == (other.status, other.body)
        assert told_apart(asked) == told_apart(other)


def told_apart(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "date"}


@pytest.mark.parametrize(
    "authorization",
    [
        *("", "Bearer", "Bearer ", "Bearer a-token-of-another", f"Bearer {TOKEN[:-1]}"),
        *(f"Bearer {TOKEN}{TOKEN}", f"Bearer {TOKEN} and more", TOKEN, f"Basic {TOKEN}"),
        *(f"Bearer  {TOKEN}", f"Bearer {TOKEN.upper()}", "Bearer tökén"),
    ],
)
def test_a_wrong_token_is_asked_for_the_right_one(open_site: LiveSite, authorization: str) -> None:
    answer = open_site.get("/metrics", Authorization=authorization)
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert b"digest_" not in answer.body


def test_no_token_is_asked_for_one(open_site: LiveSite) -> None:
    assert open_site.get("/metrics").status == 401
    assert open_site.ask("HEAD", "/metrics").status == 401
    assert open_site.get(f"/metrics?token={TOKEN}").status == 401


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_who_has_the_token_reads_the_metrics(open_site: LiveSite, scheme: str) -> None:
    answer = open_site.get("/metrics", Authorization=f"{scheme} {TOKEN}")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert told(open_site, "build_info", version=__version__) == 1


def test_the_metrics_answer_head_as_they_answer_get(open_site: LiveSite) -> None:
    asked = scraped(open_site)
    looked = open_site.ask("HEAD", "/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert (looked.status, looked.body) == (200, b"")
    for name in ("Content-Type", "Content-Length", "Cache-Control"):
        assert asked.headers[name] == looked.headers[name]


# --- what they tell of feeds ---------------------------------------------------------------


def of_feed(site: LiveSite, number: str) -> dict[str, float]:
    """All that is told of a feed."""
    found = {
        sample.name.removeprefix("digest_feed_"): sample.value
        for family in families(scraped(site).body)
        for sample in family.samples
        if sample.labels.get("feed") == number
    }
    assert found
    return found


WELL = {
    "consecutive_failures": 0,
    "paused": 0,
    "permanent_redirects": 0,
    "entries_seen_total": 0,
    "notice": 0,
}


def test_a_feed_that_was_never_asked_has_no_times(open_site: LiveSite) -> None:
    number = follows(open_site)
    assert of_feed(open_site, number) == WELL


def test_a_feed_that_is_well_has_its_last_check_and_its_next(open_site: LiveSite) -> None:
    later = SUNDAY + timedelta(minutes=20, microseconds=250_000)
    number = follows(open_site, checked_at=SUNDAY, next_check_at=later)
    assert of_feed(open_site, number) == WELL | {
        "last_check_timestamp_seconds": SUNDAY.timestamp(),
        "next_check_timestamp_seconds": SUNDAY.timestamp() + 1200.25,
    }


def test_a_failing_feed_tells_how_often_and_since_when(open_site: LiveSite) -> None:
    since = SUNDAY - timedelta(days=2)
    failing: dict[str, Any] = {
        "failure": "the server answered 500",
        "failures": 7,
        "failing_since": since,
    }
    number, other = follows(open_site, **failing), follows(open_site, "https://well.example/")
    assert of_feed(open_site, number) == WELL | {
        "consecutive_failures": 7,
        "failing_since_timestamp_seconds": since.timestamp(),
    }
    assert of_feed(open_site, other) == WELL


def test_a_paused_feed_has_no_next_check(open_site: LiveSite) -> None:
    number = follows(open_site, paused=True, next_check_at=SUNDAY)
    assert of_feed(open_site, number) == WELL | {"paused": 1}


def test_a_moving_feed_tells_how_often_it_was_sent_on(open_site: LiveSite) -> None:
    moving: dict[str, Any] = {"moved_to": "https://new.example/?key=hunter2", "moved_since": SUNDAY}
    number = follows(open_site, moved_hits=3, **moving)
    assert of_feed(open_site, number) == WELL | {"permanent_redirects": 3}
    assert b"new.example" not in scraped(open_site).body


@pytest.mark.parametrize(
    ("notice", "days_ago", "shown"),
    [
        ("every entry came back under a new id", 0, 1),
        ("every entry came back under a new id", 7, 1),
        ("every entry came back under a new id", 7.01, 0),
        ("every entry came back under a new id", None, 0),
        ("", 0, 0),
    ],
)
def test_a_notice_is_news_for_a_week(
    open_site: LiveSite, notice: str, days_ago: float | None, shown: int
) -> None:
    at = None if days_ago is None else SUNDAY - timedelta(days=days_ago)
    number = follows(open_site, notice=notice, noticed_at=at)
    assert of_feed(open_site, number)["notice"] == shown


def test_the_entries_of_each_feed_are_counted(open_site: LiveSite) -> None:
    busy, quiet = follows(open_site), follows(open_site, "https://quiet.example/")
    with open_site.sessions.begin() as session:
        for name in ("a", "b", "c"):
            entry = {"identity": name, "title": name, "link": "", "first_seen": SUNDAY}
            session.add(EntryRow(feed_id=int(busy), **entry))
    assert told(open_site, "feed_entries_seen_total", feed=busy) == 3
    assert told(open_site, "feed_entries_seen_total", feed=quiet) == 0


# --- what they tell of launches, issues, deliveries, jobs ----------------------------------


def states(site: LiveSite, name: str) -> dict[str, float]:
    (family,) = (one for one in families(scraped(site).body) if one.name == f"digest_{name}")
    return {sample.labels["state"]: sample.value for sample in family.samples}


@pytest.mark.parametrize(
    ("name", "kind"),
    [("launches", LaunchState), ("issues", IssueState), ("deliveries", DeliveryState)],
)
def test_every_state_is_told_where_there_is_nothing(
    open_site: LiveSite, name: str, kind: Iterable[str]
) -> None:
    assert states(open_site, name) == dict.fromkeys(kind, 0)


def test_launches_are_counted_by_state(open_site: LiveSite) -> None:
    with open_site.sessions.begin() as session:
        for state in (LaunchState.NEW, LaunchState.NEW, LaunchState.CANDIDATE):
            session.add(LaunchRow(name="Plainwright", state=state, created_at=SUNDAY))
    there = states(open_site, "launches")
    assert (there["new"], there["candidate"], there["paired"]) == (2, 1, 0)


def test_deliveries_of_all_issues_are_counted_together(open_site: LiveSite) -> None:
    sent, failed = DeliveryState.SENT, DeliveryState.FAILED
    with open_site.sessions.begin() as session:
        reader = readers.add_subscriber(session, "reader@inbox.example", a_subscriber(), SUNDAY)
        for week, state in (("2026-W45", sent), ("2026-W46", sent), ("2026-W47", failed)):
            issue = an_issue(id=week, state=IssueState.SENT)
            issues.put_issue(session, issue, SUNDAY.date(), SUNDAY)
            row = {"state": state, "updated_at": SUNDAY}
            session.add(DeliveryRow(issue_id=week, subscriber_id=reader, **row))
    assert states(open_site, "issues") == dict.fromkeys(IssueState, 0) | {"sent": 3}
    assert states(open_site, "deliveries") == dict.fromkeys(DeliveryState, 0) | {
        "sent": 2,
        "failed": 1,
    }


def of_job(site: LiveSite, job: str) -> tuple[float | None, float | None, float | None]:
    """When its newest run began, when one last ended, whether the newest has."""
    return (
        told(site, "job_last_start_timestamp_seconds", job=job),
        told(site, "job_last_end_timestamp_seconds", job=job),
        told(site, "job_last_run_ended", job=job),
    )


def test_a_job_tells_of_its_last_run_and_whether_it_ended(open_site: LiveSite) -> None:
    start = SUNDAY.timestamp()
    runs_at(open_site, "collect", minutes=0, takes=60)
    runs_at(open_site, "pair", minutes=0)
    assert of_job(open_site, "collect") == (start, start + 60, 1)
    assert of_job(open_site, "pair") == (start, None, 0)
    assert of_job(open_site, "draft") == (None, None, None)

    runs_at(open_site, "collect", minutes=5)
    assert of_job(open_site, "collect") == (start + 300, start + 60, 0)

    runs_at(open_site, "collect", minutes=10, takes=1)  # though the one before it died
    assert of_job(open_site, "collect") == (start + 600, start + 601, 1)


def runs_at(site: LiveSite, job: str, *, minutes: int, takes: float | None = None) -> None:
    """A run that began so many minutes after SUNDAY, and ended so many seconds later, if it did."""
    start = SUNDAY + timedelta(minutes=minutes)
    with site.sessions.begin() as session:
        run = clock.begin_run(session, job, f"period {minutes}", start)
        assert run
        if takes is not None:
            clock.end_run(session, run, "3 feeds", start + timedelta(seconds=takes))


def test_a_job_tells_when_it_is_due(open_site: LiveSite) -> None:
    with open_site.sessions.begin() as session:
        clock.put_schedule(session, "send", "every 1 minutes", SUNDAY)
    assert told(open_site, "job_next_run_timestamp_seconds", job="send") == SUNDAY.timestamp()


def slowed_down_at(site: LiveSite, moment: datetime) -> None:
    """The mail service said that we are too fast."""
    allowance = Allowance(14)
    Pace(site.sessions, lambda: moment, lambda: allowance, lambda _: False).slow()


def test_senders_that_were_slowed_down_tell_when_and_by_how_much(open_site: LiveSite) -> None:
    assert told(open_site, "pace_share") is None
    slowed_down_at(open_site, SUNDAY)
    assert told(open_site, "pace_share") == 0.5
    assert told(open_site, "throttled_timestamp_seconds") == SUNDAY.timestamp()


def test_what_is_left_of_the_quota_is_told_as_the_mail_service_says_it(sessions: Sessions) -> None:
    exposed = exposition(snapshot(sessions, SUNDAY), Allowance(14, left=49_000, sent=1000))
    told_of = {family.name: family.samples for family in families(exposed)}
    assert told_of["digest_quota_left"][0].value == 49_000
    assert told_of["digest_rate_limit_per_second"][0].value == 14
    endless = exposition(snapshot(sessions, SUNDAY), Allowance(14))
    assert [one.samples for one in families(endless) if one.name == "digest_quota_left"] == [[]]


def test_the_mail_service_is_asked_once_a_minute_however_often_we_are(sessions: Sessions) -> None:
    asked = []

    def allowance() -> Allowance:
        asked.append(SUNDAY)
        return Allowance(14, left=50_000 - len(asked))

    with serve(sessions, metrics_token=TOKEN, allowance=allowance) as site:
        assert [told(site, "quota_left") for _ in range(3)] == [49_999] * 3
        site.clock.move(minutes=1)
        assert told(site, "quota_left") == 49_998


def test_sign_ups_and_readers_are_counted(open_site: LiveSite) -> None:
    open_site.fill_in("/subscribe", email="ada@inbox.example")
    open_site.post(open_site.way_in())
    open_site.fill_in("/subscribe", email="bo@inbox.example")
    assert told(open_site, "sign_ups_asked") == 0  # they had no time to answer yet
    open_site.clock.move(hours=1)
    assert (told(open_site, "sign_ups_asked"), told(open_site, "sign_ups_confirmed")) == (2, 1)
    there = states(open_site, "subscribers")
    assert (there["active"], there["pending"], there["bounced"]) == (1, 1, 0)


# --- addresses that mean harm --------------------------------------------------------------


HOSTILE = {
    'https://feeds.example/a"b': 'https://feeds.example/a"b',
    "https://feeds.example/a\\": "https://feeds.example/a\\",
    'https://feeds.example/a\\"} 1': 'https://feeds.example/a\\"} 1',
    "https://feeds.example/a\ndigest_jobs 1\nb": "https://feeds.example/adigest_jobs 1b",
    "https://feeds.example/{a},b=#c": "https://feeds.example/{a},b=",
    "https://me:hunter2@feeds.example:8443/a": "https://feeds.example:8443/a",
    "https://me:hunter2@hunter2@[2001:db8::1]/a": "https://[2001:db8::1]/a",
    "https://hunter2@feeds.example?key=hunter2": "https://feeds.example",
    "https://feeds.example/a?key=hunter2&b=c": "https://feeds.example/a",
    "https://feeds.example/a#hunter2": "https://feeds.example/a",
    "https://me:hunter2/@feeds.example/": "",
    "https:/me:hunter2@feeds.example/": "",
    "https:me:hunter2@feeds.example/": "",
    "//me:hunter2@feeds.example/": "",
    "me:hunter2@feeds.example/": "",
    "https://[hunter2": "",
    "https://me:hunter2@": "",
    "": "",
}


def test_hostile_addresses_neither_break_the_metrics_nor_leak(open_site: LiveSite) -> None:
    numbers = {url: follows(open_site, url) for url in HOSTILE}
    body = scraped(open_site).body
    named = {
        sample.labels["feed"]: sample.labels["url"]
        for family in families(body)
        for sample in family.samples
        if sample.name == "digest_feed_paused"
    }
    assert named == {number: HOSTILE[url] for url, number in numbers.items()}
    assert b"hunter2" not in body
    assert [line for line in body.decode().split("\n") if not LINE.fullmatch(line)] == []


LABEL = r'[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"'
LINE = re.compile(rf"|# (?:HELP|TYPE) \S+ .+|digest_[a-z_]+(?:{{{LABEL}(?:,{LABEL})*}})? [0-9.e+]+")

words = st.text(max_size=12)


@given(words, words, words)
def test_no_user_and_no_query_is_ever_shown(user: str, query: str, fragment: str) -> None:
    user = re.sub("[/?#]", "", user)  # these end the part that a user may stand in
    shown = without_secrets(f"https://{user}:hunter2@feeds.example/a?{query}hunter2#{fragment}")
    assert shown in {"https://feeds.example/a", ""}


@given(st.one_of(words, st.builds("https://feeds.example/{}".format, words)))
def test_whatever_the_address_a_parser_reads_back_what_we_told(url: str) -> None:
    feed = watched(Feed(id=7, url=url, kind="vendor", failures=2), 3, SUNDAY)
    exposed = exposition(Snapshot(feeds=(feed,), launches={}, issues={}, deliveries={}))
    assert [line for line in exposed.decode().split("\n") if not LINE.fullmatch(line)] == []
    (sample,) = next(
        family.samples
        for family in families(exposed)
        if family.name == "digest_feed_consecutive_failures"
    )
    assert (sample.labels, sample.value) == ({"feed": "7", "url": feed.address}, 2)


# --- what the mail service said ---------------------------------------------------------------


def test_what_was_said_of_our_mail_is_counted_by_what_it_means(open_site: LiveSite) -> None:
    room = MailRoom(open_site.sessions)
    number = room.mailed(message_id="", attempt=2)
    assert told(open_site, "duplicate_deliveries") == 0
    for attempt in (1, 2):
        room.hears(an_event("Send", message_id=f"m{attempt}", tags=tags(number, attempt)))
    room.hears(a_bounce(status="5.7.1", message_id="m2"), "hello")
    name = "delivery_events"
    assert told(open_site, name, kind="send", meaning="accepted") == 2
    assert told(open_site, name, kind="bounce", meaning="policy bounce") == 1
    assert told(open_site, "unreadable_events") == 1
    assert told(open_site, "duplicate_deliveries") == 1


# --- the rules of the format ---------------------------------------------------------------


def test_the_metrics_keep_the_rules_of_prometheus(open_site: LiveSite) -> None:
    since: dict[str, Any] = {"failures": 1, "failing_since": SUNDAY}
    follows(open_site, checked_at=SUNDAY, next_check_at=SUNDAY, **since)
    runs_at(open_site, "collect", minutes=0, takes=1)
    MailRoom(open_site.sessions).hears(an_event("Send"))
    slowed_down_at(open_site, SUNDAY)
    with open_site.sessions.begin() as session:
        clock.put_schedule(session, "collect", "every 5 minutes", SUNDAY)
    body = scraped(open_site).body
    assert body.endswith(b"\n")
    lines = body.decode().splitlines()
    helped = [line.split()[2] for line in lines if line.startswith("# HELP ")]
    typed = dict(line.split()[2:] for line in lines if line.startswith("# TYPE "))
    assert len(helped) == len(set(helped)) > 10
    assert helped == list(typed)
    for name, kind in typed.items():
        assert re.fullmatch(r"digest_[a-z]+(_[a-z]+)*", name)
        assert kind in {"gauge", "counter"}
        assert name.endswith("_total") == (kind == "counter")
        assert not re.search(r"_(milliseconds|minutes|ms|time|date|gauge|counter)\b", name)
    samples = [sample for family in families(body) for sample in family.samples]
    assert {sample.name for sample in samples} == set(typed)  # each has one here, and none strays
    assert all(sample.timestamp is None for sample in samples)
    series = [(sample.name, *sorted(sample.labels.items())) for sample in samples]
    assert len(series) == len(set(series))


def test_every_help_says_more_than_the_name(open_site: LiveSite) -> None:
    for family in families(scraped(open_site).body):
        assert len(family.documentation.split()) >= 5, family.name
        assert family.documentation.endswith("."), family.name
