"""Bars drawn as SVG: where each stands, for a template to draw."""

from collections.abc import Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 600, 160


class Bar(NamedTuple):
    x: float
    y: float
    width: float
    height: float


def bars(values: Sequence[int], most: int, first: float, share: float) -> list[Bar]:
    """A bar a value, on a floor at HEIGHT; each fills `share` of its place, from `first` of it on.
    `most` is the value that reaches the top."""
    place = WIDTH / max(len(values), 1)
    top = max(most, 1)
    heights = [HEIGHT * min(max(value, 0), top) / top for value in values]
    return [
        Bar(
            round(place * (number + first), 2),
            round(HEIGHT - height, 2),
            round(place * share, 2),
            round(height, 2),
        )
        for number, height in enumerate(heights)
    ]
