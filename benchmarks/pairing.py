"""How well launches are paired on curated lists of tools, beside full-text search alone.

`python -m benchmarks.pairing FILE.tsv` (its columns: `benchmarks/curated.py`) takes each tool with
`eval_query` in turn for a launch and pairs it with the others of its list, in a pool made anew
without it: what a pool knows of its launch would flatter us. Whoever shares the launch's finest
category is a right opponent; one that is kept out of the ranking (a tool of the same maker, say) is
never found. `--setting` says what the ranker is told of categories: nothing (A), the coarse ones of
launch and pool (B), those of the pool alone (C, as in production). It prints one line of JSON:
rates from 0 to 1, differences with the ends of their 95 % interval, milliseconds of CPU. `sure` is
the part of the launches that would be published: its share, and how much of it is right.

`--pools 50,200` adds pools of these sizes drawn at random from each list, which often hold no right
opponent. `--scale 1000,100000` times synthetic pools instead (`benchmarks/synthetic.py`).
BLAS may spread over all cores; OPENBLAS_NUM_THREADS=1 keeps it to one.
"""

import argparse
import csv
import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from benchmarks import curated, synthetic
from benchmarks.curated import SETTINGS, Listed, Setting
from benchmarks.encoding import Memory, milliseconds
from benchmarks.random_pools import in_random_pools
from benchmarks.ranking_measures import (
    Measures,
    first_relevant,
    gains_over,
    means,
    measures,
    share,
)
from benchmarks.word_search import by_bm25, by_fts5
from digest.embedding import MissingModelError, embedder
from digest.pairing.matching import Candidate, rank
from digest.pairing.pool import Pool
from digest.ports import Embed


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of CPU: to make the pool of known vectors, and for one launch."""

    pool: float
    encoding: float
    ranking: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What one launch got. `grades` are the relevances of the ranked, best first."""

    query: Listed
    top: Candidate | None
    grades: tuple[int, ...]
    ours: Measures
    bm25: Measures
    fts5: Measures
    cost: Cost

    @property
    def is_sure(self) -> bool:
        return self.top is not None and self.top.is_sure


def answers(listed: Sequence[Listed], setting: Setting, memory: Memory | None) -> Iterator[Answer]:
    """One for each query that any other tool of the list would be right for."""
    Pool([setting.incumbent(one) for one in listed], memory)  # encodes all there is
    for query in listed:
        others = [one for one in listed if one is not query]
        if query.is_query and any(query.relevance(one) for one in others):
            yield _answer(query, others, setting, memory)


def _answer(
    query: Listed, others: Sequence[Listed], setting: Setting, memory: Memory | None
) -> Answer:
    started = time.process_time()
    pool = Pool([setting.incumbent(one) for one in others], memory)
    building = time.process_time() - started
    candidates = rank(setting.challenger(query), pool, limit=len(others))
    grade = {one.tool.slug: query.relevance(one) for one in others}
    grades = tuple(grade[candidate.tool.slug] for candidate in candidates)

    def measured(ranking: Iterable[Listed]) -> Measures:
        return measures([grade[one.tool.slug] for one in ranking], grade.values())

    return Answer(
        query=query,
        top=candidates[0] if candidates else None,
        grades=grades,
        ours=measures(grades, grade.values()),
        bm25=measured(by_bm25(query, others)),
        fts5=measured(by_fts5(query, others)),
        cost=_cost(building, query, setting, pool, memory),
    )


def _cost(
    building: float, query: Listed, setting: Setting, pool: Pool, memory: Memory | None
) -> Cost:
    """Of ranking as the product does: once more, for a pool has then made what it needs."""
    before = memory.saved if memory else 0.0
    challenger, started = setting.challenger(query), time.process_time()
    rank(challenger, pool)
    ranking = time.process_time() - started
    return Cost(building, memory.saved - before if memory else 0.0, ranking)


def summary(found: Sequence[Answer], tools: int) -> dict[str, object]:
    ours, bm25, fts5 = ([getattr(one, of) for one in found] for of in ("ours", "bm25", "fts5"))
    sure = [one.ours for one in found if one.is_sure]
    costs = [one.cost for one in found]
    return {
        "tools": tools,
        "queries": len(found),
        **means(ours),
        "right_ones_all_kept_out": sum(not first_relevant(one.grades) for one in found),
        "sure": {
            "share": share(len(sure), len(found)),
            "p_at_1": share(sum(one.p_at_1 > 0 for one in sure), len(sure)),
        },
        "bm25": means(bm25),
        "fts5": means(fts5),
        "over_bm25": gains_over(ours, bm25),
        "over_fts5": gains_over(ours, fts5),
        "launch_ms": milliseconds([cost.encoding + cost.ranking for cost in costs]),
        "launch_without_encoding_ms": milliseconds([cost.ranking for cost in costs]),
        "pool_without_encoding_ms": milliseconds([cost.pool for cost in costs]),
    }


def write_predictions(path: Path, found: Iterable[Answer]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        table = csv.writer(lines, delimiter="\t", lineterminator="\n")
        table.writerow(
            ("id", "source", "top", "score", "confidence", "sure", "relevant", "first_relevant")
        )
        table.writerows(_row(one) for one in found)


def _row(one: Answer) -> tuple[object, ...]:
    query, top, first = one.query, one.top, first_relevant(one.grades)
    told = ("", "", "")
    if top:
        told = (top.tool.slug, f"{top.score:.4f}", f"{top.confidence:.4f}")
    return (query.tool.slug, query.source, *told, int(one.is_sure), int(first == 1), first)


def sizes(text: str) -> tuple[int, ...]:
    return tuple(int(size) for size in text.split(","))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pairing", description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE.tsv")
    parser.add_argument("--setting", choices=SETTINGS, default="C")
    parser.add_argument("--source", default="", help="of the file's lists this one alone")
    parser.add_argument("--predictions", type=Path, metavar="FILE.tsv")
    parser.add_argument("--without-model", action="store_true", help="words alone")
    parser.add_argument("--pools", type=sizes, default=(), metavar="N,N")
    parser.add_argument("--scale", type=sizes, default=(), metavar="N,N")
    options = parser.parse_args(arguments)
    if not options.file and not options.scale:
        parser.error("FILE.tsv is missing")
    return options


def _model() -> Embed:
    try:
        return embedder()
    except MissingModelError as error:
        raise SystemExit(f"{error}; --without-model measures words alone") from error


def _lists(file: Path, source: str) -> dict[str, list[Listed]]:
    lists = curated.read(file)
    if source and source not in lists:
        raise SystemExit(f"{source} is no list of {file}: it has {', '.join(lists)}")
    return {source: lists[source]} if source else lists


def measured(options: argparse.Namespace, model: Embed | None) -> dict[str, object]:
    """What each list of the file has to tell, if there is anything to ask of it."""
    lists = _lists(options.file, options.source)
    setting, memory = SETTINGS[options.setting], Memory(model) if model else None
    found = {name: list(answers(listed, setting, memory)) for name, listed in lists.items()}
    if options.predictions:
        write_predictions(options.predictions, chain.from_iterable(found.values()))
    told = {name: summary(ones, len(lists[name])) for name, ones in found.items() if ones}
    if options.pools:
        for name, one in told.items():
            one["pools"] = in_random_pools(lists[name], setting, memory, options.pools)
    return {"setting": options.setting, "sources": told}


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    model = None if options.without_model else _model()
    if options.scale:
        tools = synthetic.tools_of(options.file)
        told = synthetic.measured(options.scale, tools, with_model=model is not None)
    else:
        told = measured(options, model)
    print(json.dumps({"model": model.model if model else "", **told}, ensure_ascii=False))


if __name__ == "__main__":
    main()
