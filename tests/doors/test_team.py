"""Admins look after the team, the record and the settings; who leaves the team is out at once."""

from collections.abc import Iterator

import pytest

from db.engine import Sessions, open_engine, open_sessions, reading
from db.store import audit, editors
from digest.desk import record, team
from digest.errors import NotAllowedError, NotFoundError
from digest.model import Role
from tests.doors.desk import ADMIN, PUBLISHER, WRITER, Browser, hires
from tests.doors.site import LiveSite, serve
from tests.fakes import StoppedClock
from tests.makers import SUNDAY

TEAM = "/editor/team"


@pytest.fixture
def admin(site: LiveSite) -> Browser:
    """An admin who is signed in, and a writer on the team."""
    hires(site, ADMIN, Role.ADMIN)
    hires(site, WRITER, Role.WRITER)
    return Browser(site).signs_in(ADMIN)


def members(site: LiveSite) -> dict[str, Role]:
    with reading(site.sessions) as session:
        return {one.email: one.role for one in editors.editors(session)}


def number(site: LiveSite, email: str) -> int:
    with reading(site.sessions) as session:
        return editors.editor(session, email).id


def test_an_admin_adds_somebody_who_then_signs_in(admin: Browser) -> None:
    admin.submits(TEAM, email="Pat@Desk.example", role="publisher")
    assert members(admin.site)["pat@desk.example"] is Role.PUBLISHER
    assert Browser(admin.site).signs_in("pat@desk.example").get("/editor").status == 200


@pytest.mark.parametrize(
    ("email", "said"), [("nobody", "no address we can send to"), (WRITER, "on the team already")]
)
def test_what_cannot_be_added_is_said_and_kept_in_the_form(
    admin: Browser, email: str, said: str
) -> None:
    answer = admin.submits(TEAM, email=email, role="publisher")
    assert answer.status == 422
    assert said in answer.page.text("//*[@role='alert']")
    assert answer.page.values("//input[@id='email']/@value") == [email]
    assert members(admin.site) == {ADMIN: Role.ADMIN, WRITER: Role.WRITER}


def test_a_role_that_there_is_not_is_refused(admin: Browser) -> None:
    assert admin.submits(TEAM, email="pat@desk.example", role="owner").status == 422
    assert "pat@desk.example" not in members(admin.site)


def test_a_demoted_admin_may_no_more_at_once(admin: Browser) -> None:
    hires(admin.site, PUBLISHER, Role.ADMIN)
    other = Browser(admin.site).signs_in(PUBLISHER)
    assert other.get(TEAM).status == 200
    admin.submits(f"{TEAM}/{number(admin.site, PUBLISHER)}/role", role="writer")
    assert (other.get(TEAM).status, other.get("/editor").status) == (403, 200)
    assert other.get("/editor").page.links.count(TEAM) == 0


def test_who_is_removed_is_out_at_once(admin: Browser) -> None:
    writer = Browser(admin.site).signs_in(WRITER)
    admin.submits(f"{TEAM}/{number(admin.site, WRITER)}/remove")
    assert writer.get("/editor").status == 303
    assert WRITER not in members(admin.site)
    sent = len(admin.site.mail)
    writer.post("/editor/sign-in", email=WRITER)
    assert len(admin.site.mail) == sent


def test_the_last_admin_can_neither_be_removed_nor_demoted(admin: Browser) -> None:
    own = f"{TEAM}/{number(admin.site, ADMIN)}"
    for answer in (admin.submits(f"{own}/remove"), admin.submits(f"{own}/role", role="writer")):
        assert answer.status == 422
        assert "last admin" in answer.page.text("//*[@role='alert']")
    assert members(admin.site)[ADMIN] is Role.ADMIN
    admin.submits(f"{TEAM}/{number(admin.site, WRITER)}/role", role="admin")
    admin.submits(f"{own}/role", role="writer")
    assert members(admin.site) == {ADMIN: Role.WRITER, WRITER: Role.ADMIN}


def test_an_admin_sees_the_sessions_of_everybody_and_ends_them(admin: Browser) -> None:
    writer = Browser(admin.site, "A writer's phone").signs_in(WRITER)
    assert "A writer's phone" in admin.get(TEAM).page.text()
    admin.submits(f"{TEAM}/{number(admin.site, WRITER)}/sessions/revoke")
    assert "A writer's phone" not in admin.get(TEAM).page.text()
    assert (writer.get("/editor").status, admin.get("/editor").status) == (303, 200)


def test_who_is_not_on_the_team_cannot_be_changed(admin: Browser) -> None:
    for path in ("role", "remove", "sessions/revoke"):
        assert admin.submits(f"{TEAM}/987654321/{path}", role="writer").status == 404


def test_changes_of_the_team_are_noted_with_what_was_before(admin: Browser) -> None:
    path = f"{TEAM}/{number(admin.site, WRITER)}"
    admin.submits(f"{path}/role", role="publisher")
    admin.submits(f"{path}/remove")
    with reading(admin.site.sessions) as session:
        lines = [line for line in audit.lines(session) if line.what == WRITER]
    assert [(line.who, line.act, dict(line.detail), line.ip) for line in lines] == [
        (ADMIN, "change role", {"before": "writer", "after": "publisher"}, "127.0.0.1"),
        (ADMIN, "remove editor", {"before": "publisher", "after": ""}, "127.0.0.1"),
    ]


# --- the record and the settings -----------------------------------------------------------


def test_the_record_is_shown_and_searched(admin: Browser) -> None:
    admin.submits(TEAM, email="pat@desk.example", role="publisher")
    assert "add editor" in admin.get("/editor/audit").page.text("//tbody")
    shown = admin.get("/editor/audit?act=sign+in&who=&since=2026-11-22&until=2026-11-22").page
    assert [row[2] for row in shown.rows[1:]] == ["sign in"]
    assert shown.values("//select[@id='act']/option[@selected]") != []
    for nothing in ("who=nobody", "since=2026-11-23", "until=2026-11-21", "before=1"):
        assert "Nothing fits." in admin.get(f"/editor/audit?{nothing}").page.text()


def test_a_date_or_a_number_that_is_none_is_no_failure(admin: Browser) -> None:
    assert admin.get("/editor/audit?since=tomorrow&until=2026-13-01").status == 200
    assert admin.get("/editor/audit?until=9999-12-31").status == 200
    assert admin.get(f"/editor/audit?before={10**30}").status == 422


def test_older_lines_are_a_link_away(admin: Browser) -> None:
    with admin.site.sessions.begin() as session:
        for edit in range(150):
            audit.note(session, "pat", "edit", f"issue {edit} & more", SUNDAY)
    page = admin.get("/editor/audit?act=edit").page
    assert len(page.rows) == 101
    (older,) = [link for link in page.links if "before=" in link]
    assert len(admin.get(older).page.rows) == 51


def test_the_settings_seen_hide_what_is_secret(sessions: Sessions) -> None:
    with serve(sessions, metrics_token="a-token-of-the-tests") as site:
        hires(site, ADMIN, Role.ADMIN)
        page = Browser(site).signs_in(ADMIN).get("/editor/settings").page
    told = dict(zip(page.texts("//dt"), page.texts("//dd"), strict=True))
    assert told["DIGEST_BASE_URL"] == "https://shiporskip.example"
    assert told["DIGEST_METRICS_TOKEN"] == "(not shown here)"
    assert told["DIGEST_FOOTER"] == "not set"
    assert "a-token-of-the-tests" not in page.source


# --- without a browser ---------------------------------------------------------------------


@pytest.fixture
def sqlite_sessions(sqlite_url: str) -> Iterator[Sessions]:
    engine = open_engine(sqlite_url)
    yield open_sessions(engine)
    engine.dispose()


def test_the_command_line_keeps_the_last_admin_too(sqlite_sessions: Sessions) -> None:
    clock = StoppedClock(SUNDAY)
    team.put(sqlite_sessions, clock, team.COMMAND_LINE, ADMIN, Role.ADMIN)
    with pytest.raises(NotAllowedError, match="last admin"):
        team.put(sqlite_sessions, clock, team.COMMAND_LINE, ADMIN, Role.WRITER)
    with pytest.raises(NotAllowedError, match="last admin"):
        team.remove(sqlite_sessions, clock, team.COMMAND_LINE, ADMIN)
    with pytest.raises(NotFoundError):
        team.change_role(sqlite_sessions, clock, ADMIN, "nobody@desk.example", Role.WRITER)
    assert record.verify(sqlite_sessions).head.lines == 1
