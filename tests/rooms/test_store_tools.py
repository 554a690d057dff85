"""Tools as they are kept: written whole, and only when something changed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from db.engine import Sessions
from db.store import tools as store
from db.store.tools import Put
from db.tables import AliasRow, ReviewRow, ToolRow, VoteRow
from digest.errors import NotFoundError
from digest.model import Call, EntryPrice, Tool, Votes
from tests.makers import SUNDAY, a_panel, a_review, a_tool, an_unreviewed_tool

MONDAY = SUNDAY + timedelta(days=1)


def put(sessions: Sessions, tool: Tool) -> Put:
    with sessions.begin() as session:
        return store.put_tool(session, tool, MONDAY)


def kept(sessions: Sessions, name: str = "plainwright") -> Tool:
    with sessions() as session:
        return store.tool(session, name)


def test_a_new_tool_is_kept_whole(sessions: Sessions) -> None:
    given = a_tool(aliases=("Plain Wright", "PW"), entry=EntryPrice.FREEMIUM)
    added = put(sessions, given)
    assert added.change == "added"
    assert kept(sessions) == replace(given, id=added.id)


def test_a_tool_of_a_launch_is_kept_with_all_it_lacks(sessions: Sessions) -> None:
    added = put(sessions, an_unreviewed_tool())
    assert kept(sessions, "newcomer") == an_unreviewed_tool(id=added.id)
    assert kept(sessions, "newcomer").verdict is None


def test_the_same_tool_twice_changes_nothing(sessions: Sessions) -> None:
    added = put(sessions, a_tool(aliases=("PW",)))
    with sessions.begin() as session:
        again = store.put_tool(session, a_tool(aliases=("PW",)), MONDAY + timedelta(days=1))
        assert again == Put(added.id, "same")
        assert session.scalar(select(ToolRow.updated_at)) == MONDAY
        for table, count in ((AliasRow, 1), (ReviewRow, 4), (VoteRow, 2)):
            assert len(session.scalars(select(table)).all()) == count


@pytest.mark.parametrize(
    "change",
    [
        {"tagline": "Drafts release notes, now in colour"},
        {"entry": None},
        {"aliases": ("PW", "Wright")},
        {"aliases": ()},
        {"reviews": a_panel(85, 78, 82)},
        {"reviews": a_panel(85, 78, 82, 71)},
        {"reviews": ()},
        {"votes": Votes(13, 3)},
        {"votes": Votes()},
    ],
    ids=lambda change: " ".join(change),
)
def test_whatever_changes_in_a_tool_is_noticed(
    sessions: Sessions, change: dict[str, object]
) -> None:
    before = a_tool(aliases=("PW",))
    added = put(sessions, before)
    after = replace(before, **change)  # type: ignore[arg-type]
    assert put(sessions, after) == Put(added.id, "changed")
    assert kept(sessions) == replace(after, id=added.id)


def test_one_tool_of_many_in_a_transaction_is_the_one_that_changed(sessions: Sessions) -> None:
    put(sessions, a_tool("Plainwright"))
    put(sessions, a_tool("Notekeel"))
    with sessions.begin() as session:
        first = store.put_tool(session, a_tool("Plainwright", pricing="$12"), MONDAY)
        second = store.put_tool(session, a_tool("Notekeel"), MONDAY)
    assert (first.change, second.change) == ("changed", "same")


def test_reviews_are_replaced_in_the_order_of_the_file(sessions: Sessions) -> None:
    put(sessions, a_tool(reviews=a_panel(85, 78)))
    skeptic_first = (a_review("skeptic", 40), a_review("builder", 85), a_review("scribe", 61))
    put(sessions, a_tool(reviews=skeptic_first))
    assert kept(sessions).reviews == skeptic_first


def test_a_changed_file_leaves_what_readers_voted_here(sessions: Sessions) -> None:
    added = put(sessions, a_tool(votes=Votes(12, 3)))
    with sessions.begin() as session:
        for voter, call in (("one", Call.SHIP), ("two", Call.SKIP), ("three", Call.SKIP)):
            row = VoteRow(tool_id=added.id, voter=voter, call=call, created_at=MONDAY)
            session.add(row)
    assert kept(sessions).votes == Votes(13, 5)
    assert put(sessions, a_tool(votes=Votes(20, 0))).change == "changed"
    assert kept(sessions).votes == Votes(21, 2)
    assert put(sessions, a_tool(votes=Votes(20, 0))).change == "same"


def test_a_changed_file_leaves_the_names_that_editors_gave(sessions: Sessions) -> None:
    added = put(sessions, a_tool(aliases=("PW",)))
    with sessions.begin() as session:
        for _ in ("said", "and said again"):
            store.add_alias(session, added.id, "Plain Wright")
    assert put(sessions, a_tool(aliases=("PW",))).change == "same"
    assert put(sessions, a_tool(aliases=())).change == "changed"
    assert kept(sessions).aliases == ("Plain Wright",)


def test_what_a_launch_told_is_filled_in_and_nothing_else(sessions: Sessions) -> None:
    added = put(sessions, a_tool(tagline=""))
    told = a_tool(id=added.id, tagline="Drafts", pricing="free", votes=Votes(99, 99), reviews=())
    with sessions.begin() as session:
        store.fill_tool(session, told)
    assert kept(sessions) == a_tool(id=added.id, tagline="Drafts")


def test_a_review_is_wanted_until_the_panel_says_something_new(sessions: Sessions) -> None:
    added = put(sessions, a_tool())
    with sessions.begin() as session:
        store.want_review(session, added.id, "Plainwright 2 was launched")
    put(sessions, a_tool(tagline="Drafts", votes=Votes(20, 0)))
    assert kept(sessions).review_wanted == "Plainwright 2 was launched"
    put(sessions, a_tool(reviews=a_panel(85, 78, 82, 71)))
    assert kept(sessions).review_wanted == ""


def test_the_newest_verdict_is_not_the_newest_tool(sessions: Sessions) -> None:
    with sessions.begin() as session:
        store.put_tool(session, an_unreviewed_tool(), MONDAY)
        assert store.newest_verdict(session) is None
        store.put_tool(session, a_tool("Notekeel"), SUNDAY)
        store.put_tool(session, a_tool(), SUNDAY - timedelta(days=1))
        assert store.newest_verdict(session) == SUNDAY


def test_a_tool_is_found_by_its_slug_before_another_of_that_name(sessions: Sessions) -> None:
    put(sessions, a_tool("Notekeel", slug="keel"))
    put(sessions, a_tool("keel", slug="keel-2"))
    assert kept(sessions, "keel").name == "Notekeel"
    assert kept(sessions, "Notekeel").slug == "keel"


def test_a_tool_nobody_knows_is_not_found(sessions: Sessions) -> None:
    with pytest.raises(NotFoundError, match="there is no tool 'plainwright'"):
        kept(sessions)


def test_tools_come_by_name_all_or_some(sessions: Sessions) -> None:
    for name in ("Plainwright", "Notekeel", "Aldermoor"):
        put(sessions, a_tool(name))
    with sessions() as session:
        names = [tool.name for tool in store.tools(session)]
        some = [tool.name for tool in store.tools(session, ["plainwright", "aldermoor", "none"])]
        assert store.tools(session, []) == []
    assert names == ["Aldermoor", "Notekeel", "Plainwright"]
    assert some == ["Aldermoor", "Plainwright"]
