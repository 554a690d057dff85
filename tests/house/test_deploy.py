"""What runs the product on a machine of one's own gives it no more than it needs."""

import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import click
import pytest

from digest import settings
from digest.cli import HOME, cli

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "systemd" / "verdict-digest.service"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
COMPOSE = (DEPLOY / "compose.yaml").read_text("utf-8")


def directives() -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for line in UNIT.read_text("utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            told.setdefault(name, []).append(value)
    return told


def steps() -> list[list[str]]:
    """The Dockerfile's instructions, with what continues on the next line joined to them."""
    joined = DOCKERFILE.replace("\\\n", " ")
    lines = (line.strip() for line in joined.splitlines())
    return [line.split(None, 1) for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("User", "verdict-digest"),
        ("StateDirectory", "verdict-digest"),
        ("WorkingDirectory", "%S/verdict-digest"),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
        ("MemoryDenyWriteExecute", "yes"),
        ("KillSignal", "SIGTERM"),
    ],
)
def test_the_unit_writes_to_its_state_alone_and_has_no_rights(name: str, value: str) -> None:
    assert directives()[name] == [value]
    assert "ReadWritePaths" not in directives()


def ours(name: str) -> click.Command:
    """A command of `digest`."""
    command = cli.get_command(click.Context(cli), name)
    assert command, name
    return command


def test_the_unit_starts_a_command_of_ours() -> None:
    [start] = directives()["ExecStart"]
    program, command, *options = shlex.split(start)
    assert Path(program).name == "digest"
    known = {option for one in ours(command).params for option in one.opts}
    assert {option for option in options if option.startswith("-")} <= known


def test_the_unit_is_as_closed_as_systemd_measures_it() -> None:
    assert {"PrivateUsers", "RestrictNamespaces", "SystemCallFilter"} <= directives().keys()
    if analyze := shutil.which("systemd-analyze"):
        command = [analyze, "security", "--offline=true", "--no-pager", "--threshold=25", str(UNIT)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_image_runs_as_nobody_and_takes_what_is_locked() -> None:
    told = [name for name, _ in steps()]
    assert "ADD" not in told
    assert told.count("FROM") == 2  # what builds is not in what runs
    last = steps()[-1 - told[::-1].index("FROM") :]
    [user] = [value for name, value in last if name == "USER"]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)
    assert "--require-hashes" in DOCKERFILE
    assert [value for name, value in last if name == "ENTRYPOINT"] == ['["digest"]']


def test_the_image_is_made_of_what_the_package_is_made_of() -> None:
    copied = {part for name, value in steps() if name == "COPY" for part in value.split()[:-1]}
    let_in = {
        line[1:]
        for line in (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
        if line.startswith("!")
    }
    asked = {part for part in copied if not part.startswith(("-", "/"))}
    assert asked == let_in
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packed = project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    assert set(packed) <= asked
    assert [name for name in asked if not (ROOT / name).exists()] == []


def test_no_image_is_whatever_is_newest_and_none_names_where_it_is_kept() -> None:
    images = re.findall(r"^\s*image: (\S+)", COMPOSE, re.MULTILINE)
    images += re.findall(r"^ARG PYTHON=(\S+)", DOCKERFILE, re.MULTILINE)
    assert len(images) == 3
    for image in images:
        name, _, tag = image.partition(":")
        assert "/" not in name
        assert image == "verdict-digest" or re.match(r"\d", tag)


def test_the_containers_get_settings_that_exist_and_commands_of_ours() -> None:
    told = set(re.findall(r"\b(DIGEST_\w+):", COMPOSE))
    known = {*settings.NAMES.values(), *(f"{name}_FILE" for name in settings.NAMES.values())}
    assert told
    assert told <= known
    assert set(re.findall(r"command: \[(\w+)", COMPOSE)) == {"migrate", "worker"} <= set(HOME)


def test_the_containers_have_no_rights_and_a_root_that_cannot_be_written() -> None:
    for line in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"):
        assert line in COMPOSE
    assert COMPOSE.count("<<: *digest") == 3
    assert "privileged: true" not in COMPOSE


def test_the_operators_commands_are_ours_with_options_that_they_have() -> None:
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    told = re.findall(r"(?:^|`|&& )digest ([a-z][^`#\n]*)", text, re.MULTILINE)
    assert len(told) > 30
    for line in told:
        name, *rest = shlex.split(line)
        command = ours(name)
        if isinstance(command, click.Group) and rest:
            command = command.commands[rest[0]]
        known = {option for one in command.params for option in one.opts} | {"--version"}
        assert {part for part in rest if part.startswith("--")} <= known, line
