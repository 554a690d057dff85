"""A database as it is after some years: tools with their reviews, comparisons, readers."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert

from db.engine import Sessions
from db.tables import (
    ComparisonRow,
    DeliveryRow,
    FeedRow,
    IssueRow,
    ItemRow,
    LaunchRow,
    ReviewRow,
    SubscriberRow,
    Table,
    ToolRow,
    VoteRow,
)
from digest.model import (
    Cadence,
    Call,
    DeliveryState,
    EntryPrice,
    IssueKind,
    IssueState,
    LaunchState,
    SubscriberState,
)

PANEL = ("builder", "skeptic", "futurist", "founder")
CATEGORIES = [f"Category {number}" for number in range(30)]
A_TOOL_MEETS = 5  # others
FEEDS = 40
ITEMS = 6  # comparisons in an issue
WAITING = 20  # for the next one
FATES = (*(LaunchState.PAIRED, LaunchState.KNOWN, LaunchState.UNMATCHED), *LaunchState)
NOW = datetime.now(UTC)
SLICE = 5000
REVIEW = "It did what its page says for a week, and was quiet about it. We would ask for an export."


def fill(sessions: Sessions, comparisons: int, subscribers: int) -> None:
    """The newest comparison is of yesterday, the oldest of years ago."""
    tools = comparisons // A_TOOL_MEETS + A_TOOL_MEETS + 1
    _insert(sessions, ToolRow, (_tool(number) for number in range(1, tools + 1)))
    _insert(
        sessions, ReviewRow, (_review(tool, p) for tool in range(1, tools + 1) for p in range(4))
    )
    _insert(
        sessions, VoteRow, (_votes(tool, call) for tool in range(1, tools + 1) for call in Call)
    )
    _insert(sessions, ComparisonRow, (_comparison(number) for number in range(comparisons)))
    _insert(sessions, SubscriberRow, (_subscriber(number) for number in range(subscribers)))


def work(
    sessions: Sessions, *, launches: int, issues: int, comparisons: int, subscribers: int
) -> None:
    """What editors did meanwhile with a database that `fill` filled: launches of every fate, and an
    issue each week until the last, which went to every reader; the newest comparisons wait."""
    _insert(sessions, FeedRow, (_feed(number) for number in range(FEEDS)))
    _insert(sessions, LaunchRow, (_launch(number) for number in range(launches)))
    _insert(sessions, IssueRow, (_issue(number) for number in range(1, issues + 1)))
    items = range(min(issues * ITEMS, comparisons - WAITING))
    _insert(sessions, ItemRow, (_item(place) for place in items))
    _insert(sessions, DeliveryRow, (_delivery(number) for number in range(1, subscribers + 1)))


def issue_name(number: int) -> str:
    """Of the issue that went out so many weeks ago; 0 is the one that is being made."""
    year, week, _ = (NOW - timedelta(weeks=number)).isocalendar()
    return f"{year}-W{week:02}"


def slug(number: int) -> str:
    """Of a comparison, by its number from 0 on."""
    a, b = _sides(number)
    return f"tool-{a}-vs-tool-{b}"


def _sides(number: int) -> tuple[int, int]:
    """The numbers of two tools that meet nowhere else."""
    first, step = divmod(number, A_TOOL_MEETS)
    return first + 1, first + 2 + step


def _insert(sessions: Sessions, table: type[Table], rows: Iterable[dict[str, Any]]) -> None:
    left = iter(rows)
    while some := list(islice(left, SLICE)):
        with sessions.begin() as session:
            session.execute(insert(table), some)


def _tool(number: int) -> dict[str, Any]:
    return {
        "slug": f"tool-{number}",
        "name": f"Tool {number}",
        "tagline": f"Drafts the notes of release {number} from merged changes",
        "description": "Reads merged changes and drafts release notes for a review. " * 3,
        "category": CATEGORIES[number % len(CATEGORIES)],
        "url": f"https://tool-{number}.example/",
        "pricing": "$9 per seat a month",
        "entry": EntryPrice.PAID,
        "best_for": "Teams that release weekly",
        "updated_at": NOW,
    }


def _review(tool: int, position: int) -> dict[str, Any]:
    score = 40 + (tool * 7 + position * 13) % 60
    return {
        "tool_id": tool,
        "reviewer": PANEL[position],
        "position": position,
        "score": score,
        "call": Call.SHIP if score >= 60 else Call.SKIP,
        "text": REVIEW,
    }


def _votes(tool: int, call: Call) -> dict[str, Any]:
    return {
        "tool_id": tool,
        "voter": "imported",
        "call": call,
        "count": tool % 50,
        "created_at": NOW,
    }


def _comparison(number: int) -> dict[str, Any]:
    a, b = _sides(number)
    at = NOW - timedelta(days=1, hours=number)
    return {
        "slug": slug(number),
        "challenger_id": a,
        "incumbent_id": b,
        "sentence": "Both draft release notes from merged changes.",
        "evidence": [],
        "ranker": "benchmark",
        "score": 1.0,
        "published_at": at,
        "updated_at": at,
    }


def _feed(number: int) -> dict[str, Any]:
    return {"url": f"https://feed-{number}.example/rss", "kind": "rss", "created_at": NOW}


def _launch(number: int) -> dict[str, Any]:
    at = NOW - timedelta(hours=number)
    return {
        "name": f"Launch {number}",
        "tagline": "Drafts the notes of a release",
        "url": f"https://launch-{number}.example/",
        "category": CATEGORIES[number % len(CATEGORIES)],
        "published": at,
        "state": FATES[number % len(FATES)],
        "key": f"launch {number}",
        "created_at": at,
    }


def _issue(number: int) -> dict[str, Any]:
    at = NOW - timedelta(weeks=number)
    return {
        "id": issue_name(number),
        "kind": IssueKind.DIGEST,
        "state": IssueState.SENT,
        "subject": f"What launched {number} weeks ago",
        "send_at": at,
        "sent_at": at,
        "dated": at.date(),
        "created_at": at,
        "updated_at": at,
    }


def _item(place: int) -> dict[str, Any]:
    issue, position = divmod(place, ITEMS)
    return {
        "issue_id": issue_name(issue + 1),
        "comparison_id": WAITING + place + 1,
        "position": position,
    }


def _delivery(subscriber: int) -> dict[str, Any]:
    return {
        "issue_id": issue_name(1),
        "subscriber_id": subscriber,
        "state": DeliveryState.SENT,
        "attempt": 1,
        "message_id": f"message-{subscriber}",
        "updated_at": NOW,
    }


def _subscriber(number: int) -> dict[str, Any]:
    email = f"reader-{number}@inbox.example"
    return {
        "key": email,
        "email": email,
        "state": SubscriberState.ACTIVE,
        "categories": [],
        "cadence": Cadence.WEEKLY,
        "confirmed_at": NOW,
        "created_at": NOW,
        "updated_at": NOW,
    }
