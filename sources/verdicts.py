"""The publication's verdict file, JSON or CSV -> tools with reviews.

`python -m sources.verdicts` prints the schema that is published as docs/verdicts.schema.json.
"""

import codecs
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from digest.errors import InputError
from digest.model import Tool
from sources import verdict_csv
from sources.verdict_model import ToolRecord, schema, unknown_keys

__all__ = ["Refused", "VerdictFile", "read", "schema"]


@dataclass(frozen=True, slots=True)
class Refused:
    """A tool that was not taken: where it stands in the file, its name, and why."""

    position: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class VerdictFile:
    """What a file holds. Broken tools are refused, the rest go in."""

    tools: tuple[Tool, ...]
    refused: tuple[Refused, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Raw:
    """A tool as the file gives it. `places` says where a part stands, when not at `position`."""

    position: str
    values: Any
    places: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""

    @property
    def name(self) -> str:
        named = self.values.get("name") if isinstance(self.values, dict) else ""
        return named if isinstance(named, str) else ""


def read(name: str, body: bytes) -> VerdictFile:
    """Read a verdict file; `InputError` when it cannot be read as a whole.

    `name` is the file's name or address: for messages, and to tell JSON from CSV where the
    content leaves it open.
    """
    text = _text(name, body)
    is_json = text.lstrip()[:1] in ("{", "[") or name.lower().endswith(".json")
    raws, warnings = _from_json(name, text) if is_json else _from_csv(name, text)
    return _settled(raws, warnings)


def _text(name: str, body: bytes) -> str:
    utf16 = body.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE))
    try:
        return body.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: not UTF-8 text (byte {error.start + 1}); save it so") from error


def _from_json(name: str, text: str) -> tuple[list[_Raw], list[str]]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{name}: line {error.lineno} is not JSON: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: not JSON that can be read") from error
    if not isinstance(document, dict) or not isinstance(document.get("tools"), list):
        raise InputError(f'{name}: there is no "tools" list in it')
    raws = [_Raw(f"tool {number}", tool) for number, tool in enumerate(document["tools"], 1)]
    return raws, [f"{key}: is not known" for key in document if key not in ("tools", "$schema")]


def _from_csv(name: str, text: str) -> tuple[list[_Raw], list[str]]:
    table = verdict_csv.read(name, text)
    raws = [
        _Raw(
            f"line {tool.number}",
            tool.values,
            {part: f"line {number}" for part, number in tool.places.items()},
            tool.fault,
        )
        for tool in table.tools
    ]
    return raws, list(table.warnings)


def _settled(raws: Iterable[_Raw], warnings: list[str]) -> VerdictFile:
    tools: dict[str, Tool] = {}
    refused: list[Refused] = []
    for raw in raws:
        taken = _taken(raw)
        if isinstance(taken, Tool) and taken.slug in tools:
            taken = Refused(
                raw.position, raw.name, f"slug: {taken.slug!r} is taken by an earlier tool"
            )
        if isinstance(taken, Refused):
            refused.append(taken)
            continue
        tools[taken.slug] = taken
        warnings += [f"{raw.position}: {path} is not known" for path in unknown_keys(raw.values)]
    return VerdictFile(tuple(tools.values()), tuple(refused), tuple(warnings))


def _taken(raw: _Raw) -> Tool | Refused:
    if raw.fault:
        return Refused(raw.position, raw.name, raw.fault)
    try:
        return ToolRecord.model_validate(raw.values).value()
    except ValidationError as error:
        reasons = [_reason(fault) for fault in error.errors(include_url=False)]
        part = reasons[0].partition("]")[0] + "]"
        return Refused(raw.places.get(part, raw.position), raw.name, "; ".join(reasons))


# Where pydantic's words would show a regular expression or a class.
PLAINLY = {
    ("string_pattern_mismatch", "slug"): "should be lower-case letters, digits and hyphens",
    ("string_pattern_mismatch", "url"): "should be an http or https address",
    ("model_type", "the tool"): "should be an object",
}


def _reason(fault: Mapping[str, Any]) -> str:
    """The field, what was wrong and what was there: "reviews[0].score: should be …, not 101"."""
    if fault["type"] == "value_error":  # our own validators name the field themselves
        return str(fault["ctx"]["error"])
    path = _path(fault["loc"])
    if fault["type"] == "missing":
        return f"{path}: is missing"
    said = fault["msg"].removeprefix("Input ").removeprefix("String ")
    return f"{path}: {PLAINLY.get((fault['type'], path), said)}, not {_shown(fault['input'])}"


def _path(steps: Iterable[str | int]) -> str:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return path.removeprefix(".") or "the tool"


def _shown(value: object) -> str:
    shown = " ".join(repr(value).split())
    return shown if len(shown) <= 60 else shown[:59] + "…"


if __name__ == "__main__":
    json.dump(schema(), sys.stdout, indent=2)
    sys.stdout.write("\n")
