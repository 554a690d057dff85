"""The community votes: once each, however often and from however many hands at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from db.engine import Sessions, reading
from db.store import readers, tools
from db.tables import BallotRow
from digest import subscriptions, votes
from digest.desk import import_verdicts
from digest.errors import NotFoundError
from digest.jobs.tidy import tidy
from digest.model import Call, Votes
from digest.readers.addresses import key_of
from digest.readers.links import Purpose, Signing
from digest.votes import Outcome, Visitor
from tests.fakes import StoppedClock
from tests.makers import SUNDAY, a_subscriber, a_tool

SHIP, SKIP = Call.SHIP, Call.SKIP
HOME, OFFICE = "203.0.113.1", "2001:db8:0:1::7"
ADA = "ada@inbox.example"


class Community:
    """People at a database that holds one tool without imported votes."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions, self.clock = sessions, StoppedClock(SUNDAY)
        self.signing = Signing(["a key of the site, long enough to be one"])
        self.holds("Plainwright")

    def holds(self, *names: str) -> None:
        with self.sessions.begin() as session:
            for name in names:
                tools.put_tool(session, a_tool(name, votes=Votes()), SUNDAY)

    def votes(
        self, call: Call | None, browser: int, address: str = HOME, token: str = "", tool: str = ""
    ) -> Outcome:
        visitor = Visitor(browser, address, token)
        slug = tool or "plainwright"
        return votes.vote(self.sessions, self.clock, self.signing, slug, visitor, call)

    def has_reader(self, email: str) -> str:
        """The token of the link in the reader's mails."""
        with self.sessions.begin() as session:
            number = readers.add_subscriber(session, key_of(email), a_subscriber(email), SUNDAY)
        assert number
        return self.signing.token(number, Purpose.VOTE)

    @property
    def tool(self) -> int:
        with reading(self.sessions) as session:
            return tools.tool(session, "plainwright").id

    @property
    def counts(self) -> Votes:
        with reading(self.sessions) as session:
            return tools.tool(session, "plainwright").votes

    @property
    def ballots(self) -> list[BallotRow]:
        with reading(self.sessions) as session:
            return list(session.scalars(select(BallotRow).order_by(BallotRow.id)))


@pytest.fixture
def community(sessions: Sessions) -> Iterator[Community]:
    made = Community(sessions)
    yield made
    said = [row.call for row in made.ballots if row.tool_id == made.tool]
    assert made.counts == Votes(said.count(SHIP), said.count(SKIP))  # they never part


def test_a_vote_counts_and_a_second_one_changes_it(community: Community) -> None:
    assert community.votes(SHIP, browser=1) is Outcome.CAST
    assert community.counts == Votes(1, 0)
    community.votes(SHIP, browser=1)
    assert community.counts == Votes(1, 0)
    community.votes(SKIP, browser=1)
    assert community.counts == Votes(0, 1)


def test_a_vote_can_be_taken_back(community: Community) -> None:
    community.votes(SHIP, browser=1)
    assert community.votes(None, browser=1) is Outcome.TAKEN_BACK
    assert community.votes(None, browser=1) is Outcome.TAKEN_BACK
    assert community.counts == Votes()
    assert community.ballots == []


def test_a_browser_votes_once_wherever_it_is(community: Community) -> None:
    community.votes(SHIP, browser=1, address=HOME)
    community.votes(SKIP, browser=1, address=OFFICE)
    assert community.counts == Votes(0, 1)


def test_a_network_votes_once_whatever_browsers_it_has(community: Community) -> None:
    for browser in range(1, 9):
        community.votes(SHIP, browser, address=f"2001:db8:0:1::{browser}")
    assert community.counts == Votes(1, 0)
    community.votes(SHIP, browser=9, address="2001:db8:0:2::1")
    assert community.counts == Votes(2, 0)


def test_without_an_address_the_browser_is_what_counts(community: Community) -> None:
    for browser in (1, 2, 2):
        community.votes(SHIP, browser, address="")
    assert community.counts == Votes(2, 0)


def test_nothing_that_is_kept_tells_an_address_or_a_cookie(community: Community) -> None:
    community.votes(SHIP, browser=271828, address=HOME)
    (row,) = community.ballots
    kept = f"{row.browser} {row.network} {row.reader}"
    assert HOME not in kept
    assert "271828" not in kept


# --- readers -------------------------------------------------------------------------------


def test_a_reader_votes_once_on_whatever_machine(community: Community) -> None:
    ada = community.has_reader(ADA)
    for browser, address in ((1, HOME), (2, OFFICE), (3, "203.0.113.3")):
        community.votes(SHIP, browser, address, ada)
    assert community.counts == Votes(1, 0)


def test_readers_in_one_office_have_a_vote_each(community: Community) -> None:
    for number in range(1, 5):
        token = community.has_reader(f"reader{number}@inbox.example")
        community.votes(SHIP, number, OFFICE, token)
    community.votes(SKIP, 5, OFFICE)
    assert community.counts == Votes(4, 1)


def test_a_reader_who_voted_on_the_page_before_is_not_counted_twice(community: Community) -> None:
    community.votes(SHIP, browser=1)
    community.votes(SHIP, browser=1, token=community.has_reader(ADA))
    assert community.counts == Votes(1, 0)
    community.votes(SKIP, browser=1)
    assert community.counts == Votes(0, 1)


def test_a_forged_link_votes_for_nobody(community: Community) -> None:
    leave = community.signing.token(1, Purpose.LEAVE)
    for token in ("1.forged", leave, community.signing.token(99, Purpose.VOTE)):
        with pytest.raises(NotFoundError):
            community.votes(SHIP, browser=1, token=token)
    assert community.ballots == []


def test_an_erased_reader_leaves_a_count_and_no_trace(community: Community) -> None:
    ada = community.has_reader(ADA)
    community.votes(SHIP, 1, HOME, ada)
    subscriptions.erase(community.sessions, community.clock, community.signing, ADA)
    (row,) = community.ballots
    assert (row.browser, row.network, row.reader) == (None, None, None)
    assert community.counts == Votes(1, 0)
    with pytest.raises(NotFoundError):
        community.votes(SKIP, 1, HOME, ada)


# --- limits --------------------------------------------------------------------------------


def test_a_network_votes_on_thirty_tools_an_hour(community: Community) -> None:
    names = [f"Tool {number}" for number in range(31)]
    community.holds(*names)
    slugs = [name.lower().replace(" ", "-") for name in names]
    outcomes = [community.votes(SHIP, browser, tool=slug) for browser, slug in enumerate(slugs, 1)]
    assert outcomes == [Outcome.CAST] * 30 + [Outcome.TOO_MANY]
    assert community.votes(SKIP, 99, tool=slugs[0]) is Outcome.CAST  # one it voted on already
    assert community.votes(None, 99, tool=slugs[1]) is Outcome.TAKEN_BACK
    assert community.votes(SHIP, 99, OFFICE, tool=slugs[30]) is Outcome.CAST
    community.clock.move(hours=1)
    assert community.votes(SHIP, 31, tool=slugs[30]) is Outcome.CAST


def test_a_browser_that_moves_from_network_to_network_is_limited_too(community: Community) -> None:
    community.holds(*(f"Tool {number}" for number in range(31)))
    outcomes = [
        community.votes(SHIP, 1, f"198.51.100.{number}", tool=f"tool-{number}")
        for number in range(31)
    ]
    assert outcomes == [Outcome.CAST] * 30 + [Outcome.TOO_MANY]


def test_a_network_is_forgotten_after_ninety_days(community: Community) -> None:
    community.votes(SHIP, browser=1)
    community.clock.move(days=89)
    assert tidy(community.sessions, community.clock).networks == 0
    community.clock.move(days=2)
    assert tidy(community.sessions, community.clock).networks == 1
    community.votes(SHIP, browser=2)
    assert community.counts == Votes(2, 0)
    community.votes(SKIP, browser=1, address=OFFICE)
    assert community.counts == Votes(1, 1)


# --- many hands ----------------------------------------------------------------------------


@pytest.mark.parametrize("browsers", [(1, 1, 1, 1), (1, 2, 3, 4)], ids=["one", "four"])
def test_posts_at_once_of_one_network_leave_one_ballot(
    community: Community, browsers: tuple[int, ...]
) -> None:
    together = Barrier(len(browsers))

    def at_once(browser: int) -> Outcome:
        together.wait()
        return community.votes(SHIP if browser % 2 else SKIP, browser)

    with ThreadPoolExecutor(len(browsers)) as threads:
        assert set(threads.map(at_once, browsers)) == {Outcome.CAST}
    assert len(community.ballots) == 1
    assert community.counts.total == 1


def test_votes_of_many_at_once_are_all_counted(community: Community) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: community.votes(SHIP, n, f"198.51.100.{n}"), range(1, 41)))
    assert community.counts == Votes(40, 0)


def test_the_database_itself_takes_no_second_ballot(community: Community) -> None:
    community.votes(SHIP, browser=1)
    (row,) = community.ballots
    for known_by in ("browser", "network"):
        twice = {known_by: getattr(row, known_by)}
        with pytest.raises(IntegrityError), community.sessions.begin() as session:
            session.add(BallotRow(tool_id=row.tool_id, call=SKIP, cast_at=SUNDAY, **twice))


def test_a_verdict_file_that_comes_again_leaves_the_readers_votes(sessions: Sessions) -> None:
    file = b"""{"tools": [{"name": "Plainwright", "votes": {"ship": %d, "skip": 3}, "reviews": [
        {"reviewer": "builder", "score": 85, "call": "ship"}]}]}"""
    clock, signing = StoppedClock(SUNDAY), Signing(["a key of the site, long enough to be one"])
    for imported, address in ((12, HOME), (20, OFFICE)):
        import_verdicts(sessions, clock, "verdicts.json", file % imported)
        visitor = Visitor(imported, address)
        votes.vote(sessions, clock, signing, "plainwright", visitor, SKIP)
    with reading(sessions) as session:
        assert tools.tool(session, "plainwright").votes == Votes(20, 5)
