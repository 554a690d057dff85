"""What is to come, on the desk's page and by its command."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from db.engine import Sessions
from db.store import clock as clock_store
from db.store import issues
from digest.model import IssueState, Role
from tests.doors.desk import WRITER, Browser, hires
from tests.doors.site import LiveSite
from tests.makers import SUNDAY, an_issue
from tests.shell import Shell

PATH = "/editor/schedule"
TIME = datetime(2026, 11, 23, 6, tzinfo=UTC)


@pytest.fixture
def writer(site: LiveSite) -> Browser:
    hires(site, WRITER, Role.WRITER)
    return Browser(site).signs_in(WRITER)


def has_issue(sessions: Sessions, name: str, **fields: object) -> None:
    with sessions.begin() as session:
        issues.put_issue(session, an_issue(id=name, **fields), SUNDAY.date(), SUNDAY)


def test_the_next_four_runs_stand_with_what_there_is_of_their_issues(writer: Browser) -> None:
    has_issue(writer.site.sessions, "2026-W48", state=IssueState.DRAFT, planned_at=TIME)
    page = writer.get(PATH).body.decode()
    for name in ("2026-W48", "2026-W49", "2026-W50", "2026-W51"):
        assert name in page
    assert '<a href="/editor/issues/2026-W48">' in page
    assert "Nov 23, 2026, 6:00" in page
    assert page.count("nothing yet") == 3
    assert "No job is on the clock" in page


def test_what_is_held_and_what_the_jobs_did_is_told(writer: Browser) -> None:
    why = "nobody handed it in by its time"
    has_issue(writer.site.sessions, "2026-W47", planned_at=SUNDAY)
    with writer.site.sessions.begin() as session:
        issues.mark(session, "2026-W47", held=why, held_at=SUNDAY)
        clock_store.put_schedule(session, "collect", "every 5 minutes", TIME)
        run = clock_store.begin_run(session, "collect", "2026-11-22T09:00Z", SUNDAY)
        assert run
        clock_store.end_run(session, run, "3 of 3 feeds answered", SUNDAY)
    page = writer.get(PATH).body.decode()
    assert why in page
    assert "3 of 3 feeds answered" in page
    assert why in writer.get("/editor").body.decode()


def test_the_command_tells_the_same(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.does("init")
    shell.environment["DIGEST_TIMEZONE"] = "Europe/Berlin"
    said = shell.does("schedule")
    assert said.count("nothing yet") == 4
    assert " 06:00 CE" in said
