"""How well launches are told from the rest by their titles, and how well their names are found.

`python -m benchmarks.titles FILE.tsv [--predictions FILE.tsv]` reads the columns `id`,
`source_kind`, `title`, `content_first_p`, `label` (launch, update, not), `name`, `tagline`,
`ambiguous` and `note`, and `link` if there is one. Rows with `ambiguous` are predicted and not
scored. It prints one line of JSON; its rates run from 0 to 1.

Without a `link`, a name that stands in the URL alone cannot be found. Rows whose note says so are
scored like all others, and `names_told` says what the rate is without them.
"""

import argparse
import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from digest.model import Entry, Launch
from sources.launches import RECOGNISERS, recognise

# The file's words for where a title comes from, and the kind of feed that is.
KINDS: Mapping[str, str] = {
    "producthunt": "producthunt",
    "showhn": "hackernews",
    "hn": "hackernews",
    "github_release": "releases",
    "vendor_blog": "blog",
    "hf_blog": "blog",
    **{kind: kind for kind in RECOGNISERS},
}
ONLY_IN_URL = "name only in url"


@dataclass(frozen=True)
class Prediction:
    """A row of the file beside what we take it for."""

    row: Mapping[str, str]
    kind: str
    name: str
    tagline: str
    reason: str

    @property
    def counts(self) -> bool:
        return self.row["ambiguous"] != "1"

    @property
    def is_launch(self) -> bool:
        return self.row["label"] == "launch"

    @property
    def name_can_be_found(self) -> bool:
        told = ONLY_IN_URL not in (self.row.get("note") or "").lower()
        return told or bool(self.row.get("link"))

    def is_exact(self, field: str) -> bool:
        return _one_line(self.row[field]) == _one_line(getattr(self, field))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def predict(row: Mapping[str, str]) -> Prediction:
    paragraphs = tuple(filter(None, [row.get("content_first_p")]))
    entry = Entry(title=row["title"], link=row.get("link") or "", paragraphs=paragraphs)
    told = recognise(entry, KINDS.get(row["source_kind"], "blog"))
    if isinstance(told, Launch):
        return Prediction(row, "launch", told.name, told.tagline, told.reason)
    return Prediction(row, told.kind, "", "", told.reason)


def summary(predictions: Sequence[Prediction]) -> dict[str, object]:
    scored = [one for one in predictions if one.counts]
    launches = [one for one in scored if one.is_launch]
    named = [one for one in launches if one.row["name"]]
    return {
        "rows": len(predictions),
        "unambiguous": len(scored),
        **_recognition(scored),
        **_exact("name", named),
        "names_only_in_url": sum(not one.name_can_be_found for one in named),
        "names_told": _share("name", [one for one in named if one.name_can_be_found]),
        **_exact("tagline", [one for one in launches if one.row["tagline"]]),
        "wrong": [one.row["id"] for one in scored if (one.kind == "launch") != one.is_launch],
        "names_wrong": [one.row["id"] for one in named if not one.is_exact("name")],
    }


def _recognition(scored: Iterable[Prediction]) -> dict[str, float]:
    """Launches against the rest."""
    pairs = [(one.is_launch, one.kind == "launch") for one in scored]
    right = pairs.count((True, True))
    found, there = right + pairs.count((False, True)), right + pairs.count((True, False))
    return {
        "launches": there,
        "precision": _rate(right, found),
        "recall": _rate(right, there),
        "f1": _rate(2 * right, found + there),
    }


def _exact(field: str, launches: Sequence[Prediction]) -> dict[str, object]:
    """Of the launches that have this field; one taken for no launch has it wrong."""
    return {f"{field}s": len(launches), f"{field}_exact": _share(field, launches)}


def _share(field: str, launches: Sequence[Prediction]) -> float:
    return _rate(sum(one.is_exact(field) for one in launches), len(launches))


def _rate(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0


def write_predictions(path: Path, predictions: Iterable[Prediction]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        table = csv.writer(lines, delimiter="\t", lineterminator="\n")
        table.writerow(("id", "kind", "name", "tagline", "reason"))
        table.writerows(
            (one.row["id"], one.kind, one.name, one.tagline, one.reason) for one in predictions
        )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.titles", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE.tsv")
    parser.add_argument("--predictions", type=Path, metavar="FILE.tsv")
    options = parser.parse_args(arguments)
    predictions = [predict(row) for row in rows(options.file)]
    if options.predictions:
        write_predictions(options.predictions, predictions)
    print(json.dumps(summary(predictions), ensure_ascii=False))


if __name__ == "__main__":
    main()
