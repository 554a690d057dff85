"""Take the publication's verdicts in."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from db.engine import Sessions
from db.store import comparisons
from db.store import tools as store
from digest.errors import SourceError
from digest.model import Tool
from digest.pairing import identity
from digest.ports import Clock, Fetch, Request
from sources import verdicts
from sources.verdicts import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What an import did, by name; `refused` says which tools stayed out and why."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    same: int
    refused: tuple[Refused, ...]
    warnings: tuple[str, ...]


def import_verdicts(sessions: Sessions, clock: Clock, name: str, body: bytes) -> Import:
    """Import a verdict file (JSON or CSV). The tools that are right go in together; importing the
    same file again changes nothing. Raises InputError when it is no verdict file at all."""
    file = verdicts.read(name, body)
    now = clock()
    with sessions.begin() as session:
        known = _known(store.tools(session))
        puts = {tool: store.put_tool(session, _placed(tool, known), now) for tool in file.tools}
        changed = [put.id for put in puts.values() if put.change == "changed"]
        comparisons.touch(session, changed, now)
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


def load(fetch: Fetch, source: str) -> bytes:
    """The bytes of a verdict file at a URL; raises SourceError."""
    response = fetch([Request(source)])[0]
    if response.error or response.status != 200:
        raise SourceError(source, response.error or f"the server answered {response.status}")
    return response.body


def _known(tools: Iterable[Tool]) -> tuple[set[str], list[Tool]]:
    listed = list(tools)
    return {tool.slug for tool in listed}, [tool for tool in listed if not tool.reviews]


def _placed(tool: Tool, known: tuple[set[str], list[Tool]]) -> Tool:
    """The tool under the slug it already has: a launch may have made it before its verdict came,
    and its pages keep their addresses."""
    slugs, unreviewed = known
    if tool.slug in slugs:
        return tool
    launched = identity.find(tool.name, tool.url, unreviewed)
    return replace(tool, slug=launched.slug) if launched else tool
