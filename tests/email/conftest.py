"""Who judges mails needs tools from outside: without them these tests fail, each with one line."""

from collections.abc import Iterator

import pytest

from tests.judges.browser import Screen, chromium
from tests.judges.install import missing


@pytest.fixture(scope="session", autouse=True)
def _tools() -> None:
    if lacking := missing():
        raise pytest.fail.Exception(lacking, pytrace=False)


# A module's own, no longer: Playwright's loop runs in this thread while it lasts, and other tests
# of the same core may want one of theirs.
@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    with chromium() as screen:
        yield screen
