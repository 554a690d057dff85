"""Editors come in by a link that is mailed to them, and go when they or an admin say so."""

import re

import pytest

from db.engine import Sessions, reading
from db.store import audit, editors
from db.tables import AuditRow, EditorSessionRow, SignInRow
from digest.desk import signing_in
from digest.desk.signing_in import MAILS_FROM_ONE_NETWORK
from digest.desk.trouble import Pen
from digest.issues.rendering import templates
from digest.model import Origin, Role
from tests.doors.desk import ADMIN, SIGN_IN, WRITER, Browser, hires, mailed_link
from tests.doors.site import LiveSite, serve
from tests.fakes import MailService, StoppedClock
from tests.makers import SUNDAY, a_publication, the_mail_templates


@pytest.fixture
def browser(site: LiveSite) -> Browser:
    hires(site, WRITER, Role.WRITER)
    return Browser(site)


def test_the_link_shows_a_button_and_the_button_signs_in_once(browser: Browser) -> None:
    assert browser.post(SIGN_IN, email=" Writer@shiporskip.example").status == 200
    link = mailed_link(browser.site)
    for method in ("GET", "HEAD", "GET"):  # as scanners of mail do
        assert browser.site.ask(method, link).status == 200
    assert browser.get(link).page.texts("//main//button") == ["Sign in"]
    answer = browser.post(link)
    assert (answer.status, answer.headers["Location"]) == (303, "/editor")
    assert "Good to see you, writer@shiporskip.example" in browser.get("/editor").page.text()
    other = Browser(browser.site)
    assert (other.post(link).status, other.get(link).status, other.secret) == (404, 404, "")


def test_the_cookie_is_this_hosts_alone_and_no_script_reads_it(browser: Browser) -> None:
    browser.post(SIGN_IN, email=WRITER)
    cookie = browser.post(mailed_link(browser.site)).headers["Set-Cookie"]
    assert re.fullmatch(
        r"__Host-session=[\w-]{43}; Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax; Secure", cookie
    )


def test_on_this_machine_without_https_the_cookie_has_its_plain_name(sessions: Sessions) -> None:
    with serve(sessions, base_url="http://127.0.0.1:8000") as site:
        hires(site, WRITER, Role.WRITER)
        browser = Browser(site)
        browser.post(SIGN_IN, email=WRITER)
        cookie = browser.post(mailed_link(site)).headers["Set-Cookie"]
        assert re.fullmatch(r"session=[\w-]{43}; .*SameSite=Lax", cookie)


def test_the_database_holds_no_secret(browser: Browser) -> None:
    browser.post(SIGN_IN, email=WRITER)
    link = mailed_link(browser.site)
    browser.post(link)
    with browser.site.sessions() as session:
        rows = [
            *session.query(SignInRow),
            *session.query(EditorSessionRow),
            *session.query(AuditRow),
        ]
        held = " ".join(str(vars(row)) for row in rows)
    assert link.rpartition("/")[2] not in held
    assert browser.secret not in held


@pytest.mark.parametrize("email", ["nobody@shiporskip.example", "no address", "", "a" * 500])
def test_an_address_that_is_no_editors_is_answered_as_any_other(
    browser: Browser, email: str
) -> None:
    known = browser.post(SIGN_IN, email=WRITER)
    unknown = browser.post(SIGN_IN, email=email)
    assert (unknown.status, unknown.body) == (known.status, known.body)
    assert [mail.recipient for mail in browser.site.mail] == [WRITER]


def test_the_answer_is_given_before_anything_is_looked_up(browser: Browser) -> None:
    with browser.site.sessions.begin() as session:
        session.connection().exec_driver_sql("ALTER TABLE editors RENAME TO elsewhere")
    assert browser.post(SIGN_IN, email=WRITER).status == 200


def test_a_link_dies_after_a_quarter_of_an_hour(browser: Browser) -> None:
    browser.post(SIGN_IN, email=WRITER)
    browser.site.clock.move(minutes=14, seconds=59)
    assert browser.get(mailed_link(browser.site)).status == 200
    browser.site.clock.move(seconds=1)
    assert browser.get(mailed_link(browser.site)).status == 404
    assert browser.post(mailed_link(browser.site)).status == 404


def test_the_link_that_is_used_first_uses_up_the_others(browser: Browser) -> None:
    browser.post(SIGN_IN, email=WRITER)
    first = mailed_link(browser.site)
    browser.signs_in(WRITER)
    assert Browser(browser.site).post(first).status == 404


def test_an_editor_is_mailed_three_links_in_a_quarter_of_an_hour(browser: Browser) -> None:
    for _ in range(5):
        assert browser.post(SIGN_IN, email=WRITER).status == 200
    assert len(browser.site.mail) == 3
    browser.site.clock.move(minutes=15)
    browser.post(SIGN_IN, email=WRITER)
    assert len(browser.site.mail) == 4


def test_a_form_of_another_site_signs_nobody_in(browser: Browser) -> None:
    browser.post(SIGN_IN, email=WRITER)
    link = mailed_link(browser.site)
    for told in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        assert browser.post(link, told).status == 403
    by_origin = {"Content-Type": "text/plain", "Origin": "https://other.example"}
    assert browser.site.ask("POST", link, headers=by_origin).status == 403
    assert browser.secret == ""
    assert browser.get(link).status == 200  # and the link still works


def test_who_was_asked_to_sign_in_gets_where_they_wanted_to_go(browser: Browser) -> None:
    wanted = "/editor/account?from=mail&n=1"
    asked = browser.get(wanted).headers["Location"]
    form = browser.get(asked).page
    assert form.values("//input[@name='next']/@value")[0] == wanted
    browser.post(SIGN_IN, email=WRITER, next=wanted)
    link = mailed_link(browser.site)
    assert browser.get(link).page.values("//input[@name='next']/@value") == [wanted]
    assert browser.post(link.partition("?")[0], next=wanted).headers["Location"] == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        *("https://other.example/", "//other.example", "/editor/../subscribe", "/editorial"),
        *("/editor//other.example", "/editor/\\other.example", "/", "", "/editor/" + "a" * 200),
    ],
)
def test_nobody_is_led_away_from_the_desk(browser: Browser, wanted: str) -> None:
    browser.post(SIGN_IN, email=WRITER, next=wanted)
    link = mailed_link(browser.site)
    assert "?" not in link
    assert browser.post(link, next=wanted).headers["Location"] == "/editor"


# --- sessions ------------------------------------------------------------------------------


def test_who_is_signed_out_is_shown_the_way_in_and_changes_nothing(browser: Browser) -> None:
    answer = browser.get("/editor")
    assert (answer.status, answer.headers["Location"]) == (303, SIGN_IN)
    assert browser.post("/editor/sessions/revoke").status == 401


def test_a_session_ends_after_twelve_hours_without_use(browser: Browser) -> None:
    browser.signs_in(WRITER)
    browser.site.clock.move(hours=11, minutes=59)
    assert browser.get("/editor").status == 200
    browser.site.clock.move(hours=12)
    assert browser.get("/editor").status == 303


def test_a_session_ends_after_fourteen_days_however_much_it_is_used(browser: Browser) -> None:
    browser.signs_in(WRITER)
    for _ in range(27):
        browser.site.clock.move(hours=11, minutes=59)
        assert browser.get("/editor").status == 200
    browser.site.clock.move(hours=13)
    assert browser.get("/editor").status == 303


def test_signing_out_ends_the_session_and_clears_the_cookie(browser: Browser) -> None:
    secret = browser.signs_in(WRITER).secret
    answer = browser.submits("/editor/sign-out")
    assert (answer.status, browser.secret) == (303, "")
    browser.secret = secret
    assert browser.get("/editor").status == 303


def test_sessions_are_listed_and_ended_one_by_one_and_all_at_once(browser: Browser) -> None:
    browser.signs_in(WRITER)
    phone = Browser(browser.site, "A phone").signs_in(WRITER)
    listed = browser.get("/editor/account").page.texts("//ul[@class='cards']/li")
    assert [text for text in listed if "A phone" in text and "This browser" not in text] != []
    assert [text for text in listed if "A browser" in text and "This browser" in text] != []
    browser.submits(f"/editor/sessions/{phone.session.id}/revoke")
    assert (phone.get("/editor").status, browser.get("/editor").status) == (303, 200)
    phone.signs_in(WRITER)
    phone.submits("/editor/sessions/revoke")
    assert (phone.get("/editor").status, browser.get("/editor").status) == (303, 303)


def test_nobody_ends_the_session_of_another(browser: Browser) -> None:
    hires(browser.site, ADMIN, Role.ADMIN)
    admin = Browser(browser.site).signs_in(ADMIN)
    browser.signs_in(WRITER)
    browser.submits(f"/editor/sessions/{admin.session.id}/revoke")
    assert admin.get("/editor").status == 200


def test_what_is_done_at_the_door_is_noted_with_its_origin(browser: Browser) -> None:
    browser.signs_in(WRITER)
    browser.submits("/editor/sign-out")
    with reading(browser.site.sessions) as session:
        noted = [(line.who, line.act, line.ip) for line in audit.lines(session)]
    acts = ("mail sign-in link", "sign in", "sign out")
    assert noted == [(WRITER, act, "127.0.0.1") for act in acts]


# --- forms ---------------------------------------------------------------------------------


def test_a_form_without_the_sessions_token_does_nothing(browser: Browser) -> None:
    browser.signs_in(WRITER)
    stolen = Browser(browser.site).signs_in(WRITER).csrf
    for fields in ({}, {"csrf": "forged"}, {"csrf": stolen}, {"csrf": "\u00e9"}):
        answer = browser.post("/editor/sign-out", **fields)
        assert answer.status == 403
        assert answer.page.text("//h1") == "That form is not of this session"
    assert browser.get("/editor").status == 200


def test_a_form_of_another_site_does_nothing_even_with_the_token(browser: Browser) -> None:
    browser.signs_in(WRITER)
    csrf = browser.csrf
    answer = browser.post("/editor/sign-out", {"Sec-Fetch-Site": "cross-site"}, csrf=csrf)
    assert answer.status == 403
    assert browser.get("/editor").status == 200


def test_one_network_is_mailed_so_many_links_in_an_hour(sessions: Sessions) -> None:
    mail, clock = MailService(), StoppedClock(SUNDAY)
    pen = Pen(clock, mail, a_publication(), templates(the_mail_templates()))
    team = [f"editor{number}@desk.example" for number in range(MAILS_FROM_ONE_NETWORK.most + 1)]
    with sessions.begin() as session:
        for email in team:
            editors.put_editor(session, email, Role.WRITER, SUNDAY)
    for number, email in enumerate(team):
        signing_in.ask(sessions, pen, email, Origin(ip=f"198.51.100.{number}"))
    assert len(mail) == MAILS_FROM_ONE_NETWORK.most
    signing_in.ask(sessions, pen, team[-1], Origin(ip="203.0.113.9"))
    assert len(mail) == MAILS_FROM_ONE_NETWORK.most + 1
    clock.move(hours=1)
    signing_in.ask(sessions, pen, team[-1], Origin(ip="198.51.100.9"))
    assert len(mail) == MAILS_FROM_ONE_NETWORK.most + 2
