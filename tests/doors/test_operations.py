"""What those who run the service see: whether it lives, and whether it is ready."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from db.engine import open_engine, open_sessions
from tests.doors.site import LiveSite, serve


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_site_at_work_says_ok(site: LiveSite, path: str) -> None:
    answer, looked = site.get(path), site.ask("HEAD", path)
    assert (answer.status, answer.body) == (200, b"ok")
    assert (looked.status, looked.body) == (200, b"")
    assert answer.headers["Cache-Control"] == looked.headers["Cache-Control"] == "no-store"


def test_a_site_whose_database_lost_its_schema_lives_but_is_not_ready(site: LiveSite) -> None:
    assert site.get("/readyz").status == 200
    with site.sessions.begin() as session:
        session.execute(text("DROP TABLE alembic_version"))
    answer = site.get("/readyz")
    assert answer.status == 503
    assert answer.body == b"the database has not the schema of this version"
    assert answer.headers["Cache-Control"] == "no-store"
    assert site.ask("HEAD", "/readyz").status == 503
    assert site.get("/healthz").status == 200


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE alembic_version SET version_num = '0000'",
        "INSERT INTO alembic_version VALUES ('0000')",
        "DELETE FROM alembic_version",
    ],
)
def test_a_site_on_the_schema_of_another_version_is_not_ready(sqlite_url: str, change: str) -> None:
    with served_on(sqlite_url) as site:
        assert site.get("/readyz").status == 200
        with site.sessions.begin() as session:
            session.execute(text(change))
        assert site.get("/readyz").status == 503


def test_being_asked_often_fills_no_log(site: LiveSite, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    assert site.get("/readyz").status == 200
    assert {record.name for record in caplog.records} <= {"digest.web.access", "uvicorn.error"}


def test_a_site_on_an_empty_database_is_not_ready(tmp_path: Path) -> None:
    with served_on(f"sqlite:///{tmp_path / 'empty.db'}") as site:
        answer = site.get("/readyz")
    assert (answer.status, answer.body.count(b"\n")) == (503, 0)


def test_a_database_that_does_not_answer_is_told_without_its_address(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "no.db").write_bytes(b"what is no database at all" * 100)
    nobody_there = "postgresql://me:hunter2@127.0.0.1:1/digest"
    for url in (nobody_there, f"sqlite:///{tmp_path / 'no.db'}"):
        with served_on(url) as site:
            answer = site.get("/readyz")
            assert (answer.status, answer.body) == (503, b"the database does not answer")
            assert site.get("/healthz").status == 200
    refused, no_database = (record.getMessage() for record in caplog.records)
    assert "refused" in refused
    assert "not a database" in no_database
    assert "hunter2" not in caplog.text


@contextmanager
def served_on(url: str) -> Iterator[LiveSite]:
    """A site on the database at an address, whatever is there."""
    engine = open_engine(url)
    with serve(open_sessions(engine)) as site:
        yield site
    engine.dispose()
