"""What a database server on this machine has cost: the CPU of its processes, as Linux counts it."""

import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, text

PARENT, OWN, ENDED = 1, slice(11, 13), slice(13, 15)  # of a line of /proc/PID/stat, see proc(5)


def spent(engine: Engine) -> float:
    """Seconds of CPU since the server started; 0 for SQLite, which is a part of who asks it, and
    for a server elsewhere."""
    if engine.dialect.name == "sqlite":
        return 0.0
    with engine.connect() as connection:
        backend: int = connection.scalar(text("SELECT pg_backend_pid()"))
    if not (known := _fields(backend)):
        return 0.0
    server = int(known[PARENT])
    return sum(_ticks(server)) / os.sysconf("SC_CLK_TCK")


def _ticks(server: int) -> Iterator[int]:
    """Of the server with its children that ended, and of each that lives."""
    own = _fields(server)
    yield from (int(count) for count in (*own[OWN], *own[ENDED]))
    for folder in Path("/proc").glob("[0-9]*"):
        fields = _fields(int(folder.name))
        if fields and int(fields[PARENT]) == server:
            yield from (int(count) for count in fields[OWN])


def _fields(process: int) -> list[str]:
    """What follows the name of a process; nothing when it is gone."""
    try:
        told = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return []
    return told.rpartition(")")[2].split()
