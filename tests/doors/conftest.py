"""The site that the tests of this folder ask."""

from collections.abc import Iterator

import pytest

from db.engine import Sessions
from tests.doors.site import LiveSite, serve

IN_CI = pytest.param("postgres_url", marks=pytest.mark.slow, id="postgresql")


@pytest.fixture(params=[pytest.param("sqlite_url", id="sqlite"), IN_CI])
def engine_url(request: pytest.FixtureRequest) -> str:
    """Both engines in CI, otherwise one: what is said to the database is tried on both by the tests
    of its room and by the stories, and what a page says does not hang on it."""
    url: str = request.getfixturevalue(request.param)
    return url


@pytest.fixture
def site(sessions: Sessions) -> Iterator[LiveSite]:
    """An empty site on loopback HTTP, on each database engine in turn."""
    with serve(sessions) as site:
        yield site
