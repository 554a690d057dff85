"""Processes that are killed at some step of their work, as a machine may die at any."""

import os
import signal
from collections.abc import Callable

from sqlalchemy import event

from db.engine import Sessions, open_engine, open_sessions


class Fuse:
    """Kills its own process at the so-manieth of its steps; a step lies before and after each
    commit, and wherever else `burn` is called."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def burn(self, *_: object) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def lies_in(self, sessions: Sessions) -> None:
        event.listen(sessions, "before_commit", self.burn)
        event.listen(sessions, "after_commit", self.burn)


def forked(sessions: Sessions, steps: int, work: Callable[[Sessions, Fuse], object]) -> int:
    """The number of a process that does the work on connections of its own until its fuse has
    burnt. The caller has closed those it had: a fork shares no connection."""
    number = os.fork()
    if number:
        return number
    code = 1
    try:
        fuse = Fuse(steps)
        url = sessions.kw["bind"].url.render_as_string(hide_password=False)
        own = open_sessions(open_engine(url))
        fuse.lies_in(own)
        work(own, fuse)
        code = 0
    finally:
        os._exit(code)


def ended(process: int) -> int:
    """How a process ended: 0, or the number of what killed it, negative."""
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
