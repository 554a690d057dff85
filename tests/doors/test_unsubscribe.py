"""Leaving: by hand, and by the one click of a mail provider (RFC 8058); why, and the way back."""

from datetime import timedelta

import pytest

from db.store import readers
from digest import subscriptions
from digest.model import Cadence, SubscriberState
from digest.readers.links import Purpose, Signing
from tests.doors.site import FORM, Answer, LiveSite
from tests.makers import SUNDAY

READER = "reader@inbox.example"
MULTIPART = (
    b'--edge\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n'
    b"--edge--\r\n"
)
BODIES = {
    "urlencoded": (b"List-Unsubscribe=One-Click", FORM),
    "multipart": (MULTIPART, "multipart/form-data; boundary=edge"),
    "nothing": (b"", ""),
    "an empty form": (b"", FORM),
    "an unknown type": (b"\x00\xff", "application/x-unheard-of"),
    "multipart that is broken": (b"--edge", "multipart/form-data"),
    "JSON": (b"{", "application/json"),
}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_at_the_link_changes_nothing(site: LiveSite, method: str) -> None:
    number = site.has_reader(READER)
    answer = site.ask(method, site.way_out(number))
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert site.state(READER) is SubscriberState.ACTIVE


def test_a_person_leaves_with_one_button(site: LiveSite) -> None:
    link = site.way_out(site.has_reader(READER))
    page = site.get(link).page
    assert page.texts("//form/button") == ["Unsubscribe"]
    assert page.values("//form/@action") == [f"{link}?by=page"]
    assert "You are off the list" in site.post(link, kind=FORM).page.text()
    assert site.state(READER) is SubscriberState.UNSUBSCRIBED


@pytest.mark.parametrize("how", BODIES)
def test_a_post_leaves_whatever_its_body(site: LiveSite, how: str) -> None:
    body, kind = BODIES[how]
    answer = site.post(site.way_out(site.has_reader(READER)), body, kind)
    assert answer.status == 200
    assert answer.headers["Location"] is None
    assert answer.headers["Set-Cookie"] is None
    assert site.state(READER) is SubscriberState.UNSUBSCRIBED


@pytest.mark.parametrize(
    "agent", ["", "curl/8.5.0", "Java/17", "Go-http-client/2.0", "a mail provider never heard of"]
)
def test_a_post_leaves_whoever_sends_it(site: LiveSite, agent: str) -> None:
    link = site.way_out(site.has_reader(READER))
    headers = {"User-Agent": agent, "Content-Type": FORM}
    assert site.ask("POST", link, b"List-Unsubscribe=One-Click", headers).status == 200
    assert site.state(READER) is SubscriberState.UNSUBSCRIBED


def test_no_number_of_posts_from_one_address_is_too_many(site: LiveSite) -> None:
    links = [site.way_out(site.has_reader(f"{n}@inbox.example")) for n in range(100)]
    assert {site.post(link).status for link in [*links, *links]} == {200}


def test_no_address_of_it_redirects(site: LiveSite) -> None:
    link = site.way_out(site.has_reader(READER))
    assert site.ask("POST", f"{link}/").status == 404  # RFC 8058: a redirect is not allowed
    assert site.post(link).status == 200


def test_leaving_twice_is_as_good_as_once(site: LiveSite) -> None:
    link = site.way_out(site.has_reader(READER))
    first, second = site.post(link), site.post(link)
    assert (first.status, second.status) == (200, 200)
    assert first.body == second.body


def test_who_never_confirmed_leaves_just_as_well(site: LiveSite) -> None:
    number = site.has_reader(READER, SubscriberState.PENDING)
    site.post(site.way_out(number))
    assert site.state(READER) is SubscriberState.UNSUBSCRIBED


def test_a_complaint_is_not_undone_by_leaving(site: LiveSite) -> None:
    number = site.has_reader(READER, SubscriberState.COMPLAINED)
    assert site.post(site.way_out(number)).status == 200
    assert site.state(READER) is SubscriberState.COMPLAINED


def test_the_link_outlives_an_erasure_and_touches_nobody_else(site: LiveSite) -> None:
    link = site.way_out(site.has_reader(READER))
    subscriptions.erase(site.sessions, site.clock, site.signing, READER)
    site.has_reader("next@inbox.example")
    assert site.get(link).status == 200
    assert site.post(link).status == 200
    assert site.state("next@inbox.example") is SubscriberState.ACTIVE


def test_the_link_works_years_later(site: LiveSite) -> None:
    link = site.way_out(site.has_reader(READER))
    site.clock.move(days=3650)
    assert site.post(link).status == 200
    assert site.state(READER) is SubscriberState.UNSUBSCRIBED


def foreign_tokens(site: LiveSite, number: int) -> dict[str, str]:
    ours = site.signing.token(number, Purpose.LEAVE)
    return {
        "another reader's number": ours.replace(str(number), str(number + 1), 1),
        "a changed signature": ours[:-2] + ("aa" if ours[-2:] != "aa" else "bb"),
        "no signature": str(number),
        "a stranger's key": Signing(["a key that is not ours"]).token(number, Purpose.LEAVE),
        "another purpose": site.signing.token(number, Purpose.CONFIRM),
        "a link to confirm": site.signing.dated_token(number, Purpose.CONFIRM, SUNDAY),
        "other letters": "%D9%A1.%C3%A9",
        "endless": ours + "A" * 5000,
    }


def test_a_token_we_did_not_make_for_this_is_not_there(site: LiveSite) -> None:
    number = site.has_reader(READER)
    for forgery, token in foreign_tokens(site, number).items():
        for method in ("GET", "HEAD", "POST"):
            assert site.ask(method, f"/unsubscribe/{token}").status == 404, (method, forgery)
    assert site.state(READER) is SubscriberState.ACTIVE


# --- what the inbox hears ------------------------------------------------------------------


def test_one_click_sends_no_mail(site: LiveSite) -> None:
    site.post(site.way_out(site.has_reader(READER)), *BODIES["urlencoded"])
    assert site.mail == []


def test_a_button_on_our_page_is_told_to_the_inbox_once_a_day(site: LiveSite) -> None:
    link = site.way_out(site.has_reader(READER))
    for mails in (1, 1):
        (action,) = site.get(link).page.values("//form/@action")
        back = undo(site.fill_in(action))
        assert len(site.mail) == mails
        assert b"Subject: You have left" in site.mail[0].data
        site.post(back)
    site.clock.move(days=1)
    site.fill_in(action)
    assert len(site.mail) == 2


def test_who_never_got_our_mail_gets_no_goodbye(site: LiveSite) -> None:
    link = site.way_out(site.has_reader(READER, SubscriberState.PENDING))
    site.fill_in(f"{link}?by=page")
    assert site.mail == []


def test_an_address_that_must_not_be_mailed_gets_no_goodbye(site: LiveSite) -> None:
    link = site.way_out(site.has_reader(READER))
    with site.sessions.begin() as session:
        readers.suppress(session, site.signing.address_hash(READER), "it bounced", SUNDAY)
    site.fill_in(f"{link}?by=page")
    assert site.mail == []


# --- saying why ----------------------------------------------------------------------------


def undo(answer: Answer) -> str:
    (path,) = [p for p in answer.page.values("//form/@action") if p.startswith("/return/")]
    return path


def reasons(site: LiveSite, number: int) -> list[dict[str, object]]:
    return [dict(line.detail) for line in site.record(number) if line.act == "reason"]


def test_who_left_may_say_why_once(site: LiveSite) -> None:
    number = site.has_reader(READER)
    page = site.post(site.way_out(number)).page
    (why,) = [path for path in page.values("//form/@action") if path.endswith("/why")]
    offered = page.values("//input[@name='reason']/@value")
    assert len(offered) > 3
    told = site.fill_in(why, reason=offered[0], words="Five mails\r\na day")
    assert "Thank you" in told.page.text()
    site.fill_in(why, reason=offered[1])
    assert reasons(site, number) == [{"reason": offered[0], "words": "Five mails a day"}]


def test_a_reason_is_asked_anew_when_somebody_leaves_again(site: LiveSite) -> None:
    number = site.has_reader(READER)
    for words in ("once", "twice"):
        back = undo(site.post(site.way_out(number)))
        site.fill_in(f"{site.way_out(number)}/why", words=words)
        site.clock.move(hours=1)
        site.post(back)
        site.clock.move(hours=1)
    assert [reason["words"] for reason in reasons(site, number)] == ["once", "twice"]


@pytest.mark.parametrize("told", [{"reason": "a form of somebody else's"}, {"words": "x" * 501}])
def test_a_reason_no_form_of_ours_has_is_refused(site: LiveSite, told: dict[str, str]) -> None:
    number = site.has_reader(READER)
    site.post(site.way_out(number))
    assert site.fill_in(f"{site.way_out(number)}/why", **told).status == 422
    assert reasons(site, number) == []


@pytest.mark.parametrize("told", [{}, {"reason": "", "words": " "}])
def test_a_reason_may_be_kept_to_oneself(site: LiveSite, told: dict[str, str]) -> None:
    number = site.has_reader(READER)
    site.post(site.way_out(number))
    assert site.fill_in(f"{site.way_out(number)}/why", **told).status == 200
    assert reasons(site, number) == []


def test_who_has_not_left_or_is_erased_has_no_reason_to_give(site: LiveSite) -> None:
    number = site.has_reader(READER)
    assert site.fill_in(f"{site.way_out(number)}/why", words="I stay").status == 200
    assert reasons(site, number) == []
    subscriptions.erase(site.sessions, site.clock, site.signing, READER)
    assert site.fill_in(f"{site.way_out(number)}/why", words="gone").status == 200
    assert site.fill_in("/unsubscribe/forged/why", words="gone").status == 404


# --- coming back ---------------------------------------------------------------------------

CHOICE = {"categories": ("Voice",), "cadence": Cadence.SHIPS, "language": "de"}


@pytest.mark.parametrize(
    ("was", "fields"),
    [
        (SubscriberState.ACTIVE, {"paused_until": SUNDAY + timedelta(weeks=2)}),
        (SubscriberState.PENDING, {"confirmed_at": None}),
    ],
)
def test_undo_restores_what_was(
    site: LiveSite, was: SubscriberState, fields: dict[str, object]
) -> None:
    number = site.has_reader(READER, was, **CHOICE, **fields)
    before = site.reader(READER)
    back = undo(site.post(site.way_out(number)))
    site.clock.move(hours=71)
    assert site.get(back).page.texts("//form/button") == ["Take me back"]
    assert site.state(READER) is SubscriberState.UNSUBSCRIBED
    for _ in range(2):
        assert "Welcome back" in site.post(back).page.text()
    assert site.reader(READER) == before
    assert [line.act for line in site.record(number)] == ["leave", "return"]


def test_an_undo_runs_out(site: LiveSite) -> None:
    back = undo(site.post(site.way_out(site.has_reader(READER))))
    site.clock.move(hours=72, seconds=1)
    for method in ("GET", "HEAD", "POST"):
        assert site.ask(method, back).status == 404
    assert site.state(READER) is SubscriberState.UNSUBSCRIBED


def test_an_old_mail_s_link_does_not_bring_back_who_left_long_ago(site: LiveSite) -> None:
    link = site.way_out(site.has_reader(READER))
    site.post(link)
    site.clock.move(days=300)
    assert site.post(undo(site.post(link))).status == 404
    assert site.state(READER) is SubscriberState.UNSUBSCRIBED


def complains(site: LiveSite, number: int) -> None:
    gone = SubscriberState.COMPLAINED
    with site.sessions.begin() as session:
        readers.update_subscriber(session, number, site.clock(), state=gone)


def test_an_undo_does_not_outweigh_a_complaint_or_an_erasure(site: LiveSite) -> None:
    number = site.has_reader(READER)
    back = undo(site.post(site.way_out(number)))
    complains(site, number)
    assert site.post(back).status == 404
    assert site.state(READER) is SubscriberState.COMPLAINED
    subscriptions.erase(site.sessions, site.clock, site.signing, READER)
    assert site.post(back).status == 404
    assert site.reader(READER) is None
