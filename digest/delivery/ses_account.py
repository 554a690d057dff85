"""What SES says of our account: asked by a client that may repeat itself."""

from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from digest.delivery.ses import ASKING, client
from digest.model import Allowance, Halted

UNLIMITED = -1


class Standing(NamedTuple):
    """How an account stands. Recipients are what SES counts; `per_day` -1 is without end."""

    enabled: bool
    production: bool  # else every recipient has to be verified
    health: str  # HEALTHY, PROBATION or SHUTDOWN
    per_day: float
    per_second: float
    sent: float  # in the last 24 hours


def standing() -> Standing | Halted:
    """GetAccount, or why it has no answer. SES allows one such call a second."""
    try:
        answer = client(ASKING).get_account()
    except (BotoCoreError, ClientError, ValueError) as error:
        return Halted(" ".join(str(error).split()))
    quota = answer.get("SendQuota", {})
    return Standing(
        answer.get("SendingEnabled", False),
        answer.get("ProductionAccessEnabled", False),
        answer.get("EnforcementStatus", ""),
        quota.get("Max24HourSend", 0),
        quota.get("MaxSendRate", 0),
        quota.get("SentLast24Hours", 0),
    )


def allowance() -> Allowance | Halted:
    """What the account may send, as it stands now."""
    told = standing()
    if isinstance(told, Halted):
        return told
    if not told.enabled:
        return Halted("SES has paused sending for this account")
    endless = told.per_day == UNLIMITED
    left = None if endless else told.per_day - told.sent
    return Allowance(told.per_second, left, told.sent)
