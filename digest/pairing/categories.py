"""What the pool's own categories say of a launch: two opinions that err differently.

One is global: a linear classifier that the pool's labels train. One is local: how near the nearest
tools of a category are. Each alone is right less often than both (docs/decisions).
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Vector: TypeAlias = NDArray[np.float64]
Matrix: TypeAlias = NDArray[np.float32]
Encode: TypeAlias = Callable[[Sequence[str]], Matrix]
"""Texts to rows of length 1 that lie near each other where the meanings do."""

NEAREST = 5  # of a category; 3 to 8 rank alike
RIDGE = 0.5  # .2 to 1 rank alike

UNSORTED = frozenset({"", "misc", "miscellaneous", "other", "others", "uncategorised"})


def is_sorted(category: str) -> bool:
    """Whether a category says anything: "Text > Other" does not."""
    return category.rpartition(">")[2].strip().casefold() not in UNSORTED


class Categories:
    """The categories of a pool's tools, one each or none, known by number."""

    def __init__(
        self, labels: Sequence[str], vectors: Matrix | None = None, encode: Encode | None = None
    ) -> None:
        spelled = {label.casefold(): label for label in sorted(labels) if is_sorted(label)}
        self._number = {key: number for number, key in enumerate(sorted(spelled))}
        self.numbers: NDArray[np.int64] = np.array(
            [self.number(label) for label in labels], dtype=np.int64
        )
        self._labels: Matrix | None = None
        self._classifier: Classifier | None = None
        if encode and vectors is not None and spelled:
            said = [spelled[key].replace(" >", ":") for key in sorted(spelled)]
            self._labels = encode(said)
            self._classifier = Classifier(vectors, self.numbers, len(self))

    def __len__(self) -> int:
        return len(self._number)

    def number(self, label: str) -> int:
        """The number of a category; -1 for none, or one that no tool of the pool is in."""
        return self._number.get(label.casefold(), -1)

    def label_cosine(self, vector: Matrix | None) -> Vector:
        """For each tool how near a text is to the very words of its category; 0 without one."""
        if vector is None or self._labels is None:
            return np.zeros(len(self.numbers))
        return self._spread(np.asarray(self._labels @ vector, dtype=np.float64))

    def pull(self, similar: Vector, allowed: NDArray[np.bool_], vector: Matrix | None) -> Vector:
        """How far each tool's category stands out for a launch, in standard deviations."""
        if not len(self):
            return np.zeros(len(self.numbers))
        strength = standardised(self._nearest(similar, allowed))
        if vector is not None and self._classifier:
            strength = strength + standardised(self._classifier.strength(vector))
        return self._spread(standardised(strength))

    def _spread(self, strength: Vector) -> Vector:
        """Of each category to its tools; 0, which is average, for a tool without one."""
        spread: Vector = np.where(self.numbers >= 0, strength[self.numbers], 0.0)
        return spread

    def _nearest(self, similar: Vector, allowed: NDArray[np.bool_]) -> Vector:
        """For each category the mean similarity of its NEAREST most similar allowed tools."""
        among = allowed & (self.numbers >= 0)
        number, values = self.numbers[among], similar[among]
        order = np.lexsort((-values, number))
        sizes = np.bincount(number, minlength=len(self))
        place = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        chosen = order[place < NEAREST]
        sums = np.bincount(number[chosen], values[chosen], minlength=len(self))
        worst = float(values.min(initial=0.0))
        mean: Vector = np.where(sizes > 0, sums / np.clip(sizes, 1, NEAREST), worst)
        return mean


class Classifier:
    """Ridge regression from vectors to categories, in closed form."""

    def __init__(self, vectors: Matrix, numbers: NDArray[np.int64], categories: int) -> None:
        labelled = numbers >= 0
        known, number = vectors[labelled], numbers[labelled]
        self._mean = known.mean(axis=0)
        centred = (known - self._mean).astype(np.float64)
        width = vectors.shape[1]
        sums = np.zeros((categories, width))
        np.add.at(sums, number, centred)
        self._share = np.bincount(number, minlength=categories) / len(known)
        self._weights = np.linalg.solve(centred.T @ centred + RIDGE * np.eye(width), sums.T)

    def strength(self, vector: Matrix) -> Vector:
        return np.asarray((vector - self._mean) @ self._weights + self._share, dtype=np.float64)


def standardised(values: Vector, among: NDArray[np.bool_] | None = None) -> Vector:
    """Values in standard deviations from the mean of those `among`, all by default; 0 for the
    others, and for all where they are the same."""
    chosen = values if among is None else values[among]
    spread = float(chosen.std()) if chosen.size else 0.0
    if spread < 1e-9:
        return np.zeros(len(values))
    standard: Vector = (values - chosen.mean()) / spread
    return standard if among is None else np.where(among, standard, 0.0)
