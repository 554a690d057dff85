"""What a feed shows is announced once, and old things are not news: told over many polls."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest

from db.engine import reading
from db.store import launches as store
from digest import desk
from digest.errors import NotAllowedError
from digest.jobs.collect import Collected
from digest.model import Feed, Launch, LaunchState
from tests.feed_server import Answer
from tests.makers import SUNDAY
from tests.newsroom import Newsroom, a_product_hunt_feed

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Item:
    """An item of an RSS feed, `age` before SUNDAY; None for one without a date."""

    name: str
    age: timedelta | None = timedelta()
    guid: str = ""
    link: str = ""
    tagline: str = "Drafts release notes"
    title: str = ""

    def rss(self) -> str:
        slug = self.name.lower().replace(" ", "-")
        dated = "" if self.age is None else format_datetime(SUNDAY - self.age)
        return (
            f"<item><title>{self.title or f'Show HN: {self.name} – {self.tagline}'}</title>"
            f"<link>{self.link or f'https://{slug}.example/'}</link>"
            f"<guid isPermaLink='false'>{self.guid or f'item:{slug}'}</guid>"
            f"<pubDate>{dated}</pubDate></item>"
        )


def rss(items: Iterable[Item]) -> bytes:
    listed = "".join(item.rss() for item in items)
    return f'<rss version="2.0"><channel><title>Feed</title>{listed}</channel></rss>'.encode()


def names(launches: Iterable[Launch]) -> list[str]:
    return [launch.name for launch in launches]


def launches(newsroom: Newsroom, *states: LaunchState) -> list[Launch]:
    with reading(newsroom.sessions) as session:
        return store.launches(session, states)


def the_feed(newsroom: Newsroom) -> Feed:
    with reading(newsroom.sessions) as session:
        [feed] = store.feeds(session)
    return feed


def polls(newsroom: Newsroom, *documents: Iterable[Item]) -> list[Collected]:
    """Follow a feed that shows these documents, an hour apart; one report each."""
    listed = [rss(document) for document in documents]
    newsroom.follows("/feed", listed[0], *listed, kind="hackernews", backlog=False)
    reports = []
    for _ in documents:
        reports += newsroom.collects()
        newsroom.clock.move(minutes=60)
    return reports


# --- the first reading ---------------------------------------------------------------------


def test_when_a_feed_is_first_read_only_the_last_week_is_news(newsroom: Newsroom) -> None:
    first = (Item("Mergewren", 2 * DAY), Item("Inkmoor", 8 * DAY), Item("Callhorn", None))
    later = (Item("Draftloom", -DAY), *first)
    reports = polls(newsroom, first, later)
    assert [names(report.launches) for report in reports] == [["Mergewren"], ["Draftloom"]]
    old = launches(newsroom, LaunchState.BACKLOG)
    assert {launch.name for launch in old} == {"Inkmoor", "Callhorn"}
    assert {launch.reason for launch in old} == {"in the feed before it was followed"}


def test_how_far_back_the_first_reading_goes_is_a_setting(newsroom: Newsroom) -> None:
    newsroom.chooses(backlog_days=30)
    [report] = polls(newsroom, (Item("Mergewren", 29 * DAY), Item("Inkmoor", 31 * DAY)))
    assert names(report.launches) == ["Mergewren"]


def test_a_feed_may_be_followed_with_all_that_it_lists(newsroom: Newsroom) -> None:
    newsroom.follows("/feed", rss([Item("Inkmoor", 400 * DAY)]), kind="hackernews", backlog=True)
    assert names(newsroom.collects()[0].launches) == ["Inkmoor"]


def test_a_date_that_stands_on_every_entry_is_not_trusted(newsroom: Newsroom) -> None:
    [report] = polls(newsroom, [Item(f"Tool Number{n}", DAY) for n in range(6)])
    assert report.launches == ()


def test_a_feed_that_fails_at_first_is_first_read_when_it_is_well(newsroom: Newsroom) -> None:
    document = rss([Item("Inkmoor", 8 * DAY)])
    answers = (Answer(document), Answer(status=503), Answer(document))
    newsroom.follows("/feed", *answers, kind="hackernews", backlog=False)
    for _ in range(2):
        [report] = newsroom.collects()
    assert (report.new, report.launches) == (1, ())


def test_nothing_is_published_in_the_future(newsroom: Newsroom) -> None:
    polls(newsroom, (), (Item("Mergewren", -300 * DAY),))
    [launch] = launches(newsroom)
    assert (launch.state, launch.published) == (LaunchState.NEW, SUNDAY + timedelta(hours=1))


def test_an_undated_entry_is_new_when_it_is_first_seen(newsroom: Newsroom) -> None:
    first = (Item("Inkmoor", None),)
    reports = polls(newsroom, first, (Item("Mergewren", None), *first))
    assert [names(report.launches) for report in reports] == [[], ["Mergewren"]]


# --- entries that are no news though they look new -----------------------------------------


def test_an_entry_that_slides_back_into_view_is_no_news(newsroom: Newsroom) -> None:
    shown = tuple(Item(f"Tool Number{n}", n * 10 * DAY) for n in range(1, 5))
    _, report = polls(newsroom, shown[:3], (shown[0], *shown[2:]))
    assert report.launches == ()
    [slid] = [one for one in launches(newsroom) if one.name == "Tool Number4"]
    assert slid.state is LaunchState.BACKLOG
    assert slid.reason.startswith("dated 2026-10-13, before all we know of this feed")


def test_a_post_that_is_dated_by_its_draft_is_news(newsroom: Newsroom) -> None:
    shown = (Item("Inkmoor", 20 * DAY), Item("Callhorn", 40 * DAY))
    _, report = polls(newsroom, shown, (Item("Mergewren", 30 * DAY), *shown))
    assert names(report.launches) == ["Mergewren"]


def test_an_undated_entry_below_all_we_know_waits_for_an_editor(newsroom: Newsroom) -> None:
    shown = tuple(Item(f"Tool Number{n}", None) for n in range(4))
    _, report = polls(newsroom, shown[:3], (shown[0], *shown[2:]))
    assert report.launches == ()
    [waiting] = launches(newsroom, LaunchState.CANDIDATE)
    assert (waiting.name, waiting.reason) == (
        "Tool Number3",
        "undated, and below what this feed showed before: is it new?",
    )


def test_ids_that_turn_to_https_are_the_ids_they_were(newsroom: Newsroom) -> None:
    plain = Item("Mergewren", guid="http://feed.example/1", link="http://feed.example/1")
    secure = Item("Mergewren", guid="https://feed.example/1", link="https://feed.example/1")
    reports = polls(newsroom, (), (plain,), (secure,), (plain,))
    assert [report.new for report in reports] == [0, 1, 0, 0]


def test_an_id_made_from_the_headline_changes_with_it_and_is_no_second_launch(
    newsroom: Newsroom,
) -> None:
    before = Item("Mergwren", DAY, guid="mergwren", link="https://wren.example/")
    after = Item("Mergewren", DAY, guid="mergewren", link="https://wren.example/")
    reports = polls(newsroom, (before,), (after,))
    assert [(report.new, report.kept.edited) for report in reports] == [(1, 0), (0, 1)]
    assert names(launches(newsroom)) == ["Mergewren"]


def test_a_site_that_makes_all_its_ids_anew_announces_nothing(newsroom: Newsroom) -> None:
    shown = [Item(f"Tool Number{n}", n * DAY) for n in range(40)]
    rebuilt = [
        Item(f"Tool Number{n}", n * DAY, guid=f"new:{n}", link=f"https://new.example/{n}")
        for n in range(40)
    ]
    reports = polls(newsroom, shown, rebuilt, rebuilt)
    assert [report.new for report in reports] == [40, 0, 0]
    assert reports[1].kept.notice == "40 old entries became new at once"
    assert reports[2].kept.notice == ""
    assert the_feed(newsroom).notice == "40 old entries became new at once"


def test_what_comes_with_more_than_thirty_old_entries_is_held_for_an_editor(
    newsroom: Newsroom,
) -> None:
    shown = [Item(f"Tool Number{n}", n * DAY) for n in range(40)]
    archive = [Item(f"Old Tool{n}", (50 + n) * DAY) for n in range(31)]
    _, report = polls(newsroom, shown, [Item("Mergewren"), *shown, *archive])
    assert report.launches == ()
    held = launches(newsroom, LaunchState.CANDIDATE)
    assert len(held) == 32
    assert {launch.reason for launch in held} == {
        "31 old entries of this feed became new at once: is this one new?"
    }
    [wren] = [launch for launch in held if launch.name == "Mergewren"]
    desk.confirm_launches(newsroom.sessions, [wren.id])
    assert "Mergewren" in names(launches(newsroom, LaunchState.NEW))


def test_thirty_new_entries_at_once_are_news(newsroom: Newsroom) -> None:
    fresh = [Item(f"Tool Number{n}", n * DAY / 24) for n in range(40)]
    _, report = polls(newsroom, (), fresh)
    assert len(report.launches) == 40


# --- edits ---------------------------------------------------------------------------------


def test_an_edited_entry_mends_its_launch_and_is_not_announced_again(newsroom: Newsroom) -> None:
    said = (Item("Mergwren", guid="1", tagline="drafts notes"),)
    mended = (Item("Mergewren", guid="1", tagline="drafts release notes"),)
    reports = polls(newsroom, said, mended, mended)
    assert [(report.new, report.kept.edited) for report in reports] == [(1, 0), (0, 1), (0, 0)]
    [launch] = launches(newsroom)
    assert (launch.name, launch.tagline) == ("Mergewren", "drafts release notes")


def test_points_and_comments_are_no_edit(newsroom: Newsroom) -> None:
    def counted(points: int) -> bytes:
        said = f"&lt;p&gt;Points: {points}&lt;/p&gt;&lt;p&gt;# Comments: {points * 2}&lt;/p&gt;"
        item = (
            Item("Mergewren").rss().replace("</item>", f"<description>{said}</description></item>")
        )
        return f'<rss version="2.0"><channel>{item}</channel></rss>'.encode()

    newsroom.follows("/feed", *map(counted, range(4)), kind="hackernews")
    reports = [newsroom.collects()[0] for _ in range(3)]
    assert [(report.new, report.kept.edited) for report in reports] == [(1, 0), (0, 0), (0, 0)]


def test_a_release_that_is_tagged_again_is_an_update_once(newsroom: Newsroom) -> None:
    def release(notes: str, day: int) -> bytes:
        return f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Releases</title><entry>
        <id>tag:github.com,2008:Repository/1/v1.2.0</id><updated>2026-11-{day}T10:00:00Z</updated>
        <link href="https://github.com/wren/mergewren/releases/tag/v1.2.0"/>
        <title>v1.2.0</title><content type="text">{notes}</content></entry></feed>""".encode()

    first, again = release("Notes", 18), release("Other notes", 20)
    touched = release("Other notes", 21)
    newsroom.follows("/feed", first, first, again, again, touched, kind="releases", backlog=False)
    updates = [newsroom.collects()[0].kept.updates for _ in range(4)]
    assert updates == [("v1.2.0",), ("v1.2.0, tagged again",), (), ()]


# --- one tool, several announcements -------------------------------------------------------


def test_a_tool_that_three_feeds_announce_is_one_launch(newsroom: Newsroom) -> None:
    for number, (kind, link) in enumerate(
        (
            ("hackernews", "https://www.mergewren.example/?utm_source=hn&amp;utm_medium=feed"),
            ("hackernews", "http://mergewren.example/index.html?ref=producthunt#top"),
            ("hackernews", "https://www.google.com/url?q=https%3A%2F%2Fmergewren.example%2F"),
        )
    ):
        newsroom.follows(f"/{number}", rss([Item("Mergewren", link=link)]), kind=kind)
    newsroom.follows("/ph", a_product_hunt_feed(("MergeWren", "Release notes from merges")))
    reports = newsroom.collects()
    assert [len(report.launches) for report in reports] == [1, 0, 0, 0]
    assert [report.kept.repeats for report in reports] == [0, 1, 1, 1]
    assert names(launches(newsroom)) == ["Mergewren"]


def test_two_tools_of_one_name_from_two_makers_are_two(newsroom: Newsroom) -> None:
    _, report = polls(
        newsroom,
        (),
        [
            Item("Atlasmere", link="https://one.example/", guid="1"),
            Item("Atlasmere", link="https://two.example/", guid="2"),
        ],
    )
    assert len(report.launches) == 2


def test_old_news_that_is_announced_afresh_goes_on(newsroom: Newsroom) -> None:
    newsroom.follows("/old", rss([Item("Mergewren", 60 * DAY)]), kind="hackernews", backlog=False)
    newsroom.collects()
    assert names(launches(newsroom, LaunchState.BACKLOG)) == ["Mergewren"]
    newsroom.follows("/new", rss([Item("Mergewren", DAY)]), kind="hackernews", backlog=False)
    newsroom.collects()
    assert names(launches(newsroom, LaunchState.NEW)) == ["Mergewren"]


# --- an editor's word ----------------------------------------------------------------------


@pytest.fixture
def candidate(newsroom: Newsroom) -> Launch:
    said = "Introducing Mergewren: alt texts for pictures"
    blog = [Item("Mergewren", title=said, link="https://blog.mergewren.example/hello")]
    newsroom.follows("/blog", rss(blog), kind="blog", backlog=False)
    newsroom.collects()
    [launch] = launches(newsroom)
    return launch


def test_what_a_blog_announces_waits_for_an_editor(newsroom: Newsroom, candidate: Launch) -> None:
    assert (candidate.state, candidate.reason) == (
        LaunchState.CANDIDATE,
        "announced on a blog: is it a tool?",
    )
    assert newsroom.pairs() == []
    desk.confirm_launches(newsroom.sessions, [candidate.id])
    assert [report.launch.name for report in newsroom.pairs()] == ["Mergewren"]


def test_what_an_editor_rejects_stays_out_whoever_announces_it(
    newsroom: Newsroom, candidate: Launch
) -> None:
    desk.reject_launches(newsroom.sessions, [candidate.id], "a programme for schools")
    newsroom.follows("/ph", a_product_hunt_feed(("Mergewren", "Release notes from merges")))
    newsroom.collects()
    [rejected] = launches(newsroom)
    assert (rejected.state, rejected.reason) == (
        LaunchState.REJECTED,
        "a programme for schools",
    )
    assert newsroom.pairs() == []


def test_a_second_source_that_is_sure_frees_a_candidate(
    newsroom: Newsroom, candidate: Launch
) -> None:
    newsroom.follows("/ph", a_product_hunt_feed(("Mergewren", "Release notes from merges")))
    newsroom.collects()
    [freed] = launches(newsroom)
    assert (freed.id, freed.state, freed.reason) == (candidate.id, LaunchState.NEW, "")


def test_a_launch_that_has_gone_on_is_past_confirming(
    newsroom: Newsroom, candidate: Launch
) -> None:
    desk.confirm_launches(newsroom.sessions, [candidate.id])
    with pytest.raises(NotAllowedError, match="cannot confirm Mergewren: it is new"):
        desk.confirm_launches(newsroom.sessions, [candidate.id])


def test_of_several_launches_all_are_confirmed_or_none(
    newsroom: Newsroom, candidate: Launch
) -> None:
    newsroom.follows("/ph", a_product_hunt_feed(("Inkmoor", "Alt texts for pictures")))
    newsroom.collects()
    [new] = launches(newsroom, LaunchState.NEW)
    with pytest.raises(NotAllowedError):
        desk.confirm_launches(newsroom.sessions, [candidate.id, new.id])
    assert names(launches(newsroom, LaunchState.CANDIDATE)) == ["Mergewren"]


# --- on the way ----------------------------------------------------------------------------


def test_what_is_published_while_we_were_away_is_news(newsroom: Newsroom) -> None:
    shown = [Item("Inkmoor", 40 * DAY)]
    newsroom.follows("/feed", rss(shown), kind="hackernews", backlog=False)
    newsroom.collects()
    newsroom.clock.move(days=20)
    newsroom.web.script("/feed", Answer(rss([Item("Mergewren", -2 * DAY)])))
    assert names(newsroom.collects()[0].launches) == ["Mergewren"]


@pytest.mark.slow
def test_a_thousand_polls_later_an_entry_is_still_known(newsroom: Newsroom) -> None:
    moments: list[datetime] = []
    newsroom.follows("/feed", rss([Item("Inkmoor", DAY)]), kind="hackernews", backlog=False)
    newsroom.collects()
    for start in range(0, 1500, 300):
        tools = [Item(f"Tool Number{start + n}", -DAY) for n in range(300)]
        newsroom.web.script("/feed", Answer(rss(tools)))
        newsroom.clock.move(days=1)
        newsroom.collects()
        moments.append(newsroom.clock())
    newsroom.web.script("/feed", Answer(rss([Item("Inkmoor", DAY)])))
    assert newsroom.collects()[0].new == 0
