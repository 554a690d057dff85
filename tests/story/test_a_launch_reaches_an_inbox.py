"""The way of one launch, from a feed to an inbox and a published feed. Start here."""

import feedparser
import pytest

from digest import publishing
from digest.errors import NotAllowedError, StaleRenderingError
from digest.markers import Marker, chosen
from digest.model import DeliveryState, IssueState
from digest.readers.addressing import marked
from tests.makers import a_panel, a_tool
from tests.newsroom import (
    PUBLISHER,
    WEEK,
    WRITER,
    Newsroom,
    a_product_hunt_feed,
    part,
    titles,
)

NOTEKEEL = a_tool(
    "Notekeel",
    tagline="Release notes from merged pull requests",
    description="Notekeel drafts release notes from merged pull requests and posts them to Slack.",
    reviews=a_panel(82, 71, 64, 58),
)
OTHERS = [
    a_tool("Callhorn", tagline="Answers the phone for clinics", category="Voice", description=""),
    a_tool("Pixelbarn", tagline="Product photos from sketches", category="Design", description=""),
    a_tool("Querymoth", tagline="SQL from plain questions", category="Data", description=""),
]
DAY = "an earlier day"  # the list they came from did not say which
FEED = a_product_hunt_feed(("Mergewren", "Drafts release notes from merged pull requests"))


@pytest.fixture
def ready(newsroom: Newsroom) -> Newsroom:
    """A newsroom with a team, two readers, some verdicts and a feed that tells of one launch."""
    newsroom.hires()
    newsroom.has_readers("ada@inbox.example", "bo@inbox.example")
    newsroom.holds_verdicts_on(NOTEKEEL, *OTHERS)
    newsroom.follows("/feed", FEED)
    return newsroom


def test_a_launch_reaches_an_inbox_and_a_feed(ready: Newsroom) -> None:
    [collected] = ready.collects()
    assert [launch.name for launch in collected.launches] == ["Mergewren"]

    assert titles(ready.pairs()) == ["Mergewren vs Notekeel"]

    composed = ready.drafts()
    assert composed.issue.subject == "Mergewren or Notekeel?"
    ready.submits()
    approved = ready.approves()
    assert approved.state is IssueState.APPROVED
    ready.clock.move(minutes=10)
    ready.sends()

    ada, bo = ready.inbox()
    assert [ada["To"], bo["To"]] == ["ada@inbox.example", "bo@inbox.example"]
    for kind in ("plain", "html"):
        assert "Mergewren" in part(ada, kind)
        assert "Notekeel" in part(ada, kind)
    edition = publishing.edition(ready.sessions)
    published = publishing.feed(ready.sessions, ready.parts.publication, "atom", edition)
    assert [entry.title for entry in feedparser.parse(published).entries] == [
        "Mergewren vs Notekeel"
    ]


def test_doing_every_step_again_mails_nobody_twice(ready: Newsroom) -> None:
    go_through_the_week(ready)
    assert not any(report.launches for report in ready.collects())
    assert ready.pairs() == []
    with pytest.raises(NotAllowedError, match="it is sent"):
        ready.drafts()
    with pytest.raises(NotAllowedError, match="only an approved issue is sent"):
        ready.sends()
    assert len(ready.inbox()) == 2


def test_what_arrives_is_what_was_approved_but_for_the_readers_own_links(ready: Newsroom) -> None:
    go_through_the_week(ready)
    rendering = ready.issue().rendering
    assert rendering
    for message in ready.inbox():
        number = message["List-Unsubscribe"].rpartition("/")[2].partition(".")[0]
        arrived = part(message, "html")
        for marker, token in marked(ready.parts.signing.tokens(int(number))).items():
            arrived = arrived.replace(token, marker)
        assert arrived == chosen(rendering.html, ()).replace(Marker.CONFIRMED_ON, DAY)
        assert message["Subject"] == rendering.subject


def test_an_approval_names_the_bytes_the_editor_saw(ready: Newsroom) -> None:
    prepare(ready)
    seen = ready.submits().rendering
    assert seen
    with pytest.raises(StaleRenderingError, match="has changed since you looked"):
        ready.approves(fingerprint="0" * 64)
    assert ready.issue().state is IssueState.REVIEW
    assert ready.approves(fingerprint=seen.fingerprint).approved_fingerprint == seen.fingerprint


def test_nobody_approves_what_was_not_submitted(ready: Newsroom) -> None:
    prepare(ready)
    with pytest.raises(NotAllowedError, match="it was not submitted"):
        ready.approves()


def test_a_writer_hands_in_and_a_publisher_approves(ready: Newsroom) -> None:
    prepare(ready)
    ready.submits(who=WRITER)
    with pytest.raises(NotAllowedError, match="is a writer; a publisher approves"):
        ready.approves(who=WRITER)


def test_nothing_leaves_within_ten_minutes_of_the_approval(ready: Newsroom) -> None:
    prepare(ready)
    ready.submits()
    ready.approves()
    ready.clock.move(minutes=9, seconds=59)
    with pytest.raises(NotAllowedError, match="can still be undone"):
        ready.sends()
    assert ready.inbox() == []


def test_an_issue_that_nobody_approved_is_not_sent(ready: Newsroom) -> None:
    prepare(ready)
    ready.submits()
    with pytest.raises(NotAllowedError, match="it is review, and only an approved issue is sent"):
        ready.sends()
    assert ready.inbox() == []


def test_a_week_without_news_is_skipped_and_says_why(ready: Newsroom) -> None:
    composed = ready.drafts()
    assert composed.issue.state is IssueState.SKIPPED
    assert ready.issue(WEEK).reason == "nothing new: no comparison since the last digest"


def test_with_two_approvers_nobody_approves_what_they_handed_in(ready: Newsroom) -> None:
    ready.chooses(approvers=2)
    prepare(ready)
    ready.submits(who=PUBLISHER)
    with pytest.raises(NotAllowedError, match="a second editor has to approve it"):
        ready.approves(who=PUBLISHER)


def prepare(newsroom: Newsroom) -> None:
    newsroom.collects()
    newsroom.pairs()
    newsroom.drafts()


def go_through_the_week(newsroom: Newsroom) -> None:
    prepare(newsroom)
    newsroom.submits()
    newsroom.approves()
    newsroom.clock.move(minutes=10)
    done = newsroom.sends()
    assert done.counts == {DeliveryState.SENT: 2}
