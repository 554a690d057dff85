"""Lighthouse: how a page fares on a slow phone, by Google's measure."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from tests.judges.install import MODULES
from tests.judges.node import node

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"
AGAIN = "Please run Lighthouse again"  # its words when Chromium left out what it measures by


class Judgement(NamedTuple):
    """Points from 0 to 100 by category, and the audits that cost some."""

    points: dict[str, int]
    costs: list[str]


def judged(url: str) -> Judgement:
    """Judged again, twice at most, when Lighthouse itself asks for it."""
    done = _run(url)
    for _ in range(2):
        if done.returncode and AGAIN in done.stderr:
            done = _run(url)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    points = {name: round(one["score"] * 100) for name, one in told["categories"].items()}
    audits = told["audits"].values()
    costs = [f"{one['id']}: {one.get('displayValue', '')}" for one in audits if _costs(one)]
    return Judgement(points, costs)


def _run(url: str) -> subprocess.CompletedProcess[str]:
    chromium = shutil.which("chromium")
    assert chromium
    command: list[str | Path] = [
        *(node(), MODULES / "lighthouse" / "cli" / "index.js", url),
        *("--output=json", "--quiet", "--no-enable-error-reporting"),
        f"--only-categories={','.join(CATEGORIES)}",
        f"--chrome-flags={FLAGS}",
    ]
    known = os.environ | {"CHROME_PATH": chromium}
    return subprocess.run(command, env=known, capture_output=True, check=False, text=True)


def _costs(audit: dict[str, Any]) -> bool:
    return audit["score"] is not None and audit["score"] < 0.9
