"""The least that could be called sending: rows, `SendBulkEmail` for fifty, the message id stored.

No pace, no consent, no suppression, no lease, no escaping: what is left is what boto3 and the
database cost whoever calls them. A batch is marked and committed, sent, and its ids committed.
"""

import json
import sqlite3
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import islice
from typing import Any

import boto3
import psycopg
from botocore.config import Config
from sqlalchemy.engine import URL

from db.engine import plain
from digest.model import Content

BATCH = 50
Row = tuple[int, str]


class Rows:
    """A table of its own, with the driver's own sentences."""

    def __init__(self, connection: Any, sign: str) -> None:
        self._connection, self._sign = connection, sign

    def fill(self, count: int) -> None:
        self._say("CREATE TABLE floor (id INTEGER PRIMARY KEY, email TEXT, state TEXT, sent TEXT)")
        rows = [(n, f"reader-{n}@inbox.example", "queued") for n in range(1, count + 1)]
        self._many("INSERT INTO floor (id, email, state) VALUES (?, ?, ?)", rows)

    def queued(self) -> list[Row]:
        cursor = self._connection.cursor()
        cursor.execute("SELECT id, email FROM floor WHERE state = 'queued' ORDER BY id")
        return list(cursor.fetchall())

    def mark(self, first: int, last: int) -> None:
        self._say(
            "UPDATE floor SET state = 'sending' WHERE id BETWEEN ? AND ?",
            (first, last),
        )

    def settle(self, sent: Sequence[tuple[str, int]]) -> None:
        self._many("UPDATE floor SET state = 'sent', sent = ? WHERE id = ?", sent)

    def _say(self, sentence: str, values: Sequence[Any] = ()) -> None:
        self._connection.cursor().execute(sentence.replace("?", self._sign), values)
        self._connection.commit()

    def _many(self, sentence: str, rows: Sequence[Sequence[Any]]) -> None:
        self._connection.cursor().executemany(sentence.replace("?", self._sign), rows)
        self._connection.commit()


@contextmanager
def opened(url: URL) -> Iterator[Rows]:
    """As durable as the product has it: on SQLite, WAL with `synchronous` FULL."""
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(url.database))) as file:
            file.execute("PRAGMA journal_mode = WAL")
            file.execute("PRAGMA synchronous = FULL")
            yield Rows(file, "?")
        return
    with psycopg.connect(plain(url)) as connection:
        yield Rows(connection, "%s")


class Caller:
    def __init__(self, content: Content, threads: int) -> None:
        config = Config(retries={"total_max_attempts": 1}, max_pool_connections=threads)
        self._client = boto3.client("sesv2", config=config)
        template = {"Subject": content.subject, "Text": content.text, "Html": content.html}
        headers = [{"Name": name, "Value": value} for name, value in content.headers]
        self._shared = {
            "FromEmailAddress": content.sender,
            "ConfigurationSetName": "digest",
            "DefaultContent": {
                "Template": {"TemplateContent": template, "TemplateData": "{}", "Headers": headers}
            },
        }
        self._names = sorted(content.variables)

    def __call__(self, rows: Sequence[Row]) -> list[tuple[str, int]]:
        entries = [self._entry(*row) for row in rows]
        answer = self._client.send_bulk_email(**self._shared, BulkEmailEntries=entries)
        results = answer["BulkEmailEntryResults"]
        return [(one["MessageId"], row[0]) for one, row in zip(results, rows, strict=True)]

    def _entry(self, number: int, email: str) -> dict[str, Any]:
        token = f"{number}.{'x' * 43}"
        link = f"<https://shiporskip.example/unsubscribe/{token}>"
        data = json.dumps(dict.fromkeys(self._names, token))
        return {
            "Destination": {"ToAddresses": [email]},
            "ReplacementTags": [{"Name": "delivery", "Value": str(number)}],
            "ReplacementHeaders": [{"Name": "List-Unsubscribe", "Value": link}],
            "ReplacementEmailContent": {"ReplacementTemplate": {"ReplacementTemplateData": data}},
        }


def send(rows: Rows, content: Content, threads: int) -> int:
    """Send all that is queued; how many that were."""
    call, left, sent = Caller(content, threads), iter(rows.queued()), 0
    going: deque[Future[list[tuple[str, int]]]] = deque()
    with ThreadPoolExecutor(threads) as hands:
        while (batch := list(islice(left, BATCH))) or going:
            if batch:
                rows.mark(batch[0][0], batch[-1][0])
                going.append(hands.submit(call, batch))
            if len(going) == threads or not batch:
                done = going.popleft().result()
                rows.settle(done)
                sent += len(done)
    return sent
