"""Vectors of texts, so that each is computed once."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.mapping import insert_new
from db.tables import EmbeddingRow

MOST_ASKED = 500  # in one statement


def vectors(session: Session, model: str, hashes: Collection[str]) -> dict[str, bytes]:
    """Those of the texts, by hash, that this model has seen."""
    asked = sorted(hashes)
    found: dict[str, bytes] = {}
    for start in range(0, len(asked), MOST_ASKED):
        query = select(EmbeddingRow.text_hash, EmbeddingRow.vector).where(
            EmbeddingRow.model == model,
            EmbeddingRow.text_hash.in_(asked[start : start + MOST_ASKED]),
        )
        found.update(session.execute(query).all())
    return found


def keep_vectors(session: Session, model: str, vectors: Mapping[str, bytes], now: datetime) -> None:
    for text_hash, vector in vectors.items():
        session.execute(
            insert_new(session, EmbeddingRow).values(
                model=model, text_hash=text_hash, vector=vector, created_at=now
            )
        )


def forget_vectors(session: Session, before: datetime) -> int:
    """Forget what was computed before a moment: what is still wanted is computed again."""
    done = session.execute(delete(EmbeddingRow).where(EmbeddingRow.created_at < before))
    return int(done.rowcount)  # type: ignore[attr-defined]
