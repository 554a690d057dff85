"""What the settings choose of the publication: who it is, its templates, its keys, its schedule."""

import contextlib
import json
import os
import secrets
import tempfile
from pathlib import Path

from db.engine import address
from digest.errors import InputError
from digest.issues.branding import branded
from digest.issues.calendar import Rule, Weekly, parse_rule
from digest.issues.rendering import TOKENS
from digest.language import Language, language
from digest.model import Publication
from digest.settings import (
    NAMES,
    SettingError,
    Settings,
)

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def publication(settings: Settings) -> Publication:
    return Publication(
        name=settings.publication,
        list_name=settings.list_name,
        base_url=settings.base_url,
        postal_address=settings.postal_address,
        sender=settings.sender,
        list_id=settings.list_id,
        unsubscribe_mailto=settings.unsubscribe_mailto,
        language=_language(settings),
        accent=_accent(settings),
        logo=settings.logo,
        footer=settings.footer,
        hub=settings.websub_hub,
    )


def _accent(settings: Settings) -> str:
    """The accent, if it can be read on what the tokens put it on."""
    try:
        branded(json.loads(template_sources(settings)[TOKENS]), settings.accent)
    except InputError as error:
        raise SettingError(NAMES["accent"], f"another colour: {error}", settings.accent) from error
    return settings.accent


def _language(settings: Settings) -> Language:
    try:
        return language(settings.language, template_sources(settings))
    except InputError as error:
        raise SettingError(NAMES["language"], str(error), settings.language) from error


def template_sources(settings: Settings) -> dict[str, str]:
    """Templates by their path below `templates/`; those of DIGEST_TEMPLATES take precedence."""
    folders = [TEMPLATES, *([settings.templates] if settings.templates else [])]
    return {
        file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8")
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if file.suffix in {".mjml", ".txt", ".html", ".json", ".css", ".js", ".po"}
    }


def keys(settings: Settings) -> tuple[str, ...]:
    """The signing keys: those of the setting, or the one that `digest init` made."""
    if settings.secret_key:
        return settings.secret_key
    file = key_file(settings)
    if not file.exists():
        accepts = f"a key of at least 32 characters; `digest init` makes one in {file}"
        raise SettingError(NAMES["secret_key"], accepts)
    return (file.read_text(encoding="ascii").strip(),)


def key_file(settings: Settings) -> Path:
    """Where the key of one machine lies: beside its SQLite database, else in `var`."""
    database = address(settings.database_url)
    beside = database.get_backend_name() == "sqlite" and database.database
    return Path(beside).with_name("secret.key") if beside else Path("var/secret.key")


def make_key(settings: Settings) -> None:
    """Make a key that only its owner reads, unless there is one. It appears whole or not at all,
    so that of two hands the second takes the first one's."""
    file = key_file(settings)
    if settings.secret_key or file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=file.parent)  # mode 600
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(secrets.token_urlsafe(48) + "\n")
    with contextlib.suppress(FileExistsError):
        os.link(draft, file)
    Path(draft).unlink()


def weekly_rule(settings: Settings) -> Rule:
    accepts = "a rule such as `weekly mon 06:00`"
    try:
        rule = parse_rule(settings.schedule)
    except InputError as error:
        raise SettingError(NAMES["schedule"], accepts, settings.schedule) from error
    if not isinstance(rule, Weekly):
        raise SettingError(NAMES["schedule"], accepts, settings.schedule)
    return rule
