"""How things stand as CloudWatch reads it from a log: Lambda has nobody who could be scraped.

A line is an object whose `_aws` says which of its members are metrics (AWS, "Specification:
Embedded metric format"). None has dimensions: each is one number for the whole service.
"""

import json
from datetime import datetime

from digest.model import Allowance, DeliveryState, IssueState
from digest.operations import Snapshot

NAMESPACE = "Digest"
COUNT, SECONDS, PERCENT = "Count", "Seconds", "Percent"


def embedded(told: Snapshot, allowance: Allowance | None, now: datetime) -> str:
    """One line of JSON. What there is nothing to say of is left out."""
    found = {
        name: (unit, value)
        for name, unit, value in _measured(told, allowance, now)
        if value is not None
    }
    described = [{"Name": name, "Unit": unit} for name, (unit, _) in found.items()]
    directive = {"Namespace": NAMESPACE, "Dimensions": [[]], "Metrics": described}
    head = {"Timestamp": int(now.timestamp() * 1000), "CloudWatchMetrics": [directive]}
    return json.dumps({"_aws": head} | {name: value for name, (_, value) in found.items()})


def _measured(
    told: Snapshot, allowance: Allowance | None, now: datetime
) -> list[tuple[str, str, float | None]]:
    checked = [one.feed.checked_at for one in told.feeds if one.feed.checked_at]
    slowed = [one.slowed_at for one in told.paces if one.slowed_at]
    asked = told.sign_ups.asked
    return [
        *((f"Deliveries.{state}", COUNT, told.deliveries[state]) for state in DeliveryState),
        ("Deliveries.twice", COUNT, told.duplicates),
        ("Issues.paused", COUNT, told.issues[IssueState.PAUSED]),
        ("Events.unreadable", COUNT, told.unreadable),
        ("Feeds.failing", COUNT, sum(bool(one.feed.failures) for one in told.feeds)),
        ("Feeds.oldest", SECONDS, _since(min(checked, default=None), now)),
        ("Clock.lag", SECONDS, _since(min(told.next_runs.values(), default=None), now)),
        ("Throttled.ago", SECONDS, _since(max(slowed, default=None), now)),
        ("SignUps.confirmed", PERCENT, 100 * told.sign_ups.confirmed / asked if asked else None),
        ("Quota.left", COUNT, allowance.left if allowance else None),
    ]


def _since(moment: datetime | None, now: datetime) -> float | None:
    return max(0.0, (now - moment).total_seconds()) if moment else None
