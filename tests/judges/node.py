"""The judges that Node runs: one process for all mails, JSON in and JSON out."""

import json
import platform
import shutil
import subprocess
from collections.abc import Mapping
from typing import Any

from tests.judges.install import HERE, MODULES

PROCESSORS = {"x86_64": "x64", "aarch64": "arm64"}


def judged(script: str, mails: Mapping[str, str], *arguments: str) -> dict[str, Any]:
    """What the script says of each mail, by the mail's name."""
    done = subprocess.run(
        [node(), HERE / script, *arguments],
        input=json.dumps(mails),
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def node() -> str:
    """Node of the version the lock names, as some judges want a newer one than Debian's; on a
    machine the lock has none for, its own."""
    known = f"node-linux-{PROCESSORS.get(platform.machine(), '')}"
    locked = MODULES / known / "bin" / "node"
    found = str(locked) if locked.exists() else shutil.which("node")
    assert found is not None
    return found
