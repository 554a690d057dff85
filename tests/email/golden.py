"""The mails as they should look, in pictures that lie beside the tests.

    python3 -m tests.email.golden             which pictures differ from the mails of today
    python3 -m tests.email.golden --update    take them anew, and with them the sheet of all mails
                                              in docs/: look at them before you commit

Run it in the environment that `python3 dev.py test` makes (`.venv/bin/python3`).
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.email.mails import LANGUAGES, NAMES, mail
from tests.email.pictures import TOLERANCE, difference, drawn, few_colors, side_by_side
from tests.judges.browser import FRAME, PHONE, Scheme, Screen, chromium

HERE = Path(__file__).parent
FOLDER = HERE / "golden"
SHEET = HERE.parents[1] / "docs" / "mails.png"
A_ROW, TOP = 3, 700  # mails in a row of the sheet, and how many pixels of each it shows
ISSUES = ("digest", "comparison")  # these are judged in every language, the letters in English


class Golden(NamedTuple):
    """One picture: which mail, how wide, in which mode."""

    name: str
    language: str
    width: int
    scheme: Scheme

    @property
    def file(self) -> Path:
        return FOLDER / f"{self.name}.{self.language}.{self.width}-{self.scheme}.png"


VIEWS: tuple[tuple[int, Scheme], ...] = ((FRAME, "light"), (PHONE, "dark"))
GOLDEN = (
    *(Golden(name, "en", width, scheme) for width, scheme in VIEWS for name in NAMES),
    *(Golden(name, tag, FRAME, "light") for tag in LANGUAGES[1:] for name in ISSUES),
)


def taken(screen: Screen, golden: Golden) -> bytes:
    screen.show(mail(golden.name, golden.language).html)
    return screen.at(golden.width, golden.scheme).picture()


def problem(png: bytes, golden: Golden) -> str:
    """How a picture taken now differs from the kept one; empty if no eye would see it."""
    if not golden.file.exists():
        return "there is no picture of it yet"
    apart = difference(drawn(png), drawn(golden.file.read_bytes()))
    return f"a block differs by {apart} levels of 255" if apart > TOLERANCE else ""


def differing(screen: Screen) -> Iterator[str]:
    for golden in GOLDEN:
        if said := problem(taken(screen, golden), golden):
            yield f"{golden.file.name}: {said}"


def update(screen: Screen) -> Iterator[str]:
    """Take anew what differs, and drop pictures of mails that are gone; their names."""
    FOLDER.mkdir(exist_ok=True)
    for file in set(FOLDER.glob("*.png")) - {golden.file for golden in GOLDEN}:
        file.unlink()
        yield f"{file.name}: dropped"
    for golden in GOLDEN:
        png = taken(screen, golden)
        if problem(png, golden):
            few_colors(drawn(png)).save(golden.file, optimize=True)
            yield f"{golden.file.name}: taken anew"


def draw_sheet() -> None:
    """All mails on one picture for docs/email.md: each on a desktop in light, a phone in dark."""
    rows = [NAMES[start : start + A_ROW] for start in range(0, len(NAMES), A_ROW)]
    drawn_rows = [
        [
            drawn(Golden(name, "en", width, scheme).file.read_bytes())
            for name in row
            for width, scheme in VIEWS
        ]
        for row in rows
    ]
    few_colors(side_by_side(drawn_rows, TOP)).save(SHEET, optimize=True)


def main(arguments: Sequence[str]) -> int:
    anew = "--update" in arguments
    with chromium() as screen:
        told = list(update(screen) if anew else differing(screen))
    if anew and (told or not SHEET.exists()):
        draw_sheet()
    for line in told:
        print(line)  # noqa: T201
    return int(bool(told) and not anew)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
