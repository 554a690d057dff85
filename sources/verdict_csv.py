"""A verdict file as a table: one review a line, the tool's own columns beside it."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from digest.errors import InputError

TOOL = ("name", "slug", "tagline", "description", "category", "url", "pricing", "entry", "best_for")
REVIEW = ("reviewer", "score", "call", "text")
VOTES = {"votes_ship": "ship", "votes_skip": "skip"}
COLUMNS = frozenset((*TOOL, *REVIEW, *VOTES, "aliases"))

Row = dict[str, str]


@dataclass
class Lines:
    """The lines of one tool: what they say of it together, and where they said it.

    `places` tells the line of a part ("reviews[0]"), `fault` why a line is no row at all.
    """

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    fault: str = ""


@dataclass(frozen=True)
class Table:
    tools: tuple[Lines, ...]
    warnings: tuple[str, ...]


def read(name: str, text: str) -> Table:
    """The tools of a table, each with all of its lines, in the order of their first."""
    header, rows = _rows(name, text)
    warnings = [f"column {column!r} is not known" for column in header if column not in COLUMNS]
    tools: dict[tuple[str, str], Lines] = {}
    for number, row in rows:
        tool = tools.setdefault((row.get("name", ""), row.get("slug", "")), Lines(number))
        warnings += _add(tool, number, row)
    return Table(tuple(tools.values()), tuple(warnings))


def _rows(name: str, text: str) -> tuple[list[str], list[tuple[int, Row]]]:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text), strict=True)
    try:
        header = [column.strip().lower() for column in next(lines, [])]
        if "name" not in header:
            raise InputError(
                f'{name}: neither JSON with a "tools" list nor CSV with a "name" column'
            )
        return header, list(_numbered(header, lines))
    except csv.Error as error:
        raise InputError(f"{name}: line {lines.line_num} is not CSV: {error}") from error


def _numbered(header: list[str], lines: Any) -> Iterator[tuple[int, Row]]:
    """Each row with the line it starts on; blank lines are nothing."""
    number = lines.line_num + 1
    for cells in lines:
        if any(cell.strip() for cell in cells):
            row = {key: cell.strip() for key, cell in zip(header, cells, strict=False)}
            yield number, row | _overflow(header, cells)
        number = lines.line_num + 1


def _overflow(header: list[str], cells: list[str]) -> Row:
    excess = len(cells) - len(header)
    return {"": f"{len(cells)} cells under {len(header)} columns"} if excess > 0 else {}


def delimiter(text: str) -> str:
    """Spreadsheets of many countries save with semicolons, some with tabs."""
    return max(",;\t", key=text.partition("\n")[0].count)


def _add(tool: Lines, number: int, row: Row) -> list[str]:
    """Let one more line speak for the tool; what an earlier line said of it holds."""
    if fault := row.get("", ""):
        tool.fault, tool.number = tool.fault or fault, number
    said = _tool(row)
    differing = [key for key in said if tool.values.get(key, said[key]) != said[key]]
    tool.values = said | tool.values
    if review := {key: row[key] for key in REVIEW if row.get(key)}:
        reviews = tool.values.setdefault("reviews", [])
        tool.places[f"reviews[{len(reviews)}]"] = number
        reviews.append(review | {key: _number(review[key]) for key in ("score",) if key in review})
    return [
        f"line {number}: {key} differs from line {tool.number}, which holds" for key in differing
    ]


def _tool(row: Row) -> dict[str, Any]:
    said: dict[str, Any] = {key: row[key] for key in TOOL if row.get(key)}
    if aliases := [alias.strip() for alias in row.get("aliases", "").split(";") if alias.strip()]:
        said["aliases"] = aliases
    if votes := {key: _number(row[column]) for column, key in VOTES.items() if row.get(column)}:
        said["votes"] = votes
    return said


def _number(cell: str) -> int | str:
    """A whole number; anything else stays as it is, for the schema to refuse."""
    return int(cell) if re.fullmatch(r"-?[0-9]{1,9}", cell) else cell
