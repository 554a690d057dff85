"""Readers who agreed elsewhere, taken in from a list.

The file is read twice. The first time nothing is written: a file that cannot be read to its end
changes nothing. The second time it goes in by slices, a transaction each, so that a long list
keeps nobody else who writes waiting; an import that was interrupted is done again and goes on.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import BinaryIO, NamedTuple

from sqlalchemy.orm import Session

from db.engine import Sessions, reading
from db.scratch import placed
from db.store import reader_lists as store
from db.store import readers
from digest.model import Consent, SubscriberState
from digest.ports import Clock
from digest.readers.consent import ERASED
from digest.readers.links import Signing
from digest.subscriptions.list_formats import STANDINGS, Listed
from digest.subscriptions.surveying import Line, survey

SLICE = 1000  # lines a transaction


class Fate(StrEnum):
    """What became of a line."""

    ADDED = "added"
    KNOWN = "known"  # a reader already, whom no list changes
    REPEATED = "repeated"  # the address stands on an earlier line
    SUPPRESSED = "suppressed"  # must not be mailed
    ERASED = "erased"  # asked to be forgotten
    REFUSED = "refused"


class Told(NamedTuple):
    """What is told of a line of the file."""

    line: int
    email: str
    fate: Fate
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did, in lines by their fate. `layout` is whose export it was, "" when it is a
    list of no known format, and `caution` what such an export does not tell; `unused` are the
    columns that nothing was taken from."""

    fates: Mapping[Fate, int]
    layout: str
    caution: str
    unused: tuple[str, ...]

    @property
    def added(self) -> int:
        return self.fates[Fate.ADDED]


def import_subscribers(
    sessions: Sessions,
    clock: Clock,
    signing: Signing,
    name: str,
    file: BinaryIO,
    *,
    mapping: Mapping[str, str] | None = None,
    consent_source: str = "",
    dry_run: bool = False,
    tell: Callable[[Told], object] = lambda _: None,
) -> Imported:
    """Take in readers who agreed elsewhere; each line says where (`consent_source`), or the file.

    Lines that are wrong are refused one by one; `tell` hears of each line. Nobody who is known is
    changed, so that an old list cannot bring back who has left, and suppressed addresses stay out.
    Where lines on one address disagree, the gravest holds: who left one list left them all.
    Raises InputError for a file that is no list; nothing is written then, nor in a dry run. The
    file must be one that can be read again from its beginning.
    """
    fates, now = dict.fromkeys(Fate, 0), clock()
    with placed() as scratch:
        found = survey(name, file, mapping or {}, consent_source, now, scratch)
        for lines in _slices(found.lines()):
            with _session(sessions, dry_run) as session:
                told = _told(session, signing, lines)
                if not dry_run:
                    told = _taken_in(session, signing, lines, told, now)
            for one in told:
                fates[one.fate] += 1
                tell(one)
    used = found.columns
    return Imported(
        fates=fates, layout=used.layout.name, caution=used.layout.caution, unused=used.unused
    )


def _slices(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while some := list(islice(lines, SLICE)):
        yield some


def _session(sessions: Sessions, dry_run: bool) -> AbstractContextManager[Session]:
    return reading(sessions) if dry_run else sessions.begin()


def _told(session: Session, signing: Signing, lines: Iterable[Line]) -> list[Told]:
    """What becomes of these lines as things are."""
    hashes = {one.said.key: signing.address_hash(one.said.key) for one in lines if one.said}
    known = store.known(session, hashes)
    reasons = readers.suppressed(session, list(hashes.values()))
    suppressed = {key: reasons[hash_] for key, hash_ in hashes.items() if hash_ in reasons}
    return [_fate(line, known, suppressed) for line in lines]


def _fate(line: Line, known: set[str], suppressed: Mapping[str, str]) -> Told:
    """What becomes of a line, by the keys of who is known or must not be mailed."""
    fate, reason = Fate.ADDED, ""
    if line.said is None:
        fate, reason = Fate.REFUSED, line.refusal
    elif line.number != line.first:
        fate, reason = Fate.REPEATED, f"the address stands on line {line.first}"
    elif line.said.key in known:
        fate = Fate.KNOWN
    elif reason := suppressed.get(line.said.key, ""):
        fate = Fate.ERASED if reason.startswith(ERASED) else Fate.SUPPRESSED
    return Told(line.number, line.typed, fate, reason)


def _taken_in(
    session: Session, signing: Signing, lines: Sequence[Line], told: Sequence[Told], now: datetime
) -> list[Told]:
    """Add who is to be added; who signed up in this very moment is known instead."""
    new = {
        line.said.key: line.said
        for line, one in zip(lines, told, strict=True)
        if line.said and one.fate is Fate.ADDED
    }
    numbers = store.add_subscribers(session, {key: new[key].reader for key in new}, now)
    added = [(number, new[key]) for key, number in numbers.items()]
    store.keep_consents(session, [(number, _consent(one, now)) for number, one in added])
    reasons = {
        signing.address_hash(one.key): reason
        for _, one in added
        if (reason := STANDINGS[one.standing].suppression)
    }
    store.suppress_all(session, reasons, now)
    raced = {line.number for line in lines if line.said and line.said.key not in numbers}
    return [
        one._replace(fate=Fate.KNOWN) if one.fate is Fate.ADDED and one.line in raced else one
        for one in told
    ]


def _consent(one: Listed, now: datetime) -> Consent:
    detail = {} if one.reader.state is SubscriberState.ACTIVE else {"state": one.standing}
    return Consent(act="import", source=one.consent_source, detail=detail, at=now)
