"""Which columns of a list are used, and for what."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from digest.errors import InputError
from digest.issues.words import plain_text
from digest.subscriptions.formulas import unguarded
from digest.subscriptions.list_formats import COLUMNS, Format, format_of


class Columns(NamedTuple):
    """How the rows of a list are read: `places` are the cells that are used, by name; `unused` the
    titles of the columns that nothing is taken from."""

    layout: Format
    places: Mapping[str, int]
    width: int
    unused: tuple[str, ...]

    def cells(self, row: Sequence[str]) -> dict[str, str]:
        """The cells of a row that are used; those at its end may be missing. Raises InputError."""
        if len(row) > self.width:
            raise InputError(f"{len(row)} cells under {self.width} columns")
        return {
            name: unguarded(row[place]).strip()
            for name, place in self.places.items()
            if place < len(row)
        }


def columns(header: Sequence[str], mapping: Mapping[str, str], consent_source: str) -> Columns:
    """Read the first line of a list. `mapping` tells the titles of columns that are called
    otherwise than ours. Raises InputError for what is missing or there twice."""
    titles = [_same(title) for title in header]
    mapped = {name: _same(title) for name, title in mapping.items()}
    layout = format_of(frozenset(titles) | mapped.keys())
    named = {name: name for name in (*COLUMNS, *layout.used) if name in titles} | mapped
    _check(named, titles, header, consent_source)
    places = {name: titles.index(title) for name, title in named.items()}
    used = set(places.values())
    unused = (plain_text(title) for place, title in enumerate(header) if place not in used)
    return Columns(layout, places, len(header), tuple(filter(None, unused)))


def _check(
    named: Mapping[str, str], titles: Sequence[str], header: Sequence[str], consent_source: str
) -> None:
    for title in named.values():
        if titles.count(title) != 1:
            times = "twice" if title in titles else "missing"
            raise InputError(f"the column {title!r} is {times}; {_there_are(header)}")
    if "email" not in named:
        raise InputError(
            f"there is no column email; {_there_are(header)}; "
            '--map email="TITLE" tells which of them it is'
        )
    if "consent_source" not in named and not consent_source:
        raise InputError(
            "there is no column consent_source; "
            "--consent-source TEXT says where these readers agreed"
        )


def _there_are(header: Collection[str]) -> str:
    shown = ", ".join(repr(title[:40]) for title in list(header)[:12])
    more = f" and {len(header) - 12} more" if len(header) > 12 else ""
    return f"the first line has {shown}{more}"


def _same(title: str) -> str:
    """Titles are the same whatever their case and the blanks in them."""
    return "_".join(title.lower().split())
