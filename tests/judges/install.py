#!/usr/bin/env python3
"""What the judges of mails, pages and serverless.yml need besides Python: brings it, or says what
to install.

    python3 tests/judges/install.py          bring what is missing
    python3 tests/judges/install.py --lock   write each package-lock.json anew from package.json

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
ROOT = HERE.parents[1]
FOLDERS = (HERE, ROOT)  # those with a package.json: of the judges, and of what packages for AWS
FONTS = Path("/usr/share/fonts")
NPM = ["npm", "--loglevel=error", "--no-audit", "--no-fund", "--ignore-scripts"]
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


def missing(programs: Iterable[Tool] = PROGRAMS, folders: Iterable[Path] = FOLDERS) -> str:
    """What is not there and how to get it, in one line; empty when all is."""
    absent = [tool for tool in programs if not tool.there]
    if absent:
        packages = " ".join(tool.package for tool in absent)
        names = ", ".join(tool.name for tool in absent)
        return f"missing: {names}. On Debian, as root: apt-get install -y {packages}"
    if not all(modules_fit(folder) for folder in folders):
        return "missing: the modules of package-lock.json. Run: python3 tests/judges/install.py"
    return ""


def modules_fit(folder: Path) -> bool:
    stamp = stamp_of(folder)
    return stamp.exists() and stamp.read_text() == locked(folder)


def lock_of(folder: Path) -> Path:
    return folder / "package-lock.json"


def stamp_of(folder: Path) -> Path:
    """What says which lock the modules there were made from."""
    return folder / "node_modules" / "locked"


def locked(folder: Path) -> str:
    """What the modules are made from, and for which machine."""
    return hashlib.sha256(lock_of(folder).read_bytes()).hexdigest() + " " + os.uname().machine


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


def bring_modules(folder: Path) -> None:
    if modules_fit(folder) or not shutil.which("npm"):
        return
    print(f"installing the modules of {lock_of(folder).relative_to(ROOT)}", flush=True)
    if npm(folder, "ci") == 0:
        stamp_of(folder).write_text(locked(folder))


def write_lock(folder: Path) -> int:
    """The lock names versions and hashes, and no address: any registry can serve it."""
    failed = npm(folder, "install", "--package-lock-only", "--omit-lockfile-registry-resolved")
    lock = json.loads(lock_of(folder).read_text())
    for package in lock["packages"].values():
        for name in NEEDLESS:
            package.pop(name, None)
    lock_of(folder).write_text(json.dumps(lock, indent=2) + "\n")
    return failed


def npm(folder: Path, *arguments: str) -> int:
    return subprocess.run([*NPM, f"--prefix={folder}", *arguments], check=False).returncode


def main(arguments: list[str]) -> int:
    if arguments == ["--lock"]:
        return max(write_lock(folder) for folder in FOLDERS)
    bring_programs()
    for folder in FOLDERS:
        bring_modules(folder)
    if lacking := missing():
        print(lacking, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
