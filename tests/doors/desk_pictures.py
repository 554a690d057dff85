"""Pictures of the desk for docs/desk.md: `python -m tests.doors.desk_pictures` takes them anew."""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from db.engine import open_engine, open_sessions
from db.migrating import migrate
from db.store import launches
from digest.model import LaunchState, Role
from tests.doors.desk import ADMIN, Browser, hires
from tests.doors.site import serve
from tests.doors.test_issues_at_the_desk import AT, has_a_draft
from tests.makers import SUNDAY, a_launch

DOCS = Path(__file__).resolve().parents[2] / "docs"
SHOTS = {"desk-queue.png": "/editor", "desk-issue.png": AT}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/digest.db"
        migrate(url)
        engine = open_engine(url)
        with serve(open_sessions(engine), base_url="http://localhost") as site:
            has_a_draft(site)
            with site.sessions.begin() as session:
                for name, state in (("Hexmere", "unmatched"), ("Tidepouch 2", "unclear")):
                    known = a_launch(name, state=LaunchState(state))
                    launches.keep_launch(session, known, SUNDAY)
            hires(site, ADMIN, Role.ADMIN)
            browser = Browser(site).signs_in(ADMIN)
            take(site.port, browser.secret)
        engine.dispose()


def take(port: int, secret: str) -> None:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        page = chromium.new_page(viewport={"width": 1280, "height": 1000}, color_scheme="light")
        cookie = {"name": "session", "value": secret, "domain": "localhost", "path": "/"}
        page.context.add_cookies([cookie])  # type: ignore[list-item]  # a TypedDict to Playwright
        for name, path in SHOTS.items():
            page.goto(f"http://localhost:{port}{path}")
            page.wait_for_load_state("networkidle")
            page.screenshot(path=DOCS / name)


if __name__ == "__main__":
    main()
