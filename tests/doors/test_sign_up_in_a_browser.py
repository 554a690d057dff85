"""The form in Chromium, while sign-ups are being abused: with JavaScript it earns trust by work."""

import shutil
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, sync_playwright

from db.engine import open_engine, open_sessions
from db.store import invitations
from digest.model import Invitation
from digest.readers import limits
from digest.readers.limits import Reach
from tests.doors.site import LiveSite, serve

READER = "reader@inbox.example"


@pytest.fixture
def site(sqlite_url: str) -> Iterator[LiveSite]:
    """A site whose sign-ups are abused, with so many mails to one domain in the last hour that only
    who has a proof gets another."""
    engine = open_engine(sqlite_url)
    with serve(open_sessions(engine)) as site:
        sent(site, limits.FEWEST, "else.example", timedelta(hours=2))
        sent(site, limits.STRICT[Reach.DOMAIN][0], "inbox.example", timedelta(minutes=20))
        yield site
    engine.dispose()


def sent(site: LiveSite, many: int, domain: str, ago: timedelta) -> None:
    with site.sessions.begin() as session:
        for number in range(many):
            mail = Invitation(bucket=f"{domain} {number}", network="", domain=domain, asks=True)
            invitations.keep_invitation(session, mail, site.clock() - ago)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    quiet = ["--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=shutil.which("chromium"), args=quiet)


@pytest.mark.parametrize(("scripts", "mails"), [(True, [READER]), (False, [])])
def test_a_browser_works_for_its_sign_up_and_one_without_scripts_meets_the_limits(
    site: LiveSite, browser: Browser, scripts: bool, mails: list[str]
) -> None:
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{site.port}/")
    site.clock.move(seconds=5)
    page.fill("#email", READER)
    page.press("#email", "Enter")
    page.wait_for_url("**/subscribe")
    assert "Look into your inbox" in page.inner_text("main")
    site.rests()
    assert [mail.recipient for mail in site.mail] == mails
    context.close()
