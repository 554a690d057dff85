"""What became of an issue, and how the readership grows."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from db.engine import Sessions, reading
from db.store import issues, outcomes
from digest.model import DeliveryState, Issue
from digest.ports import Clock
from digest.readers.feedback import Meaning

A_WEEK = timedelta(days=7)
WEEKS = 12
AFTERWARDS = A_WEEK  # how long after it began going out a leave is told beside an issue
TROUBLE = (Meaning.HARD, Meaning.SOFT, Meaning.LISTED, Meaning.CONTENT, Meaning.POLICY)


class Outcome(NamedTuple):
    """`reasons` has the deliveries by state and reason; `said` counts the deliveries that the mail
    service said something bad of; `left` are those who got it and left within a week."""

    issue: Issue
    states: Mapping[DeliveryState, int]
    reasons: Sequence[tuple[DeliveryState, str, int]]
    said: Mapping[Meaning, int]
    left: int


class Week(NamedTuple):
    """`came` confirmed or were imported, `went` left, bounced or complained, in the week from
    `start` on."""

    start: datetime
    came: int
    went: int


def outcome(sessions: Sessions, name: str) -> Outcome:
    """Raises NotFoundError."""
    with reading(sessions) as session:
        issue = issues.issue(session, name)
        counted = outcomes.by_reason(session, name)
        began = issue.send_at or issue.sent_at
        span = (began, began + AFTERWARDS) if began else None
        states = {
            state: sum(count for one, _, count in counted if one is state)
            for state in DeliveryState
            if any(one is state for one, _, _ in counted)
        }
        return Outcome(
            issue,
            states,
            [one for one in counted if one[1]],
            outcomes.said_of(session, name, (*TROUBLE, Meaning.COMPLAINT)),
            outcomes.left_after(session, name, *span) if span else 0,
        )


def growth(sessions: Sessions, clock: Clock) -> list[Week]:
    """The last weeks, the oldest first; each ends at this time of this day of the week."""
    now = clock()
    starts = [now - A_WEEK * (WEEKS - place) for place in range(WEEKS)]
    with reading(sessions) as session:
        came = outcomes.by_span(session, ("confirm", "import", "return"), starts, now)
        went = outcomes.by_span(session, ("leave", "bounce", "complaint"), starts, now)
    return [
        Week(start, came.get(place, 0), went.get(place, 0)) for place, start in enumerate(starts)
    ]
