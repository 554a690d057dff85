"""Exports of listmonk and of Ghost come in as they are."""

import pytest

from db.engine import Sessions
from digest.errors import InputError
from digest.subscriptions import Told
from tests.reader_lists import counts, states, suppressed, takes_in, the_readers

LISTMONK = (
    "uuid,email,name,attributes,status,created_at,updated_at\n"
    '5d0c1c5e-6a3a-4d6e-9f5e-2f6d2b8c0a01,ada@inbox.example,Ada,"{""city"": ""Bath""}",enabled,'
    "2025-03-04 09:10:11.123456 +0000 UTC,2025-03-04 09:10:11.123456 +0000 UTC\n"
    "5d0c1c5e-6a3a-4d6e-9f5e-2f6d2b8c0a02,bo@inbox.example,Bo,{},disabled,,\n"
    "5d0c1c5e-6a3a-4d6e-9f5e-2f6d2b8c0a03,cy@inbox.example,Cy,{},blocklisted,,\n"
)
LISTMONK_WITH_LISTS = (
    "uuid,email,name,status,lists,subscription_status\n"
    "a1,ada@inbox.example,Ada,enabled,Weekly,confirmed\n"
    "a2,bo@inbox.example,Bo,enabled,Weekly,unconfirmed\n"
    "a3,cy@inbox.example,Cy,enabled,Weekly,unsubscribed\n"
    "a4,di@inbox.example,Di,blocklisted,Weekly,confirmed\n"
)
GHOST = (
    "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,"
    "deleted_at,labels,tiers\r\n"
    '63f0a1,ada@inbox.example,Ada,"Met at a fair,\nlikes tea",true,false,,'
    '2025-03-04T09:10:11.000Z,,"VIP,Fair",\r\n'
    "63f0a2,bo@inbox.example,Bo,,false,false,,2025-03-05T09:10:11.000Z,,,\r\n"
    "63f0a3,'=cy@inbox.example,Cy,,true,true,cus_1,2025-03-05T09:10:11.000Z,,,Gold\r\n"
)


def test_an_export_of_listmonk_comes_in_as_it_is(sessions: Sessions) -> None:
    done = takes_in(sessions, LISTMONK)
    assert (done.layout, counts(done)) == ("listmonk", {"added": 3})
    assert "does not tell who left" in done.caution
    assert done.unused == ("uuid", "name", "attributes", "created_at", "updated_at")
    assert states(sessions) == {"ada": "active", "bo": "unsubscribed", "cy": "unsubscribed"}
    assert list(suppressed(sessions, *the_readers(sessions))) == ["cy"]


def test_subscriptions_of_listmonk_count(sessions: Sessions) -> None:
    done = takes_in(sessions, LISTMONK_WITH_LISTS)
    assert (done.layout, done.caution) == ("listmonk", "")
    expected = {"ada": "active", "bo": "pending", "cy": "unsubscribed", "di": "unsubscribed"}
    assert states(sessions) == expected
    assert list(suppressed(sessions, *the_readers(sessions))) == ["di"]


def test_an_export_of_ghost_comes_in_as_it_is(sessions: Sessions) -> None:
    done = takes_in(sessions, GHOST)
    assert (done.layout, counts(done)) == ("Ghost", {"added": 3})
    assert states(sessions) == {"ada": "active", "bo": "unsubscribed", "=cy": "active"}


@pytest.mark.parametrize("body", [LISTMONK, GHOST])
def test_others_do_not_tell_where_their_readers_agreed(sqlite: Sessions, body: str) -> None:
    with pytest.raises(InputError, match="--consent-source TEXT"):
        takes_in(sqlite, body, consent_source="")


def test_an_unknown_status_of_others_is_refused(sqlite: Sessions) -> None:
    told: list[Told] = []
    takes_in(sqlite, LISTMONK.replace("disabled", "asleep"), told)
    assert told[1].reason == "'asleep' is no status; there are enabled, disabled, blocklisted"
