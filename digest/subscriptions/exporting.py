"""All readers as a CSV file."""

import csv
import io
from collections.abc import Iterator

from db.engine import Sessions, reading
from db.store import readers as store


def export_subscribers(sessions: Sessions) -> Iterator[str]:
    """The lines of a CSV of all readers, header first."""
    with reading(sessions) as session:
        yield _line(["email", "state", "categories", "language", "cadence", "confirmed_at"])
        for reader in store.subscribers(session):
            yield _line(
                [
                    reader.email,
                    reader.state.value,
                    ";".join(reader.categories),
                    reader.language,
                    reader.cadence.value,
                    reader.confirmed_at.isoformat() if reader.confirmed_at else "",
                ]
            )


def _line(fields: list[str]) -> str:
    """One CSV line. A leading =, +, - or @ would be run as a formula by a spreadsheet."""
    safe = [f"'{field}" if field[:1] in {"=", "+", "-", "@"} else field for field in fields]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(safe)
    return out.getvalue()
