"""What full-text search alone would answer: the rankings that ours has to beat."""

import sqlite3
from collections.abc import Sequence
from functools import lru_cache

import bm25s
import numpy as np

from benchmarks.curated import Listed
from digest.pairing.vocabulary import spellings, terms


def by_bm25(query: Listed, pool: Sequence[Listed]) -> list[Listed]:
    """All of the pool, best first, by stems without stop words."""
    index = bm25s.BM25()
    index.index([list(_terms(one.text)) for one in pool], show_progress=False)
    known = [term for term in _terms(query.text) if term in index.vocab_dict]
    if not known:
        return list(pool)
    order = np.argsort(-index.get_scores(known), kind="stable")
    return [pool[i] for i in order]


@lru_cache(maxsize=100_000)
def _terms(text: str) -> tuple[str, ...]:
    return tuple(terms(text))


def by_fts5(query: Listed, pool: Sequence[Listed]) -> list[Listed]:
    """Those that share a word, best first, as SQLite's FTS5 stems and weighs them."""
    words = " OR ".join(f'"{word}"' for word in spellings(query.text).values())
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE VIRTUAL TABLE tools USING fts5(text, tokenize = 'porter')")
        rows = ((i, one.text) for i, one in enumerate(pool))
        database.executemany("INSERT INTO tools (rowid, text) VALUES (?, ?)", rows)
        found = database.execute(
            "SELECT rowid FROM tools WHERE tools MATCH ? ORDER BY bm25(tools), rowid", [words]
        )
        return [pool[i] for (i,) in (found if words else ())]
