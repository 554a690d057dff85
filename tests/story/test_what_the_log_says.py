"""A sign-up, an issue that stops and what SES says afterwards: the log tells, and names nobody."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from sqlalchemy import select

import scheduler
from db.engine import Sessions, reading
from db.tables import DeliveryRow
from digest import wiring
from digest.model import Halted, Refused
from tests.doors.site import serve
from tests.fakes import MailService
from tests.feed_server import FeedServer
from tests.logged import Log, logging_into
from tests.newsroom import PUBLISHER, WEEK, Newsroom
from tests.ses_says import a_bounce
from tests.story.test_sending import LAUNCH, READERS, approves_an_issue_on

ADA, BO, CY = READERS
DEE = "dee@inbox.example"


@pytest.fixture
def log() -> Iterator[Log]:
    with logging_into("json") as lines:
        yield lines


@pytest.fixture
def newsroom(sqlite: Sessions, tmp_path: Path) -> Iterator[Newsroom]:
    """With an issue that is approved, and a mail service that complains of people by name."""
    with FeedServer() as web:
        newsroom = Newsroom(sqlite, tmp_path, web)
        newsroom.has_readers(*READERS)
        approves_an_issue_on(newsroom, LAUNCH)
        service = MailService({one: Refused(f"550 <{one}> is no mailbox") for one in (BO, DEE)})
        service.answers[PUBLISHER] = Refused(f"450 {PUBLISHER} is over quota", permanent=False)
        newsroom.posts_through(service)
        yield newsroom


def names_nobody(log: Log) -> None:
    shown = log.getvalue()
    assert "inbox.example" not in shown
    assert PUBLISHER not in shown
    assert not re.search(r"\d\.[A-Za-z0-9_-]{12,}", shown.replace("+00:00", ""))


def test_an_issue_that_stops_is_told_with_its_run_and_nobodys_address(
    newsroom: Newsroom, log: Log
) -> None:
    service = newsroom.parts.post
    assert isinstance(service, MailService)
    service.answers[CY] = Halted(f"MailFromDomainNotVerified for {ADA}")
    wiring.tick(newsroom.parts, "send")  # only notes when the next is due
    newsroom.clock.move(minutes=10)
    scheduler._tick(newsroom.parts, "send")
    (untold, outcome) = log.told()
    assert (untold["job"], untold["issue"], untold["level"]) == ("send", WEEK, "error")
    assert isinstance(untold["run"], int)
    assert untold["message"] == (
        f"an editor could not be told that {WEEK} stopped: 450 (address) is over quota"
    )
    assert outcome["message"].startswith(f"send: {WEEK}: ")
    names_nobody(log)


def test_an_event_that_somebody_should_look_at_names_its_delivery(
    newsroom: Newsroom, log: Log
) -> None:
    newsroom.clock.move(minutes=10)
    newsroom.sends()
    with reading(newsroom.sessions) as session:
        number = session.scalars(select(DeliveryRow.id).order_by(DeliveryRow.id)).first()
    assert number
    newsroom.hears(json.dumps(a_bounce(status="5.7.1", recipient=ADA, tags={"delivery": number})))
    (told,) = log.told()
    assert told["delivery"] == number
    names_nobody(log)


def test_a_job_that_breaks_is_told_whole_but_for_whom_it_was_at(log: Log) -> None:
    error = RuntimeError(f"no room for {ADA}")
    scheduler._tell(JobExecutionEvent(EVENT_JOB_ERROR, "pair", "", None, exception=error))
    (told,) = log.told()
    assert (told["job"], told["level"]) == ("pair", "error")
    assert "RuntimeError: no room for (address)" in told["exception"]
    names_nobody(log)


def test_a_sign_up_and_its_link_leave_no_trace_of_who_it_was(sqlite: Sessions, log: Log) -> None:
    with serve(sqlite) as site:
        site.fill_in("/subscribe", email=ADA)
        path = site.way_in()
        assert site.post(path).status == 200
        site.mail.answers[DEE] = Refused(f"550 <{DEE}> is no mailbox")
        site.fill_in("/subscribe", email=DEE)
        logging.getLogger("digest.web").warning("asked for %s by %s", path, ADA)
    said = [line["message"] for line in log.told()]
    assert "subscriber 2 was not answered: 550 <(address)> is no mailbox" in said
    assert "asked for /confirm/(token) by (address)" in said
    names_nobody(log)
