"""What a check works on, and what it says."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from digest.issues.outline import Outline, outline
from digest.issues.painting import Painted, painted
from digest.issues.stylesheets import Scheme
from digest.markers import chosen
from digest.model import Publication, Rendering

Level = Literal["block", "warn"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` is wrong at a `place`, and how to `mend` it; a "block" keeps a mail from going."""

    level: Level
    place: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


@dataclass(frozen=True, slots=True)
class Mail:
    """A rendering read once for all checks. `html` and `text` are its largest variant, that of a
    reader of every topic; `painted` are its texts as each colour scheme shows them."""

    rendering: Rendering
    publication: Publication
    html: str
    text: str
    outline: Outline
    painted: dict[Scheme, list[Painted]]


Check = Callable[[Mail], Iterable[Finding]]


def read(rendering: Rendering, publication: Publication) -> Mail:
    html, text = (chosen(part, ()) for part in (rendering.html, rendering.text))
    schemes: tuple[Scheme, ...] = ("light", "dark")
    shown = {scheme: painted(html, scheme) for scheme in schemes}
    return Mail(rendering, publication, html, text, outline(html), shown)


def shortened(text: str, length: int = 40) -> str:
    """As a place names it: in quotation marks, cut."""
    line = " ".join(text.split())
    return f"“{line if len(line) <= length else line[: length - 1] + '…'}”"
