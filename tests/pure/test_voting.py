"""Whose ballot a vote changes, told by rules; `tests/story/test_voting.py` has the same counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import Call
from digest.readers.voting import MOST_TOOLS, Ballot, Voter, marked, may_vote, network, own

SHIP, SKIP = Call.SHIP, Call.SKIP


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::1", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("", ""),
        ("testclient", ""),
        ("203.0.113.999", ""),
    ],
)
def test_a_network_is_what_one_line_is_given(address: str, line: str) -> None:
    assert network(address) == line


@given(st.ip_addresses(v=6))
def test_the_neighbours_in_a_64_are_one_network(address: object) -> None:
    line = network(str(address))
    assert network(line) == line


def test_a_browser_changes_its_own_ballot_wherever_it_is() -> None:
    mine = Ballot(id=1, call=SHIP, browser="b", network="home")
    colleague = Ballot(id=2, call=SHIP, browser="c", network="office")
    voter = Voter(browser="b", network="office")
    assert own([mine, colleague], voter) == [mine]
    assert marked([mine, colleague], voter, SKIP) == Ballot(
        id=1, call=SKIP, browser="b", network="home"
    )


def test_a_new_browser_takes_over_the_ballot_of_its_network() -> None:
    there = Ballot(id=1, call=SHIP, browser="b", network="home")
    found = marked([there], Voter(browser="new", network="home"), SKIP)
    assert found == Ballot(id=1, call=SKIP, browser="new", network="home")


def test_a_reader_takes_over_what_their_browser_said_before() -> None:
    before = Ballot(id=1, call=SHIP, browser="b", network="home")
    found = marked([before], Voter(browser="b", reader="ada"), SKIP)
    assert found == Ballot(id=1, call=SKIP, browser="b", reader="ada")


def test_what_a_reader_said_on_two_machines_becomes_one_ballot() -> None:
    by_link = Ballot(id=1, call=SHIP, browser="phone", reader="ada")
    before = Ballot(id=2, call=SHIP, browser="laptop", network="home")
    voter = Voter(browser="laptop", reader="ada")
    assert own([by_link, before], voter) == [by_link, before]
    assert marked([by_link, before], voter, SKIP) == Ballot(
        id=1, call=SKIP, browser="laptop", reader="ada"
    )


def test_two_readers_on_one_browser_have_a_ballot_each() -> None:
    ada = Ballot(id=1, call=SHIP, browser="b", reader="ada")
    voter = Voter(browser="b", reader="bo")
    assert own([ada], voter) == []
    assert marked([ada], voter, SKIP) == Ballot(call=SKIP, reader="bo")


def test_nobody_at_home_changes_what_a_reader_said_by_link() -> None:
    ada = Ballot(id=1, call=SHIP, browser="b", reader="ada")
    voter = Voter(browser="other", network="home")
    assert own([ada], voter) == []
    assert marked([ada], voter, SKIP) == Ballot(call=SKIP, browser="other", network="home")


def test_who_is_not_known_at_all_owns_nothing() -> None:
    nobodys = [Ballot(id=number, call=SHIP) for number in (1, 2)]
    assert own(nobodys, Voter(browser="b")) == []
    assert own(nobodys, Voter()) == []


def test_thirty_tools_an_hour_are_enough() -> None:
    assert may_vote(0)
    assert may_vote(MOST_TOOLS - 1)
    assert not may_vote(MOST_TOOLS)


voters = st.builds(
    Voter,
    browser=st.sampled_from("abc"),
    network=st.sampled_from([None, "x", "y"]),
) | st.builds(Voter, browser=st.sampled_from("abc"), reader=st.sampled_from(["r", "s"]))


@given(st.lists(st.tuples(voters, st.sampled_from([SHIP, SKIP, None]))))
def test_nobody_is_counted_twice_whatever_they_do(acts: list[tuple[Voter, Call | None]]) -> None:
    box: list[Ballot] = []
    for number, (voter, call) in enumerate(acts, 1):
        found = [one for one in box if shares(one, voter)]
        mine, stands = own(found, voter), [marked(found, voter, call)] if call else []
        box = [one for one in box if one not in mine]
        box += [one if one.id else with_id(one, number) for one in stands]
        for known_by in ("browser", "network", "reader"):
            known = [getattr(one, known_by) for one in box if getattr(one, known_by)]
            assert len(known) == len(set(known))
        if call:
            (theirs,) = own(box, voter)
            assert theirs.call is call


def shares(ballot: Ballot, voter: Voter) -> bool:
    """What the database finds for a voter."""
    pairs = zip(hashes(ballot), hashes(voter), strict=True)
    return any(theirs and theirs == known for known, theirs in pairs)


def hashes(one: Ballot | Voter) -> tuple[str | None, str | None, str | None]:
    return one.browser, one.network, one.reader


def with_id(ballot: Ballot, number: int) -> Ballot:
    browser, line, reader = hashes(ballot)
    return Ballot(id=number, call=ballot.call, browser=browser, network=line, reader=reader)
