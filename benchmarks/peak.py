"""The most memory that this process ever held."""

import re
from pathlib import Path

STATUS = Path("/proc/self/status")


def peak_mb() -> float:
    """0 where the system does not tell; `getrusage` would, but of the parent too: its figure
    outlives exec."""
    found = re.search(r"VmHWM:\s+(\d+) kB", STATUS.read_text("utf-8") if STATUS.exists() else "")
    return round(int(found[1]) / 1024, 1) if found else 0
