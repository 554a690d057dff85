"""Coming in: the form, the mail that asks back, and the button that confirms."""

import re

import pytest

from digest import subscriptions
from digest.jobs.tidy import tidy
from digest.model import Refused, SubscriberState
from digest.readers.links import Purpose, Signing
from tests.doors.site import FORM, LiveSite
from tests.makers import SUNDAY

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


def test_who_is_in_already_is_told_so_once_in_ten_minutes(site: LiveSite) -> None:
    site.has_reader(READER)
    for _ in range(3):
        site.fill_in("/subscribe", email=READER)
        site.clock.move(minutes=3)
    assert len(site.mail) == 1


def test_an_erased_address_is_left_alone(site: LiveSite) -> None:
    site.has_reader(READER)
    subscriptions.erase(site.sessions, site.clock, site.signing, READER)
    site.fill_in("/subscribe", email=READER.upper())
    assert site.mail == []
    assert site.reader(READER) is None


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
    ("email", "says"),
    [
        ("", "must have an @-sign"),
        ("nobody", "must have an @-sign"),
        ("nobody@home", "should have a period"),
        ("Ada <ada@inbox.example>", "display name"),
        ("ada@inbox.example\r\nBcc: all@inbox.example", "invalid characters"),
        ("<script>alert(1)</script>@inbox.example", "no e-mail address"),
    ],
)
def test_what_is_no_address_is_said_and_the_form_stays(
    site: LiveSite, email: str, says: str
) -> None:
    answer = site.fill_in("/subscribe", email=email)
    assert answer.status == 422
    assert says in answer.page.text("//*[@role='alert']")
    assert answer.page.values("//input[@id='email']/@aria-describedby") == ["wrong"]
    (kept,) = answer.page.values("//input[@id='email']/@value")
    assert kept.split() == email.split()
    assert b"<script>alert" not in answer.body
    assert site.mail == []


@pytest.mark.parametrize("categories", [["x" * 61], ["a\x00b"], [str(n) for n in range(21)]])
def test_nobody_has_us_keep_more_than_a_choice(site: LiveSite, categories: list[str]) -> None:
    answer = site.fill_in("/subscribe", email=READER, categories=categories)
    assert answer.status == 422
    assert "choose up to 20 categories" in answer.page.text("//*[@role='alert']")
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
    answer = site.ask(method, site.way_in())
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert site.state(READER) is SubscriberState.PENDING


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
    assert answer.status == 404
    assert site.state(READER) is SubscriberState.UNSUBSCRIBED


def test_only_our_own_dated_tokens_confirm(site: LiveSite) -> None:
    number = site.has_reader(READER, SubscriberState.PENDING)
    stranger = Signing(["a key that is not ours"])
    for token in (
        stranger.dated_token(number, Purpose.CONFIRM, site.clock()),
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
    assert site.post(site.way_in()).status == 404
    assert site.reader(READER) is None


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
