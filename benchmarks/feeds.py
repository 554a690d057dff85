"""How many feed documents of a folder are read right, and how fast.

`python -m benchmarks.feeds DIR [--workers N] [--predictions FILE.tsv]` reads `DIR/manifest.tsv`,
which has one row per document with the columns `file`, `expected_entries`, `expected_first_title`,
`expected_first_link` and `expected_first_published_utc` (the last two may be empty: not known).
It prints one line of JSON. CPU is that of all processes together, their start included.
"""

import argparse
import csv
import json
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digest.errors import SourceError
from digest.model import Document, Entry
from sources.feeds import parse
from sources.workers import Job, Workers


@dataclass(frozen=True)
class Expected:
    """A row of the manifest."""

    file: str
    entries: int
    title: str
    link: str
    published: str

    @classmethod
    def of(cls, row: dict[str, str]) -> "Expected":
        return cls(
            file=row["file"],
            entries=int(row["expected_entries"]),
            title=row["expected_first_title"],
            link=row.get("expected_first_link") or "",
            published=row.get("expected_first_published_utc") or "",
        )


@dataclass(frozen=True)
class Reading:
    """A document as read, or why it was not, and what that took."""

    expected: Expected
    document: Document
    entries: int
    error: str
    wall_ms: float

    @property
    def first(self) -> Entry:
        return self.document.entries[0] if self.document.entries else Entry()

    @property
    def published(self) -> str:
        return self.first.published.isoformat() if self.first.published else ""

    def differences(self) -> dict[str, list[object]]:
        """What was expected beside what was read, for each field that differs."""
        expected, first = self.expected, self.first
        pairs: dict[str, tuple[object, object]] = {
            "error": ("", self.error),
            "entries": (expected.entries, self.entries),
            "first_title": (" ".join(expected.title.split()), " ".join(first.title.split())),
        }
        if expected.link:
            pairs["first_link"] = (expected.link, first.link)
        if expected.published and not _same_moment(expected.published, first.published):
            pairs["first_published"] = (expected.published, self.published)
        return {name: [want, got] for name, (want, got) in pairs.items() if want != got}


def _same_moment(expected: str, got: datetime | None) -> bool:
    return got is not None and datetime.fromisoformat(expected) == got


def manifest(folder: Path) -> list[Expected]:
    with (folder / "manifest.tsv").open(encoding="utf-8", newline="") as lines:
        return [Expected.of(row) for row in csv.DictReader(lines, delimiter="\t")]


def read(folder: Path, expected: Expected) -> Reading:
    return next(read_all(folder, [expected]))


def read_all(folder: Path, manifest: Sequence[Expected], processes: int = 0) -> Iterator[Reading]:
    """Read the documents. They have no address here, so that relative links stay as written."""
    with Workers(processes) as workers:
        jobs = (Job(parse, "", (folder / expected.file).read_bytes()) for expected in manifest)
        for expected, reading in zip(manifest, workers.parse(jobs), strict=True):
            match reading.answer:
                case Document() as document:
                    yield Reading(expected, document, reading.entries, "", reading.seconds * 1000)
                case SourceError(reason=reason):
                    yield Reading(expected, Document(), 0, reason, reading.seconds * 1000)


@dataclass(frozen=True)
class Cost:
    """What reading all of them took."""

    wall_s: float
    cpu_s: float


def timed(folder: Path, processes: int) -> tuple[list[Reading], Cost]:
    expected = manifest(folder)
    wall, cpu = time.perf_counter(), _cpu_s()
    readings = list(read_all(folder, expected, processes))
    return readings, Cost(wall_s=time.perf_counter() - wall, cpu_s=_cpu_s() - cpu)


def _cpu_s() -> float:
    """Of this process and of those that it has seen end."""
    return sum(os.times()[:4])


def summary(readings: Sequence[Reading], cost: Cost) -> dict[str, object]:
    wrong = {reading.expected.file: reading.differences() for reading in readings}
    slowest = max(readings, key=lambda reading: reading.wall_ms, default=None)
    return {
        "documents": len(readings),
        "right_counts": sum("entries" not in differences for differences in wrong.values()),
        "right_first_titles": sum("first_title" not in found for found in wrong.values()),
        "wrong": [{"file": file, **found} for file, found in wrong.items() if found],
        "slowest": slowest.expected.file if slowest else "",
        "slowest_ms": round(slowest.wall_ms, 1) if slowest else 0,
        "wall_s": round(cost.wall_s, 3),
        "cpu_ms_per_document": round(cost.cpu_s * 1000 / max(len(readings), 1), 2),
    }


def write_predictions(path: Path, readings: Iterable[Reading]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        rows = csv.writer(lines, delimiter="\t", lineterminator="\n")
        rows.writerow(("file", "entries", "first_title", "first_link", "first_published"))
        for reading in readings:
            first, count = reading.first, reading.entries
            file = reading.expected.file
            rows.writerow((file, count, first.title, first.link, reading.published))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.feeds", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--predictions", type=Path, metavar="FILE.tsv")
    parser.add_argument("--workers", type=int, default=0, metavar="N", help="0: read in line")
    options = parser.parse_args(arguments)
    readings, cost = timed(options.folder, options.workers)
    if options.predictions:
        write_predictions(options.predictions, readings)
    print(json.dumps(summary(readings, cost), ensure_ascii=False))


if __name__ == "__main__":
    main()
