"""The judges' tools are pinned, and whoever lacks one is told which."""

import json
from pathlib import Path

import pytest

from tests.judges import install


@pytest.mark.parametrize("folder", install.FOLDERS, ids=lambda folder: folder.name)
def test_the_lock_holds_a_hash_of_every_module_and_no_address(folder: Path) -> None:
    text = install.lock_of(folder).read_text()
    modules = {name: told for name, told in json.loads(text)["packages"].items() if name}
    assert len(modules) > 100
    assert [name for name, told in modules.items() if "integrity" not in told] == []
    assert "://" not in text


@pytest.mark.parametrize("folder", install.FOLDERS, ids=lambda folder: folder.name)
def test_what_the_lock_is_made_from_names_exact_versions(folder: Path) -> None:
    wanted = json.loads((folder / "package.json").read_text())
    kinds = ("dependencies", "devDependencies", "optionalDependencies")
    versions = {name: one for kind in kinds for name, one in wanted.get(kind, {}).items()}
    locked = json.loads(install.lock_of(folder).read_text())["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in versions} == versions


def test_a_missing_program_is_named_with_how_to_get_it() -> None:
    nowhere = install.Tool("no-such-program", "its-package")
    said = "missing: no-such-program. On Debian, as root: apt-get install -y its-package"
    assert install.missing([nowhere]) == said


def test_modules_that_do_not_fit_the_lock_are_named(tmp_path: Path) -> None:
    said = install.missing(install.PROGRAMS, [tmp_path])
    assert said.endswith("Run: python3 tests/judges/install.py")
