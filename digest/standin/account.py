"""An account as SES keeps one: how much it may send, and whom it sends nothing."""

from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from digest.standin.api import ApiError

DAY = 24 * 60 * 60
SLOT = 60  # seconds that the quota counts as one, so that it needs little memory
UNLIMITED = -1
MOST_SUPPRESSED = 100_000

Seconds = Callable[[], float]


class Quota:
    """So many recipients in any 24 hours. The oldest leave it by the minute."""

    def __init__(self, most: int, clock: Seconds) -> None:
        self.most, self._clock = most, clock
        self._slots: deque[tuple[float, int]] = deque()

    @property
    def used(self) -> int:
        while self._slots and self._slots[0][0] <= self._clock() - DAY:
            self._slots.popleft()
        return sum(count for _, count in self._slots)

    def admits(self, count: int) -> bool:
        return self.most == UNLIMITED or self.used + count <= self.most

    def take(self, count: int) -> None:
        start = self._clock() // SLOT * SLOT
        if self._slots and self._slots[-1][0] == start:
            count += self._slots.pop()[1]
        self._slots.append((start, count))


class Rate:
    """A token bucket of one second's worth. A message to many may overdraw it, and the next ones
    wait for that, as SES has it."""

    def __init__(self, per_second: float, clock: Seconds) -> None:
        self.per_second, self._clock = per_second, clock
        self._tokens, self._at = per_second, clock()

    def admits(self) -> bool:
        now = self._clock()
        grown = self._tokens + (now - self._at) * self.per_second
        self._tokens, self._at = min(grown, max(self.per_second, 1)), now
        return self._tokens >= 1

    def take(self, count: int) -> None:
        self._tokens -= count


@dataclass(slots=True)
class Account:
    quota: Quota
    rate: Rate
    enabled: bool = True
    suspended: bool = False
    suppressed: "Suppressed" = field(default_factory=lambda: Suppressed())

    def admit(self, recipients: int) -> None:
        """Count a message in; raises ApiError when it may not be sent."""
        if self.suspended:
            raise ApiError("AccountSuspendedException", "Sending suspended for this account.")
        if not self.enabled:
            raise ApiError("SendingPausedException", "Sending is paused for this account.")
        if not self.quota.admits(recipients):
            raise ApiError("TooManyRequestsException", "Daily message quota exceeded.")
        if not self.rate.admits():
            raise ApiError("TooManyRequestsException", "Maximum sending rate exceeded.")
        self.quota.take(recipients)
        self.rate.take(recipients)


@dataclass(frozen=True, slots=True)
class Entry:
    """Why and since when (seconds since 1970) an address is suppressed."""

    email: str
    reason: str
    since: float


class Suppressed:
    """The account's suppression list. Managing it minds upper and lower case; sending does not."""

    def __init__(self) -> None:
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._folded: Counter[str] = Counter()

    def __contains__(self, email: str) -> bool:
        return self._folded[email.lower()] > 0

    def put(self, entry: Entry) -> None:
        self._folded[entry.email.lower()] += entry.email not in self._entries
        self._entries[entry.email] = entry
        if len(self._entries) > MOST_SUPPRESSED:
            self.delete(next(iter(self._entries)))

    def get(self, email: str) -> Entry:
        """Raises ApiError when it is not on the list."""
        if email not in self._entries:
            raise ApiError(
                "NotFoundException",
                f"Email address {email} does not exist on your suppression list.",
            )
        return self._entries[email]

    def delete(self, email: str) -> None:
        self.get(email)
        del self._entries[email]
        self._folded -= Counter([email.lower()])

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())
