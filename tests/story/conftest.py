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
