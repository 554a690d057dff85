"""A CSV file, row by row: it is read as it comes, and nothing of it is kept."""

import csv
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO, NamedTuple

from digest.errors import InputError
from sources.verdict_csv import delimiter

LONGEST_ROW = 1 << 20  # bytes: a note or some attributes may be long, a runaway quote is longer
MOST_COLUMNS = 500


class Row(NamedTuple):
    """The cells of a row and the line it starts on."""

    line: int
    cells: list[str]


def rows(name: str, file: BinaryIO) -> Iterator[Row]:
    """The rows of a file from its beginning, header first, without the blank ones.

    Commas, semicolons or tabs part the cells, as the first line shows. Raises InputError, with the
    line, for what is no CSV in UTF-8 (RFC 4180), and for what no list of readers holds.
    """
    file.seek(0)
    lines = _Lines(name, file)
    first = next(lines, "")
    reader = csv.reader(chain([first], lines), delimiter=delimiter(first), strict=True)
    starts = 1
    try:
        for cells in reader:
            if any(cells):
                yield Row(starts, _few(name, starts, cells))
            starts = lines.number + 1
            lines.left = LONGEST_ROW
    except csv.Error as error:
        raise InputError(f"{name}: line {starts}: {_said(error)}") from error


class _Lines(Iterator[str]):
    """The lines as text, `number` of them so far, as long as `left` bytes are not used up."""

    def __init__(self, name: str, file: BinaryIO) -> None:
        self._name, self._file = name, file
        self.number, self.left = 0, LONGEST_ROW

    def __next__(self) -> str:
        line = self._file.readline(self.left + 1)
        if not line:
            raise StopIteration
        self.number += 1
        self.left -= len(line)
        if self.left < 0:
            raise self._wrong("the row goes on for more than 1 MiB; is a quote never closed?")
        if b"\0" in line:
            raise self._wrong("there is a NUL byte in it; save the file as UTF-8")
        try:
            return line.decode("utf-8-sig" if self.number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise self._wrong(
                f"byte {error.start + 1} is not UTF-8; nothing else is guessed, save it as UTF-8"
            ) from error

    def _wrong(self, reason: str) -> InputError:
        return InputError(f"{self._name}: line {self.number}: {reason}")


def _few(name: str, line: int, cells: list[str]) -> list[str]:
    if len(cells) > MOST_COLUMNS:
        raise InputError(
            f"{name}: line {line}: {len(cells):,} columns; a list has {MOST_COLUMNS} at most"
        )
    return cells


def _said(error: csv.Error) -> str:
    said = str(error)
    if said == "unexpected end of data":
        return "a quote is opened here and never closed"
    if said.startswith("field larger"):
        return (
            f"a cell of more than {csv.field_size_limit():,} characters; is a quote never closed?"
        )
    if said.startswith("new-line character seen"):
        return "it ends with CR alone; lines end with LF or CRLF"
    return f"not CSV: {said}"
