"""Readers go out as a list, and come back from it as they were."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from db.engine import Sessions
from db.store import readers as store
from db.tables import ConsentRow, SubscriberRow, SuppressionRow
from digest import subscriptions
from digest.issues.words import plain_text
from digest.model import Cadence, Subscriber, SubscriberState
from digest.subscriptions import Fate, Told
from tests.makers import SUNDAY
from tests.reader_lists import takes_in, the_readers


def exported(sessions: Sessions, **how: Any) -> str:
    return "".join(subscriptions.export_subscribers(sessions, **how))


def keep(sessions: Sessions, readers: Iterable[Subscriber]) -> None:
    with sessions.begin() as session:
        for one in readers:
            assert store.add_subscriber(session, one.email.lower(), one, SUNDAY)


def test_a_list_goes_out_with_its_header_first(sessions: Sessions) -> None:
    assert exported(sessions).count("\n") == 1
    takes_in(sessions, "email,categories\nada@inbox.example,Voice;Coding\n", consent_source="fair")
    header, line = exported(sessions).splitlines()
    assert header == (
        "email,state,categories,language,cadence,confirmed_at,paused_until,consent_source"
    )
    assert line == "ada@inbox.example,active,Voice;Coding,en,weekly,,,fair"


def test_a_list_goes_out_as_json_a_reader_a_line(sessions: Sessions) -> None:
    takes_in(sessions, "email,categories\nada@inbox.example,Voice\nbo@inbox.example,\n")
    first, second = map(json.loads, exported(sessions, layout="json").splitlines())
    assert first["categories"] == ["Voice"]
    assert first["confirmed_at"] is None
    assert (second["email"], second["state"]) == ("bo@inbox.example", "active")


def test_one_state_goes_out_alone(sessions: Sessions) -> None:
    takes_in(sessions, "email,state\nada@inbox.example,\nbo@inbox.example,bounced\n")
    (_, line) = exported(sessions, state=SubscriberState.BOUNCED).splitlines()
    assert line.startswith("bo@inbox.example,bounced")


def test_more_readers_than_are_read_at_a_time_go_out(sessions: Sessions) -> None:
    takes_in(sessions, "email\n" + "".join(f"r{i}@inbox.example\n" for i in range(1005)))
    lines = exported(sessions).splitlines()
    assert len(lines) == 1006
    assert all(line.endswith(",a form") for line in lines[1:])


def test_no_cell_is_a_formula(sqlite: Sessions) -> None:
    takes_in(
        sqlite,
        'email,categories,consent_source\n=1+1@inbox.example,"=A1;Voice;@x;+1","-2"\n',
    )
    line = exported(sqlite).splitlines()[1]
    assert line == "'=1+1@inbox.example,active,''=A1;Voice;'@x;'+1,en,weekly,,,'-2"


def empty(sessions: Sessions) -> None:
    with sessions.begin() as session:
        for table in (ConsentRow, SubscriberRow, SuppressionRow):
            session.execute(delete(table))


def nameless(readers: Iterable[Subscriber]) -> list[Subscriber]:
    """The readers, whatever numbers the database gave them."""
    return [replace(one, id=0) for one in readers]


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(plain_text)
moments = st.timedeltas(timedelta(0), timedelta(days=9999)).map(lambda ago: SUNDAY - ago)
names = st.text("abcdefghijXYZ0123456789!#$%&'*+-/=?^_`{|}~", min_size=1, max_size=9)
categories = st.lists((texts | st.sampled_from([";", '"', "'", "''=", "=1", "a,b"])).filter(bool))
readers = st.builds(
    Subscriber,
    email=names.map("{}@inbox.example".format),
    state=st.sampled_from(SubscriberState),
    categories=categories.map(lambda some: tuple(dict.fromkeys(some))[:20]),
    language=st.sampled_from(["en", "de", "pt-BR", "zh-Hant-TW"]),
    cadence=st.sampled_from(Cadence),
    confirmed_at=st.none() | moments,
    paused_until=st.none() | moments.map(lambda moment: moment + timedelta(days=999)),
)


@given(st.lists(readers, unique_by=lambda one: one.email.lower(), min_size=1, max_size=5), texts)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_goes_out_comes_back_as_the_same_readers(
    sqlite: Sessions, given: list[Subscriber], source: str
) -> None:
    empty(sqlite)
    keep(sqlite, given)
    before = the_readers(sqlite)
    body = exported(sqlite)
    empty(sqlite)
    told: list[Told] = []
    takes_in(sqlite, body, told, consent_source=source or "export")
    assert [one.fate for one in told] == [Fate.ADDED] * len(given)
    assert nameless(the_readers(sqlite).values()) == nameless(before.values())
    again = exported(sqlite)
    empty(sqlite)
    takes_in(sqlite, again, consent_source="")
    assert exported(sqlite) == again
