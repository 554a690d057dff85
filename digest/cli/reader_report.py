"""What an import tells of a list: the beginning on the terminal, all of it in a file."""

import csv
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from digest.cli.terminal import progress
from digest.errors import InputError
from digest.subscriptions import Fate, Imported, Told, guarded

SHOWN = 20  # lines on the terminal
WORDS = {
    Fate.ADDED: "added",
    Fate.KNOWN: "known already",
    Fate.REPEATED: "there twice",
    Fate.SUPPRESSED: "suppressed",
    Fate.ERASED: "erased",
    Fate.REFUSED: "refused",
}


class Lines:
    """The first lines that need a look, and how many more there are."""

    def __init__(self) -> None:
        self._first: list[str] = []
        self._more = 0

    def tell(self, told: Told) -> None:
        if told.fate in (Fate.ADDED, Fate.KNOWN):
            return
        if len(self._first) < SHOWN:
            self._first.append(_said(told))
        else:
            self._more += 1

    def show(self) -> None:
        for line in self._first:
            click.echo(line, err=True)
        if self._more:
            click.echo(f"and {self._more:,} more lines; --report FILE.csv has them all", err=True)


def _said(told: Told) -> str:
    """A refusal names its address itself."""
    whose = "" if told.fate is Fate.REFUSED else f" {told.email}"
    return f"line {told.line}{whose} {WORDS[told.fate]}" + (f": {told.reason}" * bool(told.reason))


@contextmanager
def telling(path: str | None, file: BinaryIO) -> Iterator[Callable[[Told], None]]:
    """Hear of each line of `file`: into the report at `path`, if there is to be one, at once, and
    on the terminal at the end."""
    lines = Lines()
    with written(path) as write, progress("reading", _size(file)) as step:
        reached = 0

        def tell(told: Told) -> None:
            nonlocal reached
            write(told)
            lines.tell(told)
            now = file.tell()
            step(now - reached)
            reached = now

        yield tell
    lines.show()


@contextmanager
def written(path: str | None) -> Iterator[Callable[[Told], object]]:
    """Write a CSV with what became of each line, safe to open in a spreadsheet."""
    if not path:
        yield lambda _: None
        return
    with Path(path).open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("line", "email", "outcome", "reason"))
        yield lambda told: rows.writerow(
            (told.line, guarded(told.email), told.fate.value, guarded(told.reason))
        )


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """A file that can be read twice, even what comes through a pipe. Raises InputError."""
    try:
        with Path(path).open("rb") as file:
            if file.seekable():
                yield file
                return
            with tempfile.TemporaryFile() as copy:
                shutil.copyfileobj(file, copy)
                yield copy
    except OSError as error:
        if error.filename != path:
            raise
        raise InputError(f"{path}: {error.strerror}") from error


def summary(done: Imported, dry_run: bool) -> str:
    counts = ", ".join(f"{done.fates[fate]:,} {words}" for fate, words in WORDS.items())
    return f"nothing is written; it would be {counts}" if dry_run else counts


def warnings(done: Imported) -> Iterator[str]:
    if done.layout:
        yield f"read as an export of {done.layout}"
    if done.caution:
        yield f"warning: {done.caution}"
    if done.unused:
        columns = ", ".join(title[:40] for title in done.unused[:12])
        more = f" and {len(done.unused) - 12} more" if len(done.unused) > 12 else ""
        yield f"warning: nothing is taken from the columns {columns}{more}"


def _size(file: BinaryIO) -> int:
    return file.seek(0, 2)
