"""What the community asks for: to vote on a tool, to change its mind, to see what it said.

Who votes is known by keyed hashes alone: of a number in a cookie, of the network, of a reader's
number where the vote comes by a link we mailed. A reader who is erased takes the hashes along; the
vote stays a count.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy.orm import Session

from db.engine import Sessions, reading
from db.store import comparisons, readers, tools
from db.store import votes as store
from digest.errors import NotFoundError
from digest.language import ENGLISH, Language
from digest.model import Call, Card, Comparison
from digest.pairing.comparing import card, compare
from digest.ports import Clock
from digest.readers.links import Purpose, Signing
from digest.readers.voting import WITHIN, Voter, hashed, marked, may_vote, network, own


class Visitor(NamedTuple):
    """Who asks, as the web tells it: the number in the browser's cookie, the address the request
    came from ("" when nobody knows), and the token of a mailed link, if there is one."""

    browser: int
    address: str
    token: str = ""


class Outcome(StrEnum):
    CAST = "cast"
    TAKEN_BACK = "taken-back"
    TOO_MANY = "too-many"  # tools within an hour


def vote(
    sessions: Sessions,
    clock: Clock,
    signing: Signing,
    slug: str,
    visitor: Visitor,
    call: Call | None,
) -> Outcome:
    """Vote on a tool; None takes the visitor's vote back. Raises NotFoundError for a tool nobody
    knows and for a link that is none of ours.

    Votes on one tool come one after the other; votes on several in the same instant may each be
    the last that is allowed.
    """
    now = clock()
    with sessions.begin() as session:
        voter = _voter(session, signing, visitor)
        tool = store.lock_tool(session, slug)
        if call and not may_vote(store.others(session, tool, voter, now - WITHIN)):
            return Outcome.TOO_MANY
        found = store.ballots(session, tool, voter)
        mine, stands = own(found, voter), [marked(found, voter, call)] if call else []
        if mine != stands:
            store.replace_ballots(session, tool, mine, stands, now)
    return Outcome.CAST if call else Outcome.TAKEN_BACK


class Said(NamedTuple):
    """A tool, and what this browser said of it; `comparison` is where the visitor came from."""

    card: Card
    call: Call | None
    comparison: Comparison | None


def said(
    sessions: Sessions,
    signing: Signing,
    slug: str,
    browser: int | None,
    comparison: str = "",
    language: Language = ENGLISH,
) -> Said:
    """What a browser said of a tool. A `comparison` without the tool, or of a name nobody knows, is
    left out. Raises NotFoundError for a tool nobody knows."""
    with reading(sessions) as session:
        tool = tools.tool(session, slug)
        voter = Voter(browser=hashed(signing, "browser", browser) if browser else None)
        call = store.calls(session, [tool.slug], voter).get(tool.slug)
        pairs = comparisons.pairs(session, [comparison] if comparison.isprintable() else [])
    around = [pair for pair in pairs if tool.slug in (pair.challenger.slug, pair.incumbent.slug)]
    return Said(card(tool, language), call, compare(around[0], language) if around else None)


class Invited(NamedTuple):
    """A comparison, and what the reader of a mailed link said of its tools, by slug."""

    comparison: Comparison
    calls: Mapping[str, Call]


def invited(
    sessions: Sessions, signing: Signing, slug: str, token: str, language: Language = ENGLISH
) -> Invited:
    """The two tools that a mailed link asks about. Raises NotFoundError for a comparison nobody
    knows and for a link that is none of ours."""
    with reading(sessions) as session:
        voter = Voter(reader=_reader(session, signing, token))
        pair = comparisons.pair(session.connection(), slug)
        both = (pair.challenger.slug, pair.incumbent.slug)
        return Invited(compare(pair, language), store.calls(session, both, voter))


def _voter(session: Session, signing: Signing, visitor: Visitor) -> Voter:
    browser = hashed(signing, "browser", visitor.browser)
    if visitor.token:
        return Voter(browser=browser, reader=_reader(session, signing, visitor.token))
    line = network(visitor.address)
    return Voter(browser=browser, network=hashed(signing, "network", line) if line else None)


def _reader(session: Session, signing: Signing, token: str) -> str:
    """The link of a mail works for as long as its reader is known, on the list or not."""
    number = signing.read(token, Purpose.VOTE)
    if number is None or readers.subscriber(session, number) is None:
        raise NotFoundError("link", "to vote by")
    return hashed(signing, "reader", number)
