"""Vectors of texts as they are kept: by model and text, once."""

from datetime import timedelta

from db.engine import Sessions
from db.store import embeddings as store
from tests.makers import SUNDAY

HASHES = [f"{number:064x}" for number in range(1200)]  # more than one statement asks for


def keep(sessions: Sessions, model: str, vectors: dict[str, bytes], days: int = 0) -> None:
    with sessions.begin() as session:
        store.keep_vectors(session, model, vectors, SUNDAY + timedelta(days=days))


def kept(sessions: Sessions, model: str, *hashes: str) -> dict[str, bytes]:
    with sessions() as session:
        return store.vectors(session, model, hashes)


def test_a_vector_comes_back_byte_for_byte(sessions: Sessions) -> None:
    every_byte = bytes(range(256))
    keep(sessions, "small", {HASHES[0]: every_byte, HASHES[1]: b""})
    assert kept(sessions, "small", *HASHES[:3]) == {HASHES[0]: every_byte, HASHES[1]: b""}


def test_two_models_make_two_vectors_of_one_text(sessions: Sessions) -> None:
    keep(sessions, "small", {HASHES[0]: b"one"})
    keep(sessions, "large", {HASHES[0]: b"other"})
    assert kept(sessions, "small", HASHES[0]) == {HASHES[0]: b"one"}
    assert kept(sessions, "large", HASHES[0]) == {HASHES[0]: b"other"}
    assert kept(sessions, "none", HASHES[0]) == {}


def test_a_vector_that_two_workers_computed_is_kept_once(sessions: Sessions) -> None:
    keep(sessions, "small", {HASHES[0]: b"first"})
    keep(sessions, "small", {HASHES[0]: b"second", HASHES[1]: b"new"})
    assert kept(sessions, "small", *HASHES[:2]) == {HASHES[0]: b"first", HASHES[1]: b"new"}


def test_any_number_of_texts_may_be_asked_for(sessions: Sessions) -> None:
    keep(sessions, "small", dict.fromkeys(HASHES, b"vector"))
    assert kept(sessions, "small", *HASHES) == dict.fromkeys(HASHES, b"vector")
    assert kept(sessions, "small") == {}


def test_old_vectors_are_forgotten(sessions: Sessions) -> None:
    keep(sessions, "small", {HASHES[0]: b"old", HASHES[1]: b"old"})
    keep(sessions, "small", {HASHES[2]: b"new"}, days=1)
    with sessions.begin() as session:
        assert store.forget_vectors(session, SUNDAY + timedelta(days=1)) == 2
    assert kept(sessions, "small", *HASHES[:3]) == {HASHES[2]: b"new"}
