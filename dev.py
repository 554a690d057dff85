#!/usr/bin/env python3
"""python3 dev.py run|test|check|digest ...: sets everything up first. Standard library only.

Works where `python3 -m venv` fails for want of ensurepip (Debian without python3-venv): the
environment is made without pip, and the pip of the system installs into it (`pip --python`).
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
BIN = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
TESTS = (PYTHON, "-m", "pytest", "-n", "auto", "--dist", "worksteal")
OLDEST = (3, 11)
NEWEST = (3, 14)


def run(*arguments: str) -> int:
    """The main job end to end on example data; `--serve` keeps the site and the clock running."""
    set_up("requirements.lock")
    return call(PYTHON, "-m", "examples.week", *arguments)


def test(*arguments: str) -> int:
    """Every test, on every core; the slow ones only where CI is set, or with `--slow`."""
    set_up("requirements-dev.lock")
    bring_judges()
    return call(*TESTS, *chosen(arguments))


def check(*arguments: str) -> int:
    """Lint, types, import rules, tests, docs."""
    set_up("requirements-dev.lock")
    bring_judges()
    steps: tuple[tuple[str | Path, ...], ...] = (
        (BIN / "ruff", "check", "."),
        (BIN / "ruff", "format", "--check", "."),
        (BIN / "lint-imports",),
        (PYTHON, "-m", "mypy"),
        (*TESTS, *chosen(arguments)),
    )
    return next((code for step in steps if (code := call(*step))), 0)


def digest(*arguments: str) -> int:
    """Any command of the product: `python3 dev.py digest --help`."""
    set_up("requirements.lock")
    return call(PYTHON, "-m", "digest.cli", *arguments)


def translate(*tags: str) -> int:
    """Bring the catalogues of `templates/locale` up to date; naming a language starts its own."""
    set_up("requirements-dev.lock")
    return call(PYTHON, "-m", "tests.catalogues", *tags)


def lock(*_: str) -> int:
    """Write the requirement locks anew from pyproject.toml; needs `uv` on the path."""
    common = ["uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11"]
    common += ["--generate-hashes", "--no-header", "--upgrade", "-q"]
    here = [*common, "--group", "build", "--extra", "semantic", "--extra", "workers"]
    pairing = [*common, "--extra", "lambda", "--extra", "semantic"]
    return (
        call(*here, "-o", "requirements.lock")
        or call(*here, "--extra", "lambda", "--group", "dev", "-o", "requirements-dev.lock")
        or call(*common, "--extra", "lambda", "-o", "requirements-lambda.lock")
        or call(*pairing, "-o", "requirements-pairing.lock")
    )


COMMANDS: dict[str, Callable[..., int]] = {
    command.__name__: command for command in (run, test, check, digest, translate, lock)
}


def set_up(lock_name: str) -> None:
    """Bring `.venv` to what a lock says, unless it is there: the lock's hash stands in a stamp.

    The development lock holds all of the other, so it satisfies both.
    """
    stamp = ENVIRONMENT / "locked"
    wanted = [fingerprint(ROOT / name) for name in (lock_name, "requirements-dev.lock")]
    if PYTHON.exists() and stamp.exists() and stamp.read_text() in wanted:
        return
    print(f"setting up {ENVIRONMENT.name} from {lock_name}", flush=True)
    if not PYTHON.exists():
        subprocess.run([interpreter(), "-m", "venv", "--without-pip", ENVIRONMENT], check=True)
    install("--require-hashes", "-r", str(ROOT / lock_name))
    install("--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT))
    stamp.write_text(wanted[0])


def chosen(arguments: Sequence[str]) -> list[str]:
    """Arguments of pytest. Whoever names what to run (`-m`, `--slow`) gets it."""
    named = [argument for argument in arguments if argument != "--slow"]
    every = "CI" in os.environ or len(named) < len(arguments) or "-m" in named
    return named if every else [*named, "-m", "not slow"]


def bring_judges() -> None:
    """The programs that judge our mails and pages. Where they cannot be brought, the tests that
    need them say so, each; all others still run."""
    call(sys.executable, ROOT / "tests" / "judges" / "install.py")


def fingerprint(file: Path) -> str:
    whole = file.read_bytes() + (ROOT / "pyproject.toml").read_bytes() + sys.version.encode()
    return hashlib.sha256(whole).hexdigest()


def interpreter() -> str:
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable
    names = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        sys.exit(f"Python 3.11 to 3.14 is needed; this is {sys.version.split()[0]}")
    return found


def install(*arguments: str) -> None:
    """pip into the environment, with the system's pip, or one of its own where there is none."""
    pip = [interpreter(), "-m", "pip", "--python", str(PYTHON)]
    if subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode:
        ensured = subprocess.run([str(PYTHON), "-m", "ensurepip"], capture_output=True, check=False)
        if ensured.returncode:
            sys.exit("pip is needed: on Debian, `apt install python3-pip`")
        pip = [str(PYTHON), "-m", "pip"]
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input", "--root-user-action=ignore"]
    done = subprocess.run([*pip, "install", *quiet, *arguments], check=False)
    if done.returncode:
        sys.exit(done.returncode)


def call(*command: str | Path) -> int:
    try:
        return subprocess.run([str(part) for part in command], cwd=ROOT, check=False).returncode
    except KeyboardInterrupt:
        return 130


def main(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0] not in COMMANDS:
        print(f"{__doc__}", file=sys.stderr)
        for name, command in COMMANDS.items():
            print(f"  {name:10}{command.__doc__}", file=sys.stderr)
        return 2
    return COMMANDS[arguments[0]](*arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
