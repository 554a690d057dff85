"""Pictures of a mail for people, taken with the Chromium of this machine.

A picture shows what a reader would see, remote pictures such as the publication's logo included;
scripts of a mail never run.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from digest.errors import DigestError
from digest.issues.appearance import CAPTION, MARGIN, VIEWS, alone, frame, sheet

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
UNFITTED = 100  # pixels; a frame's height until its mail has been measured
SCALE, TALLEST = 2, 16_000  # as sharp as screens are, as long as Chromium can draw it
SECONDS = 60.0
QUIETLY = (
    "--headless=new",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
)
HEIGHTS = re.compile(rb'data-heights="([\d ]+)"')
SHEET = "contact-sheet"


class PreviewError(DigestError):
    """Chromium gave no picture."""


def chromium() -> str | None:
    """The path of a Chromium or Chrome on this machine."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def pictures(html: str, folder: Path, browser: str, seconds: float = SECONDS) -> list[Path]:
    """A PNG for each of VIEWS and one of all beside each other, in `folder`. Raises PreviewError,
    also when the browser takes longer than `seconds` for one.

    `html` is a finished mail, without markers.
    """
    with tempfile.TemporaryDirectory(prefix="digest-preview-") as scratch:
        camera = _Camera(browser, Path(scratch), seconds)
        heights = camera.heights(_sheet(html, (UNFITTED,) * len(VIEWS)))
        taken = [
            camera.shoot(alone(frame(html, view, height)), view.width, height, folder, view.name)
            for view, height in zip(VIEWS, heights, strict=True)
        ]
        width, height = _sheet_size(heights)
        return [*taken, camera.shoot(_sheet(html, heights), width, height, folder, SHEET)]


def pages(html: str, folder: Path) -> list[Path]:
    """The same views as HTML pages, which any browser shows."""
    shown = {view.name: alone(frame(html, view, UNFITTED)) for view in VIEWS}
    shown[SHEET] = _sheet(html, (UNFITTED,) * len(VIEWS))
    files = [folder / f"{name}.html" for name in shown]
    for file, page in zip(files, shown.values(), strict=True):
        file.write_text(page, encoding="utf-8")
    return files


def _sheet(html: str, heights: tuple[int, ...]) -> str:
    return sheet(
        (view, frame(html, view, height)) for view, height in zip(VIEWS, heights, strict=True)
    )


def _sheet_size(heights: tuple[int, ...]) -> tuple[int, int]:
    width = sum(view.width for view in VIEWS) + MARGIN * (len(VIEWS) + 1)
    return width, max(heights) + CAPTION + 2 * MARGIN


class _Camera:
    """Chromium with a profile of its own in `scratch`, started anew for each page."""

    def __init__(self, browser: str, scratch: Path, seconds: float) -> None:
        self._browser, self._scratch, self._seconds = browser, scratch, seconds

    def heights(self, page: str) -> tuple[int, ...]:
        """How tall the frames of a page are, in CSS pixels."""
        width, height = _sheet_size((UNFITTED,) * len(VIEWS))
        found = HEIGHTS.search(self._run(page, width, height, "--dump-dom"))
        if found is None:
            raise PreviewError(f"{self._browser} did not show the mail")
        return tuple(map(int, found[1].split()))

    def shoot(self, page: str, width: int, height: int, folder: Path, name: str) -> Path:
        picture = folder / f"{name}.png"
        picture.unlink(missing_ok=True)
        scale = SCALE if height * SCALE <= TALLEST else 1
        options = (f"--screenshot={picture.resolve()}", f"--force-device-scale-factor={scale}")
        self._run(page, width, height, *options)
        if not picture.exists():
            raise PreviewError(f"{self._browser} took no picture of {name}")
        return picture

    def _run(self, page: str, width: int, height: int, *options: str) -> bytes:
        file = self._scratch / "page.html"
        file.write_text(page, encoding="utf-8")
        as_root = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
        profile = f"--user-data-dir={self._scratch / 'profile'}"
        window = f"--window-size={width},{height}"
        command = (self._browser, *QUIETLY, *as_root, profile, window, *options, file.as_uri())
        return _output(command, self._seconds)


def _output(command: Sequence[str], seconds: float) -> bytes:
    with _started(command) as process:
        try:
            output, said = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            raise PreviewError(f"{command[0]} took longer than {seconds:g} seconds") from error
    if process.returncode:
        last = said.decode(errors="replace").strip().rpartition("\n")[2]
        raise PreviewError(f"{command[0]} failed: {last or f'exit {process.returncode}'}")
    return output


@contextmanager
def _started(command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process with a group of its own, which ends whole, helpers and all."""
    process = subprocess.Popen(  # noqa: S603 - a browser found on the path, and our own page
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
