"""Two tools side by side."""

from dataclasses import dataclass
from datetime import datetime

from digest.model.tools import Review, Tool, Verdict, Votes


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why these two: one plain sentence for readers, and what it rests on.

    `ranker` names the method ("bm25", "editor"); `score` is comparable only within one ranker.
    """

    sentence: str
    evidence: tuple[str, ...] = ()
    ranker: str = "bm25"
    score: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The decision to read a challenger against an incumbent; the contents are the tools'."""

    slug: str
    challenger: Tool
    incumbent: Tool
    why: Why
    published_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One side of a comparison, every text ready to be shown."""

    name: str
    slug: str
    initial: str
    category: str
    tagline: str
    description: str
    url: str
    entry: str  # "Free", "Freemium", "Paid" or "Not known yet"
    community: str  # "82% ship" or "No votes yet"
    verdict: Verdict | None
    reviews: tuple[Review, ...]
    votes: Votes

    @property
    def call(self) -> str:
        """The panel's call as a word of the templates: ship, skip, split or unreviewed."""
        return self.verdict.call.value if self.verdict else "unreviewed"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the decision table."""

    label: str
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class Scored:
    """One reviewer on both sides; None where this reviewer has not looked."""

    reviewer: str
    a: Review | None
    b: Review | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The side-by-side of a pair: all that a page, a mail or a feed shows of it.

    `outcome` is a short chip ("Both ship", "Ship / Skip"), `tone` its colour (ship, skip,
    split, unreviewed). `takeaway` is one or two sentences; `why` says why these two.
    """

    slug: str
    title: str
    category: str
    a: Card
    b: Card
    rows: tuple[Row, ...]
    scorecard: tuple[Scored, ...]
    outcome: str
    tone: str
    takeaway: str
    why: str
    published_at: datetime
    updated_at: datetime


def initial(name: str) -> str:
    """The first letter or digit of a name, upper-cased; "?" where there is none."""
    return next((letter.upper() for letter in name if letter.isalnum()), "?")
