"""How each setting is read: one reader a kind of value, and the table of them."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

UTC = ZoneInfo("UTC")
NO_EMBEDDER = "none"  # pair by words alone
HIDDEN = "(not shown here)"  # stands for a secret in what we say of it


class SettingError(Exception):
    """A setting is missing or wrong; `str()` is one line naming it and what it accepts."""

    def __init__(self, name: str, accepts: str, got: str | None = None) -> None:
        self.name, self.accepts, self.got = name, accepts, got
        said = "is not set" if got is None else f"is {got!r}"
        super().__init__(f"{name} {said}; it accepts {accepts}")


SPEC = r"[A-Za-z0-9.!#$%'*+/=^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
# What parts addresses or opens comments may stand in a name only within quotation marks, and so
# may a dot at its beginning.
WORDS = r'[^\s."\\()<>\[\]:;@,][^"\\()<>\[\]:;@,]*'
SENDER = re.compile(rf'{SPEC}|(?:"[^"\\]*"|{WORDS})? *<{SPEC}>')
SITE = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9/._~%-]*)?", re.IGNORECASE)
LIST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9][A-Za-z0-9-]*)+")
DATABASE = re.compile(r"sqlite:///.+|postgres(?:ql)?(?:\+psycopg)?://.+")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
COLOR = re.compile(r"#[0-9A-Fa-f]{6}")
PICTURE = re.compile(r"https://[A-Za-z0-9.:\[\]-]+/[!#-;=?-~]*", re.IGNORECASE)
TOKEN = re.compile(r"[!-~]{16,}")  # what fits into a header as it is
CONFIGURATION_SET = re.compile(r"[A-Za-z0-9_-]{1,64}")
MAIL_SERVER = re.compile(r"smtps?://[!-~]+")
MAIL_SERVER_SHAPE = "smtp://USER:PASSWORD@HOST:587?starttls=required or smtps://USER:PASSWORD@HOST"
TOPIC = re.compile(r"arn:aws(?:-[a-z]+)*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}")
QUEUE = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+/[A-Za-z0-9/_-]+")
NAME = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\]")
WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")  # \d would take the digits of every script
RATE = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+=[1-9][0-9]{0,4}")
HOST = re.compile(r"[A-Za-z0-9_.:\[\]-]+(?:/[0-9]+\]?(?::[0-9]+)?)?")


def _text(name: str, text: str) -> str:
    if not text.isprintable():
        raise SettingError(name, "one line of printable text", text)
    return text


def _path(_name: str, text: str) -> Path:
    return Path(text)


def _folder(name: str, text: str) -> Path:
    if not _is_folder(text):
        raise SettingError(name, "the path of a folder", text)
    return Path(text)


def _is_folder(text: str) -> bool:
    try:
        return Path(text).is_dir()
    except OSError:  # longer than any name may be
        return False


def _embedder(name: str, text: str) -> str:
    if text != NO_EMBEDDER and not _is_folder(text):
        accepts = f"{NO_EMBEDDER}, or the path of a folder with model.onnx and tokenizer.json"
        raise SettingError(name, accepts, text)
    return text


def _database(name: str, text: str) -> str:
    if not DATABASE.fullmatch(text):
        shown = HIDDEN if "@" in text else text  # a password may stand before the @
        raise SettingError(name, "sqlite:///FILE or postgresql://USER@HOST/NAME", shown)
    return text


def _site(name: str, text: str) -> str:
    if not _is_site(text):
        raise SettingError(name, "an https address (http only for this machine itself)", text)
    return text.rstrip("/")


def _hub(name: str, text: str) -> str:
    if not _is_site(text):
        accepts = "the https address of a hub (http only for this machine itself)"
        raise SettingError(name, accepts, text)
    return text


def _is_site(text: str) -> bool:
    """Paths are put behind it, in headers too: it is ASCII, without query, fragment or user."""
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - asking for it checks it
    except ValueError:
        return False
    host = parts.hostname or ""
    safe = parts.scheme == "https" or (parts.scheme == "http" and _loopback(host))
    return bool(safe and host and SITE.fullmatch(text))


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _sender(name: str, text: str) -> str:
    if not SENDER.fullmatch(_text(name, text)):
        raise SettingError(name, "an address such as `Name <name@example.org>`", text)
    return text


def _mailto(name: str, text: str) -> str:
    if not re.fullmatch(SPEC, text):
        raise SettingError(name, "a plain address such as leave@example.org", text)
    return text


def _language(name: str, text: str) -> str:
    if not LANGUAGE.fullmatch(text):
        raise SettingError(name, "a language such as en, de or pt-BR", text)
    return text


def _color(name: str, text: str) -> str:
    if not COLOR.fullmatch(text):
        raise SettingError(name, "a colour such as #0a7a4a", text)
    return text.lower()


def _picture(name: str, text: str) -> str:
    if not PICTURE.fullmatch(text):
        raise SettingError(name, "the https address of a picture", text)
    return text


def _list_id(name: str, text: str) -> str:
    if not LIST_ID.fullmatch(text):
        raise SettingError(name, "a dotted name such as weekly.example.org", text)
    return text


def _zone(name: str, text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingError(name, "a time zone such as Europe/Berlin", text) from error


def _keys(name: str, text: str) -> tuple[str, ...]:
    keys = tuple(key.strip() for key in text.split(",") if key.strip())
    if any(len(key) < 32 for key in keys) or not keys:
        accepts = "keys of at least 32 characters, newest first, split by commas"
        raise SettingError(name, accepts, HIDDEN)
    return keys


def _token(name: str, text: str) -> str:
    if not TOKEN.fullmatch(text):
        accepts = "at least 16 letters, digits or signs of ASCII, without spaces"
        raise SettingError(name, accepts, HIDDEN)
    return text


def _listed(each: re.Pattern[str], what: str) -> Callable[[str, str], frozenset[str]]:
    def reader(name: str, text: str) -> frozenset[str]:
        parts = [part.strip() for part in text.split(",") if part.strip()]
        for part in parts:
            if not each.fullmatch(part):
                raise SettingError(name, f"{what}, split by commas", part)
        return frozenset(parts)

    return reader


def _networks(name: str, text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        accepts = "addresses or networks such as 127.0.0.1 or 10.0.0.0/8, split by commas"
        raise SettingError(name, accepts, text) from error


def _configuration_set(name: str, text: str) -> str:
    if not CONFIGURATION_SET.fullmatch(text):
        raise SettingError(name, "up to 64 letters, digits, _ and -", text)
    return text


def _mail_server(name: str, text: str) -> str:
    if not MAIL_SERVER.fullmatch(text):
        raise SettingError(name, MAIL_SERVER_SHAPE, HIDDEN)  # a password may stand in it
    return text


def _topic(name: str, text: str) -> str:
    if not TOPIC.fullmatch(text):
        raise SettingError(name, "a topic such as arn:aws:sns:eu-west-1:123456789012:mail", text)
    return text


def _queue(name: str, text: str) -> str:
    if not QUEUE.fullmatch(text):
        accepts = "a queue such as https://sqs.eu-west-1.amazonaws.com/123456789012/mail"
        raise SettingError(name, accepts, text)
    return text


def _date(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise SettingError(name, "a day such as 2026-12-01", text) from error


def _whole(low: int, high: int) -> Callable[[str, str], int]:
    def reader(name: str, text: str) -> int:
        if not WHOLE.fullmatch(text) or not low <= int(text) <= high:
            raise SettingError(name, f"a whole number from {low} to {high}", text)
        return int(text)

    return reader


def _one_of(*choices: str) -> Callable[[str, str], str]:
    def reader(name: str, text: str) -> str:
        if text not in choices:
            raise SettingError(name, " or ".join(choices), text)
        return text

    return reader


READERS: Mapping[str, Callable[[str, str], object]] = {
    "database_url": _database,
    "transport": _one_of("outbox", "ses", "smtp"),
    "engine": _one_of("inline", "procrastinate", "sqs"),
    "max_rate": _whole(0, 100_000),
    "domain_rates": _listed(RATE, "domains and messages a second such as gmail.com=20"),
    "warm_up_from": _date,
    "send_queue_url": _queue,
    "senders": _whole(1, 100),
    "outbox": _path,
    "ses_configuration_set": _configuration_set,
    "ses_mode": _one_of("auto", "raw", "bulk"),
    "smtp_url": _mail_server,
    "base_url": _site,
    "secret_key": _keys,
    "sender": _sender,
    "list_id": _list_id,
    "unsubscribe_mailto": _mailto,
    "publication": _text,
    "list_name": _text,
    "postal_address": _text,
    "language": _language,
    "accent": _color,
    "logo": _picture,
    "footer": _text,
    "timezone": _zone,
    "schedule": _text,
    "approvers": _whole(1, 2),
    "minimum_comparisons": _whole(1, 8),
    "backlog_days": _whole(0, 365),
    "allow_private_feeds": _listed(HOST, "hosts, addresses or networks"),
    "trusted_hosts": _listed(NAME, "names or addresses of the site, without port"),
    "trusted_proxies": _networks,
    "templates": _folder,
    "embedder": _embedder,
    "metrics_token": _token,
    "disposable": _one_of("allow", "flag", "refuse"),
    "websub_hub": _hub,
    "sns_topic_arn": _topic,
    "sns_signature_version": _whole(1, 2),
    "ses_events_queue_url": _queue,
    "retention_unconfirmed_days": _whole(3, 365),
    "retention_ip_days": _whole(0, 3650),
    "log": _one_of("text", "json"),
}
