"""Subscribers, consents and suppressions as they are kept."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from db.engine import Sessions
from db.store import audience, issues
from db.store import readers as store
from db.tables import ConsentRow, DeliveryEventRow, DeliveryRow
from digest.model import Cadence, IssueState, SubscriberState
from digest.readers.feedback import Meaning
from tests.makers import SUNDAY, a_consent, a_subscriber, an_issue

DAY = timedelta(days=1)
S = SubscriberState


def add(sessions: Sessions, email: str = "reader@inbox.example", **fields: object) -> int:
    with sessions.begin() as session:
        given = a_subscriber(email, **fields)
        number = store.add_subscriber(session, email.lower(), given, SUNDAY)
    assert number is not None
    return number


def test_a_reader_comes_back_whole(sessions: Sessions) -> None:
    reader = a_subscriber(
        "Reader@Inbox.example",
        categories=("Coding", "Video"),
        language="pt-BR-x-a-long-private-tag",
        cadence=Cadence.EACH,
    )
    with sessions.begin() as session:
        number = store.add_subscriber(session, "reader@inbox.example", reader, SUNDAY)
        assert number is not None
    with sessions() as session:
        known = replace(reader, id=number)
        assert store.subscriber(session, number) == known
        assert store.subscriber_by_key(session, "reader@inbox.example") == known
        assert store.subscriber_by_key(session, "Reader@Inbox.example") is None
        assert store.subscriber(session, number + 1) is None


def test_a_reader_is_added_once_and_left_as_they_are(sessions: Sessions) -> None:
    number = add(sessions)
    with sessions.begin() as session:
        again = a_subscriber("READER@inbox.example", state=S.PENDING)
        assert store.add_subscriber(session, "reader@inbox.example", again, SUNDAY) is None
    with sessions() as session:
        assert store.subscriber(session, number) == a_subscriber(id=number)


def test_readers_come_in_the_order_they_came_and_are_counted_by_state(sessions: Sessions) -> None:
    states = (S.ACTIVE, S.PENDING, S.ACTIVE, S.BOUNCED)
    numbers = [add(sessions, f"reader-{i}@inbox.example", state=s) for i, s in enumerate(states)]
    with sessions() as session:
        assert [reader.id for reader in store.subscribers(session)] == numbers
        assert store.count_by_state(session) == {S.ACTIVE: 2, S.PENDING: 1, S.BOUNCED: 1}


def test_confirming_remembers_when(sessions: Sessions) -> None:
    number = add(sessions, state=S.PENDING, confirmed_at=None)
    with sessions.begin() as session:
        assert store.change_state(session, number, [S.PENDING], S.ACTIVE, SUNDAY + DAY)
    with sessions() as session:
        known = store.subscriber(session, number)
    assert known == a_subscriber(id=number, confirmed_at=SUNDAY + DAY)


def test_leaving_leaves_the_confirmation_as_it_was(sessions: Sessions) -> None:
    number = add(sessions)
    with sessions.begin() as session:
        assert store.change_state(session, number, [S.ACTIVE], S.UNSUBSCRIBED, SUNDAY + DAY)
        known = store.subscriber(session, number)
    assert known == a_subscriber(id=number, state=S.UNSUBSCRIBED)


def test_a_state_changes_only_from_where_it_may(sessions: Sessions) -> None:
    number = add(sessions, state=S.COMPLAINED)
    with sessions.begin() as session:
        assert not store.change_state(session, number, [S.PENDING], S.ACTIVE, SUNDAY + DAY)
        assert not store.change_state(session, number + 1, [S.COMPLAINED], S.ACTIVE, SUNDAY)
        assert store.subscriber(session, number) == a_subscriber(id=number, state=S.COMPLAINED)


def test_the_last_consent_is_the_latest_of_that_act_by_that_reader(sessions: Sessions) -> None:
    one, other = add(sessions), add(sessions, "other@inbox.example")
    with sessions.begin() as session:
        store.keep_consent(session, one, a_consent("sign-up", at=SUNDAY + DAY))
        store.keep_consent(session, one, a_consent("sign-up", at=SUNDAY))
        store.keep_consent(session, one, a_consent("confirm", at=SUNDAY + 2 * DAY))
        store.keep_consent(session, other, a_consent("sign-up", at=SUNDAY + 3 * DAY))
    with sessions() as session:
        assert store.last_consent(session, one, "sign-up") == SUNDAY + DAY
        assert store.last_consent(session, one, "leave") is None


def test_a_suppressed_address_stays_so_for_the_first_reason(sessions: Sessions) -> None:
    one, other, free = "1" * 64, "2" * 64, "3" * 64
    with sessions.begin() as session:
        store.suppress(session, one, "hard bounce", SUNDAY)
        store.suppress(session, one, "complaint", SUNDAY + DAY)
        store.suppress(session, other, "complaint", SUNDAY)
    with sessions() as session:
        assert store.suppressed(session, [one, free]) == {one: "hard bounce"}
        assert store.suppressed(session, []) == {}


def test_erasing_a_reader_takes_all_that_points_to_them_and_nobody_else(
    sessions: Sessions,
) -> None:
    one, other = add(sessions), add(sessions, "other@inbox.example")
    with sessions.begin() as session:
        issues.put_issue(session, an_issue(state=IssueState.SENDING), SUNDAY.date(), SUNDAY)
        audience.freeze(session, "2026-W47", [Cadence.WEEKLY], 10, SUNDAY)
        for delivery in session.scalars(select(DeliveryRow)).all():
            session.add(
                DeliveryEventRow(
                    event_id=f"event-{delivery.id}",
                    delivery_id=delivery.id,
                    kind="delivery",
                    meaning=Meaning.DELIVERED,
                    detail={},
                    at=SUNDAY,
                    created_at=SUNDAY,
                )
            )
        for number in (one, other):
            store.keep_consent(session, number, a_consent("import", at=SUNDAY))
    with sessions.begin() as session:
        store.erase_subscriber(session, one)
    with sessions() as session:
        assert [reader.id for reader in store.subscribers(session)] == [other]
        for table in (ConsentRow, DeliveryRow, DeliveryEventRow):
            assert session.scalar(select(func.count()).select_from(table)) == 1, table
        assert session.scalars(select(DeliveryRow.subscriber_id)).all() == [other]


def test_who_asked_again_lately_is_not_dropped(sessions: Sessions) -> None:
    pending = add(sessions, state=S.PENDING)
    with sessions.begin() as session:
        store.keep_consent(session, pending, a_consent("sign-up", at=SUNDAY + DAY))
    with sessions.begin() as session:
        assert store.drop_unconfirmed(session, SUNDAY + DAY) == 0


def test_erasing_who_is_gone_is_fine(sessions: Sessions) -> None:
    with sessions.begin() as session:
        store.erase_subscriber(session, 7)


def test_the_number_of_an_erased_reader_is_never_given_to_another(sessions: Sessions) -> None:
    erased = add(sessions)
    with sessions.begin() as session:
        store.erase_subscriber(session, erased)
    assert add(sessions, "next@inbox.example") > erased  # an old unsubscribe link names the number


@pytest.mark.parametrize("state", [state for state in S if state is not S.PENDING])
def test_only_sign_ups_nobody_confirmed_are_dropped(sessions: Sessions, state: S) -> None:
    add(sessions, "pending@inbox.example", state=S.PENDING)
    stays = add(sessions, state=state)
    with sessions.begin() as session:
        assert store.drop_unconfirmed(session, SUNDAY) == 0
        assert store.drop_unconfirmed(session, SUNDAY + DAY) == 1
    with sessions() as session:
        assert [reader.id for reader in store.subscribers(session)] == [stays]


def test_a_reader_moves_to_an_address_that_is_nobody_s(sessions: Sessions) -> None:
    with sessions.begin() as session:
        number = store.add_subscriber(session, "a@inbox.example", a_subscriber(), SUNDAY)
        store.add_subscriber(session, "b@inbox.example", a_subscriber(), SUNDAY)
        assert number
        taken = ("b@inbox.example", "B@inbox.example")
        assert not store.move_subscriber(session, number, *taken, SUNDAY)
        assert store.move_subscriber(session, number, "c@inbox.example", "C@inbox.example", SUNDAY)
    with sessions() as session:
        moved = store.subscriber(session, number)
        assert moved
        assert moved.email == "C@inbox.example"
        assert store.subscriber_by_key(session, "c@inbox.example") == moved
