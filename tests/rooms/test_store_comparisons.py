"""Which two tools are read against each other, as it is kept."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from db.engine import Sessions
from db.store import comparisons as store
from db.store import issues, launches, tools
from digest.errors import NotFoundError
from digest.model import IssueKind, IssueState, Item, Pair, Why
from tests.makers import SUNDAY, a_launch, a_pair, a_tool, an_issue, an_unreviewed_tool

DAY = timedelta(days=1)


def keep(
    sessions: Sessions, challenger: str, incumbent: str, at: datetime = SUNDAY, category: str = ""
) -> Pair:
    """Keep a pair of tools by their names, and the tools themselves where they are new."""
    with sessions.begin() as session:
        sides = []
        for name in (challenger, incumbent):
            given = a_tool(name, category=category or "Writing")
            sides.append(replace(given, id=tools.put_tool(session, given, at).id))
        pair = a_pair(*sides, published_at=at, updated_at=at)
        store.keep_pair(session, pair, None)
    return pair


def slugs(pairs: list[Pair]) -> list[str]:
    return [pair.slug for pair in pairs]


def test_a_pair_comes_back_whole(sessions: Sessions) -> None:
    why = Why(sentence="Both draft notes.", evidence=("notes", "drafts"), ranker="bm25", score=7.25)
    with sessions.begin() as session:
        newcomer, known = an_unreviewed_tool(), a_tool("Notekeel")
        newcomer = replace(newcomer, id=tools.put_tool(session, newcomer, SUNDAY).id)
        known = replace(known, id=tools.put_tool(session, known, SUNDAY).id)
        launch = launches.keep_launch(session, a_launch("Newcomer"), SUNDAY)
        pair = a_pair(newcomer, known, why=why)
        store.keep_pair(session, pair, launch)
    with sessions() as session:
        assert store.pair(session.connection(), "newcomer-vs-notekeel") == pair


def test_a_pair_shows_its_tools_as_they_are_today(sessions: Sessions) -> None:
    keep(sessions, "Plainwright", "Notekeel")
    with sessions.begin() as session:
        tools.put_tool(session, a_tool("Notekeel", pricing="$12"), SUNDAY + DAY)
    with sessions() as session:
        assert (
            store.pair(session.connection(), "plainwright-vs-notekeel").incumbent.pricing == "$12"
        )


def test_a_pair_nobody_made_is_not_found(sessions: Sessions) -> None:
    with sessions() as session, pytest.raises(NotFoundError, match="there is no comparison 'a-b'"):
        store.pair(session.connection(), "a-b")


def test_the_pair_of_two_tools_is_found_from_either_side(sessions: Sessions) -> None:
    keep(sessions, "Plainwright", "Notekeel")
    keep(sessions, "Plainwright", "Aldermoor")
    with sessions() as session:
        forth = store.pair_of(session, "plainwright", "notekeel")
        back = store.pair_of(session, "notekeel", "plainwright")
        assert forth is not None
        assert forth.slug == "plainwright-vs-notekeel"
        assert back == forth
        assert store.pair_of(session, "notekeel", "aldermoor") is None
        assert store.pair_of(session, "plainwright", "nobody") is None
        assert store.pair_of(session, "nobody", "no-one") is None


def test_named_pairs_come_in_the_order_of_their_names(sessions: Sessions) -> None:
    first = keep(sessions, "Plainwright", "Notekeel").slug
    second = keep(sessions, "Aldermoor", "Notekeel").slug
    with sessions() as session:
        assert slugs(store.pairs(session, [second, "no-such", first])) == [second, first]
        assert slugs(store.pairs(session, [first, second])) == [first, second]
        assert store.pairs(session, []) == []


def test_the_latest_pairs_come_newest_first(sessions: Sessions) -> None:
    old = keep(sessions, "Plainwright", "Notekeel", SUNDAY - DAY).slug
    new = keep(sessions, "Aldermoor", "Notekeel", SUNDAY).slug
    newest = keep(sessions, "Fernwick", "Notekeel", SUNDAY).slug
    with sessions() as session:
        assert slugs(store.latest(session, 10)) == [newest, new, old]
        assert slugs(store.latest(session, 2)) == [newest, new]


def test_the_latest_of_a_category_are_those_with_either_tool_in_it(sessions: Sessions) -> None:
    keep(sessions, "Plainwright", "Notekeel", SUNDAY, "Writing")
    keep(sessions, "Aldermoor", "Fernwick", SUNDAY, "Coding")
    mixed = keep(sessions, "Notekeel", "Tarnhelm", SUNDAY + DAY, "Video")
    with sessions() as session:
        assert slugs(store.latest(session, 10, store.Among(["Coding"]))) == [
            "aldermoor-vs-fernwick"
        ]
        assert slugs(store.latest(session, 10, store.Among(["Video"]))) == [
            mixed.slug,
            "plainwright-vs-notekeel",
        ]
        assert slugs(store.latest(session, 10, store.Among(["Writing"]))) == [
            "plainwright-vs-notekeel"
        ]
        assert store.latest(session, 10, store.Among(["Music"])) == []


@pytest.mark.parametrize(
    ("kind", "state", "waits"),
    [
        (IssueKind.DIGEST, IssueState.DRAFT, False),
        (IssueKind.DIGEST, IssueState.SENT, False),
        (IssueKind.DIGEST, IssueState.SKIPPED, True),
        (IssueKind.DIGEST, IssueState.CANCELLED, True),
        (IssueKind.COMPARISON, IssueState.SENT, True),
    ],
)
def test_a_pair_waits_until_a_digest_holds_it(
    sessions: Sessions, kind: IssueKind, state: IssueState, waits: bool
) -> None:
    pair = keep(sessions, "Plainwright", "Notekeel")
    issue = an_issue(kind=kind, state=state, items=(Item(comparison=pair.slug),))
    with sessions.begin() as session:
        assert slugs(store.unmailed(session)) == [pair.slug]
        issues.put_issue(session, issue, SUNDAY.date(), SUNDAY)
    with sessions() as session:
        assert slugs(store.unmailed(session)) == ([pair.slug] if waits else [])


def test_challengers_are_known_by_their_ids(sessions: Sessions) -> None:
    pair = keep(sessions, "Plainwright", "Notekeel")
    with sessions() as session:
        assert store.challengers(session) == {pair.challenger.id}


def test_uses_count_how_often_a_tool_was_an_incumbent_lately(sessions: Sessions) -> None:
    keep(sessions, "Plainwright", "Notekeel", SUNDAY - 30 * DAY)
    keep(sessions, "Aldermoor", "Notekeel", SUNDAY)
    keep(sessions, "Fernwick", "Notekeel", SUNDAY)
    keep(sessions, "Notekeel", "Tarnhelm", SUNDAY)
    with sessions() as session:
        assert store.uses(session, SUNDAY - DAY) == Counter(notekeel=2, tarnhelm=1)
        assert store.uses(session, SUNDAY - 30 * DAY) == Counter(notekeel=3, tarnhelm=1)
        assert store.uses(session, SUNDAY + DAY) == Counter()


def test_touching_a_tool_marks_the_pairs_on_either_side_of_it(sessions: Sessions) -> None:
    as_incumbent = keep(sessions, "Plainwright", "Notekeel")
    as_challenger = keep(sessions, "Notekeel", "Aldermoor")
    other = keep(sessions, "Fernwick", "Tarnhelm")
    with sessions.begin() as session:
        store.touch(session, [as_incumbent.incumbent.id], SUNDAY + DAY)
    with sessions() as session:
        for pair, at in ((as_incumbent, DAY), (as_challenger, DAY), (other, 0 * DAY)):
            known = store.pair(session.connection(), pair.slug)
            assert known.updated_at == SUNDAY + at
            assert known.published_at == SUNDAY
