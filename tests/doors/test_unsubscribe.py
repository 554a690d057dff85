"""Leaving: by hand, and by the one click of a mail provider (RFC 8058)."""

import pytest

from digest import subscriptions
from digest.model import SubscriberState
from digest.readers.links import Purpose, Signing
from tests.doors.site import FORM, LiveSite
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
    assert page.values("//form/@action") == [link]
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
