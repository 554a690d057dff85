"""A publication that has mailed its readers, and hears of it."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import insert, select

from db.engine import Sessions
from db.store import issues, readers
from db.store.suppressions import suppression
from db.tables import DeliveryEventRow, DeliveryRow, UnreadableEventRow
from digest import subscriptions
from digest.model import Consent, DeliveryState, IssueState, SubscriberState
from digest.readers.addresses import key_of
from digest.readers.links import Signing
from digest.subscriptions import Recorded
from tests.fakes import SesList, StoppedClock
from tests.makers import SUNDAY, a_subscriber, an_issue
from tests.ses_says import MESSAGE, READER

WEEK = "2026-W47"
CONFIRMED = SUNDAY - timedelta(days=365)
KEY = "a key of the mail room that is long enough"
SIGNING = Signing([KEY])


class Row(NamedTuple):
    """A delivery as it stands."""

    state: DeliveryState
    reason: str
    message_id: str
    copies: int


class MailRoom:
    """Deliveries by issue and reader, and events that speak of them."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self.clock = StoppedClock(SUNDAY)

    # --- what is there ---

    def reader(self, email: str = READER, **fields: Any) -> int:
        given = a_subscriber(email, **({"confirmed_at": CONFIRMED} | fields))
        with self.sessions.begin() as session:
            number = readers.add_subscriber(session, key_of(email), given, SUNDAY)
        assert number
        return number

    def issue(self, name: str = WEEK, state: IssueState = IssueState.SENDING) -> str:
        with self.sessions.begin() as session:
            issues.put_issue(session, an_issue(id=name, state=state), SUNDAY.date(), SUNDAY)
        return name

    def delivery(
        self,
        reader: int,
        issue: str,
        state: DeliveryState = DeliveryState.SENT,
        *,
        message_id: str = MESSAGE,
        attempt: int = 1,
    ) -> int:
        row = {
            "issue_id": issue,
            "subscriber_id": reader,
            "state": state,
            "attempt": attempt,
            "message_id": message_id,
            "reason": "",
            "updated_at": SUNDAY,
        }
        with self.sessions.begin() as session:
            number: int | None = session.scalar(
                insert(DeliveryRow).values(row).returning(DeliveryRow.id)
            )
        assert number
        return number

    def mailed(self, email: str = READER, *state: DeliveryState, **fields: Any) -> int:
        """A reader and the week's issue to them; the number of the delivery."""
        reader = self.reader(email)
        with self.sessions() as session:
            known = {one.id for one in issues.issues(session)}
        return self.delivery(reader, WEEK if WEEK in known else self.issue(), *state, **fields)

    # --- what is said ---

    def hears(self, *events: Mapping[str, Any] | str) -> Recorded:
        bodies = [one if isinstance(one, str) else json.dumps(one) for one in events]
        return subscriptions.take(self.sessions, self.clock, SIGNING, bodies)

    def releases(self, email: str) -> None:
        """An editor lets an address go, here and at SES."""
        theirs = SesList()
        subscriptions.release(self.sessions, self.clock, SIGNING, email, lambda: theirs)

    def confirms(self, email: str, at: datetime) -> None:
        """A reader follows the link of a mail that asked them to confirm."""
        with self.sessions.begin() as session:
            found = readers.subscriber_by_key(session, key_of(email))
            assert found
            assert readers.change_state(
                session, found.id, [found.state], SubscriberState.ACTIVE, at
            )

    # --- what came of it ---

    def row(self, number: int) -> Row:
        with self.sessions() as session:
            row = session.get_one(DeliveryRow, number)
            return Row(row.state, row.reason, row.message_id, row.copies)

    def state(self, email: str = READER) -> SubscriberState:
        with self.sessions() as session:
            found = readers.subscriber_by_key(session, key_of(email))
        assert found
        return found.state

    def suppressed(self, email: str = READER) -> str:
        """The reason, "" when the address is free."""
        with self.sessions() as session:
            found = suppression(session, SIGNING.address_hash(key_of(email)))
        return found.reason if found else ""

    def consents(self, email: str = READER) -> list[Consent]:
        with self.sessions() as session:
            found = readers.subscriber_by_key(session, key_of(email))
            assert found
            return readers.consents(session, found.id)

    def events(self) -> list[DeliveryEventRow]:
        with self.sessions() as session:
            return list(session.scalars(select(DeliveryEventRow)))

    def aside(self) -> list[UnreadableEventRow]:
        with self.sessions() as session:
            return list(session.scalars(select(UnreadableEventRow)))

    def issue_state(self, name: str = WEEK) -> tuple[IssueState, str]:
        with self.sessions() as session:
            found = issues.issue(session, name)
        return found.state, found.reason


def tags(delivery: int, attempt: int = 1, issue: str = WEEK) -> dict[str, object]:
    return {"delivery": delivery, "attempt": attempt, "issue": issue}
