"""A launch that came with a name alone gets its words from its own page."""

from collections.abc import Sequence

from db.engine import reading
from db.store import launches as store
from digest.jobs.describe import MOST, describe
from digest.model import Launch, LaunchState
from digest.ports import Request, Response
from tests.feed_server import Answer
from tests.makers import a_launch
from tests.newsroom import Newsroom

SAYS = "Mergewren drafts release notes. It reads merged pull requests."
PAGE = f"""<!doctype html><html><head><title>Mergewren | Home</title>
<meta name="description" content="{SAYS}"></head><body></body></html>""".encode()
HTML = {"Content-Type": "text/html; charset=utf-8"}


def keeps(newsroom: Newsroom, name: str = "Mergewren", **fields: str) -> int:
    """Keep a launch with nothing but a name, unless fields say more."""
    with newsroom.sessions.begin() as session:
        launch = a_launch(name, **({"tagline": ""} | fields))
        return store.keep_launch(session, launch, newsroom.clock())


def kept(newsroom: Newsroom, number: int) -> Launch:
    with reading(newsroom.sessions) as session:
        return store.launch(session, number)


def describes(newsroom: Newsroom) -> list[str]:
    found = describe(newsroom.sessions, newsroom.parts.fetch, newsroom.clock)
    return [launch.name for launch in found]


def test_a_page_says_what_the_feed_did_not(newsroom: Newsroom) -> None:
    url = newsroom.web.script("/", Answer(PAGE, headers=HTML))
    number = keeps(newsroom, url=url)
    assert describes(newsroom) == ["Mergewren"]
    found = kept(newsroom, number)
    assert (found.tagline, found.description) == ("Mergewren drafts release notes.", SAYS)
    assert (found.name, found.url, found.state) == ("Mergewren", url, LaunchState.NEW)

    newsroom.clock.move(days=2)
    assert describes(newsroom) == []
    assert len(newsroom.web.asked) == 1


def test_a_page_that_is_gone_is_asked_again_a_day_later(newsroom: Newsroom) -> None:
    url = newsroom.web.script("/", Answer(PAGE, status=404), Answer(PAGE, headers=HTML))
    number = keeps(newsroom, url=url)
    assert describes(newsroom) == []
    assert kept(newsroom, number).tagline == ""

    newsroom.clock.move(hours=23)
    assert (describes(newsroom), len(newsroom.web.asked)) == ([], 1)
    newsroom.clock.move(hours=1)
    assert (describes(newsroom), len(newsroom.web.asked)) == (["Mergewren"], 2)
    assert kept(newsroom, number).description == SAYS


def test_a_page_that_stays_away_is_asked_for_a_week(newsroom: Newsroom) -> None:
    keeps(newsroom, url=newsroom.web.url("/gone"))
    for _ in range(20):
        assert describes(newsroom) == []
        newsroom.clock.move(hours=12)
    assert len(newsroom.web.asked) == 8  # when it came, and after each of seven days


def test_a_private_address_is_not_asked(newsroom: Newsroom) -> None:
    other_door = "http://127.0.0.2:1/"  # allowed is the test's own server alone
    away = newsroom.web.script("/away", Answer(status=302, headers={"Location": other_door}))
    numbers = [keeps(newsroom, url=url) for url in (other_door, away, "file:///etc/hostname")]
    assert describes(newsroom) == []
    assert {kept(newsroom, number).tagline for number in numbers} == {""}


def test_a_document_that_is_too_large_is_left(newsroom: Newsroom) -> None:
    large = Answer(PAGE + b" " * 10 * 1024 * 1024, headers=HTML)
    number = keeps(newsroom, url=newsroom.web.script("/large", large))
    assert describes(newsroom) == []
    assert kept(newsroom, number).tagline == ""


def test_a_guards_page_is_not_taken_for_the_tools(newsroom: Newsroom) -> None:
    guard = Answer(PAGE.replace(b"Mergewren | Home", b"Just a moment..."), headers=HTML)
    keeps(newsroom, url=newsroom.web.script("/", guard))
    assert describes(newsroom) == []


def test_what_no_database_takes_stays_outside(newsroom: Newsroom) -> None:
    odd = PAGE.replace(b"release", b"release\0&#0;&#xD800;\xed\xa0\x80")
    number = keeps(newsroom, url=newsroom.web.script("/", Answer(odd, headers=HTML)))
    assert describes(newsroom) == ["Mergewren"]
    assert kept(newsroom, number).tagline.startswith("Mergewren drafts release")


def test_a_launch_with_words_or_without_a_page_is_never_asked(newsroom: Newsroom) -> None:
    url = newsroom.web.script("/", Answer(PAGE, headers=HTML))
    keeps(newsroom, url=url, tagline="Drafts release notes")
    keeps(newsroom, url=url, description="Mergewren drafts release notes.")
    keeps(newsroom, url="")
    assert describes(newsroom) == []
    assert newsroom.web.asked == []


def test_words_that_came_in_the_meantime_stay(newsroom: Newsroom) -> None:
    number = keeps(newsroom, url=newsroom.web.script("/", Answer(PAGE, headers=HTML)))

    def fetch(requests: Sequence[Request], /) -> Sequence[Response]:
        with newsroom.sessions.begin() as session:
            store.describe_launch(
                session, number, tagline="Notes", description="", now=newsroom.clock()
            )
        return newsroom.parts.fetch(requests)

    assert describe(newsroom.sessions, fetch, newsroom.clock) == []
    assert kept(newsroom, number).tagline == "Notes"


def test_a_run_asks_so_many_pages_and_the_next_run_the_others(newsroom: Newsroom) -> None:
    url = newsroom.web.script("/", Answer(PAGE, headers=HTML))
    for _ in range(MOST + 1):
        keeps(newsroom, url=url)
    assert [len(describes(newsroom)) for _ in range(3)] == [MOST, 1, 0]
