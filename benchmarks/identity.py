"""How well names are told apart that are one tool, one tool's releases, or two tools.

`python -m benchmarks.identity FILE.tsv [--predictions FILE.tsv]` reads the columns `name_a`,
`name_b` and `label` (same, version, diff) and prints one line of JSON. A false merge is a pair that
is taken for the same tool and is not: readers would see one tool's verdict under another's name. A
miss is the smaller harm.
"""

import argparse
import csv
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from digest.pairing.identity import Relation, relation

LABELS: Mapping[str, Relation] = {
    "same": Relation.SAME,
    "version": Relation.VERSION,
    "diff": Relation.DIFFERENT,
}


@dataclass(frozen=True, slots=True)
class Prediction:
    """Two names, what they are and what we take them for."""

    names: tuple[str, str]
    label: Relation
    relation: Relation


def predictions(file: Path) -> Iterator[Prediction]:
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            names = row["name_a"], row["name_b"]
            yield Prediction(names, LABELS[row["label"]], relation(*names))


def timed(file: Path) -> tuple[list[Prediction], float]:
    """And the seconds of CPU that it took, reading included."""
    started = time.process_time()
    found = list(predictions(file))
    return found, time.process_time() - started


def summary(found: Sequence[Prediction], seconds: float) -> dict[str, object]:
    same = [one for one in found if one.label is Relation.SAME]
    versions = [one for one in found if one.label is Relation.VERSION]
    taken = [one for one in found if one.relation is Relation.SAME]
    false = [one for one in taken if one.label is not Relation.SAME]
    return {
        "pairs": len(found),
        "same": len(same),
        "precision": _rate(len(taken) - len(false), len(taken)),
        "recall": _rate(len(taken) - len(false), len(same)),
        "false_merges": len(false),
        "versions": len(versions),
        "versions_right": sum(one.relation is Relation.VERSION for one in versions),
        "merged": [one.names for one in false],
        "missed": [one.names for one in same if one.relation is not Relation.SAME],
        "ms_per_pair": round(seconds * 1000 / max(len(found), 1), 4),
    }


def _rate(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0


def write_predictions(path: Path, found: Iterable[Prediction]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        table = csv.writer(lines, delimiter="\t", lineterminator="\n")
        table.writerow(("name_a", "name_b", "relation"))
        table.writerows((*one.names, one.relation.value) for one in found)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.identity", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE.tsv")
    parser.add_argument("--predictions", type=Path, metavar="FILE.tsv")
    options = parser.parse_args(arguments)
    found, seconds = timed(options.file)
    if options.predictions:
        write_predictions(options.predictions, found)
    print(json.dumps(summary(found, seconds), ensure_ascii=False))


if __name__ == "__main__":
    main()
