"""Browsers, and a site with something on every page for them. SQLite alone: what the engines do
differently, a browser does not see."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from db.engine import Sessions, open_engine, open_sessions
from tests.doors.site import LiveSite, serve
from tests.judges.browser import browser
from tests.judges.install import missing
from tests.web.publication import publish


@pytest.fixture(scope="session", autouse=True)
def _tools() -> None:
    if lacking := missing():
        raise pytest.fail.Exception(lacking, pytrace=False)


# A module's own, no longer: Playwright's loop runs in this thread while it lasts, and other tests
# of the same core may want one of theirs.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture
def sessions(sqlite_url: str) -> Iterator[Sessions]:
    engine = open_engine(sqlite_url)
    yield open_sessions(engine)
    engine.dispose()


@pytest.fixture
def site(sessions: Sessions) -> Iterator[LiveSite]:
    with serve(sessions) as site:
        publish(site)
        yield site
