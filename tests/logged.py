"""What a process would write into its log, caught: the root logger as it is at a start, and as it
was afterwards."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

from digest import logs


class Log(StringIO):
    """The lines, as they are written."""

    def told(self) -> list[dict[str, Any]]:
        """Those of JSON."""
        return [json.loads(line) for line in self.getvalue().splitlines()]


@contextmanager
def logging_into(kind: str = "json") -> Iterator[Log]:
    with fresh_root() as root:
        caught = Log()
        root.addHandler(logging.StreamHandler(caught))
        logs.configure(kind)
        yield caught


@contextmanager
def fresh_root() -> Iterator[logging.Logger]:
    """The root logger as a new process finds it."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    root.handlers = []
    try:
        yield root
    finally:
        root.handlers = handlers
        root.setLevel(level)
