"""Take the publication's verdicts in."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from db.engine import Sessions
from db.store import audit, comparisons
from db.store import tools as store
from digest.desk.record import Hand
from digest.model import Tool
from digest.pairing import identity
from digest.pairing.addresses import owner
from digest.pairing.changes import Change, differences
from digest.ports import Clock
from sources import verdicts
from sources.verdict_model import ToolRecord
from sources.verdicts import Refused

__all__ = [
    "Import",
    "Preview",
    "ToolRecord",
    "import_verdicts",
    "preview_verdicts",
    "put_verdict",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What an import did, by name; `refused` says which tools stayed out and why."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    same: int
    refused: tuple[Refused, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an import would do. `changed` has the tools by slug as they are and as they would be;
    who applies it names the `fingerprint` they saw."""

    added: tuple[Tool, ...]
    changed: tuple[tuple[Tool, tuple[Change, ...]], ...]
    same: int
    refused: tuple[Refused, ...]
    warnings: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        seen = [(tool.slug, changes) for tool, changes in self.changed]
        told = repr((sorted(tool.slug for tool in self.added), sorted(seen)))
        return hashlib.sha256(told.encode()).hexdigest()


def preview_verdicts(sessions: Sessions, clock: Clock, name: str, body: bytes) -> Preview:
    """What importing a verdict file would change: the import itself, taken back. Raises InputError
    when it is no verdict file at all."""
    file = verdicts.read(name, body)
    with sessions() as session:
        before = {tool.slug: tool for tool in store.tools(session)}
        puts = _put(session, file.tools, list(before.values()), clock())
        session.expire_all()
        slugs = [tool.slug for tool, put in puts.items() if put.change != "same"]
        after = store.tools(session, slugs)
        session.rollback()
    return Preview(
        added=tuple(tool for tool in after if tool.slug not in before),
        changed=tuple(
            (tool, differences(before[tool.slug], tool)) for tool in after if tool.slug in before
        ),
        same=len(puts) - len(slugs),
        refused=file.refused,
        warnings=file.warnings,
    )


def import_verdicts(
    sessions: Sessions, clock: Clock, name: str, body: bytes, hand: Hand | None = None
) -> Import:
    """Import a verdict file (JSON or CSV). The tools that are right go in together; importing the
    same file again changes nothing. Raises InputError when it is no verdict file at all."""
    file = verdicts.read(name, body)
    now = clock()
    with sessions.begin() as session:
        puts = _put(session, file.tools, store.tools(session), now)
        changed = [put.id for put in puts.values() if put.change == "changed"]
        comparisons.touch(session, changed, now)
        if hand:
            told = {
                change: [tool.slug for tool, put in puts.items() if put.change == change]
                for change in ("added", "changed")
            }
            hand.notes(session, "import verdicts", name, **told)
    by_change = {
        change: tuple(tool.name for tool, put in puts.items() if put.change == change)
        for change in ("added", "changed", "same")
    }
    return Import(
        added=by_change["added"],
        changed=by_change["changed"],
        same=len(by_change["same"]),
        refused=file.refused,
        warnings=file.warnings,
    )


def put_verdict(sessions: Sessions, tool: Tool, hand: Hand) -> str:
    """Write one tool as a verdict file with it alone would, under the very slug it names: "added",
    "changed" or the "same". Doing it again changes nothing."""
    with sessions.begin() as session:
        audit.take_turn(session)  # of two that add a tool at once, the second finds the first one's
        held = store.held_tools(session, [tool.slug])
        before = held[0] if held else None
        put = store.put_tool(session, _filled(tool, before or tool), hand.at)
        if put.change == "changed":
            comparisons.touch(session, [put.id], hand.at)
        if put.change != "same":
            session.expire_all()
            told = differences(before, store.tool_at(session, tool.slug)) if before else ()
            hand.notes(
                session,
                "put tool",
                tool.slug,
                before={change.field: change.before for change in told},
                after={change.field: change.after for change in told},
            )
        return put.change


def _put(
    session: Session, tools: Sequence[Tool], known: Sequence[Tool], now: datetime
) -> dict[Tool, store.Put]:
    return {tool: store.put_tool(session, tool, now) for tool in _placed(tools, known)}


def _placed(tools: Sequence[Tool], known: Sequence[Tool]) -> list[Tool]:
    """The tools of a file under the slugs they have here: a launch may have made one before its
    verdict came, and its pages keep their addresses. No two get the same; names go first."""
    named = {tool.slug for tool in tools}
    free = _Free(tool for tool in known if tool.slug not in named)
    slugs = {tool.slug: tool.slug for tool in known}
    for taken in (free.take_by_name, free.take_by_address):
        for tool in tools:
            if tool.slug not in slugs and (held := taken(tool)):
                slugs[tool.slug] = held.slug
    by_slug = {tool.slug: tool for tool in known}
    placed = [replace(tool, slug=slugs.get(tool.slug, tool.slug)) for tool in tools]
    return [_filled(tool, by_slug.get(tool.slug, tool)) for tool in placed]


def _filled(tool: Tool, held: Tool) -> Tool:
    """What a file leaves out and a launch has told stays."""
    return replace(
        tool,
        tagline=tool.tagline or held.tagline,
        description=tool.description or held.description,
        category=tool.category or held.category,
        url=tool.url or held.url,
    )


class _Free:
    """Tools we hold whose slugs a file does not name; each is taken once."""

    def __init__(self, tools: Iterable[Tool]) -> None:
        self._tools = {tool: (owner(tool.url), identity.canonical_url(tool.url)) for tool in tools}

    def take_by_name(self, tool: Tool) -> Tool | None:
        """One of the tool's names; with reviews of its own, only if it is of the same maker."""
        maker = owner(tool.url)
        alike = [one for one, (by, _) in self._tools.items() if not one.reviews or by == maker]
        names = (tool.name, *tool.aliases)
        return self._take(next(filter(None, (identity.find(n, "", alike) for n in names)), None))

    def take_by_address(self, tool: Tool) -> Tool | None:
        """One of the tool's address that has no verdict yet."""
        page = identity.canonical_url(tool.url)
        waiting = [one for one, (_, at) in self._tools.items() if not one.reviews and at == page]
        return self._take(identity.find(tool.name, tool.url, waiting))

    def _take(self, found: Tool | None) -> Tool | None:
        if found:
            del self._tools[found]
        return found
