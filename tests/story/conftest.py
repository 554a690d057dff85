from collections.abc import Iterator
from pathlib import Path

import pytest

from db.engine import Sessions
from tests.feed_server import FeedServer
from tests.newsroom import Newsroom


@pytest.fixture
def newsroom(sessions: Sessions, tmp_path: Path) -> Iterator[Newsroom]:
    with FeedServer() as web:
        yield Newsroom(sessions, tmp_path, web)


@pytest.fixture(params=["raw", "bulk"])
def mode(request: pytest.FixtureRequest, newsroom: Newsroom) -> str:
    """Both ways for an issue's copies to leave, in turn."""
    chosen: str = request.param
    newsroom.chooses(ses_mode=chosen)
    return chosen
