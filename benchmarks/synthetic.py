"""What pairing costs in pools larger than any public list.

The tools of a pool are grown from those of a real list: as long, in 60 categories, two in five of
their words exchanged for others of the list. Vectors of the pool are random ones around the model's
for the real texts, since encoding 100,000 would take a quarter of an hour; launches are real texts,
and are encoded. Each pool is made in a process of its own.
"""

import json
import multiprocessing
import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import curated
from benchmarks.encoding import Encode, Metered, milliseconds
from benchmarks.peak import peak_mb
from digest.embedding import embedder
from digest.model import Tool
from digest.pairing.matching import rank
from digest.pairing.pool import Pool

EXAMPLES = Path(__file__).parents[1] / "examples" / "verdicts.json"
SPAWN = multiprocessing.get_context("spawn")  # a fork would start with this process's memory

CATEGORIES = 60
REAL = 200  # texts of the list that are encoded, for the pool to lie around
LAUNCHES = 100
EXCHANGED = 0.4  # of a text's words
NOISE = 0.03  # in each of 384 directions: cosines of .86 to the real vector
SYLLABLES = (
    "ba",
    "dor",
    "el",
    "fin",
    "hal",
    "ix",
    "jo",
    "kel",
    "lum",
    "mer",
    "nov",
    "or",
    "pra",
    "qui",
    "ros",
    "sel",
    "tar",
    "ul",
    "ven",
    "zo",
)
SEED = 20


@dataclass(frozen=True)
class Cost:
    """What one size took; the pool's vectors were at hand. `before_mb` is what the process held at
    most before it made the pool, model and texts included."""

    tools: int
    categories: int
    build_s: float
    before_mb: float
    peak_mb: float
    launch_ms: dict[str, Any]
    launch_without_encoding_ms: dict[str, Any]


class Around:
    """Stands in for the model until `launching`: random vectors around those of real texts."""

    def __init__(self, model: Encode, texts: Sequence[str]) -> None:
        self.model, self.launching = model, False
        self._real = model(texts)
        self._random = np.random.default_rng(SEED)

    def __call__(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        if self.launching:
            return self.model(texts)
        vectors = self._real[self._random.integers(0, len(self._real), len(texts))]
        for vector in vectors:  # one by one, or the noise alone would double our memory
            vector += NOISE * self._random.standard_normal(len(vector), dtype=np.float32)
            vector /= np.linalg.norm(vector)
        return vectors


def tools_of(file: Path | None) -> list[Tool]:
    """Of a curated list, or the invented ones of the examples."""
    if file:
        return [one.tool for ones in curated.read(file).values() for one in ones]
    fields = ("name", "slug", "tagline", "description", "url")
    told = json.loads(EXAMPLES.read_text(encoding="utf-8"))["tools"]
    return [Tool(**{field: tool[field] for field in fields}) for tool in told]


def grown(tools: Sequence[Tool], size: int) -> Iterator[Tool]:
    chosen = random.Random(SEED)
    words = [word for tool in tools for word in f"{tool.tagline} {tool.description}".split()]
    labels = [f"{chosen.choice(words)} {number}" for number in range(CATEGORIES)]

    def exchanged(text: str) -> str:
        return " ".join(
            chosen.choice(words) if chosen.random() < EXCHANGED else word for word in text.split()
        )

    for number in range(size):
        real, name = tools[number % len(tools)], "".join(chosen.choices(SYLLABLES, k=4))
        yield Tool(
            name=name.capitalize(),
            slug=f"{name}-{number}",
            tagline=exchanged(real.tagline),
            description=exchanged(real.description),
            category=chosen.choice(labels),
            url=f"https://{name}.example/",
            reviews=(curated.A_REVIEW,),
        )


def measure(size: int, tools: Sequence[Tool], with_model: bool) -> Cost:
    """To be run in a process that does nothing else."""
    around = Around(embedder(), [_text(tool) for tool in tools[:REAL]]) if with_model else None
    encode = Metered(around) if around else None
    members, before_mb = list(grown(tools, size)), peak_mb()
    started = time.process_time()
    pool = Pool(members, encode)
    build_s = time.process_time() - started - (encode.seconds if encode else 0)
    if around:
        around.launching = True
    launches = random.Random(SEED).sample(tools, min(LAUNCHES + 1, len(tools)))
    # A pool makes some of what it needs when it is first asked.
    _, *spent = [_launched(one, pool, encode) for one in launches]
    return Cost(
        tools=size,
        categories=len({tool.category for tool in members}),
        build_s=round(build_s, 3),
        before_mb=before_mb,
        peak_mb=peak_mb(),
        launch_ms=milliseconds([whole for whole, _ in spent]),
        launch_without_encoding_ms=milliseconds([ranking for _, ranking in spent]),
    )


def _launched(launch: Tool, pool: Pool, encode: Metered | None) -> tuple[float, float]:
    """Seconds of CPU for one launch, and without encoding its text."""
    before = encode.seconds if encode else 0.0
    started = time.process_time()
    rank(launch, pool)
    whole = time.process_time() - started
    return whole, whole - (encode.seconds - before if encode else 0.0)


def _text(tool: Tool) -> str:
    return f"{tool.name}: {tool.tagline} {tool.description}"


def measured(sizes: Sequence[int], tools: Sequence[Tool], *, with_model: bool) -> dict[str, object]:
    vectors = "the model's for launches, random ones around them for the pool" if with_model else ""
    costs = [asdict(_in_fresh_process(size, tools, with_model)) for size in sizes]
    return {"vectors": vectors, "scale": costs}


def _in_fresh_process(size: int, tools: Sequence[Tool], with_model: bool) -> Cost:
    with ProcessPoolExecutor(1, SPAWN) as process:
        return process.submit(measure, size, tools, with_model).result()
