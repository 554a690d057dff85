"""A WebSub hub hears of each feed that has news: once, and again only when it did not listen."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from db.engine import Sessions
from digest import desk, votes, wiring
from digest.model import Call
from digest.votes import Visitor
from tests.feed_server import Answer, FeedServer
from tests.makers import a_panel, a_tool
from tests.newsroom import Newsroom

DONE, DOWN = Answer(status=204), Answer(status=503)
SITE = "https://shiporskip.example"
QUIET = "0 feeds told of, 0 failed"


class Hub:
    """A hub on this machine, and what it heard."""

    def __init__(self, web: FeedServer) -> None:
        self.web, self.address = web, web.script("/hub", DONE)

    def answers(self, *answers: Answer) -> None:
        self.web.script("/hub", *answers)

    def heard(self) -> list[str]:
        """The feeds it was told of since it was last asked here, in order of their names."""
        forms = [asked.form for asked in self.web.asked]
        self.web.asked.clear()
        assert all(form[0] == ("hub.mode", "publish") for form in forms)
        return sorted(topic for _, (name, topic) in forms if name == "hub.url")


@pytest.fixture
def web() -> Iterator[FeedServer]:
    with FeedServer() as web:
        yield web


@pytest.fixture
def hub(web: FeedServer) -> Hub:
    return Hub(web)


@pytest.fixture
def telling(sessions: Sessions, tmp_path: Path, web: FeedServer, hub: Hub) -> Newsroom:
    """A newsroom with a hub to tell and verdicts on three tools, its clock running."""
    newsroom = Newsroom(sessions, tmp_path, web, websub_hub=hub.address)
    tools = [a_tool("Plainwright"), a_tool("Notekeel"), a_tool("Callhorn", category="Voice")]
    newsroom.holds_verdicts_on(*tools)
    wiring.tick(newsroom.parts, "announce")
    return newsroom


def tells(newsroom: Newsroom) -> str | None:
    """What the job does when its time has come."""
    newsroom.clock.move(minutes=5)
    return wiring.tick(newsroom.parts, "announce")


def compares(newsroom: Newsroom, a: str, b: str) -> None:
    desk.compare_tools(newsroom.sessions, newsroom.clock, a, b)


def feeds(*categories: str) -> list[str]:
    """All three formats of the whole feed and of these categories."""
    queries = ["", *(f"?category={name}" for name in categories)]
    return sorted(
        f"{SITE}/feed.{kind}{query}" for kind in ("atom", "json", "xml") for query in queries
    )


def test_a_hub_hears_of_a_new_comparison_once(telling: Newsroom, hub: Hub) -> None:
    assert tells(telling) == QUIET
    compares(telling, "plainwright", "notekeel")
    assert tells(telling) == "6 feeds told of, 0 failed"
    assert hub.heard() == feeds("Writing")
    assert tells(telling) == QUIET
    assert hub.heard() == []


def test_a_hub_hears_of_the_feeds_that_changed_alone(telling: Newsroom, hub: Hub) -> None:
    compares(telling, "plainwright", "notekeel")
    tells(telling)
    hub.heard()
    telling.holds_verdicts_on(a_tool("Hornbill", category="Voice"))
    compares(telling, "hornbill", "callhorn")
    tells(telling)
    assert hub.heard() == feeds("Voice")


def test_a_verdict_that_arrives_is_news_and_a_vote_is_none(telling: Newsroom, hub: Hub) -> None:
    compares(telling, "plainwright", "notekeel")
    tells(telling)
    hub.heard()
    votes.vote(
        telling.sessions,
        telling.clock,
        telling.parts.signing,
        "plainwright",
        Visitor(1, "203.0.113.1"),
        Call.SHIP,
    )
    assert tells(telling) == QUIET
    telling.holds_verdicts_on(a_tool("Plainwright", reviews=a_panel(10, 20, 30, 40)))
    tells(telling)
    assert hub.heard() == feeds("Writing")


def test_a_hub_that_did_not_listen_is_told_again(
    telling: Newsroom, hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    compares(telling, "plainwright", "notekeel")
    hub.answers(DOWN, DONE)
    assert tells(telling) == "5 feeds told of, 1 failed"
    assert len(hub.heard()) == 6
    assert tells(telling) == "1 feeds told of, 0 failed"
    (missed,) = hub.heard()
    assert f"not told of {missed}: it answered 503" in caplog.text


def test_a_hub_that_is_away_blocks_nothing(telling: Newsroom) -> None:
    with FeedServer() as gone:
        away = gone.url("/hub")
    publication = replace(telling.parts.publication, hub=away)
    telling.chooses(allow_private_feeds=frozenset(["127.0.0.1"]))
    fetch = wiring.fetcher(telling.parts.settings)
    telling.parts = replace(telling.parts, publication=publication, fetch=fetch)
    compares(telling, "plainwright", "notekeel")
    assert tells(telling) == "0 feeds told of, 6 failed"
    assert tells(telling) == "0 feeds told of, 6 failed"


def test_a_hub_at_a_private_address_is_not_asked(telling: Newsroom, hub: Hub) -> None:
    guarded = wiring.fetcher(replace(telling.parts.settings, allow_private_feeds=frozenset()))
    telling.parts = replace(telling.parts, fetch=guarded)
    compares(telling, "plainwright", "notekeel")
    assert tells(telling) == "0 feeds told of, 6 failed"
    assert hub.heard() == []


def test_another_hub_hears_of_everything(telling: Newsroom, hub: Hub, web: FeedServer) -> None:
    compares(telling, "plainwright", "notekeel")
    tells(telling)
    hub.heard()
    publication = replace(telling.parts.publication, hub=web.script("/another", DONE))
    telling.parts = replace(telling.parts, publication=publication)
    tells(telling)
    assert hub.heard() == feeds("Writing")


def test_without_a_hub_nobody_is_told(newsroom: Newsroom) -> None:
    newsroom.holds_verdicts_on(a_tool("Plainwright"), a_tool("Notekeel"))
    compares(newsroom, "plainwright", "notekeel")
    wiring.tick(newsroom.parts, "announce")
    assert tells(newsroom) == "no hub to tell"
    assert newsroom.web.asked == []
