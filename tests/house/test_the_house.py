"""The house keeps its own rules: every room on the map, every setting told, every mail whole."""

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from digest import settings, wiring
from digest.cli import ROOMS

ROOT = Path(__file__).resolve().parents[2]
MAP = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
PURE = ("digest/pairing", "digest/issues", "digest/readers", "digest/model")
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "perf_counter", "localtime", "gmtime"}
TEXT = {".py", ".md", ".toml", ".yml", ".yaml", ".json", ".mjml", ".txt", ".html", ".css", ".js"}


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        path = ROOT / folder
        yield from [path] if path.suffix == ".py" else sorted(path.rglob("*.py"))


@pytest.mark.parametrize("module", [m.relative_to(ROOT).as_posix() for m in modules("digest")])
def test_every_module_is_on_the_map(module: str) -> None:
    name, folder = Path(module).stem, Path(module).parent.as_posix()
    if name.startswith("__"):
        assert f"`{folder}/`" in MAP or folder == "digest"
        return
    in_room = next((line for line in MAP.splitlines() if line.startswith(f"| `{folder}/`")), "")
    assert f"`{name}`" in in_room or f"digest/{name}.py" in MAP or f"`{name}.py`" in MAP, module


def test_every_room_on_the_map_is_there() -> None:
    named = re.findall(r"^\| `([a-z_/]+/)`", MAP, re.MULTILINE)
    assert [room for room in named if not (ROOT / room).is_dir()] == []


@pytest.mark.parametrize("name", sorted(settings.NAMES.values()))
def test_every_setting_is_in_the_docs(name: str) -> None:
    assert f"| `{name}` |" in SETTINGS


def test_every_setting_in_the_docs_is_one() -> None:
    told = set(re.findall(r"^\| `(DIGEST_\w+)` \|", SETTINGS, re.MULTILINE))
    assert {name for name in told if not name.startswith(settings.TESTING)} == set(
        settings.NAMES.values()
    )


def test_every_setting_has_a_reader() -> None:
    assert settings.READERS.keys() == settings.NAMES.keys()


MAILS = [path for path in (ROOT / "templates" / "email").iterdir() if path.is_dir()]


@pytest.mark.parametrize("folder", MAILS, ids=lambda path: path.name)
def test_every_mail_folder_is_whole(folder: Path) -> None:
    assert {file.name for file in folder.iterdir()} == {"subject.txt", "body.mjml", "body.txt"}


@pytest.mark.parametrize("module", list(modules(*PURE)), ids=lambda path: path.stem)
def test_the_pure_rooms_ask_no_clock(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    asked = {call.attr for call in calls if isinstance(call, ast.Attribute)} & CLOCKS
    # a datetime's own .time() reads a value, not the clock
    assert asked <= ({"time"} if module.stem == "calendar" else set())


@pytest.mark.parametrize("module", list(modules(*PURE)), ids=lambda path: path.stem)
def test_the_pure_rooms_open_no_address(module: Path) -> None:
    assert "urllib.request" not in module.read_text(encoding="utf-8")


def test_the_scheduler_is_a_door_like_any_other() -> None:
    tree = ast.parse((ROOT / "scheduler.py").read_text(encoding="utf-8"))
    ours = {
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("digest")
    }
    assert ours == {"digest", "digest.errors"}


def test_only_one_module_of_the_sources_opens_a_socket() -> None:
    opening = {"aiohttp", "socket", "urllib.request", "http.client"}
    found = {module.name for module in modules("sources") if imports(module) & opening}
    assert found == {"http.py"}


def imports(module: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_the_import_rule_names_every_room() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = rules["tool"]["importlinter"]["contracts"]
    layers = " ".join(next(c["layers"] for c in contracts if c["type"] == "layers"))
    rooms = {path.stem for path in (ROOT / "digest").iterdir() if not path.name.startswith("_")}
    named = set(re.findall(r"digest\.(\w+)", layers))
    assert rooms - named == {"py"} or rooms <= named


def test_the_locks_are_hashed_and_name_no_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        lock = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in lock
        pins = [block for block in lock.split("\n") if re.match(r"^[a-z0-9].*==", block)]
        assert all(pin.rstrip().endswith("\\") for pin in pins)
        assert lock.count("--hash=sha256:") >= len(pins) > 30


def test_every_job_of_the_table_has_a_rule_that_can_be_read() -> None:
    chosen = settings.read({})
    assert {name: str(job.rule(chosen)) for name, job in wiring.JOBS.items()} == {
        "collect": "every 5 minutes",
        "pair": "every 10 minutes",
        "announce": "every 5 minutes",
        "fill": "every 10 minutes",
        "draft": "weekly mon 06:00",
        "remind": "every 5 minutes",
        "send": "every 1 minute",
        "webhooks": "every 1 minute",
        "watch": "every 10 minutes",
        "events": "every 1 minute",
        "mirror": "every 5 minutes",
        "tidy": "daily 03:30",
    }


def test_a_job_with_nothing_to_do_is_not_on_the_clock() -> None:
    assert "events" not in wiring.jobs(settings.read({}))
    queue = "https://sqs.eu-west-1.amazonaws.com/123456789012/mail"
    assert "events" in wiring.jobs(settings.read({"DIGEST_SES_EVENTS_QUEUE_URL": queue}))


def test_every_command_explains_itself() -> None:
    for room, names in ROOMS.items():
        commands = import_module(f"digest.cli.{room}").COMMANDS
        assert tuple(command.name for command in commands) == names
        for command in commands:
            assert command.help, command.name


def test_every_module_of_commands_is_in_their_table() -> None:
    folder = ROOT / "digest" / "cli"
    told = {file.stem for file in folder.glob("*.py") if "\nCOMMANDS = " in file.read_text("utf-8")}
    assert told == ROOMS.keys()


def test_the_examples_name_no_real_address() -> None:
    tools = json.loads((ROOT / "examples" / "verdicts.json").read_text("utf-8"))["tools"]
    assert len(tools) >= 40
    assert len({tool["category"] for tool in tools}) >= 8
    assert all(re.match(r"https://[a-z0-9.-]+\.example(/|$)", tool["url"]) for tool in tools)
    assert all(len(tool["reviews"]) == 4 for tool in tools)
