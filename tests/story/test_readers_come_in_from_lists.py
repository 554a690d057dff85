"""Readers who agreed elsewhere come in from a list, and nobody is brought back by one."""

from datetime import UTC, datetime
from io import BytesIO

import pytest

from db.engine import Sessions, reading
from db.store import readers as store
from digest import subscriptions
from digest.model import Cadence
from digest.subscriptions import Fate, Told
from digest.subscriptions.importing import SLICE
from tests.makers import SUNDAY, a_subscriber
from tests.reader_lists import SIGNING, counts, states, suppressed, takes_in, the_readers


def test_a_line_says_all_that_is_known_of_a_reader(sessions: Sessions) -> None:
    takes_in(
        sessions,
        "email,state,categories,language,cadence,confirmed_at,paused_until,consent_source\n"
        'Ada@Inbox.example,active,"Coding; Voice ;Coding",pt-BR,ships,2025-03-04T10:00:00+01:00,'
        "2027-01-01,fair in Bath\n",
    )
    assert the_readers(sessions)["Ada@inbox.example"] == a_subscriber(
        "Ada@inbox.example",
        id=1,
        categories=("Coding", "Voice"),
        language="pt-BR",
        cadence=Cadence.SHIPS,
        confirmed_at=datetime(2025, 3, 4, 9, tzinfo=UTC),
        paused_until=datetime(2027, 1, 1, tzinfo=UTC),
    )
    with reading(sessions) as session:
        (consent,) = store.consents(session, 1)
    assert (consent.act, consent.source, consent.at) == ("import", "fair in Bath", SUNDAY)


def test_nobody_knows_when_a_reader_agreed_whose_line_does_not_say(sessions: Sessions) -> None:
    takes_in(sessions, "email\nada@inbox.example\n")
    assert the_readers(sessions)["ada@inbox.example"].confirmed_at is None


def test_columns_may_be_called_otherwise(sessions: Sessions) -> None:
    done = takes_in(
        sessions,
        "Vorname;E-mail  Address;Themen\r\nAda;ada@inbox.example;Voice\r\n".encode("utf-8-sig"),
        mapping={"email": "e-mail address", "categories": "Themen"},
    )
    assert the_readers(sessions)["ada@inbox.example"].categories == ("Voice",)
    assert done.unused == ("Vorname",)


def test_who_left_elsewhere_is_mailed_no_more(sessions: Sessions) -> None:
    rows = ("ada,unsubscribed", "bo,bounced", "cy,complained", "di,pending", "el,Active", "flo,")
    lines = "\n".join(row.replace(",", "@inbox.example,") for row in rows)
    takes_in(sessions, f"email,state\n{lines}\n")
    assert states(sessions) == {
        "ada": "unsubscribed",
        "bo": "bounced",
        "cy": "complained",
        "di": "pending",
        "el": "active",
        "flo": "active",
    }
    assert suppressed(sessions, *the_readers(sessions)) == {
        "bo": "bounced before the import",
        "cy": "complained before the import",
    }
    with reading(sessions) as session:
        assert store.consents(session, 1)[0].detail == {"state": "unsubscribed"}


def test_an_old_list_brings_nobody_back(sessions: Sessions) -> None:
    takes_in(sessions, "email,state\nada@inbox.example,unsubscribed\n")
    takes_in(sessions, "email\nbo@inbox.example\n")
    subscriptions.erase(sessions, lambda: SUNDAY, SIGNING, "bo@inbox.example")
    with sessions.begin() as session:
        hashed = SIGNING.address_hash("cy@inbox.example")
        store.suppress(session, hashed, "hard bounce", SUNDAY)
    told: list[Told] = []
    names = ("ADA", "bo", "cy", "di", "nobody", "Di")
    done = takes_in(sessions, "email\n" + "".join(f"{one}@inbox.example\n" for one in names), told)
    assert [(one.line, one.fate) for one in told] == [
        (2, Fate.KNOWN),
        (3, Fate.ERASED),
        (4, Fate.SUPPRESSED),
        (5, Fate.ADDED),
        (6, Fate.ADDED),
        (7, Fate.REPEATED),
    ]
    assert told[2].reason == "hard bounce"
    assert told[5].reason == "the address stands on line 5"
    assert done.added == 2
    assert states(sessions) == {"ada": "unsubscribed", "di": "active", "nobody": "active"}


def test_of_several_lines_on_one_address_the_gravest_holds(sessions: Sessions) -> None:
    body = (
        "email,state\nada@inbox.example,\nbo@inbox.example,pending\nADA@inbox.example,complained\n"
    )
    done = takes_in(sessions, body + "bo@inbox.example,active\n")
    assert counts(done) == {"added": 2, "repeated": 2}
    assert states(sessions) == {"ada": "complained", "bo": "active"}
    assert "ada" in suppressed(sessions, "ada@inbox.example")


def test_a_line_that_was_refused_stands_in_nobodys_way(sessions: Sessions) -> None:
    done = takes_in(sessions, "email,cadence\nada@inbox.example,hourly\nada@inbox.example,each\n")
    assert counts(done) == {"added": 1, "refused": 1}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("ada,,,,", "'ada' is no e-mail address"),
        ("ada@inbox.example,gone,,,", "'gone' is no state; there are pending, active, unsub"),
        ("ada@inbox.example,,english please,,", "'english please' is no language tag"),
        ("ada@inbox.example,,,hourly,", "'hourly' is no cadence; there are weekly, each, ships"),
        ("ada@inbox.example,,,,yesterday", "'yesterday' is no moment"),
        ("ada@inbox.example,,,,2026-11-23", "2026-11-23 00:00 has not come yet"),
        ("ada@inbox.example,,,,,,", "7 cells under 5 columns"),
        ('"ada@inbox.example\n, bo@inbox.example",,,,', "is no e-mail address"),
        (f"{'a' * 5000}@inbox.example,,,,", "is no e-mail address"),
    ],
)
def test_a_wrong_line_is_refused_and_says_why(sqlite: Sessions, row: str, said: str) -> None:
    told: list[Told] = []
    header = "email,state,language,cadence,confirmed_at"
    done = takes_in(sqlite, f"{header}\nbo@inbox.example\n\n{row}\n", told)
    assert counts(done) == {"added": 1, "refused": 1}
    assert told[1].line == 4
    assert said in told[1].reason or said in told[1].reason.replace("…", "")
    assert len(told[1].reason) <= 300


def test_categories_are_few_and_short_as_in_a_form(sqlite: Sessions) -> None:
    many = ";".join(map(str, range(21)))
    done = takes_in(
        sqlite, f"email,categories\na@inbox.example,{many}\nb@inbox.example,{many[:40]}\n"
    )
    assert counts(done) == {"added": 1, "refused": 1}


def test_a_line_says_where_its_reader_agreed_or_the_file_does(sqlite: Sessions) -> None:
    body = "email,consent_source\nada@inbox.example,fair\nbo@inbox.example,\n"
    told: list[Told] = []
    assert counts(takes_in(sqlite, body, told, consent_source="")) == {"added": 1, "refused": 1}
    assert "say where the reader agreed" in told[1].reason
    assert counts(takes_in(sqlite, body, consent_source="form")) == {"known": 1, "added": 1}


def test_a_dry_run_says_what_would_happen_and_writes_nothing(sessions: Sessions) -> None:
    takes_in(sessions, "email\nknown@inbox.example\n")
    body = "email,state\nada@inbox.example,bounced\nknown@inbox.example,\nADA@inbox.example,\nx,\n"
    foreseen: list[Told] = []
    takes_in(sessions, body, foreseen, dry_run=True)
    assert states(sessions) == {"known": "active"}
    assert suppressed(sessions, "ada@inbox.example") == {}
    happened: list[Told] = []
    takes_in(sessions, body, happened)
    assert happened == foreseen
    assert {one.fate for one in happened} == {Fate.ADDED, Fate.KNOWN, Fate.REPEATED, Fate.REFUSED}


class PowerCutError(Exception):
    pass


def test_an_import_that_was_interrupted_is_done_again_and_goes_on(sessions: Sessions) -> None:
    body = "email\n" + "".join(f"r{i}@inbox.example\n" for i in range(SLICE + 5))

    def cut(told: Told) -> None:
        raise PowerCutError

    with pytest.raises(PowerCutError):
        subscriptions.import_subscribers(
            sessions,
            lambda: SUNDAY,
            SIGNING,
            "list.csv",
            BytesIO(body.encode()),
            consent_source="a form",
            tell=cut,
        )
    assert len(the_readers(sessions)) == SLICE
    assert counts(takes_in(sessions, body)) == {"known": SLICE, "added": 5}
    with reading(sessions) as session:
        assert all(len(store.consents(session, number)) == 1 for number in (1, SLICE, SLICE + 5))


def test_who_signs_up_while_a_list_comes_in_is_known(
    sqlite: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.store.reader_lists.known", lambda session, keys: set[str]())
    takes_in(sqlite, "email\nada@inbox.example\n")
    assert counts(takes_in(sqlite, "email\nada@inbox.example\nbo@inbox.example\n")) == {
        "known": 1,
        "added": 1,
    }
