"""Lighthouse gives our pages nearly all it has."""

from pathlib import Path

import pytest

from tests.doors.site import LiveSite
from tests.feed_server import FeedServer
from tests.judges import lighthouse
from tests.newsroom import Newsroom
from tests.web import publication

ENOUGH = 95
PATHS = ["/", "/compare/plainwright-vs-notekeel", "/issues", "/issues/2026-W47"]


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("path", PATHS)
def test_lighthouse_gives_nearly_all_points(site: LiveSite, tmp_path: Path, path: str) -> None:
    with FeedServer() as web:
        publication.send_the_week(site, Newsroom(site.sessions, tmp_path, web))
    found = judged(f"http://127.0.0.1:{site.port}{path}")
    assert set(found.points) == set(lighthouse.CATEGORIES)
    low = {category: points for category, points in found.points.items() if points < ENOUGH}
    assert low == {}, found.costs


def judged(url: str) -> lighthouse.Judgement:
    """A busy machine takes points for speed, so a page that lacks some is judged again, twice."""
    for _ in range(2):
        found = lighthouse.judged(url)
        if min(found.points.values()) >= ENOUGH:
            return found
    return lighthouse.judged(url)
