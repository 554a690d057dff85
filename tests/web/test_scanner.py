"""Mail scanners and link checkers open every link, and some run what a page runs: that changes
nothing."""

import pytest
from playwright.sync_api import Browser
from sqlalchemy import text

from db.engine import reading
from db.tables import Table
from tests.doors.site import LiveSite
from tests.feed_server import FeedServer
from tests.newsroom import Newsroom
from tests.web import publication, walk

READERS = ("reader@inbox.example", "another@inbox.example")


def everything(site: LiveSite) -> dict[str, list[str]]:
    """All rows of all tables."""
    with reading(site.sessions) as session:
        return {
            table.name: sorted(map(repr, session.execute(text(f"SELECT * FROM {table.name}"))))
            for table in Table.metadata.sorted_tables
        }


@pytest.fixture
def scanned(site: LiveSite, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Every path that a mail or a page shows, once mails of all kinds are out."""
    numbers = [site.has_reader(address) for address in READERS]
    site.fill_in("/subscribe", email="newcomer@inbox.example")
    site.fill_in("/subscribe", email=READERS[0])
    with FeedServer() as web:
        room = Newsroom(site.sessions, tmp_path_factory.mktemp("newsroom"), web)
        publication.send_the_week(site, room)
    mailed = publication.own_paths(site)
    assert any("/confirm/" in path for path in mailed)
    assert any("/unsubscribe/" in path for path in mailed)
    tokens = [token for number in numbers for token in publication.every_token(site, number)]
    own = walk.readers_pages(site, [*publication.mailed_tokens(site), *tokens])
    return list(dict.fromkeys([*mailed, *walk.linked(site), *own]))


@pytest.mark.slow
def test_looking_at_every_link_changes_nothing(
    site: LiveSite, scanned: list[str], chromium: Browser
) -> None:
    before = everything(site)
    assert before["subscribers"]
    assert before["consents"]
    mails = len(site.mail)
    context = chromium.new_context()
    page = context.new_page()
    for path in scanned:
        for method in ("GET", "HEAD"):
            assert site.ask(method, path).status < 500
        if walk.is_page(site, path):
            page.goto(f"http://127.0.0.1:{site.port}{path}", wait_until="networkidle")
    context.close()
    site.rests()
    assert everything(site) == before
    assert len(site.mail) == mails
