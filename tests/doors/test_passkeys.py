"""Passkeys: added once signed in, they sign in without a mail."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from db.engine import Sessions, open_engine, open_sessions, reading
from db.store import audit
from digest.model import Role
from tests.authenticator import PRESENT, VERIFIED, Authenticator
from tests.doors.desk import ADMIN, WRITER, Browser, hires
from tests.doors.site import LiveSite, serve

REGISTER, ENTER = "/editor/passkeys", "/editor/passkey-sign-in"
ORIGIN, HOST = "https://shiporskip.example", "shiporskip.example"


@pytest.fixture
def writer(site: LiveSite) -> Browser:
    hires(site, WRITER, Role.WRITER)
    return Browser(site).signs_in(WRITER)


def options(browser: Browser, path: str) -> dict[str, Any]:
    answer = (
        browser.submits(f"{path}/options") if path == REGISTER else browser.post(f"{path}/options")
    )
    assert answer.status == 200
    found: dict[str, Any] = json.loads(answer.body)
    return found


def adds(browser: Browser, name: str = "Phone") -> Authenticator:
    passkey = Authenticator(ORIGIN, HOST)
    credential = passkey.create(options(browser, REGISTER))
    assert browser.submits(REGISTER, credential=credential, name=name).status == 200
    return passkey


def enters(browser: Browser, passkey: Authenticator) -> int:
    return browser.post(ENTER, credential=passkey.get(options(browser, ENTER))).status


def test_a_passkey_signs_in_without_a_mail(writer: Browser) -> None:
    passkey = adds(writer)
    sent, other = len(writer.site.mail), Browser(writer.site)
    assert enters(other, passkey) == 200
    assert "writer@shiporskip.example" in other.get("/editor").page.text()
    assert len(writer.site.mail) == sent
    assert "Phone" in writer.get("/editor/account").page.text()
    with reading(writer.site.sessions) as session:
        noted = [(line.act, dict(line.detail)) for line in audit.lines(session)][2:]
    assert noted == [("add passkey", {"name": "Phone"}), ("sign in", {"by": "passkey Phone"})]


def test_the_site_is_named_by_its_address_and_prefers_a_verified_user(writer: Browser) -> None:
    asked = options(writer, REGISTER)
    assert asked["rp"] == {"name": "Ship or Skip", "id": HOST}
    assert asked["authenticatorSelection"]["userVerification"] == "preferred"
    assert asked["user"]["name"] == WRITER
    asked = options(Browser(writer.site), ENTER)
    assert (asked["rpId"], asked["userVerification"]) == (HOST, "preferred")
    assert asked["allowCredentials"] == []  # it tells nobody whose passkeys there are


def test_a_passkey_that_verifies_nobody_but_is_touched_will_do(writer: Browser) -> None:
    passkey = adds(writer)
    passkey.flags = PRESENT
    assert enters(Browser(writer.site), passkey) == 200
    passkey.flags = VERIFIED
    assert enters(Browser(writer.site), passkey) == 422


def test_an_answer_is_taken_once(writer: Browser) -> None:
    passkey, other = adds(writer), Browser(writer.site)
    passkey.count = -1  # one of those that do not count: replays cannot be told by the count
    answer = passkey.get(options(other, ENTER))
    statuses = [Browser(writer.site).post(ENTER, credential=answer).status for _ in range(2)]
    assert statuses == [200, 422]


def test_a_challenge_runs_out_after_five_minutes(writer: Browser) -> None:
    passkey, other = adds(writer), Browser(writer.site)
    late = passkey.get(options(other, ENTER))
    writer.site.clock.move(minutes=5, seconds=1)
    assert other.post(ENTER, credential=late).status == 422
    asked = options(writer, REGISTER)
    writer.site.clock.move(minutes=5, seconds=1)
    late = Authenticator(ORIGIN, HOST).create(asked)
    assert writer.submits(REGISTER, credential=late).status == 422


def test_a_passkey_that_counts_back_may_be_a_copy_and_is_refused(writer: Browser) -> None:
    passkey = adds(writer)
    passkey.count = 7
    assert enters(Browser(writer.site), passkey) == 200
    passkey.count = 7  # the next use says 8 again, as a copy taken before would
    assert enters(Browser(writer.site), passkey) == 422
    assert enters(Browser(writer.site), passkey) == 200


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://other.example", HOST),
        ("http://shiporskip.example", HOST),
        (ORIGIN, "other.example"),
    ],
)
def test_a_passkey_of_another_site_is_refused(writer: Browser, origin: str, host: str) -> None:
    passkey = Authenticator(origin, host)
    credential = passkey.create(options(writer, REGISTER))
    assert writer.submits(REGISTER, credential=credential).status == 422
    passkey = adds(writer)
    passkey.origin, passkey.host = origin, host
    assert enters(Browser(writer.site), passkey) == 422


def test_a_challenge_is_good_for_its_own_purpose_and_session_alone(writer: Browser) -> None:
    hires(writer.site, ADMIN, Role.ADMIN)
    admin = Browser(writer.site).signs_in(ADMIN)
    passkey = adds(writer)
    to_register = options(writer, REGISTER)
    new = Authenticator(ORIGIN, HOST)
    assert admin.submits(REGISTER, credential=new.create(to_register)).status == 422
    assert admin.submits(REGISTER, credential=new.create(options(admin, ENTER))).status == 422
    assert Browser(writer.site).post(ENTER, credential=passkey.get(to_register)).status == 422
    invented = {"challenge": "AAAA" * 14 + "AAA"}
    assert Browser(writer.site).post(ENTER, credential=passkey.get(invented)).status == 422


def test_one_passkey_is_nobody_elses(writer: Browser) -> None:
    hires(writer.site, ADMIN, Role.ADMIN)
    admin = Browser(writer.site).signs_in(ADMIN)
    passkey = adds(writer)
    theirs = passkey.create(options(admin, REGISTER))
    assert admin.submits(REGISTER, credential=theirs).status == 422


def test_another_key_under_the_same_name_does_not_sign_in(writer: Browser) -> None:
    passkey, forged = adds(writer), Authenticator(ORIGIN, HOST)
    forged.credential_id = passkey.credential_id
    assert enters(Browser(writer.site), forged) == 422


def test_a_removed_passkey_signs_nobody_in(writer: Browser) -> None:
    passkey = adds(writer)
    (path,) = writer.get("/editor/account").page.values(
        "//form[contains(@action,'/remove')]/@action"
    )
    hires(writer.site, ADMIN, Role.ADMIN)
    Browser(writer.site).signs_in(ADMIN).submits(path)  # not theirs to remove
    assert enters(Browser(writer.site), passkey) == 200
    writer.submits(path)
    assert enters(Browser(writer.site), passkey) == 422


def test_the_passkey_of_who_left_the_team_signs_nobody_in(writer: Browser) -> None:
    hires(writer.site, ADMIN, Role.ADMIN)
    passkey, number = adds(writer), writer.session.editor_id
    Browser(writer.site).signs_in(ADMIN).submits(f"/editor/team/{number}/remove")
    assert enters(Browser(writer.site), passkey) == 422


def test_passkeys_do_not_count_as_mails(writer: Browser) -> None:
    passkey = adds(writer)
    for _ in range(4):
        assert enters(Browser(writer.site), passkey) == 200
    Browser(writer.site).signs_in(WRITER)


# --- whatever is sent ----------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def holder(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any
) -> Iterator[tuple[Browser, Authenticator]]:
    """Somebody who is signed in, and their passkey."""
    file = tmp_path_factory.mktemp("desk") / "digest.db"
    file.write_bytes(sqlite_template.read_bytes())
    engine = open_engine(f"sqlite:///{file}")
    with serve(open_sessions(engine)) as site:
        hires(site, WRITER, Role.WRITER)
        browser = Browser(site).signs_in(WRITER)
        yield browser, adds(browser)
    engine.dispose()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), JSON)
@example(None, {"response": {"clientDataJSON": "\u00e9"}})
def test_an_answer_that_is_none_is_refused_and_no_failure(
    holder: tuple[Browser, Authenticator], data: st.DataObject | None, junk: Any
) -> None:
    """Junk whole, and junk in the place of each part of a good answer."""
    browser, passkey = holder
    sent = [json.dumps(junk)]
    if data is not None:
        new = Authenticator(ORIGIN, HOST).create(options(browser, REGISTER))
        for good in (new, passkey.get(options(browser, ENTER))):
            answer = json.loads(good)
            part = data.draw(st.sampled_from(["id", "rawId", "type", "response"]))
            answer[part] = junk
            sent.append(json.dumps(answer))
            answer = json.loads(good)
            part = data.draw(st.sampled_from(sorted(set(answer["response"]) - {"clientDataJSON"})))
            answer["response"][part] = data.draw(
                st.text("ABCDEFGHIJKLMNOPabcdefgh012345_-", max_size=60) | JSON
            )
            sent.append(json.dumps(answer))
    csrf = browser.csrf
    for answer in sent:
        assert browser.post(REGISTER, csrf=csrf, credential=answer).status == 422
        assert Browser(browser.site).post(ENTER, credential=answer).status == 422


def test_nothing_at_all_is_refused(sessions: Sessions) -> None:
    with serve(sessions) as site:
        for credential in ("", "null", "[]", "{", "[" * 20_000):
            assert Browser(site).post(ENTER, credential=credential).status == 422
