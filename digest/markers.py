"""What an approved rendering leaves open: one reader's own values, and the blocks they chose.

Markers are plain words, so that MJML, HTML and text carry them alike; `words.plain_text` keeps
them out of what others wrote. A block stands between an opening and `CLOSED`:

    __FOR:coding,writing__ … __END__    for readers who chose one of these topics, or none
    __PARTLY__ … __END__                for readers whose topics leave another block out
"""

import re
from collections.abc import Collection, Iterable
from enum import StrEnum
from urllib.parse import quote, unquote


class Marker(StrEnum):
    """Where one reader's own values go in a rendering."""

    READER = "__READER__"
    CONFIRMED_ON = "__CONFIRMED_ON__"


PARTLY = "__PARTLY__"
CLOSED = "__END__"
BLOCK = re.compile(r"__(?:FOR:([^_\s]*)|PARTLY)__(.*?)__END__", re.DOTALL)


def opening(topics: Iterable[str]) -> str:
    """The opening of a block on these topics, which any text may name."""
    return f"__FOR:{','.join(map(_written, dict.fromkeys(filter(None, topics))))}__"


def topics(text: str) -> frozenset[str]:
    """All topics that blocks are on, in lower case; none where a rendering has no blocks."""
    return frozenset(topic for found in BLOCK.finditer(text) for topic in _read(found))


def chosen(text: str, topics: Collection[str]) -> str:
    """The text as a reader of these topics (in lower case) gets it: other blocks are out, the
    markers gone. Without topics, or with those of every block, it is whole."""
    partly = bool(topics) and any(
        found[1] and not _read(found) & set(topics) for found in BLOCK.finditer(text)
    )

    def shown(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[2] if partly else ""
        return found[2] if not (topics and found[1]) or _read(found) & set(topics) else ""

    return BLOCK.sub(shown, text)


def _read(block: re.Match[str]) -> frozenset[str]:
    return frozenset(unquote(topic) for topic in (block[1] or "").split(",") if topic)


def _written(topic: str) -> str:
    return quote(topic.lower(), safe="").replace("_", "%5F")
