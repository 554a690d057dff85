"""The site that the tests of this folder ask."""

from collections.abc import Iterator

import pytest

from db.engine import Sessions
from tests.doors.site import LiveSite, serve


@pytest.fixture
def site(sessions: Sessions) -> Iterator[LiveSite]:
    """An empty site on loopback HTTP, on each database engine in turn."""
    with serve(sessions) as site:
        yield site
