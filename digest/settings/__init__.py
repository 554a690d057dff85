"""What the environment decides, read once. `docs/settings.md` describes each setting."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from digest.settings.values import (
    HIDDEN,
    MAIL_SERVER_SHAPE,
    NO_EMBEDDER,
    READERS,
    UTC,
    SettingError,
)

__all__ = [
    "HIDDEN",
    "MAIL_SERVER_SHAPE",
    "NAMES",
    "NO_EMBEDDER",
    "READERS",
    "SECRET",
    "TESTING",
    "UTC",
    "SettingError",
    "Settings",
    "read",
    "seen",
    "unknown",
]

PREFIX = "DIGEST_"
TESTING = "DIGEST_TEST_"  # read by the tests alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One field a setting: `base_url` is `DIGEST_BASE_URL`. Every default works on one machine."""

    database_url: str = "sqlite:///var/digest.db"
    transport: str = "outbox"
    outbox: Path = Path("var/outbox")
    ses_configuration_set: str = ""
    ses_mode: str = "auto"
    smtp_url: str = ""
    base_url: str = "https://shiporskip.example"
    secret_key: tuple[str, ...] = ()  # newest first; empty: one is made beside the database
    sender: str = "Ship or Skip <verdicts@mail.shiporskip.example>"
    list_id: str = "weekly.shiporskip.example"
    unsubscribe_mailto: str = ""
    publication: str = "Ship or Skip"
    list_name: str = "Weekly AI Tool Verdicts"
    postal_address: str = "Ship or Skip, 1 Example Street, Springfield, EX 00000"
    language: str = "en"
    accent: str = ""
    logo: str = ""
    footer: str = ""
    timezone: ZoneInfo = UTC
    schedule: str = "weekly mon 06:00"
    engine: str = "inline"
    max_rate: int = 0
    domain_rates: frozenset[str] = frozenset()
    warm_up_from: date | None = None
    send_queue_url: str = ""
    senders: int = 2
    approvers: int = 1
    minimum_comparisons: int = 1
    backlog_days: int = 7
    allow_private_feeds: frozenset[str] = frozenset()
    trusted_hosts: frozenset[str] = frozenset()
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    templates: Path | None = None
    embedder: str = ""
    metrics_token: str = ""
    disposable: str = "flag"
    websub_hub: str = ""
    sns_topic_arn: str = ""
    sns_signature_version: int = 1
    ses_events_queue_url: str = ""
    retention_unconfirmed_days: int = 14
    retention_ip_days: int = 365
    log: str = ""


NAMES = {field.name: PREFIX + field.name.upper() for field in fields(Settings)} | {
    "sender": "DIGEST_FROM"
}


def read(environment: Mapping[str, str]) -> Settings:
    """Settings from the environment; raises SettingError for the first that is wrong.

    `DIGEST_X_FILE` names a file that holds the value of `DIGEST_X`, as container secrets do.
    """
    found = {name: _value(environment, setting) for name, setting in NAMES.items()}
    given: dict[str, Any] = {
        name: READERS[name](NAMES[name], text) for name, text in found.items() if text
    }
    return Settings(**given)


SECRET = frozenset({"secret_key", "metrics_token"})
PASSWORD = re.compile(r"(://[^:/@\s]*):[^@\s]*@")


def seen(settings: Settings) -> list[tuple[str, str]]:
    """Each setting by its name, as it may be shown: neither secrets nor passwords in addresses."""
    return [(NAMES[name], _shown(name, getattr(settings, name))) for name in NAMES]


def _shown(name: str, value: object) -> str:
    if not value and not isinstance(value, int):
        return ""
    if name in SECRET:
        return HIDDEN
    told = ", ".join(sorted(value)) if isinstance(value, frozenset) else str(value)
    return PASSWORD.sub(rf"\1:{HIDDEN}@", told)


def unknown(environment: Mapping[str, str]) -> list[str]:
    """Names that look like settings and are none: most likely typing errors, worth a warning."""
    known = {*NAMES.values(), *(name + "_FILE" for name in NAMES.values())}
    ours = (name for name in environment if name.startswith(PREFIX) and environment[name])
    return sorted(name for name in ours if name not in known and not name.startswith(TESTING))


def _value(environment: Mapping[str, str], name: str) -> str:
    path = environment.get(name + "_FILE", "")
    if not path:
        return environment.get(name, "").strip()
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:  # not there, or not UTF-8
        raise SettingError(name + "_FILE", "the path of a readable text file", path) from error
