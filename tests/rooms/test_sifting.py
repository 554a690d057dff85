"""What is news in a document: properties that hold for any feed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from digest.model import Document, Entry, Feed, LaunchState, Seen
from sources.entries import content, identities
from sources.sifting import MOST_OLD_AT_ONCE, Habits, Past, Sifted, sift
from tests.makers import SUNDAY

FOLLOWED = Feed(
    id=1,
    url="https://feed.example/",
    kind="hackernews",
    seeded_at=SUNDAY - timedelta(days=30),
    checked_at=SUNDAY - timedelta(hours=1),
)
WEEK = timedelta(days=7)

moments = st.none() | st.datetimes(
    (SUNDAY - 60 * timedelta(days=1)).replace(tzinfo=None),
    (SUNDAY + 60 * timedelta(days=1)).replace(tzinfo=None),
).map(lambda naive: naive.replace(tzinfo=SUNDAY.tzinfo))
words = st.sampled_from(["", "a", "b", "https://a.example/1", "http://a.example/1", "é"])
entries = st.builds(Entry, guid=words, link=words, title=words, published=moments, updated=moments)
documents = st.lists(entries, max_size=8)
habits = st.builds(Habits, dated=st.booleans(), retags=st.booleans())


def seen(listed: Sequence[Entry]) -> dict[str, Seen]:
    """What a database would hold after these entries."""
    return {
        identity: Seen(
            identity=identity,
            title=entry.title,
            link=entry.link,
            published=entry.published,
            updated=entry.updated,
            content=content(entry),
        )
        for identity, entry in zip(identities(listed), listed, strict=True)
    }


def sifted(
    feed: Feed, listed: Sequence[Entry], before: Sequence[Entry] = (), kept: Habits | None = None
) -> Sifted:
    known = seen(before)
    past = Past(known=known, latest=list(known.values()))
    return sift(feed, Document(entries=tuple(listed)), past, SUNDAY, kept or Habits(), WEEK)


@given(documents, habits)
def test_the_same_document_again_holds_no_news(listed: list[Entry], kept: Habits) -> None:
    again = sifted(FOLLOWED, listed, listed, kept)
    assert (again.news, again.changes, again.notice) == ((), (), "")


@given(documents, documents, habits)
def test_each_entry_of_a_document_is_news_or_known(
    before: list[Entry], listed: list[Entry], kept: Habits
) -> None:
    found = sifted(FOLLOWED, listed, before, kept)
    news = {one.identity for one in found.news}
    assert len(news) == len(found.news)
    assert news.isdisjoint(seen(before))
    told_of = news | {change.identity for change in found.changes} | set(seen(before))
    assert set(identities(listed)) <= told_of


@given(documents, habits)
def test_at_first_nothing_goes_on_that_is_not_surely_of_this_week(
    listed: list[Entry], kept: Habits
) -> None:
    for one in sifted(replace(FOLLOWED, seeded_at=None), listed, (), kept).news:
        if one.state is LaunchState.NEW:
            assert one.entry.published
            assert SUNDAY - WEEK <= one.entry.published <= SUNDAY + timedelta(days=1)


@given(documents)
def test_whose_dates_cannot_be_trusted_shows_nothing_new_at_first(listed: list[Entry]) -> None:
    first = sifted(replace(FOLLOWED, seeded_at=None), listed, (), Habits(dated=False))
    assert {one.state for one in first.news} <= {LaunchState.BACKLOG}


@given(documents, documents)
def test_only_a_change_of_words_and_date_together_is_a_new_release(
    before: list[Entry], listed: list[Entry]
) -> None:
    for change in sifted(FOLLOWED, listed, before, Habits(retags=True)).changes:
        if change.again:
            assert change.seen.content != content(change.entry)
            assert change.entry.updated
            assert change.seen.updated
            assert change.entry.updated > change.seen.updated


@given(st.integers(1, 2 * MOST_OLD_AT_ONCE))
def test_more_than_thirty_old_entries_at_once_are_held_together(count: int) -> None:
    old = [
        Entry(guid=f"id:{n}", title=f"Tool {n}", published=SUNDAY - timedelta(days=40 + n))
        for n in range(count)
    ]
    found = sifted(FOLLOWED, old)
    states = {one.state for one in found.news}
    expected = LaunchState.CANDIDATE if count > MOST_OLD_AT_ONCE else LaunchState.BACKLOG
    assert states == {expected}
    assert bool(found.notice) == (count > MOST_OLD_AT_ONCE)
