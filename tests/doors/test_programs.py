"""Programs with a token: admins let them in, they write tools and read how deliveries stand."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from db.engine import Sessions, reading
from db.store import audit
from digest.desk.record import Hand
from digest.desk.tokens import issue_token, tokens
from digest.desk.verdicts import put_verdict
from digest.model import IssueState, Role, Scope
from tests.doors.desk import ADMIN, Browser, hires
from tests.doors.site import Answer, LiveSite, serve
from tests.makers import SUNDAY, a_tool, an_issue

NOTEKEEL: dict[str, Any] = {
    "name": "Notekeel",
    "category": "Research",
    "url": "https://notekeel.example/",
    "reviews": [{"reviewer": "builder", "score": 71, "call": "ship", "text": "It kept up."}],
}
AT = "/api/v1/tools/notekeel"
HAND = Hand(ADMIN, SUNDAY)


@pytest.fixture
def site(sessions: Sessions) -> Iterator[LiveSite]:
    with serve(sessions) as site:
        yield site


def a_secret(site: LiveSite, *scopes: Scope) -> str:
    return issue_token(site.sessions, "The press", scopes or tuple(Scope), HAND)[1]


def puts(site: LiveSite, secret: str, tool: object = NOTEKEEL, path: str = AT) -> Answer:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {secret}"}
    return site.ask("PUT", path, json.dumps(tool).encode(), headers)


def told(answer: Answer) -> Any:
    return json.loads(answer.body)


def test_an_admin_issues_a_token_that_is_shown_once_and_revokes_it(site: LiveSite) -> None:
    hires(site, ADMIN, Role.ADMIN)
    browser = Browser(site).signs_in(ADMIN)
    shown = browser.submits("/editor/tokens", name="The press", scope=["read", "tools:write"])
    (secret,) = shown.page.texts("//section[@role='status']//code")
    assert secret.startswith("vd_")
    assert secret not in browser.get("/editor/tokens").body.decode()
    assert puts(site, secret).status == 201
    assert "last used" in browser.get("/editor/tokens").page.text("//main")
    (token,) = tokens(site.sessions)
    assert browser.submits(f"/editor/tokens/{token.id}/revoke").status == 303
    assert puts(site, secret).status == 401
    assert browser.submits(f"/editor/tokens/{token.id}/revoke").status == 404
    with reading(site.sessions) as session:
        acts = [line.act for line in audit.lines(session)][-3:]
    assert acts == ["issue token", "put tool", "revoke token"]


def test_a_token_without_a_name_or_a_purpose_is_refused(site: LiveSite) -> None:
    hires(site, ADMIN, Role.ADMIN)
    browser = Browser(site).signs_in(ADMIN)
    for fields, said in (({"name": " ", "scope": "read"}, "name"), ({"name": "Press"}, "may do")):
        answer = browser.submits("/editor/tokens", **fields)
        assert answer.status == 422
        assert said in answer.page.text("//*[@role='alert']")
    assert tokens(site.sessions) == []


def test_the_database_holds_no_secret_of_a_token(site: LiveSite) -> None:
    secret = a_secret(site)
    with reading(site.sessions) as session:
        held = session.connection().exec_driver_sql("SELECT * FROM api_tokens").all()
    assert secret not in str(held)
    assert secret.removeprefix("vd_") not in str(held)


def test_a_tool_is_written_whole_and_writing_it_again_changes_nothing(site: LiveSite) -> None:
    secret = a_secret(site)
    added = puts(site, secret)
    assert (added.status, told(added)["change"]) == (201, "added")
    assert told(puts(site, secret)) == {**told(added), "change": "same"}
    shown = told(site.get(AT))
    assert shown["reviews"] == NOTEKEEL["reviews"]
    again = {**NOTEKEEL, "reviews": [{"reviewer": "skeptic", "score": 12, "call": "skip"}]}
    site.clock.move(seconds=1)
    changed = puts(site, secret, again)
    assert (changed.status, told(changed)["change"]) == (200, "changed")
    assert [one["reviewer"] for one in told(site.get(AT))["reviews"]] == ["skeptic"]
    with reading(site.sessions) as session:
        line = list(audit.lines(session))[-1]
    assert (line.who, line.act, line.what, line.ip) == (
        *("token The press", "put tool", "notekeel"),
        "127.0.0.1",
    )
    assert line.detail["before"]["reviewers"] == "builder"


def test_a_verdict_that_a_program_writes_updates_the_comparisons_it_stands_in(
    site: LiveSite,
) -> None:
    pair = site.publishes(a_tool("Notekeel"), a_tool("Plainwright"))
    site.clock.move(hours=1)
    assert puts(site, a_secret(site)).status == 200
    shown = told(site.get(f"/api/v1/comparisons/{pair.slug}"))
    assert shown["updated_at"] > shown["published_at"]
    assert shown["tools"][0]["verdict"]["call"] == "ship"


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        ({"name": ""}, "name"),
        ({**NOTEKEEL, "slug": "another"}, "slug: is another, and the address says notekeel"),
        ({"name": "A", "reviews": [{"reviewer": "b", "score": 101, "call": "ship"}]}, "score"),
        ({"name": "A", "url": "https://a\0b.example/"}, "url"),
        ([], "dictionary"),
    ],
)
def test_what_no_verdict_file_may_say_is_refused_with_its_place(
    site: LiveSite, tool: object, said: str
) -> None:
    answer = puts(site, a_secret(site), tool)
    assert answer.status == 422
    assert said in told(answer)["detail"]


def test_what_no_database_takes_is_left_out(site: LiveSite) -> None:
    tool = {**NOTEKEEL, "tagline": "Keeps\0 notes", "aliases": ["Note\0keel", "\0"]}
    assert puts(site, a_secret(site), tool).status == 201
    assert told(site.get(AT))["tagline"] == "Keeps notes"


def test_who_has_no_token_or_one_for_something_else_writes_nothing(site: LiveSite) -> None:
    answer = site.ask(
        "PUT", AT, json.dumps(NOTEKEEL).encode(), {"Content-Type": "application/json"}
    )
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert puts(site, "vd_" + "A" * 43).status == 401
    answer = puts(site, a_secret(site, Scope.READ))
    assert (answer.status, told(answer)["detail"]) == (403, "This token is not for tools:write.")
    assert 'scope="tools:write"' in answer.headers["WWW-Authenticate"]
    assert site.get(AT).status == 404


def test_the_deliveries_of_an_issue_are_told_in_sum(site: LiveSite) -> None:
    site.puts(an_issue(id="2026-W47", state=IssueState.DRAFT))
    bearer = f"Bearer {a_secret(site, Scope.READ)}"
    answer = site.get("/api/v1/issues/2026-W47/deliveries", Authorization=bearer)
    assert told(answer) == {"issue": "2026-W47", "state": "draft", "deliveries": {}}
    assert answer.headers["Cache-Control"] == "no-store"
    assert site.get("/api/v1/issues/2026-W47/deliveries").status == 401
    assert site.get("/api/v1/issues/2026-W01/deliveries", Authorization=bearer).status == 404


# --- webhooks at the desk ------------------------------------------------------------------


def test_an_admin_adds_a_webhook_whose_secret_is_shown_once(site: LiveSite) -> None:
    hires(site, ADMIN, Role.ADMIN)
    browser = Browser(site).signs_in(ADMIN)
    url = "https://press.example/told"
    shown = browser.submits("/editor/webhooks", url=url, event="comparison.published")
    (secret,) = shown.page.texts("//section[@role='status']//code")
    assert secret.startswith("whsec_")
    site.publishes(a_tool("Notekeel"), a_tool("Plainwright"))
    page = browser.get("/editor/webhooks").page
    assert secret not in page.text("//main")
    assert url in page.text("//main")
    (replay,) = page.values("//form[contains(@action, '/calls/')]/@action")
    assert browser.submits(replay).status == 303
    for act, fields in (("pause", {"paused": "true"}), ("pause", {"paused": "false"})):
        assert browser.submits(f"/editor/webhooks/1/{act}", **fields).status == 303
    assert browser.submits("/editor/webhooks/1/remove").status == 303
    assert url not in browser.get("/editor/webhooks").page.text("//main")
    assert browser.submits("/editor/webhooks/1/remove").status == 404


def test_a_webhook_that_cannot_be_told_is_refused_and_stays_in_the_form(site: LiveSite) -> None:
    hires(site, ADMIN, Role.ADMIN)
    browser = Browser(site).signs_in(ADMIN)
    answer = browser.submits("/editor/webhooks", url="http://press.example", event="issue.sent")
    assert answer.status == 422
    assert "no https address" in answer.page.text("//*[@role='alert']")
    assert answer.page.values("//input[@id='url']/@value") == ["http://press.example"]


def test_a_tool_that_two_programs_add_at_once_is_there_once(postgres_sessions: Sessions) -> None:
    barrier = Barrier(4)

    def adds(_: int) -> str:
        barrier.wait(30)
        return put_verdict(postgres_sessions, a_tool("Callhorn"), Hand("token", SUNDAY))

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(adds, range(4))) == ["added", "same", "same", "same"]
