"""When sending stops by itself: what receipts say of the next reader, not of the last."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import NamedTuple

from digest.model import Doubtful, Halted, Receipt, Refused, Throttled

UNKNOWN_IN_A_ROW = 10
THROTTLED_IN_A_ROW = 10  # batches; each of them halves the pace
ASKS_AGAIN = timedelta(hours=1)  # whether a day's quota has room again: it is one of 24 hours


class Ends(Enum):
    RUN = auto()  # the next tick goes on
    ISSUE = auto()  # it is paused


class Trouble(NamedTuple):
    """Why no more is sent now. `until` is when a paused issue goes on by itself; None: not before
    somebody resumes it."""

    reason: str
    ends: Ends
    until: datetime | None = None


class Circuit:
    """Looks at the receipts of one run, batch by batch. Where nothing is `paced`, being told to be
    slower is the end of the run; else the next batch comes later."""

    def __init__(self, *, paced: bool) -> None:
        self._patience = THROTTLED_IN_A_ROW if paced else 1
        self._unknown = 0
        self._throttled = 0

    def after(self, receipts: Sequence[Receipt], now: datetime) -> Trouble | None:
        """The trouble that a batch has told of, if any."""
        for receipt in receipts:
            if trouble := trouble_of(receipt, now):
                return trouble
            if not isinstance(receipt, Doubtful):
                self._unknown = 0
                continue
            self._unknown += 1
            if self._unknown >= UNKNOWN_IN_A_ROW:
                said = f"of {self._unknown} messages in a row nobody knows whether they left"
                return Trouble(f"{said}: {receipt.reason}", Ends.ISSUE)
        return self._pressed(receipts)

    def _pressed(self, receipts: Sequence[Receipt]) -> Trouble | None:
        slow = next((one for one in receipts if isinstance(one, Throttled)), None)
        self._throttled = self._throttled + 1 if slow else 0
        if slow and self._throttled >= self._patience:
            return Trouble(slow.reason, Ends.RUN)
        return None


def trouble_of(receipt: Receipt, now: datetime) -> Trouble | None:
    """What one receipt says of all readers."""
    match receipt:
        case Halted(reason):
            return Trouble(reason, Ends.ISSUE)
        case Throttled(reason, daily=True):
            return Trouble(reason, Ends.ISSUE, now + ASKS_AGAIN)
        case Refused(reason, permanent=False):
            return Trouble(reason, Ends.RUN)
    return None
