"""What a reader asks for: to be let in, to confirm, to leave, to be forgotten."""

import csv
import io
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from db.engine import Sessions, reading
from db.store import readers as store
from digest.errors import InputError, NotFoundError
from digest.issues.rendering import Templates, render_letter
from digest.issues.words import plain_text
from digest.model import Cadence, Message, Publication, Sent, Subscriber, SubscriberState
from digest.ports import Clock, Post
from digest.readers.addresses import Address, address, key_of
from digest.readers.addressing import letter
from digest.readers.consent import may_ask
from digest.readers.links import Purpose, Signing
from sources.verdict_csv import delimiter

log = logging.getLogger("digest.subscriptions")

COLUMNS = ("email", "categories", "language", "cadence", "consent_source")
REQUIRED = ("email", "consent_source")
GONE = (SubscriberState.UNSUBSCRIBED, SubscriberState.BOUNCED)  # they may come back
MOST_CATEGORIES, LONGEST_CATEGORY = 20, 60  # what a stranger may have us keep


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


class Invitations(NamedTuple):
    """What asking a new reader to confirm needs besides the database."""

    clock: Clock
    signing: Signing
    post: Post
    publication: Publication
    templates: Templates


class Asking(NamedTuple):
    """A reader who asked to be let in and is owed a mail: one that asks to confirm, or one that
    says they are in already."""

    number: int
    email: str
    at: datetime
    already: bool = False


def subscribe(
    sessions: Sessions, invitations: Invitations, email: str, categories: Iterable[str] = ()
) -> Asking | None:
    """Note that somebody asks to be let in. None when no mail is due: to who is suppressed or has
    complained, or was mailed minutes ago.

    Raises InputError for what is no address. Nothing else tells the cases apart for who asks.
    """
    found, chosen = address(email), _chosen(categories)
    now = invitations.clock()
    with sessions.begin() as session:
        if store.suppressed(session, [invitations.signing.address_hash(found.key)]):
            return None
        asking = _asking(session, found, chosen, now)
        if asking is None or not may_ask(_last_asked(session, asking.number), now):
            return None
        act = "sign-up again" if asking.already else "sign-up"
        store.keep_consent(session, asking.number, act, "form", now)
    return asking


def invite(invitations: Invitations, asking: Asking) -> None:
    """Write the mail that a sign-up is answered with, and post it."""
    (receipt,) = invitations.post([_answer(invitations, asking)])
    if not isinstance(receipt, Sent):
        log.error("subscriber %d was not answered: %s", asking.number, receipt.reason)


def may_confirm(signing: Signing, token: str, now: datetime) -> bool:
    """Whether a link to confirm is one of ours and still good."""
    return signing.read_dated(token, Purpose.CONFIRM, now) is not None


def confirm(sessions: Sessions, clock: Clock, signing: Signing, token: str) -> bool:
    """Let in who the token names; doing it twice is harmless. False when the token is no good, or
    its reader has left since."""
    number = signing.read_dated(token, Purpose.CONFIRM, clock())
    if number is None:
        return False
    with sessions.begin() as session:
        waiting = [
            SubscriberState.PENDING,
            *(GONE if _asked_since_leaving(session, number) else ()),
        ]
        if store.change_state(session, number, waiting, SubscriberState.ACTIVE, clock()):
            store.keep_consent(session, number, "confirm", "mailed link", clock())
        reader = store.subscriber(session, number)
        return reader is not None and reader.state is SubscriberState.ACTIVE


def leave(sessions: Sessions, clock: Clock, signing: Signing, token: str) -> bool:
    """Unsubscribe who the token names. Repeating it, or doing it after an erasure, is fine; False
    only when the token is none of ours."""
    number = signing.read(token, Purpose.LEAVE)
    if number is None:
        return False
    come_from = [SubscriberState.PENDING, SubscriberState.ACTIVE]
    with sessions.begin() as session:
        gone = SubscriberState.UNSUBSCRIBED
        if store.change_state(session, number, come_from, gone, clock()):
            store.keep_consent(session, number, "leave", "unsubscribe link", clock())
    return True


def may_leave(signing: Signing, token: str) -> bool:
    """Whether a link to leave is one of ours."""
    return signing.read(token, Purpose.LEAVE) is not None


def erase(sessions: Sessions, clock: Clock, signing: Signing, email: str) -> None:
    """Forget a reader: only a keyed hash stays, which imports respect."""
    key = key_of(address(email).email)
    with sessions.begin() as session:
        reader = store.subscriber_by_key(session, key)
        if reader is None:
            raise NotFoundError("subscriber", email)
        store.suppress(session, signing.address_hash(key), "erased at the reader's wish", clock())
        store.erase_subscriber(session, reader.id)


def export_subscribers(sessions: Sessions) -> Iterator[str]:
    """The lines of a CSV of all readers, header first."""
    with reading(sessions) as session:
        yield _line(["email", "state", "categories", "language", "cadence", "confirmed_at"])
        for reader in store.subscribers(session):
            yield _line(
                [
                    reader.email,
                    reader.state.value,
                    ";".join(reader.categories),
                    reader.language,
                    reader.cadence.value,
                    reader.confirmed_at.isoformat() if reader.confirmed_at else "",
                ]
            )


def _chosen(categories: Iterable[str]) -> tuple[str, ...]:
    """The categories a form named, each once; raises InputError for what no form of ours sends."""
    chosen = tuple(dict.fromkeys(name.strip() for name in categories if name.strip()))
    fine = all(len(name) <= LONGEST_CATEGORY and name.isprintable() for name in chosen)
    if not fine or len(chosen) > MOST_CATEGORIES:
        raise InputError(f"choose up to {MOST_CATEGORIES} categories by their names")
    return chosen


def _asking(
    session: Session, found: Address, categories: tuple[str, ...], now: datetime
) -> Asking | None:
    """The reader of an address, new or known; None for who has complained of our mail."""
    asked = Subscriber(email=found.email, state=SubscriberState.PENDING, categories=categories)
    number = store.add_subscriber(session, found.key, asked, now)
    if number is not None:
        return Asking(number, found.email, now)
    known = store.subscriber_by_key(session, found.key)
    assert known
    if known.state is SubscriberState.ACTIVE:
        return Asking(known.id, known.email, now, already=True)
    # Who has left stays so until they confirm: anybody can type an address into a form.
    may_come = known.state in (SubscriberState.PENDING, *GONE)
    return Asking(known.id, found.email, now) if may_come else None


def _last_asked(session: Session, number: int) -> datetime | None:
    asked = (store.last_consent(session, number, act) for act in ("sign-up", "sign-up again"))
    return max((moment for moment in asked if moment), default=None)


def _asked_since_leaving(session: Session, number: int) -> bool:
    asked = store.last_consent(session, number, "sign-up")
    left = store.last_consent(session, number, "leave")
    return asked is not None and (left is None or asked > left)


def _answer(invitations: Invitations, asking: Asking) -> Message:
    publication, now = invitations.publication, asking.at
    name, values = _letter_for(invitations, asking)
    rendering = render_letter(name, values, publication, invitations.templates)
    known_as = f"{name}.{asking.number}.{int(now.timestamp()):x}"
    data = letter(rendering, publication, to=asking.email, message_id=known_as, dated=now)
    return Message(0, asking.email, data)


def _letter_for(invitations: Invitations, asking: Asking) -> tuple[str, dict[str, str]]:
    site, signing = invitations.publication.base_url, invitations.signing
    if asking.already:
        token = signing.token(asking.number, Purpose.LEAVE)
        return "already-subscribed", {"unsubscribe_url": f"{site}/unsubscribe/{token}"}
    token = signing.dated_token(asking.number, Purpose.CONFIRM, asking.at)
    return "confirm", {"confirm_url": f"{site}/confirm/{token}"}


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
    store.keep_consent(session, number, "import", row["consent_source"], clock())
    return "added"


def _cadence(text: str) -> Cadence:
    try:
        return Cadence(text.lower() or Cadence.WEEKLY)
    except ValueError as error:
        raise InputError(f"{text!r} is no cadence; there are weekly and each") from error


def _line(fields: list[str]) -> str:
    """One CSV line. A leading =, +, - or @ would be run as a formula by a spreadsheet."""
    safe = [f"'{field}" if field[:1] in {"=", "+", "-", "@"} else field for field in fields]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(safe)
    return out.getvalue()
