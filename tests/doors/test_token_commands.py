"""`digest tokens`: programs are let in, listed and shut out by command."""

from pathlib import Path

import pytest

from tests.shell import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    shell.does("init")
    return shell


def test_a_token_is_issued_listed_without_its_secret_and_revoked(shell: Shell) -> None:
    secret = shell.does("tokens", "add", "the panel", "--scope", "tools:write").strip()
    assert secret.startswith("vd_")
    listed = shell.does("tokens", "list")
    assert "the panel" in listed
    assert secret not in listed
    assert shell.does("tokens", "revoke", "1") == "the panel is revoked\n"
    assert "revoked" in shell.does("tokens", "list")
    assert "there is no token in use" in shell.fails("tokens", "revoke", "1")
