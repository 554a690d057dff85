"""Signing up through the API, and the proof of work that earns a program or a browser trust."""

import base64
import json
from typing import Any

import altcha
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine import reading
from db.store import readers
from digest.model import SubscriberState
from digest.readers.links import Signing
from digest.subscriptions.proving import GOOD_FOR, challenge, is_proven, subject_of
from tests.doors.site import Answer, LiveSite
from tests.makers import SUNDAY

READER = "reader@inbox.example"
PATH = "/api/v1/subscribers"
SIGNING = Signing(["a key of the proof, long enough to sign"])


def asks(site: LiveSite, body: Any) -> Answer:
    return site.post(PATH, json.dumps(body).encode(), "application/json")


def test_a_program_signs_a_reader_up_by_the_same_way_in(site: LiveSite) -> None:
    answer = asks(site, {"email": READER, "categories": ["Code"]})
    assert answer.status == 202
    assert answer.headers["Content-Type"] == "application/json"
    assert site.state(READER) is SubscriberState.PENDING
    site.post(site.way_in())
    reader = site.reader(READER)
    assert reader
    assert (reader.state, reader.categories) == (SubscriberState.ACTIVE, ("Code",))
    with reading(site.sessions) as session:
        asked, _ = readers.consents(session, reader.id)
    assert (asked.source, asked.form, asked.form_hash) == ("api", "", "")


def test_a_program_is_told_no_more_than_a_person(site: LiveSite) -> None:
    for state in SubscriberState:
        site.has_reader(f"{state}@inbox.example", state)
    answers = [asks(site, {"email": f"{name}@inbox.example"}) for name in ("new", *SubscriberState)]
    assert {answer.status for answer in answers} == {202}
    assert len({answer.body for answer in answers}) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"email": "nobody"},
        {"email": READER, "categories": ["x" * 61]},
        {"email": READER, "categories": "Code"},
        {"email": 7},
        {},
        [],
        None,
    ],
)
def test_what_a_program_got_wrong_is_said_in_a_line(site: LiveSite, body: Any) -> None:
    answer = asks(site, body)
    assert answer.status == 422
    (said,) = json.loads(answer.body).values()
    assert said
    assert "\n" not in said
    assert site.mail == []


@pytest.mark.parametrize(
    ("body", "kind"), [(b"{", "application/json"), (b"\xff", "application/json"), (b"email=a", "")]
)
def test_what_is_no_json_is_refused_as_json(site: LiveSite, body: bytes, kind: str) -> None:
    answer = site.post(PATH, body, kind)
    assert answer.status == 422
    assert set(json.loads(answer.body)) == {"detail"}


# --- proof of work -------------------------------------------------------------------------


def solved(work: dict[str, Any]) -> str:
    """A proof, as a browser makes it."""
    given = altcha.Challenge.from_dict(work)
    solution = altcha.solve_challenge(given)
    assert solution
    return altcha.Payload(given, solution).to_base64()


@pytest.fixture(scope="module")
def proof() -> str:
    return solved(challenge(SIGNING, subject_of(READER), SUNDAY))


def test_a_proof_is_good_for_one_address_and_a_while(proof: str) -> None:
    assert is_proven(SIGNING, proof, READER, SUNDAY)
    assert is_proven(SIGNING, proof, READER, SUNDAY + GOOD_FOR)
    assert not is_proven(SIGNING, proof, READER, SUNDAY + 2 * GOOD_FOR)
    assert not is_proven(SIGNING, proof, "other@inbox.example", SUNDAY)
    assert not is_proven(Signing(["a key that is not ours, long enough"]), proof, READER, SUNDAY)


def test_a_challenge_nobody_worked_for_is_no_proof() -> None:
    work = challenge(SIGNING, subject_of(READER), SUNDAY)
    lazy = {"challenge": work, "solution": {"counter": 1, "derivedKey": "00" * 32}}
    assert not is_proven(SIGNING, encoded(lazy), READER, SUNDAY)


def test_a_challenge_that_was_made_easier_is_no_proof() -> None:
    work = challenge(SIGNING, subject_of(READER), SUNDAY)
    work["parameters"] |= {"keyPrefix": "", "cost": 1}
    assert not is_proven(SIGNING, solved(work), READER, SUNDAY)


def encoded(said: Any) -> str:
    return base64.b64encode(json.dumps(said).encode()).decode()


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["challenge", "solution", "parameters", "signature", "counter", "data"])
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
)


@given(st.text() | anything.map(encoded))
def test_nothing_made_up_is_a_proof(said: str) -> None:
    assert not is_proven(SIGNING, said, READER, SUNDAY)


@given(st.data())
def test_a_proof_that_was_changed_is_none(proof: str, data: st.DataObject) -> None:
    said = json.loads(base64.b64decode(proof))
    part = data.draw(st.sampled_from(["challenge", "solution"]))
    key = data.draw(st.sampled_from(sorted({*said[part]} - {"time"})))
    said[part][key] = data.draw(anything)
    assert not is_proven(SIGNING, encoded(said), READER, SUNDAY)


def test_the_site_hands_out_work_and_says_whether_it_is_needed(site: LiveSite) -> None:
    answer = site.get(f"/challenge?subject={subject_of(READER)}")
    assert answer.headers["Cache-Control"] == "no-store"
    work = json.loads(answer.body)
    assert work.pop("needed") is False
    assert is_proven(site.signing, solved(work), READER, site.clock())


@pytest.mark.parametrize("subject", ["", "x" * 5000, "%00", "%F0%9F%9A%80"])
def test_work_for_nobody_is_worth_nothing_and_breaks_nothing(site: LiveSite, subject: str) -> None:
    assert site.get(f"/challenge?subject={subject}").status in (200, 404)
