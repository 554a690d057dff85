"""More senders beside the one that measures: each a process of its own, as `digest worker` is one.

`python -m benchmarks.senders URL MODE` is such a process. It says that it is ready, goes on when it
is told to, sends what there is of the benchmark's issue, and prints what that cost it.
"""

import json
import subprocess
import sys
import time
from typing import NamedTuple

from benchmarks.peak import peak_mb


class Cost(NamedTuple):
    cpu_s: float
    peak_mb: float


class Others:
    """So many of them, ready to go."""

    def __init__(self, count: int, url: str, mode: str) -> None:
        command = [sys.executable, "-m", "benchmarks.senders", url, mode]
        pipe = subprocess.PIPE
        self._running = [
            subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe) for _ in range(count)
        ]
        for one in self._running:
            assert one.stdout
            one.stdout.readline()

    def go(self) -> None:
        for one in self._running:
            assert one.stdin
            one.stdin.write("go\n")
            one.stdin.flush()

    def ended(self) -> list[Cost]:
        """Waits for all of them."""
        told = [one.communicate()[0] for one in self._running]
        if any(one.returncode for one in self._running):
            raise SystemExit("a sender failed")
        return [Cost(**json.loads(one)) for one in told]


def main(url: str, mode: str) -> None:
    from benchmarks.send import NAME, office_of  # which asks for `Others`
    from db.engine import open_engine, open_sessions
    from digest.errors import NotAllowedError
    from digest.jobs.send import send

    engine, office = open_engine(url), office_of(mode)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    began = time.process_time()
    try:
        send(open_sessions(engine), office, NAME)
    except NotAllowedError:  # the others had sent all of it before
        sys.stderr.write("nothing was left\n")
    engine.dispose()
    cost = Cost(time.process_time() - began, peak_mb())
    sys.stdout.write(json.dumps(cost._asdict()))


if __name__ == "__main__":
    main(*sys.argv[1:])
