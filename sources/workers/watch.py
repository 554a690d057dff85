"""A call that is ended when it takes too much time or memory, in the caller's own process."""

import gc
import math
import resource
import signal
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import TypeVar

LOOK = 0.05  # seconds between two looks; a reader takes 500 MB a second at worst
SOON = 0.001  # seconds until a better moment
AGAIN = 1.0  # seconds until it is ended again: what is raised inside a `__del__` gets lost

_STATM = Path("/proc/self/statm")  # Linux; elsewhere nobody watches the memory
_PAGE = resource.getpagesize()

Value = TypeVar("Value")


class EndedError(BaseException):
    """It took too much. No Exception, so that no reader takes it for a fault of its document."""


def within(call: Callable[[], Value], *, seconds: float, memory: int) -> Value:
    """What the call gives; raises EndedError once it takes longer, or so many bytes more.

    Python heeds signals between two steps of its own and in the main thread alone. So a step in C
    is not ended before it is over, and a call in any other thread is not watched at all.
    """
    if not _heeds_signals():
        return call()
    left, every = signal.setitimer(signal.ITIMER_REAL, 0)  # the timer of whoever has set one
    started = time.monotonic()
    earlier = signal.signal(signal.SIGALRM, _Watch(started, seconds, memory))
    try:
        signal.setitimer(signal.ITIMER_REAL, min(LOOK, seconds), LOOK)
        return _called(call)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, earlier)
        if left:
            due = started + left - time.monotonic()
            signal.setitimer(signal.ITIMER_REAL, max(due, 1e-6), every)


def _heeds_signals() -> bool:
    """In the main thread, unless a handler is set that is none of Python's to set again."""
    in_main = threading.current_thread() is threading.main_thread()
    return in_main and signal.getsignal(signal.SIGALRM) is not None


def _called(call: Callable[[], Value]) -> Value:
    return call()


class _Watch:
    """Looks at the clock and the memory whenever the timer rings."""

    def __init__(self, started: float, seconds: float, memory: int) -> None:
        self._seconds, self._memory = seconds, memory
        self._until, self._most = started + seconds, (_resident() or math.inf) + memory

    def __call__(self, _signal: int, frame: FrameType | None) -> None:
        too_much, running = self._too_much(), set(_running(frame))
        if not too_much or _called.__code__ not in running:
            return  # in `within` itself, which has to put the timer back
        if any(map(_is_deaf, running)):
            signal.setitimer(signal.ITIMER_REAL, SOON, LOOK)
            return
        signal.setitimer(signal.ITIMER_REAL, AGAIN, AGAIN)
        raise EndedError(too_much)

    def _too_much(self) -> str:
        if time.monotonic() >= self._until:
            return too_slow(self._seconds)
        return too_large(self._memory) if _resident() > self._most else ""


def _running(frame: FrameType | None) -> Iterator[CodeType]:
    """What runs, the innermost first."""
    while frame:
        yield frame.f_code
        frame = frame.f_back


def _is_deaf(code: CodeType) -> bool:
    """Whether Python calls it on its own and drops what is raised there: finalisers, callbacks of
    weak references and of the garbage collector."""
    callbacks = (one.__code__ for one in gc.callbacks if isinstance(one, FunctionType))
    return code.co_name == "__del__" or code.co_filename == weakref.__file__ or code in callbacks


def too_slow(seconds: float) -> str:
    return f"took more than {seconds:g} seconds to read"


def too_large(memory: int) -> str:
    return f"takes more than {memory >> 20} MiB of memory to read"


def _resident() -> int:
    """Bytes this process has in memory; 0 where that cannot be told."""
    try:
        return int(_STATM.read_bytes().split()[1]) * _PAGE
    except OSError:
        return 0
