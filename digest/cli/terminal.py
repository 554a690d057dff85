"""What the commands share: the parts they work with, tables, progress."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import update_wrapper
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import click

from digest import settings, wiring
from digest.errors import InputError

P = ParamSpec("P")
R = TypeVar("R")


def with_parts(command: Callable[Concatenate[wiring.Parts, P], R]) -> Callable[P, R]:
    """Give a command the parts, chosen by the environment, as its first argument."""

    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        parts = wiring.assemble(settings.read(os.environ))
        try:
            return command(parts, *args, **kwargs)
        finally:
            parts.close()

    return update_wrapper(run, command)


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 launch`, `2 launches`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def table(rows: Iterable[Sequence[object]], headings: Sequence[str]) -> None:
    """Print columns as wide as their widest cell; nothing for no rows."""
    cells = [[str(cell) for cell in row] for row in rows]
    if not cells:
        return
    widths = [max(map(len, column)) for column in zip(headings, *cells, strict=True)]
    for line in [headings, *cells]:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


@contextmanager
def progress(label: str, length: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal, nothing elsewhere; call what it yields with each step."""
    if not sys.stderr.isatty() or not length:
        yield lambda _: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield lambda step: bar.update(step)


def file_bytes(path: str) -> bytes:
    """A file's bytes; raises InputError naming the file."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
