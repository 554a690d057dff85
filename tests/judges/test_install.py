"""The judges' tools are pinned, and whoever lacks one is told which."""

import json
from pathlib import Path

from tests.judges import install


def test_the_lock_holds_a_hash_of_every_module_and_no_address() -> None:
    text = install.LOCK.read_text()
    modules = {name: told for name, told in json.loads(text)["packages"].items() if name}
    assert len(modules) > 100
    assert [name for name, told in modules.items() if "integrity" not in told] == []
    assert "://" not in text


def test_what_the_lock_is_made_from_names_exact_versions() -> None:
    wanted = json.loads((install.HERE / "package.json").read_text())
    versions = wanted["dependencies"] | wanted["optionalDependencies"]
    locked = json.loads(install.LOCK.read_text())["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in versions} == versions


def test_a_missing_program_is_named_with_how_to_get_it() -> None:
    nowhere = install.Tool("no-such-program", "its-package")
    said = "missing: no-such-program. On Debian, as root: apt-get install -y its-package"
    assert install.missing([nowhere]) == said


def test_modules_that_do_not_fit_the_lock_are_named(tmp_path: Path) -> None:
    assert install.missing(stamp=tmp_path / "none").endswith("Run: python3 tests/judges/install.py")
