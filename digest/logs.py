"""How the service writes its log: lines for people or JSON for machines, and never a reader's own.

What is at work is told once, where it begins (`with about(issue="2026-W47")`), and stands on each
line written until it ends. Messages should name nobody; since they repeat what servers and drivers
say, addresses and tokens are masked in every line on its way out.
"""

import json
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

KINDS = ("text", "json")
SUBJECTS = ("job", "run", "issue", "delivery", "aws_request_id")
TALKATIVE = ("apscheduler", "botocore")  # they tell of every tick, and of every client
ADDRESS_MASK, TOKEN_MASK = "(address)", "(token)"

# More than an address may be, for what is shown of one must not depend on how well it is formed.
ADDRESS = re.compile(
    r"""(?:"[^"\s]{0,128}"|[^\s<>()\[\]{},;:"'/=?&]{1,128})(?:@|%40)[^\s<>()\[\]{},;:"'/?&]+"""
)
SIGNED = re.compile(r"\d{1,18}(?:-[0-9a-f-]{1,80})?\.[A-Za-z0-9_-]{12,}")  # a link's, or most of it
SECRET = re.compile(r"[A-Za-z0-9_-]{40,}")  # 256 bits in base64 are 43
HASH = re.compile(r"[0-9a-f-]+")  # of something, or a message's number at SES

_at_work: ContextVar[Mapping[str, object]] = ContextVar("at_work", default={})  # noqa: B039 - never changed


@contextmanager
def about(**subjects: object) -> Iterator[None]:
    """Name what is at work, by SUBJECTS, on all that this thread logs inside."""
    before = _at_work.set({**_at_work.get(), **subjects})
    try:
        yield
    finally:
        _at_work.reset(before)


def configure(kind: str) -> None:
    """Write the log of this process to stderr, or to where Lambda's runtime has it already."""
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.StreamHandler())
    for handler in root.handlers:
        handler.setFormatter(JsonLines() if kind == "json" else Lines())
    root.setLevel(logging.INFO)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def masked(text: str) -> str:
    """The text without addresses and tokens."""
    text = SECRET.sub(_unless_hash, SIGNED.sub(TOKEN_MASK, text))
    return ADDRESS.sub(ADDRESS_MASK, text)


def _unless_hash(found: re.Match[str]) -> str:
    return found[0] if HASH.fullmatch(found[0]) else TOKEN_MASK


def _subjects(record: logging.LogRecord) -> dict[str, object]:
    """What a line is about: what is at work, and what the line says itself (`extra=`)."""
    known = {**_at_work.get(), **vars(record)}
    return {name: known[name] for name in SUBJECTS if known.get(name) is not None}


class Lines(logging.Formatter):
    """A line for people."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        told = " ".join(f"{name}={value}" for name, value in _subjects(record).items())
        line = super().formatMessage(record)
        return f"{line} [{told}]" if told else line


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": masked(record.getMessage()),
            **_subjects(record),
        }
        if record.exc_info:
            told["exception"] = masked(self.formatException(record.exc_info))
        return json.dumps(told, ensure_ascii=False, default=str)
