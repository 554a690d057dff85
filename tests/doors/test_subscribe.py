"""Coming in: the form, the mail that asks back, and the button that confirms."""

import logging
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from db.engine import reading
from db.store import readers
from db.tables import ConsentRow, InvitationRow, MailedLinkRow, SubscriberRow, SuppressionRow
from digest import subscriptions
from digest.jobs.tidy import tidy
from digest.model import Consent, IssueState, Origin, Refused, SubscriberState
from digest.readers.consent import confirm_form, sign_up_form
from digest.readers.filling import filled_in_by_hand
from digest.readers.links import Purpose, Signing, token_hash
from digest.subscriptions import CategoriesError
from digest.web.joining import NO_ADDRESS, WRONG
from tests.doors.site import FORM, LiveSite
from tests.makers import SUNDAY, an_issue

READER = "reader@inbox.example"


def test_a_reader_comes_in_by_form_mail_and_button(site: LiveSite) -> None:
    assert "Look into your inbox" in site.fill_in("/subscribe", email=READER).page.text()
    assert [mail.recipient for mail in site.mail] == [READER]
    assert site.state(READER) is SubscriberState.PENDING
    link = site.way_in()
    page = site.get(link).page
    assert page.values("//form/@action") == [link]
    assert page.texts("//form/button") == ["Confirm"]
    assert "You are in" in site.post(link, kind=FORM).page.text()
    assert site.state(READER) is SubscriberState.ACTIVE


def test_the_categories_of_a_form_are_kept(site: LiveSite) -> None:
    site.fill_in("/subscribe", email=READER, categories=["Writing", "Code", " Writing ", ""])
    reader = site.reader(READER)
    assert reader
    assert reader.categories == ("Writing", "Code")


# --- the form tells nobody who is known ----------------------------------------------------


def test_a_known_address_gets_the_page_that_a_new_one_gets(site: LiveSite) -> None:
    for state in SubscriberState:
        site.has_reader(f"{state}@inbox.example", state)
    site.has_reader("erased@inbox.example")
    subscriptions.erase(site.sessions, site.clock, site.signing, "erased@inbox.example")
    names = ("new", "erased", *SubscriberState)
    answers = [site.fill_in("/subscribe", email=f"{name}@inbox.example") for name in names]
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1


@pytest.mark.parametrize(
    ("state", "subjects"),
    [
        (SubscriberState.PENDING, [b"Subject: Confirm "]),
        (SubscriberState.ACTIVE, [b"Subject: You already get "]),
        (SubscriberState.UNSUBSCRIBED, [b"Subject: Confirm "]),
        (SubscriberState.BOUNCED, [b"Subject: Confirm "]),
        (SubscriberState.COMPLAINED, []),
    ],
)
def test_who_may_come_in_is_asked_and_who_is_in_is_told_so(
    site: LiveSite, state: SubscriberState, subjects: list[bytes]
) -> None:
    site.has_reader(READER, state)
    site.fill_in("/subscribe", email=READER)
    found = [re.search(rb"^Subject: (Confirm|You already get) ", m.data, re.M) for m in site.mail]
    assert [subject and subject[0] for subject in found] == subjects


def test_who_is_in_already_is_told_so_once_a_week(site: LiveSite) -> None:
    site.has_reader(READER)
    for _ in range(3):
        site.fill_in("/subscribe", email=READER)
        site.clock.move(days=3)
    site.fill_in("/subscribe", email=READER)
    assert len(site.mail) == 2


def test_who_was_erased_may_come_back_and_is_erased_until_they_confirm(site: LiveSite) -> None:
    site.has_reader(READER)
    subscriptions.erase(site.sessions, site.clock, site.signing, READER)
    site.fill_in("/subscribe", email=READER.upper())
    assert reasons(site, READER) == ["erased at the reader's wish"]
    assert site.post(site.way_in()).status == 200
    assert site.state(READER) is SubscriberState.ACTIVE
    assert reasons(site, READER) == []


@pytest.mark.parametrize("reason", ["complaint", "hard bounce"])
def test_no_sign_up_lifts_another_suppression(site: LiveSite, reason: str) -> None:
    with site.sessions.begin() as session:
        readers.suppress(session, site.signing.address_hash(READER), reason, site.clock())
    site.fill_in("/subscribe", email=READER)
    assert site.mail == []
    assert site.reader(READER) is None
    assert reasons(site, READER) == [reason]


def reasons(site: LiveSite, email: str) -> list[str]:
    """Why an address must not be mailed."""
    with reading(site.sessions) as session:
        return list(readers.suppressed(session, [site.signing.address_hash(email)]).values())


def test_an_address_is_asked_once_in_ten_minutes(site: LiveSite) -> None:
    for spelling in (READER, READER.upper(), f"  {READER} "):
        assert site.fill_in("/subscribe", email=spelling).status == 200
        site.clock.move(minutes=3)
    assert len(site.mail) == 1
    site.clock.move(minutes=1)
    site.fill_in("/subscribe", email=READER)
    assert len(site.mail) == 2


def test_a_program_that_fills_in_every_field_is_thanked_and_ignored(site: LiveSite) -> None:
    answer = site.fill_in("/subscribe", email=READER, website="https://spam.example/")
    assert answer.body == site.fill_in("/subscribe", email="new@inbox.example").body
    assert site.reader(READER) is None
    assert [mail.recipient for mail in site.mail] == ["new@inbox.example"]


def test_a_mail_that_cannot_leave_is_told_to_the_log_and_not_to_the_stranger(
    site: LiveSite, caplog: pytest.LogCaptureFixture
) -> None:
    site.mail.answers[READER] = Refused("the mailbox is closed")
    assert site.fill_in("/subscribe", email=READER).status == 200
    assert "was not answered: the mailbox is closed" in caplog.text
    assert READER not in caplog.text


# --- what is no address --------------------------------------------------------------------


@pytest.mark.parametrize(
    "email",
    [
        "",
        "nobody",
        "nobody@home",
        "Ada <ada@inbox.example>",
        "ada@inbox.example\r\nBcc: all@inbox.example",
        "<script>alert(1)</script>@inbox.example",
    ],
)
def test_what_is_no_address_is_said_and_the_form_stays(site: LiveSite, email: str) -> None:
    answer = site.fill_in("/subscribe", email=email)
    assert answer.status == 422
    assert answer.page.text("//*[@role='alert']") == NO_ADDRESS
    assert answer.page.values("//input[@id='email']/@aria-describedby") == ["wrong"]
    (kept,) = answer.page.values("//input[@id='email']/@value")
    assert kept.split() == email.split()
    assert b"<script>alert" not in answer.body
    assert site.mail == []


@pytest.mark.parametrize("categories", [["x" * 61], ["a\x00b"], [str(n) for n in range(21)]])
def test_nobody_has_us_keep_more_than_a_choice(site: LiveSite, categories: list[str]) -> None:
    answer = site.fill_in("/subscribe", email=READER, categories=categories)
    assert answer.status == 422
    assert answer.page.text("//*[@role='alert']") == WRONG[CategoriesError]
    assert site.reader(READER) is None


def test_a_file_where_an_address_belongs_is_refused(site: LiveSite) -> None:
    body = (
        b'--edge\r\nContent-Disposition: form-data; name="email"; filename="list.txt"\r\n\r\n'
        b"reader@inbox.example\r\n--edge--\r\n"
    )
    answer = site.post("/subscribe", body, "multipart/form-data; boundary=edge")
    assert answer.status == 422
    assert answer.body == b"That form is not one of ours."


# --- confirming ----------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_scanner_that_follows_the_link_confirms_nothing(site: LiveSite, method: str) -> None:
    site.fill_in("/subscribe", email=READER)
    before = everything(site)
    answer = site.ask(method, site.way_in())
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert b"<script" not in answer.body
    assert everything(site) == before


def everything(site: LiveSite) -> list[Sequence[Any]]:
    """All that is kept of readers, their record, their links and our mails."""
    tables = (SubscriberRow, ConsentRow, MailedLinkRow, InvitationRow, SuppressionRow)
    with reading(site.sessions) as session:
        return [session.execute(select(*table.__table__.columns)).all() for table in tables]


def test_confirming_twice_is_as_good_as_once(site: LiveSite) -> None:
    site.fill_in("/subscribe", email=READER)
    first = site.post(site.way_in())
    site.clock.move(hours=1)
    second = site.post(site.way_in())
    assert (first.status, second.status) == (200, 200)
    reader = site.reader(READER)
    assert reader
    assert reader.confirmed_at == SUNDAY


def test_a_link_to_confirm_runs_out_after_72_hours(site: LiveSite) -> None:
    site.fill_in("/subscribe", email=READER)
    site.clock.move(hours=72)
    assert site.get(site.way_in()).status == 200
    site.clock.move(seconds=1)
    for method in ("GET", "HEAD", "POST"):
        answer = site.ask(method, site.way_in())
        assert answer.status == 404
    assert "This link has run out" in answer.page.text()
    assert "/#subscribe" in answer.page.links
    assert site.state(READER) is SubscriberState.PENDING


def test_an_old_link_does_not_bring_back_who_has_left(site: LiveSite) -> None:
    site.fill_in("/subscribe", email=READER)
    link = site.way_in()
    site.post(link)
    reader = site.reader(READER)
    assert reader
    site.post(site.way_out(reader.id))
    answer = site.post(link)
    assert answer.status == 410
    assert "You have left since" in answer.page.text()
    assert "/#subscribe" in answer.page.links
    assert site.state(READER) is SubscriberState.UNSUBSCRIBED


def test_a_second_link_mailed_before_leaving_brings_nobody_back(site: LiveSite) -> None:
    site.fill_in("/subscribe", email=READER)
    first = site.way_in()
    site.clock.move(minutes=10)
    site.fill_in("/subscribe", email=READER)
    second = site.way_in()
    site.post(first)
    reader = site.reader(READER)
    assert reader
    site.clock.move(minutes=1)
    site.post(site.way_out(reader.id))
    assert site.post(second).status == 410
    assert site.state(READER) is SubscriberState.UNSUBSCRIBED


def test_who_left_and_asks_again_comes_back(site: LiveSite) -> None:
    site.fill_in("/subscribe", email=READER)
    site.post(site.way_in())
    reader = site.reader(READER)
    assert reader
    site.post(site.way_out(reader.id))
    site.clock.move(minutes=10)
    site.fill_in("/subscribe", email=READER)
    assert site.post(site.way_in()).status == 200
    assert site.state(READER) is SubscriberState.ACTIVE


def test_a_complaint_ends_what_was_mailed_before(site: LiveSite) -> None:
    site.fill_in("/subscribe", email=READER)
    reader = site.reader(READER)
    assert reader
    with site.sessions.begin() as session:
        pending, gone = SubscriberState.PENDING, SubscriberState.COMPLAINED
        readers.change_state(session, reader.id, [pending], gone, site.clock())
    assert site.post(site.way_in()).status == 410
    assert site.state(READER) is SubscriberState.COMPLAINED


def test_the_categories_of_the_sign_up_that_is_confirmed_are_kept(site: LiveSite) -> None:
    links = []
    for categories in (["Writing"], ["Video", "Code"], []):
        site.fill_in("/subscribe", email=READER, categories=categories)
        links.append(site.way_in())
        site.clock.move(hours=13)
    site.post(links[1])
    reader = site.reader(READER)
    assert reader
    assert reader.categories == ("Video", "Code")


def test_a_stranger_does_not_change_what_a_reader_chose(site: LiveSite) -> None:
    site.fill_in("/subscribe", email=READER, categories=["Writing"])
    site.post(site.way_in())
    site.clock.move(days=1)
    site.fill_in("/subscribe", email=READER, categories=["Video"])
    reader = site.reader(READER)
    assert reader
    assert reader.categories == ("Writing",)


def test_a_copy_of_the_database_follows_no_link(site: LiveSite) -> None:
    site.fill_in("/subscribe", email=READER)
    token = site.way_in().removeprefix("/confirm/")
    with reading(site.sessions) as session:
        (kept,) = session.scalars(select(MailedLinkRow)).all()
        assert kept.token_hash == token_hash(token)
        held = {column: str(value) for column, value in vars(kept).items()}
        assert [column for column, value in held.items() if token[-20:] in value] == []


def test_only_our_own_dated_tokens_confirm(site: LiveSite) -> None:
    number = site.has_reader(READER, SubscriberState.PENDING)
    stranger = Signing(["a key that is not ours"])
    for token in (
        stranger.dated_token(number, Purpose.CONFIRM, site.clock(), "00" * 16),
        site.signing.dated_token(number, Purpose.LEAVE, site.clock()),
        site.signing.token(number, Purpose.CONFIRM),
        site.signing.token(number, Purpose.LEAVE),
        f"{number}-6a000000.forged",
    ):
        assert site.get(f"/confirm/{token}").status == 404
        assert site.post(f"/confirm/{token}").status == 404
    assert site.state(READER) is SubscriberState.PENDING


def test_who_was_erased_meanwhile_does_not_come_in(site: LiveSite) -> None:
    site.fill_in("/subscribe", email=READER)
    subscriptions.erase(site.sessions, site.clock, site.signing, READER)
    assert site.post(site.way_in()).status == 410
    assert site.reader(READER) is None


def test_a_token_with_our_signature_that_was_never_mailed_confirms_nothing(site: LiveSite) -> None:
    number = site.has_reader(READER, SubscriberState.PENDING)
    token = site.signing.dated_token(number, Purpose.CONFIRM, site.clock(), "ab" * 16)
    assert site.post(f"/confirm/{token}").status == 410
    assert site.state(READER) is SubscriberState.PENDING


def test_a_form_alone_does_not_change_who_has_left(site: LiveSite) -> None:
    site.has_reader(READER, SubscriberState.UNSUBSCRIBED)
    site.fill_in("/subscribe", email=READER)
    assert site.state(READER) is SubscriberState.UNSUBSCRIBED


def test_who_comes_back_after_a_year_has_time_to_confirm(site: LiveSite) -> None:
    site.has_reader(READER, SubscriberState.UNSUBSCRIBED)
    site.clock.move(days=365)
    site.fill_in("/subscribe", email=READER)
    tidy(site.sessions, site.clock)
    assert site.post(site.way_in()).status == 200
    assert site.state(READER) is SubscriberState.ACTIVE


# --- the record ----------------------------------------------------------------------------


def test_the_record_tells_what_was_shown_and_agreed_to_when_and_from_where(site: LiveSite) -> None:
    agent = {"User-Agent": "Reader\u00e9/1.0", "Content-Type": FORM}
    body = urlencode({"email": READER, "page": "/compare/plainwright-vs-notekeel"}).encode()
    site.ask("POST", "/subscribe", body, agent)
    site.clock.move(hours=1)
    site.ask("POST", site.way_in(), b"", {"User-Agent": "Phone/2.0"})
    asked, confirmed = record(site, READER)
    assert asked == Consent(
        act="sign-up",
        source="form",
        form="sign-up-1",
        form_hash=sign_up_form(site.publication).hash,
        message_id=asked.message_id,
        detail={"categories": []},
        origin=Origin(
            ip="127.0.0.1", agent="Reader\u00e9/1.0", page="/compare/plainwright-vs-notekeel"
        ),
        at=SUNDAY,
    )
    assert confirmed == Consent(
        act="confirm",
        source="mailed link",
        form="confirm-1",
        form_hash=confirm_form(site.publication).hash,
        message_id=asked.message_id,
        origin=Origin(ip="127.0.0.1", agent="Phone/2.0", page="/confirm"),
        at=SUNDAY + timedelta(hours=1),
    )
    assert f"Message-ID: <{asked.message_id}>".encode() in site.mail[-1].data


def record(site: LiveSite, email: str) -> list[Consent]:
    reader = site.reader(email)
    assert reader
    with reading(site.sessions) as session:
        return readers.consents(session, reader.id)


def test_a_page_shows_the_very_sentences_that_the_record_names(site: LiveSite) -> None:
    form = sign_up_form(site.publication)
    said = site.get("/").page.texts("//section[@id='subscribe']/* | //form/button | //form/p")
    for sentence in (form.heading, form.says, form.terms, form.button):
        assert sentence in said
    site.fill_in("/subscribe", email=READER)
    asked = confirm_form(site.publication)
    assert site.get(site.way_in()).page.text() == f"{asked.heading} {asked.says} {asked.button}"


@pytest.mark.parametrize("page", ["https://else.example/", "no path", "/" * 201, "/a\nb"])
def test_a_page_that_cannot_be_ours_is_not_kept(site: LiveSite, page: str) -> None:
    site.fill_in("/subscribe", email=READER, page=page)
    assert record(site, READER)[0].origin.page == ""


def test_a_browser_with_an_endless_name_fills_no_database(site: LiveSite) -> None:
    body = urlencode({"email": READER}).encode()
    site.ask("POST", "/subscribe", body, {"User-Agent": "x" * 9000, "Content-Type": FORM})
    assert len(record(site, READER)[0].origin.agent) == 300


# --- what must not be told -----------------------------------------------------------------


def test_no_log_of_ours_holds_a_token_or_an_address(
    site: LiveSite, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    site.mail.answers["other@inbox.example"] = Refused("the mailbox is closed")
    site.fill_in("/subscribe", email="other@inbox.example")
    site.fill_in("/subscribe", email=READER)
    link = site.way_in()
    site.get(link)
    site.post(link)
    ours = [one.getMessage() for one in caplog.records if not one.name.startswith("uvicorn")]
    assert len(ours) > 0
    assert [said for said in ours if "@inbox" in said or link[-20:] in said] == []


def test_what_a_stranger_types_stands_in_no_mail(site: LiveSite) -> None:
    typed = "https://spam.example/buy"
    site.ask(
        "POST",
        "/subscribe",
        urlencode(
            {"email": READER, "categories": typed, "page": f"/{typed}", "name": typed}
        ).encode(),
        {"User-Agent": typed, "Content-Type": FORM},
    )
    (mail,) = site.mail
    assert b"spam.example" not in mail.data.replace(b"=\r\n", b"")


def test_a_form_filled_in_as_people_do_it_is_told_from_one_that_is_not(site: LiveSite) -> None:
    mark = site.get("/").page.values("//input[@name='opened']/@value")[0]
    for seconds in (1, 1):
        site.clock.move(seconds=seconds)
        assert site.fill_in("/subscribe", email=READER, opened=mark).status == 200
    assert filled_in_by_hand(site.signing, mark, site.clock())
    assert mark != "__STARTED__"


def test_every_page_but_those_with_one_thing_to_say_has_the_form_once(site: LiveSite) -> None:
    site.publishes()
    site.puts(an_issue(state=IssueState.SENT))
    for path in ("/", "/compare/plainwright-vs-notekeel", "/issues", "/issues/2026-W47"):
        page = site.get(path).page
        assert page.values("//form[@class='sign-up']//input[@name='page']/@value") == [path]
    for path in ("/nothing", "/confirm/none"):
        assert "/subscribe" not in site.get(path).page.values("//form/@action")
