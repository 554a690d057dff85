"""A list of readers, read once to its end before anything is done with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import BinaryIO, NamedTuple

from db.scratch import Placed
from digest.errors import InputError
from digest.issues.words import fitting, plain_text
from digest.subscriptions.list_columns import Columns, columns
from digest.subscriptions.list_file import Row, rows
from digest.subscriptions.list_formats import GRAVITY, STANDINGS, Listed, read

LONGEST_SHOWN, LONGEST_REASON = 254, 300


class Line(NamedTuple):
    """A line of a list: what it says of a reader, or why it is refused. `first` is the line on
    which its address stands first."""

    number: int
    typed: str
    said: Listed | None
    refusal: str = ""
    first: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A list that can be read to its end, again and again."""

    name: str
    file: BinaryIO
    columns: Columns
    consent_source: str
    now: datetime
    placed: Placed  # the first line of each address, and its gravest standing

    def lines(self) -> Iterator[Line]:
        """The lines, each reader as the gravest line on them says."""
        return (self._settled(line) if line.said else line for line in self.read())

    def read(self) -> Iterator[Line]:
        """The lines, each for itself."""
        return (self._line(row) for row in islice(rows(self.name, self.file), 1, None))

    def _line(self, row: Row) -> Line:
        typed = ""
        try:
            cells = self.columns.cells(row.cells)
            typed = fitting(LONGEST_SHOWN, plain_text(cells.get("email", "")))
            said = read(self.columns.layout, cells, self.consent_source, self.now)
        except InputError as error:
            return Line(row.line, typed, None, fitting(LONGEST_REASON, str(error)))
        return Line(row.line, typed, said)

    def _settled(self, line: Line) -> Line:
        assert line.said
        found = self.placed.find(line.said.key)
        if found is None:
            raise InputError(f"{self.name}: the file was changed while it was read")
        first, weight = found
        standing = GRAVITY[weight]
        if standing == line.said.standing:
            return line._replace(first=first)
        reader = replace(line.said.reader, state=STANDINGS[standing].state)
        said = replace(line.said, standing=standing, reader=reader)
        return line._replace(first=first, said=said)


def survey(
    name: str,
    file: BinaryIO,
    mapping: Mapping[str, str],
    consent_source: str,
    now: datetime,
    placed: Placed,
) -> Survey:
    """Read a list to its end, and place its addresses. Raises InputError for what is no list."""
    header = next(rows(name, file), None)
    if header is None:
        raise InputError(f"{name}: the file is empty")
    try:
        used = columns(header.cells, mapping, consent_source)
    except InputError as error:
        raise InputError(f"{name}: {error}") from error
    found = Survey(
        name=name, file=file, columns=used, consent_source=consent_source, now=now, placed=placed
    )
    number = 0
    for number, _, said, *_ in found.read():
        if said:
            placed.note(said.key, number, GRAVITY.index(said.standing))
    if not number:
        raise InputError(f"{name}: there are no readers under the first line")
    return found
