"""Commands of the product, run as a person would, in a folder of their own."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import NamedTuple

from digest.cli import main


class Done(NamedTuple):
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


class Shell:
    """Runs commands in a folder of their own, as a person would, but in this process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment: dict[str, str] = {}

    def run(self, *arguments: str) -> Done:
        out, err = TextIOWrapper(BytesIO()), TextIOWrapper(BytesIO())
        code = 0
        with (
            chdir(self.folder),
            environment(self.environment),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                main(list(arguments))
            except SystemExit as ended:
                code = int(ended.code or 0)
        return Done(code, *(_said(stream) for stream in (out, err)))

    def does(self, *arguments: str) -> str:
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def fails(self, *arguments: str) -> str:
        """The one line on stderr of a command that ends with 1."""
        done = self.run(*arguments)
        assert done.returncode == 1, (done.stdout, done.stderr)
        assert done.stderr.startswith("digest: ")
        assert done.stderr.count("\n") == 1
        return done.stderr.strip()

    def write(self, name: str, content: object) -> str:
        file = self.folder / name
        file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return name


def _said(stream: TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Only these settings, whatever the machine has."""
    before = dict(os.environ)
    for name in [name for name in before if name.startswith("DIGEST_")]:
        del os.environ[name]
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
