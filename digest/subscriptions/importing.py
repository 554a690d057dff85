"""Readers who agreed elsewhere, taken in from a file."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from db.engine import Sessions
from db.store import readers as store
from digest.errors import InputError
from digest.issues.words import plain_text
from digest.model import Cadence, Consent, Subscriber, SubscriberState
from digest.ports import Clock
from digest.readers.addresses import address
from digest.readers.links import Signing
from sources.verdict_csv import delimiter

COLUMNS = ("email", "categories", "language", "cadence", "consent_source")
REQUIRED = ("email", "consent_source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did: readers added, known already, and lines refused with their reason."""

    added: int
    known: int
    suppressed: int
    refused: tuple[tuple[int, str], ...]  # (line of the file, reason)


def import_subscribers(
    sessions: Sessions, clock: Clock, signing: Signing, name: str, body: bytes
) -> Imported:
    """Take in readers who agreed elsewhere; each line says where (`consent_source`).

    Lines that are wrong are refused one by one. Nobody who is known is changed, so that an old
    list cannot bring back who has left, and suppressed addresses stay out.
    """
    rows = list(_rows(name, body))
    counts = {"added": 0, "known": 0, "suppressed": 0}
    refused: list[tuple[int, str]] = []
    with sessions.begin() as session:
        for line, row in rows:
            try:
                counts[_take_in(session, clock, signing, row)] += 1
            except InputError as error:
                refused.append((line, str(error)))
    return Imported(refused=tuple(refused), **counts)


def _rows(name: str, body: bytes) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: not UTF-8 text (byte {error.start})") from error
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter(text))
    columns = ["_".join(column.lower().split()) for column in reader.fieldnames or ()]
    missing = [column for column in REQUIRED if column not in columns]
    if missing:
        raise InputError(f"{name}: the first line has no column {' and no column '.join(missing)}")
    reader.fieldnames = columns
    try:
        for row in reader:
            yield reader.line_num, {key: plain_text(row.get(key) or "") for key in COLUMNS}
    except csv.Error as error:
        raise InputError(f"{name}: line {reader.line_num}: {error}") from error


def _take_in(session: Session, clock: Clock, signing: Signing, row: Mapping[str, str]) -> str:
    found = address(row["email"])
    if not row["consent_source"]:
        raise InputError(f"{found.email}: no consent_source; say where the reader agreed")
    if store.suppressed(session, [signing.address_hash(found.key)]):
        return "suppressed"
    reader = Subscriber(
        email=found.email,
        state=SubscriberState.ACTIVE,
        categories=tuple(part.strip() for part in row["categories"].split(";") if part.strip()),
        language=row["language"] or "en",
        cadence=_cadence(row["cadence"]),
        confirmed_at=clock(),
    )
    number = store.add_subscriber(session, found.key, reader, clock())
    if number is None:
        return "known"
    agreed = Consent(act="import", source=row["consent_source"], at=clock())
    store.keep_consent(session, number, agreed)
    return "added"


def _cadence(text: str) -> Cadence:
    try:
        return Cadence(text.lower() or Cadence.WEEKLY)
    except ValueError as error:
        raise InputError(f"{text!r} is no cadence; there are weekly and each") from error
