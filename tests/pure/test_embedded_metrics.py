"""What CloudWatch reads of how things stand."""

import json
from datetime import timedelta

from digest.embedded_metrics import embedded
from digest.model import Allowance, DeliveryState, IssueState, Spent
from digest.operations import SignUps, Snapshot
from tests.makers import SUNDAY

LIMIT = 100  # metrics of a line, says AWS's specification


def told(allowance: Allowance | None = None, **fields: object) -> dict[str, float]:
    counted = {
        "launches": {},
        "issues": dict.fromkeys(IssueState, 0),
        "deliveries": dict.fromkeys(DeliveryState, 0),
    }
    line = embedded(Snapshot(**(counted | fields)), allowance, SUNDAY)  # type: ignore[arg-type]
    found: dict[str, float] = json.loads(line)
    return found


def test_a_line_names_its_metrics_and_has_no_more_than_may_be() -> None:
    found = told()
    (directive,) = found["_aws"]["CloudWatchMetrics"]  # type: ignore[index]
    assert {one["Name"] for one in directive["Metrics"]} == found.keys() - {"_aws"}
    assert len(directive["Metrics"]) <= LIMIT


def test_of_what_nobody_knows_nothing_is_said() -> None:
    assert not {"Quota.left", "SignUps.confirmed", "Clock.lag", "Throttled.ago"} & told().keys()
    assert "Quota.left" not in told(Allowance(14))


def test_times_are_told_in_seconds_and_shares_in_percent() -> None:
    found = told(
        Allowance(14, left=49_000),
        next_runs={"send": SUNDAY - timedelta(seconds=90), "pair": SUNDAY + timedelta(hours=1)},
        paces=(Spent(slowed_at=SUNDAY - timedelta(minutes=5)),),
        sign_ups=SignUps(asked=8, confirmed=6),
    )
    assert (found["Clock.lag"], found["Throttled.ago"]) == (90, 300)
    assert (found["SignUps.confirmed"], found["Quota.left"]) == (75, 49_000)


def test_a_clock_that_is_on_time_lags_by_nothing() -> None:
    assert told(next_runs={"send": SUNDAY + timedelta(seconds=30)})["Clock.lag"] == 0
