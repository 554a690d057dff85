"""The record of what was done: looked through, written out, and proved whole."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from db.engine import Sessions, asked_from, reading
from db.store import audit
from db.store.audit import Search
from digest.chain import Checked, Line, check

__all__ = ["Hand", "Search", "Sessions", "acts", "asked_from", "export", "search", "verify"]


class Hand(NamedTuple):
    """Who acts at the desk, when, and from where."""

    who: str
    at: datetime
    ip: str = ""

    def notes(self, session: Session, act: str, what: str, **detail: Any) -> None:
        """Add the line of an act; said last in its transaction."""
        audit.note(session, self.who, act, what, self.at, ip=self.ip, **detail)


def verify(sessions: Sessions) -> Checked:
    """Follow the chain through every line."""
    with reading(sessions) as session:
        return check(audit.lines(session), audit.chain_head(session))


def contains(sessions: Sessions, noted: str) -> bool:
    """Whether the chain leads through a hash that was noted before."""
    with reading(sessions) as session:
        return any(line.hash == noted.lower() for line in audit.lines(session))


def export(sessions: Sessions) -> Iterator[str]:
    """Every line as JSON, the oldest first."""
    with reading(sessions) as session:
        for line in audit.lines(session):
            yield json.dumps(_told(line), ensure_ascii=False)


def search(sessions: Sessions, wanted: Search, limit: int) -> list[Line]:
    """The latest lines that fit, the newest first."""
    with reading(sessions) as session:
        return audit.search(session, wanted, limit)


def acts(sessions: Sessions) -> list[str]:
    with reading(sessions) as session:
        return audit.acts(session)


def _told(line: Line) -> dict[str, object]:
    return {
        "id": line.id,
        "at": line.created_at.isoformat(),
        "who": line.who,
        "act": line.act,
        "what": line.what,
        "detail": line.detail,
        "ip": line.ip,
        "hash": line.hash,
    }
