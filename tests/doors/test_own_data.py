"""What a reader may ask of their own data: to see all of it, and to be forgotten."""

import json
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import text

from db.store import audience, deliveries, issues, readers
from db.store.deliveries import Outcome
from db.tables import DeliveryEventRow
from digest import subscriptions
from digest.model import Cadence, DeliveryState, IssueState, Origin
from digest.readers.links import Purpose
from tests.doors.site import FORM, Answer, LiveSite
from tests.makers import SUNDAY, a_consent, an_issue

READER, OTHER = "reader@inbox.example", "other@inbox.example"
DATA, ERASE = "/preferences/data/", "/preferences/erase/"
TABLES = (
    *("subscribers", "consents", "mailed_links", "deliveries", "delivery_events"),
    *("suppressions", "invitations"),
)


@pytest.fixture
def number(site: LiveSite) -> int:
    """A reader with a past: they agreed, were sent an issue, and a mail of theirs was delivered."""
    number, _ = site.has_reader(READER), site.has_reader(OTHER)
    origin = Origin(ip="192.0.2.7", agent="A browser", page="/")
    with site.sessions.begin() as session:
        readers.keep_consent(session, number, a_consent("confirm", origin=origin))
        issue = an_issue(state=IssueState.SENDING)
        issues.put_issue(session, issue, SUNDAY.date(), SUNDAY)
        audience.freeze(session, issue.id, [Cadence.WEEKLY], 10, SUNDAY)
        leased = deliveries.lease(session, issue.id, 10, SUNDAY, 60)
        outcomes = [Outcome(one.delivery, DeliveryState.SENT, "ses-1") for one in leased]
        deliveries.settle(session, outcomes, SUNDAY)
        mine = next(one.delivery.id for one in leased if one.delivery.subscriber == number)
        told = {"mail": {"destination": [READER.upper()]}}
        for event, delivery in (("e1", mine), ("e2", None)):
            session.add(
                DeliveryEventRow(
                    event_id=event,
                    delivery_id=delivery,
                    kind="Delivery",
                    meaning="delivered",
                    detail=told,
                    at=SUNDAY,
                    created_at=SUNDAY,
                )
            )
    return number


def asks(site: LiveSite, number: int, what: str) -> str:
    """The path of the link that was mailed."""
    site.fill_in(site.preferences(number), ask=what)
    assert site.mail[-1].recipient == READER
    return site.mailed({"export": DATA, "erase": ERASE}[what])


def told(answer: Answer) -> dict[str, Any]:
    assert answer.status == 200
    found: dict[str, Any] = json.loads(answer.body)
    return found


def everything_kept(site: LiveSite) -> str:
    with site.sessions() as session:
        rows = [session.execute(text(f"SELECT * FROM {name}")).all() for name in TABLES]
    return repr(rows)


def test_a_reader_gets_all_that_is_kept_of_them_and_nothing_of_others(
    site: LiveSite, number: int
) -> None:
    link = asks(site, number, "export")
    page = site.get(link).page
    assert page.texts("//form/button") == ["Download my data"]
    answer = site.post(link, kind=FORM)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="your-data.json"'
    data = told(answer)
    assert data["subscriber"][0]["email"] == READER
    assert data["consents"][0]["ip"] == "192.0.2.7"
    assert [row["state"] for row in data["deliveries"]] == ["sent"]
    assert [row["event_id"] for row in data["delivery_events"]] == ["e1"]
    assert [row["purpose"] for row in data["mailed_links"]] == ["export"]
    assert "token_hash" not in data["mailed_links"][0]
    assert OTHER not in answer.body.decode()


def test_a_reader_sees_the_votes_of_their_mails(site: LiveSite, number: int) -> None:
    site.publishes()
    token = site.signing.token(number, Purpose.VOTE)
    site.fill_in("/tools/plainwright/vote", call="ship", reader=token)
    (vote,) = told(site.post(asks(site, number, "export")))["votes"]
    assert vote == {"tool": "plainwright", "call": "ship", "at": SUNDAY.isoformat()}


def test_a_download_that_failed_may_be_begun_again(site: LiveSite, number: int) -> None:
    link = asks(site, number, "export")
    assert told(site.post(link))["subscriber"] == told(site.post(link))["subscriber"]


def test_a_reader_who_asks_for_it_is_forgotten(site: LiveSite, number: int) -> None:
    asks(site, number, "export")
    site.fill_in(site.preferences(2), ask="address", email=READER)  # refused: it is a reader's
    link = asks(site, number, "erase")
    assert site.get(link).page.texts("//form/button") == ["Erase me"]
    assert site.reader(READER)
    for _ in range(2):
        assert "You are forgotten" in site.post(link, kind=FORM).page.text()
    left = everything_kept(site)
    assert READER not in left.lower()
    assert "192.0.2.7" not in left
    assert "A browser" not in left
    assert OTHER in left
    assert site.signing.address_hash(READER) in left


def test_a_list_cannot_bring_back_who_was_forgotten(site: LiveSite, number: int) -> None:
    site.post(asks(site, number, "erase"))
    old = BytesIO(f"email,consent_source\n{READER},an old list\n".encode())
    subscriptions.import_subscribers(site.sessions, site.clock, site.signing, "old.csv", old)
    assert site.reader(READER) is None


def test_the_links_of_who_was_forgotten_still_answer(site: LiveSite, number: int) -> None:
    leave, data = site.way_out(number), asks(site, number, "export")
    site.post(asks(site, number, "erase"))
    assert (site.get(leave).status, site.post(leave).status) == (200, 200)
    assert (site.get(data).status, site.post(data).status) == (404, 404)
    assert site.get(site.preferences(number)).status == 410
    assert site.state(OTHER)


@pytest.mark.parametrize("what", ["export", "erase"])
def test_a_link_to_one_s_data_runs_out(site: LiveSite, number: int, what: str) -> None:
    link = asks(site, number, what)
    site.clock.move(hours=72)
    for method in ("GET", "HEAD", "POST"):
        assert site.ask(method, link).status == 404
    assert site.reader(READER)


def test_an_address_that_must_not_be_mailed_is_not(site: LiveSite, number: int) -> None:
    with site.sessions.begin() as session:
        readers.suppress(session, site.signing.address_hash(READER), "it bounced", SUNDAY)
    site.fill_in(site.preferences(number), ask="export")
    assert site.mail == []
