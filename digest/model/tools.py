"""Tools and their verdicts."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Call(StrEnum):
    """What one reviewer says of a tool."""

    SHIP = "ship"
    SKIP = "skip"


class PanelCall(StrEnum):
    """What a panel says together: a majority, or neither."""

    SHIP = "ship"
    SKIP = "skip"
    SPLIT = "split"


class EntryPrice(StrEnum):
    """What it costs to start with a tool."""

    FREE = "free"
    FREEMIUM = "freemium"
    PAID = "paid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One panel member on one tool. `score` runs from 0 to 100."""

    reviewer: str
    score: int
    call: Call
    text: str = ""


@dataclass(frozen=True, slots=True)
class Votes:
    """The community's counts on a tool."""

    ship: int = 0
    skip: int = 0

    @property
    def total(self) -> int:
        return self.ship + self.skip

    @property
    def percent_ship(self) -> int:
        """Share of *ship*, rounded half up; 0 when nobody voted."""
        return _percent(self.ship, self.total)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A tool's reviews together. Only tools with at least one review have one."""

    ships: int
    skips: int
    average: int

    @property
    def percent_ship(self) -> int:
        return _percent(self.ships, self.ships + self.skips)

    @property
    def call(self) -> PanelCall:
        if self.ships == self.skips:
            return PanelCall.SPLIT
        return PanelCall.SHIP if self.ships > self.skips else PanelCall.SKIP


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """What is compared. `entry` is None while nobody has said what it costs to start."""

    name: str
    slug: str
    tagline: str = ""
    description: str = ""
    category: str = ""
    url: str = ""
    pricing: str = ""
    entry: EntryPrice | None = None
    best_for: str = ""
    aliases: tuple[str, ...] = ()
    reviews: tuple[Review, ...] = ()
    votes: Votes = field(default_factory=Votes)
    id: int = 0
    review_wanted: str = field(default="", compare=False)  # why the panel should look again
    updated_at: datetime | None = field(default=None, compare=False)  # when it was last written

    @property
    def verdict(self) -> Verdict | None:
        if not self.reviews:
            return None
        ships = sum(review.call is Call.SHIP for review in self.reviews)
        total = sum(review.score for review in self.reviews)
        count = len(self.reviews)
        return Verdict(ships, count - ships, (2 * total + count) // (2 * count))


def _percent(part: int, whole: int) -> int:
    return (200 * part + whole) // (2 * whole) if whole else 0
