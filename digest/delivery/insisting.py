"""Letters to one person, a link that confirms above all: twice is better than not at all."""

from collections.abc import Sequence

from digest.model import Doubtful, Message, Receipt, Refused, Throttled
from digest.ports import Post


class Insisting:
    """A Post that posts once more what may not have left, and what was refused for now."""

    def __init__(self, post: Post) -> None:
        self._post = post

    def __call__(self, messages: Sequence[Message], /) -> list[Receipt]:
        receipts = list(self._post(messages))
        again = [place for place, receipt in enumerate(receipts) if _is_open(receipt)]
        if again:
            seconds = self._post([messages[place] for place in again])
            for place, receipt in zip(again, seconds, strict=True):
                receipts[place] = receipt
        return receipts


def _is_open(receipt: Receipt) -> bool:
    match receipt:
        case Doubtful() | Throttled(daily=False) | Refused(permanent=False):
            return True
    return False
