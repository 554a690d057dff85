"""What many tests need: an empty database with our schema, on both engines."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy.engine import URL

from db.engine import Sessions, open_engine, open_sessions
from db.migrating import migrate
from tests import postgres

ENGINES = ("sqlite", "postgresql")

# A busy machine is no failure, hence no deadline. CI tries the same examples each time, so that a
# change is judged by what it changed; everybody else's runs go looking for new ones.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("house")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Functions go by their names, not by where they lie in memory: each core must collect the
    same tests."""
    return getattr(val, "__qualname__", None)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """One server for the whole run; without one, these tests fail rather than be skipped."""
    try:
        server = postgres.server()
    except LookupError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
    with server as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file, to be copied."""
    file = tmp_path_factory.mktemp("template") / "digest.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """An empty SQLite database with our schema."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'digest.db')}"


@pytest.fixture(scope="session")
def postgres_shared(postgres_server: URL) -> Iterator[URL]:
    """The database that one test after the other uses."""
    with postgres.database(postgres_server) as url:
        migrate(postgres.spelt(url))
        yield url


@pytest.fixture
def postgres_url(postgres_server: URL, postgres_shared: URL) -> Iterator[str]:
    """An empty PostgreSQL database with our schema."""
    yield postgres.spelt(postgres_shared)
    postgres.restore(postgres_server, postgres_shared)


@pytest.fixture(params=ENGINES)
def engine_url(request: pytest.FixtureRequest) -> str:
    """An empty database with our schema, on each engine in turn."""
    fixture = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(fixture)
    return url


@pytest.fixture
def sessions(engine_url: str) -> Iterator[Sessions]:
    """Sessions on an empty database, on each engine in turn."""
    engine = open_engine(engine_url)
    yield open_sessions(engine)
    engine.dispose()


@pytest.fixture
def postgres_sessions(postgres_url: str) -> Iterator[Sessions]:
    """For what can only happen where writers do not queue up."""
    engine = open_engine(postgres_url)
    yield open_sessions(engine)
    engine.dispose()


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Sessions]:
    """For what is the same on each engine, and is tried many times."""
    engine = open_engine(sqlite_url)
    yield open_sessions(engine)
    engine.dispose()
