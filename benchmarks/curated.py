"""Public lists of tools that somebody sorted, as a truth to measure a ranker by.

A file has a row for each tool and the columns `id`, `name`, `tagline`, `description`,
`category_path` ("A > B", several joined by " | "), `coarse_category`, `url`, `pricing`, `source`,
`alternatives` (tools it replaces, parted by "|", "," or ";") and `eval_query` ("1": ask for it).
"""

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from digest.model import Call, Review, Tool
from digest.pairing.naming import unused

UNSORTED = frozenset({"other", "others", "misc", "miscellaneous"})

A_REVIEW = Review(reviewer="builder", score=70, call=Call.SHIP)  # without one there is no verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A tool of a list. `tool` is not in a category yet; `kinds` are its finest categories."""

    tool: Tool
    source: str
    path: str
    coarse: str
    kinds: frozenset[str]
    replaces: frozenset[str]
    is_query: bool

    @property
    def text(self) -> str:
        parts = (self.tool.name, self.tool.tagline, self.tool.description)
        return ". ".join(part for part in parts if part)

    def relevance(self, other: "Listed") -> int:
        """2 for an opponent of the same kind that replaces the same tool, 1 for one of both."""
        return bool(self.kinds & other.kinds) + bool(self.replaces & other.replaces)


@dataclass(frozen=True, slots=True)
class Setting:
    """What the ranker is told of categories."""

    of_pool: Callable[[Listed], str]
    of_launch: Callable[[Listed], str]

    def incumbent(self, listed: Listed) -> Tool:
        return replace(listed.tool, category=self.of_pool(listed), reviews=(A_REVIEW,))

    def challenger(self, listed: Listed) -> Tool:
        return replace(listed.tool, category=self.of_launch(listed))


SETTINGS: Mapping[str, Setting] = {
    "A": Setting(of_pool=lambda _: "", of_launch=lambda _: ""),
    "B": Setting(of_pool=lambda one: one.coarse, of_launch=lambda one: one.coarse),
    "C": Setting(of_pool=lambda one: one.path, of_launch=lambda _: ""),  # as in production
}


def read(file: Path) -> dict[str, list[Listed]]:
    """The lists of a file by their source."""
    with file.open(encoding="utf-8", newline="") as lines:
        listed = _listed(csv.DictReader(lines, delimiter="\t"))
    by_source = sorted(listed, key=lambda one: one.source)
    return {source: list(ones) for source, ones in groupby(by_source, lambda one: one.source)}


def _listed(rows: Iterable[Mapping[str, str]]) -> list[Listed]:
    taken: dict[str, Listed] = {}
    for row in rows:
        slug = unused(row["id"], taken)
        taken[slug] = _of_row(row, slug)
    return list(taken.values())


def _of_row(row: Mapping[str, str], slug: str) -> Listed:
    paths = _parts(row["category_path"], r"\|")
    coarse = _parts(row["coarse_category"], r"\|")
    fields: dict[str, Any] = {
        field: row.get(field) or ""
        for field in ("name", "tagline", "description", "url", "pricing")
    }
    return Listed(
        tool=Tool(slug=slug, **fields),
        source=row["source"],
        path=paths[0] if paths else "",
        coarse=coarse[0] if coarse else "",
        kinds=frozenset(path for path in paths if _is_sorted(path)),
        replaces=frozenset(_parts((row.get("alternatives") or "").casefold(), "[|,;]")),
        is_query=row["eval_query"] == "1",
    )


def _parts(joined: str, separator: str) -> list[str]:
    return [part.strip() for part in re.split(separator, joined) if part.strip()]


def _is_sorted(path: str) -> bool:
    return path.rpartition(">")[2].strip().lower() not in UNSORTED
