"""Every command of the README runs, in its order, on the example data."""

import ast
import re
import shlex
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.issues.calendar import week_id
from digest.settings import UTC as ZONE
from tests.feed_server import Answer, FeedServer
from tests.shell import Shell

ROOT = Path(__file__).resolve().parents[2]
STAYS = "digest serve"  # runs until it is stopped; tests/doors/test_serve.py starts and stops it


def commands() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    return [line.split("  #")[0].strip() for block in blocks for line in block.splitlines() if line]


@pytest.mark.slow
def test_the_commands_of_the_product_run(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shell = Shell(tmp_path)
    feed = (ROOT / "examples" / "feeds" / "producthunt.atom").read_bytes()
    with FeedServer() as web:
        shell.environment["DIGEST_ALLOW_PRIVATE_FEEDS"] = web.authority
        web.script("/feed.xml", Answer(feed))
        week = week_id(datetime.now(UTC), ZONE)
        typed = [line for line in commands() if line.startswith("digest ") and line != STAYS]
        assert len(typed) > 10
        for line in typed:
            here = line.replace("https://example.org", web.url("").rstrip("/"))
            shell.does(*shlex.split(here.replace("2026-W47", week))[1:])
    assert len(list((tmp_path / "var" / "outbox" / "new").iterdir())) > 20


def test_the_commands_of_the_clone_exist() -> None:
    tree = ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"))
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    named = [line.split()[2] for line in commands() if line.startswith("python3 dev.py")]
    assert named
    assert set(named) <= functions


def test_every_command_is_one_of_ours() -> None:
    assert all(line.startswith(("digest ", "python3 dev.py ")) for line in commands())


def test_every_file_it_points_to_is_there() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    targets = re.findall(r"\]\(([^)#]+)\)", text)
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []
