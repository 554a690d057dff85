"""Vectors that are computed once: the database remembers them by model and text."""

import hashlib
from collections.abc import Sequence

from db.engine import Sessions, reading
from db.store import embeddings as store
from digest.ports import Clock, Embed, Vectors

STORED = "<f4"  # as numpy spells it
AT_ONCE = 64  # texts until the next are kept: what a killed process has to do again


def remembering(embed: Embed | None, sessions: Sessions, clock: Clock) -> Embed | None:
    """The model, which does not work out again what it did once; None where there is none."""
    return Remembering(embed, sessions, clock) if embed else None


class Remembering:
    """An `Embed` that asks the database first."""

    def __init__(self, embed: Embed, sessions: Sessions, clock: Clock) -> None:
        self.model = embed.model
        self._embed, self._sessions, self._clock = embed, sessions, clock

    def __call__(self, texts: Sequence[str], /) -> Vectors:
        hashes = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        with reading(self._sessions) as session:
            known = store.vectors(session, self.model, set(hashes))
        missing = {
            name: text for name, text in zip(hashes, texts, strict=True) if name not in known
        }
        for start in range(0, len(missing), AT_ONCE):
            known |= self._computed(list(missing.items())[start : start + AT_ONCE])
        if not hashes:
            return self._embed(())
        import numpy as np  # here, since most processes that could remember are asked nothing

        return np.stack([np.frombuffer(known[name], dtype=STORED) for name in hashes])

    def _computed(self, some: Sequence[tuple[str, str]]) -> dict[str, bytes]:
        rows = self._embed([text for _, text in some]).astype(STORED)
        made = {name: row.tobytes() for (name, _), row in zip(some, rows, strict=True)}
        with self._sessions.begin() as session:
            store.keep_vectors(session, self.model, made, self._clock())
        return made
