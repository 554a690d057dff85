"""Tools and their verdicts, as editors write them at the desk."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from db.engine import Sessions, reading
from db.store import comparisons, tools
from digest.desk.record import Hand
from digest.errors import InputError, NotAllowedError
from digest.model import Tool
from digest.pairing.changes import Change, differences, fingerprint
from sources import verdicts

PER_PAGE = 50


class Overtaken(NamedTuple):
    """Somebody else wrote the tool meanwhile: as it is now, and in what that is not what was to be
    saved."""

    tool: Tool
    changes: tuple[Change, ...]


def found(sessions: Sessions, words: str, page: int) -> list[Tool]:
    """A page of the tools with these words, with one more if another page follows."""
    with reading(sessions) as session:
        return tools.found(session, words, PER_PAGE + 1, (page - 1) * PER_PAGE)


def tool(sessions: Sessions, slug: str) -> Tool:
    """Raises NotFoundError."""
    with reading(sessions) as session:
        return tools.tool_at(session, slug)


def add_tool(sessions: Sessions, name: str, hand: Hand) -> Tool:
    """Hold a tool that nobody has reviewed; raises InputError for no name, NotAllowedError for one
    we hold."""
    new = _checked({"name": name})
    with sessions.begin() as session:
        if tools.tools(session, [new.slug]):
            raise NotAllowedError(f"add {new.name}", (f"there is {new.slug} already",))
        kept = tools.hold_tool(session, new, hand.at)
        hand.notes(session, "add tool", kept.slug, name=kept.name)
        return kept


def save_tool(
    sessions: Sessions, slug: str, seen: str, values: Mapping[str, Any], hand: Hand
) -> Overtaken | None:
    """Write a tool and its reviews as a form gives them, in the shape of the verdict file. The
    comparisons it stands in are updated with it.

    `seen` is the fingerprint of what the form was filled with: if somebody else wrote the tool
    since, nothing is saved. Raises InputError for what no tool may say.
    """
    told = _checked({**values, "slug": slug})
    with sessions.begin() as session:
        held = tools.held_tool(session, slug)
        written = replace(told, id=held.id, votes=held.votes)
        if fingerprint(held) not in (seen, fingerprint(written)):
            return Overtaken(held, differences(written, held))
        if tools.rewrite_tool(session, written, hand.at):
            comparisons.touch(session, [held.id], hand.at)
            changes = differences(held, written)
            before = {change.field: change.before for change in changes}
            after = {change.field: change.after for change in changes}
            hand.notes(session, "save tool", slug, before=before, after=after)
    return None


def _checked(values: Mapping[str, Any]) -> Tool:
    """By the rules of the verdict file, so that the desk takes no tool that a file could not."""
    file = verdicts.read("tool.json", json.dumps({"tools": [values]}).encode())
    if file.refused:
        raise InputError(file.refused[0].reason)
    return file.tools[0]
