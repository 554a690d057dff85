"""Encoders that know what they cost."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Encode = Callable[[Sequence[str]], NDArray[np.float32]]


class Metered:
    """An encoder, and the seconds of CPU it took so far."""

    def __init__(self, encode: Encode) -> None:
        self.encode = encode
        self.seconds = 0.0

    def __call__(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        started = time.process_time()
        vectors = self.encode(texts)
        self.seconds += time.process_time() - started
        return vectors


class Memory:
    """An encoder that encodes no text twice. `saved` are the seconds of CPU that remembered texts
    would have taken again."""

    def __init__(self, encode: Encode) -> None:
        self.encode = Metered(encode)
        self.saved = 0.0
        self._known: dict[str, tuple[NDArray[np.float32], float]] = {}

    def __call__(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        return np.stack([self._vector(text) for text in texts]) if texts else self.encode(texts)

    def _vector(self, text: str) -> NDArray[np.float32]:
        if text not in self._known:
            before = self.encode.seconds
            self._known[text] = self.encode([text])[0], self.encode.seconds - before
            return self._known[text][0]
        vector, seconds = self._known[text]
        self.saved += seconds
        return vector


def milliseconds(seconds: Sequence[float]) -> dict[str, Any]:
    return {
        "median": round(float(np.median(seconds)) * 1000, 2),
        "p95": round(float(np.percentile(seconds, 95)) * 1000, 2),
    }
