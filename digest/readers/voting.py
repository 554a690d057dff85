"""The community votes: which ballot a vote changes, and how many tools one may vote on.

A ballot is one of the community's word on one tool. There is one a browser, one a network and one
a reader (who comes by a link we mailed): a vote changes the ballot that is there already.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from ipaddress import IPv6Address

from digest.model import Call
from digest.readers.links import Signing
from digest.readers.networks import read_address

MOST_TOOLS, WITHIN = 30, timedelta(hours=1)
NETWORK_KEPT_FOR = timedelta(days=90)  # then its address is likely somebody else's


@dataclass(frozen=True, slots=True, kw_only=True)
class Voter:
    """Who votes, by keyed hashes; None for what is not known. A reader has no network: how others
    there vote is nothing to them."""

    browser: str | None = None
    network: str | None = None
    reader: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """A vote as it is kept. `id` is 0 until it is; hashes are None where they are not known."""

    call: Call
    browser: str | None = None
    network: str | None = None
    reader: str | None = None
    id: int = 0


def network(address: str) -> str:
    """What counts as one network: an IPv4 address, or the /64 of an IPv6 address, which one line is
    given at least (RFC 6177). "" for what is no address."""
    ip = read_address(address)
    if isinstance(ip, IPv6Address):
        return str(IPv6Address(int(ip) >> 64 << 64))
    return str(ip or "")


def hashed(signing: Signing, known_by: str, identity: object) -> str:
    """The keyed hash a voter is known by: of the number in a "browser"'s cookie, of a "network", of
    a "reader"'s number."""
    return signing.hashed(f"voting {known_by}", str(identity))


def own(found: Sequence[Ballot], voter: Voter) -> list[Ballot]:
    """The voter's among the ballots on a tool, the one that is to be kept first.

    A reader's is the one of their link, and what their browser said before it knew the reader.
    Anybody else's is that of their browser, or else that of their network.
    """
    by_browser = [one for one in found if voter.browser and one.browser == voter.browser]
    if voter.reader:
        theirs = [one for one in found if one.reader == voter.reader]
        return theirs + [one for one in by_browser if one.reader is None]
    return by_browser or [one for one in found if voter.network and one.network == voter.network]


def marked(found: Sequence[Ballot], voter: Voter, call: Call) -> Ballot:
    """The ballot that stands after a vote, in place of all that are the voter's `own`.

    It belongs to the browser that voted last. A reader's holds no network: who reads in the same
    office neither changes it nor is kept from voting by it.
    """
    mine = own(found, voter)
    kept = mine[0] if mine else Ballot(call=call, network=voter.network)
    taken = {one.browser for one in found if one not in mine}  # by another reader, on this browser
    return replace(
        kept,
        call=call,
        browser=kept.browser if voter.browser in taken else voter.browser,
        network=None if voter.reader else kept.network,
        reader=voter.reader or kept.reader,
    )


def may_vote(others: int) -> bool:
    """Whether who voted on so many other tools WITHIN an hour may vote on one more."""
    return others < MOST_TOOLS
