"""A table on disk for as long as it is needed, for what may be too long for memory."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager


class Placed:
    """Where each key was first met, and the greatest weight that it was met with."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._said = connection.execute
        self._said(
            "CREATE TABLE placed (key TEXT PRIMARY KEY, place INTEGER, weight INTEGER)"
            " WITHOUT ROWID"
        )

    def note(self, key: str, place: int, weight: int) -> None:
        self._said(
            "INSERT INTO placed VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET weight = max(weight, excluded.weight)",
            (key, place, weight),
        )

    def find(self, key: str) -> tuple[int, int] | None:
        """The first place of a key and its greatest weight."""
        found: tuple[int, int] | None = self._said(
            "SELECT place, weight FROM placed WHERE key = ?", (key,)
        ).fetchone()
        return found


@contextmanager
def placed() -> Iterator[Placed]:
    """An empty table in a file of SQLite's own, which nobody else sees and which goes with it."""
    with closing(sqlite3.connect("", isolation_level=None)) as connection:
        connection.execute("BEGIN")
        yield Placed(connection)
