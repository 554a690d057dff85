"""Whether the columns of a section have room beside each other."""

from collections.abc import Iterator

from digest.issues.lint.problems import Fault

ROW_HOLDERS = ("mj-section", "mj-group")
FULL = 100.0
ROUNDING = 0.1  # three columns of 33.34%
BODY_WIDTH = "600px"  # MJML's own


class ColumnWidths:
    """The widths of columns and groups, by the section or group that holds them."""

    def __init__(self) -> None:
        self.body = BODY_WIDTH
        self._rows: dict[tuple[int, str], list[str]] = {}

    def add(self, row: tuple[int, str], width: str) -> None:
        """`row` is the offset and name of the section or group; `width` "" if none is set."""
        self._rows.setdefault(row, []).append(width)

    def faults(self) -> Iterator[Fault]:
        for (at, name), widths in self._rows.items():
            total = sum(_share(width, len(widths), self.body) for width in widths)
            if total > FULL + ROUNDING:
                yield Fault(at, name, f"its columns are {total:.0f}% wide together")


def _share(width: str, columns: int, body: str) -> float:
    """In percent; MJML gives a column without width its even part, whatever the others take."""
    try:
        if width.endswith("%"):
            return float(width[:-1])
        return FULL * float(width.removesuffix("px")) / float(body.removesuffix("px"))
    except (ValueError, ZeroDivisionError):  # no width, or one that is a fault of its own
        return FULL / columns
