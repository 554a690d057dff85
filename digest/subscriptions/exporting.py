"""Readers as a list that spreadsheets, other products and our own import take."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from db.engine import Sessions, reading
from db.store import reader_lists as store
from digest.model import Subscriber, SubscriberState
from digest.subscriptions.formulas import guarded
from digest.subscriptions.list_formats import COLUMNS

Record = dict[str, Any]


def export_subscribers(
    sessions: Sessions, *, state: SubscriberState | None = None, layout: str = "csv"
) -> Iterator[str]:
    """The lines of a list of all readers, or of those in one state: as a CSV file with its header
    first, or as JSON, an object a line. Both hold a reader in memory at a time."""
    write, header = LAYOUTS[layout]
    if header:
        yield header
    with reading(sessions) as session:
        for reader, source in store.subscribers_with_source(session, [state] if state else None):
            yield write(_record(reader, source))


def _record(reader: Subscriber, source: str) -> Record:
    """A reader by the names of COLUMNS."""
    return {
        "email": reader.email,
        "state": reader.state.value,
        "categories": reader.categories,
        "language": reader.language,
        "cadence": reader.cadence.value,
        "confirmed_at": _moment(reader.confirmed_at),
        "paused_until": _moment(reader.paused_until),
        "consent_source": source,
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _as_csv(record: Record) -> str:
    categories = [guarded(name) for name in record["categories"]]
    cells = record | {"categories": _line(categories, ";") if categories else ""}
    return _line([guarded(cells[name] or "") for name in COLUMNS], ",") + "\n"


def _line(cells: list[str], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="").writerow(cells)
    return out.getvalue()


def _as_json(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"


LAYOUTS: Mapping[str, tuple[Callable[[Record], str], str]] = {
    "csv": (_as_csv, ",".join(COLUMNS) + "\n"),
    "json": (_as_json, ""),
}
"""How a reader is written, and the line before the first."""
