#!/usr/bin/env python3
"""What the judges of mails and pages need besides Python: brings it, or says what to install.

    python3 tests/judges/install.py          bring what is missing
    python3 tests/judges/install.py --lock   write package-lock.json anew from package.json

Standard library only. As root on Debian or a system made from it the programs come from there;
elsewhere somebody has to bring them. The Node modules come by their lock wherever npm is.
"""

# ruff: noqa: T201 - whoever runs it is told

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from ctypes import CDLL
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
LOCK = HERE / "package-lock.json"
STAMP = MODULES / "locked"
FONTS = Path("/usr/share/fonts")
NPM = ["npm", "--loglevel=error", "--no-audit", "--no-fund", "--ignore-scripts", f"--prefix={HERE}"]
NEEDLESS = (
    "resolved",
    "funding",
    "deprecated",
    "license",
)  # no install needs them; some hold addresses


class Tool(NamedTuple):
    """A program, a library or a font by its file's name, and the package it is in."""

    name: str
    package: str

    @property
    def there(self) -> bool:
        if self.name.endswith(".ttf"):
            return any(FONTS.rglob(self.name))
        if ".so." in self.name:
            return loads(self.name)
        return shutil.which(self.name) is not None


def loads(library: str) -> bool:
    try:
        CDLL(library)
    except OSError:
        return False
    return True


PROGRAMS = (
    Tool("chromium", "chromium"),
    Tool("spamassassin", "spamassassin"),  # and with it Mail::DKIM, for Perl
    Tool("mshow", "mblaze"),
    Tool("node", "nodejs"),
    Tool("npm", "npm"),
    Tool("libatomic.so.1", "libatomic1"),  # which Playwright's own Node asks for
    Tool("LiberationSans-Regular.ttf", "fonts-liberation"),
    Tool("DejaVuSans.ttf", "fonts-dejavu-core"),
)


def missing(programs: Iterable[Tool] = PROGRAMS, stamp: Path = STAMP) -> str:
    """What is not there and how to get it, in one line; empty when all is."""
    absent = [tool for tool in programs if not tool.there]
    if absent:
        packages = " ".join(tool.package for tool in absent)
        names = ", ".join(tool.name for tool in absent)
        return f"missing: {names}. On Debian, as root: apt-get install -y {packages}"
    if not modules_fit(stamp):
        return f"missing: the modules of {LOCK.name}. Run: python3 tests/judges/install.py"
    return ""


def modules_fit(stamp: Path = STAMP) -> bool:
    return stamp.exists() and stamp.read_text() == locked()


def locked() -> str:
    """What the modules are made from, and for which machine."""
    return hashlib.sha256(LOCK.read_bytes()).hexdigest() + " " + os.uname().machine


def bring_programs() -> None:
    absent = [tool for tool in PROGRAMS if not tool.there]
    if not absent or os.geteuid() or not shutil.which("apt-get"):
        return
    packages = sorted({tool.package for tool in absent})
    print(f"installing {', '.join(packages)}", flush=True)
    apt("update")
    apt("install", "-y", "--no-install-recommends", *packages)


def apt(*arguments: str) -> None:
    """Silent unless it fails; what then is not there, `missing` names in the end."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        ["apt-get", "-q", "-q", *arguments],
        check=False,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        print(done.stdout, file=sys.stderr)


def bring_modules() -> None:
    if modules_fit() or not shutil.which("npm"):
        return
    print(f"installing the modules of {LOCK.name}", flush=True)
    if npm("ci") == 0:
        STAMP.write_text(locked())


def write_lock() -> int:
    """The lock names versions and hashes, and no address: any registry can serve it."""
    failed = npm("install", "--package-lock-only", "--omit-lockfile-registry-resolved")
    lock = json.loads(LOCK.read_text())
    for package in lock["packages"].values():
        for name in NEEDLESS:
            package.pop(name, None)
    LOCK.write_text(json.dumps(lock, indent=2) + "\n")
    return failed


def npm(*arguments: str) -> int:
    return subprocess.run([*NPM, *arguments], check=False).returncode


def main(arguments: list[str]) -> int:
    if arguments == ["--lock"]:
        return write_lock()
    bring_programs()
    bring_modules()
    if lacking := missing():
        print(lacking, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
