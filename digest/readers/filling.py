"""How long a form was open: a person needs a moment to type, a program does not."""

import hmac
from datetime import UTC, datetime, timedelta

from digest.readers.links import Signing

QUICKEST, SLOWEST = timedelta(seconds=2), timedelta(days=1)
LONGEST_MARK = 64  # characters; a mark of ours never reaches it
KIND = "form opened"


def opened(signing: Signing, now: datetime) -> str:
    """The mark that a form carries: the second it was shown, signed."""
    moment = f"{int(now.timestamp()):x}"
    return f"{moment}.{signing.hashed(KIND, moment)[:32]}"


def filled_in_by_hand(signing: Signing, mark: str, now: datetime) -> bool:
    """Whether a form with this mark was open for as long as a person needs, and no longer than a
    page is. A mark that is not ours says no."""
    moment = mark.partition(".")[0]
    if len(mark) > LONGEST_MARK or not mark.isascii() or not moment.isalnum():
        return False
    try:
        shown = datetime.fromtimestamp(int(moment, 16), UTC)
    except (ValueError, OverflowError, OSError):
        return False
    ours = hmac.compare_digest(mark.encode(), opened(signing, shown).encode())
    return ours and QUICKEST <= now - shown <= SLOWEST
