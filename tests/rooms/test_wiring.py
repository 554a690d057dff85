"""The key that signs links: made once by `digest init`, whole, for its owner's eyes."""

import sys
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from digest import wiring
from digest.settings import SettingError, Settings, read
from digest.wiring.services import wake_of


def on_a_machine(folder: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{folder / 'var' / 'digest.db'}")


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    chosen = on_a_machine(tmp_path)
    wiring.make_key(chosen)
    made = wiring.keys(chosen)
    wiring.make_key(chosen)
    assert wiring.keys(chosen) == made
    assert len(made[0]) >= 32
    assert wiring.key_file(chosen).stat().st_mode & 0o077 == 0
    assert [file.name for file in (tmp_path / "var").iterdir()] == ["secret.key"]


def test_many_hands_make_one_key(tmp_path: Path) -> None:
    chosen = on_a_machine(tmp_path)
    seen: list[tuple[str, ...]] = []

    def start() -> None:
        wiring.make_key(chosen)
        seen.append(wiring.keys(chosen))

    hands = [Thread(target=start) for _ in range(8)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert len(set(seen)) == 1
    assert len(seen) == 8


def test_the_setting_comes_before_the_file(tmp_path: Path) -> None:
    chosen = on_a_machine(tmp_path)
    wiring.make_key(chosen)
    own = Settings(database_url=chosen.database_url, secret_key=("k" * 32,))
    assert wiring.keys(own) == ("k" * 32,)


def test_without_a_key_nothing_is_signed_with_another(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"DIGEST_SECRET_KEY is not set; .*`digest init` makes"):
        wiring.keys(on_a_machine(tmp_path))


def test_each_transport_is_one_the_settings_let_in() -> None:
    for name in wiring.TRANSPORTS:
        assert read({"DIGEST_TRANSPORT": name}).transport == name


def test_a_mail_server_is_named_or_told_to_be() -> None:
    with pytest.raises(SettingError, match=r"DIGEST_SMTP_URL is not set; it accepts smtp://"):
        wiring.TRANSPORTS["smtp"](Settings(transport="smtp"))


def test_a_mail_servers_address_is_refused_without_its_password() -> None:
    wrong = Settings(transport="smtp", smtp_url="smtp://me:hunter2@mx.example?tls=perhaps")
    with pytest.raises(SettingError) as refused:
        wiring.TRANSPORTS["smtp"](wrong)
    assert "hunter2" not in str(refused.value)


def test_a_queue_in_postgresql_wants_postgresql(tmp_path: Path) -> None:
    chosen = replace(on_a_machine(tmp_path), engine="procrastinate")
    with pytest.raises(SettingError, match="procrastinate on PostgreSQL alone"):
        wake_of(chosen)


def test_a_queue_in_postgresql_wants_what_puts_it_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "procrastinate", None)
    monkeypatch.delitem(sys.modules, "digest.delivery.postgres_queue", raising=False)
    chosen = Settings(database_url="postgresql://db.example/digest", engine="procrastinate")
    with pytest.raises(SettingError, match="extra `workers`"):
        wake_of(chosen)
