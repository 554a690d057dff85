"""What a process loads: a sender little, the site everything before its first request."""

import re
import subprocess
import sys
from pathlib import Path

from tests.judges.install import ROOT
from tests.shell import Shell

OF_THE_SITE = {"fastapi", "PIL", "numpy", "aiohttp", "feedparser", "pydantic", "cryptography"}
SENDS = """
import click, digest.delivery.bulk, digest.cli
digest.cli.cli.get_command(click.Context(digest.cli.cli), "send")
"""
SERVES = """
from digest import settings, web, wiring
from digest.wiring.site import site
web.create_app(site(wiring.assemble(settings.read({}))))
"""
TELLS = "\nimport sys\nprint(*sys.modules)"


def loaded(code: str, folder: Path) -> set[str]:
    """The modules of a process that did this in a folder."""
    command = [sys.executable, "-c", code + TELLS]
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return set(told.stdout.split())


def parts_of(room: str) -> set[str]:
    """The modules whose names a room hands out."""
    stub = (ROOT / "digest" / room / "__init__.pyi").read_text("utf-8")
    return {f"digest.{room}.{name}" for name in re.findall(r"^from \.(\w+)", stub, re.MULTILINE)}


def test_the_command_that_sends_loads_nothing_of_the_site(tmp_path: Path) -> None:
    assert not OF_THE_SITE & loaded(SENDS, tmp_path)


def test_all_that_a_request_may_ask_for_is_loaded_before_the_first(tmp_path: Path) -> None:
    Shell(tmp_path).does("init")
    parts = parts_of("desk") | parts_of("subscriptions")
    assert len(parts) > 15
    assert parts <= loaded(SERVES, tmp_path)
