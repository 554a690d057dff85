"""What an approved rendering leaves open: one reader's own values, and the blocks they chose.

Markers are plain words, so that MJML, HTML and text carry them alike; `disarmed` keeps them out of
what others wrote. A block stands between an opening and `CLOSED`, never in another block:

    __FOR:coding,writing__ … __END__    for readers who chose one of these topics, or none
    __PARTLY__ … __END__                for readers whose topics leave another block out

A block on no topics is for everyone.
"""

import re
from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import quote, unquote


class Marker(StrEnum):
    """Where one reader's own values go in a rendering."""

    READER = "__READER__"  # the token to leave with
    CHOOSER = "__CHOOSER__"  # that of their preferences
    VOTER = "__VOTER__"
    CONFIRMED_ON = "__CONFIRMED_ON__"


PARTLY = "__PARTLY__"
CLOSED = "__END__"
MARKERS = re.compile("|".join(map(re.escape, Marker)))
EDGE = re.compile(rf"__FOR:[^_\s]*__|{PARTLY}|{CLOSED}")  # where a block begins or ends
BLOCK = re.compile(r"__(?:FOR:([^_\s]*)|PARTLY)__(.*?)__END__", re.DOTALL)
WORDS = "|".join(word.strip("_") for word in (*Marker, PARTLY, CLOSED))
# Any run of underscores is taken whole: what is left of a longer run must not begin a marker. The
# end of one need not be there, for a template may go on with a marker of its own; nor need the
# case be right, for a filter may change it.
BEGUN = re.compile(rf"_{{2,}}(?=FOR:|(?:{WORDS})(?![A-Za-z0-9]))", re.IGNORECASE)

Topics = frozenset[str]


class Passage(NamedTuple):
    """A stretch of a rendering; `topics` are those of its block, none outside of one."""

    text: str
    topics: Topics = frozenset()
    partly: bool = False


def opening(topics: Iterable[str]) -> str:
    """The opening of a block on these topics, which any text may name."""
    return f"__FOR:{','.join(dict.fromkeys(map(_written, filter(None, topics))))}__"


def passages(text: str) -> tuple[Passage, ...]:
    """A rendering's text in its order, without the openings and ends of blocks."""
    found: list[Passage] = []
    start = 0
    for block in BLOCK.finditer(text):
        before = Passage(text[start : block.start()])
        found += [before, Passage(block[2], _read(block[1] or ""), partly=block[1] is None)]
        start = block.end()
    return (*found, Passage(text[start:]))


def blocks(passages: Iterable[Passage]) -> frozenset[Topics]:
    """What the blocks are on; those on the same topics are one."""
    return frozenset(passage.topics for passage in passages if passage.topics)


def kept(blocks: Iterable[Topics], topics: Topics) -> frozenset[Topics]:
    """The blocks that a reader of these topics (in lower case) gets: all of them without any."""
    return frozenset(block for block in blocks if not topics or not block.isdisjoint(topics))


def shown(passages: Collection[Passage], kept: Collection[Topics]) -> list[Passage]:
    """The passages that stay when these blocks do."""
    staying = [one for one in passages if not one.topics or one.topics in kept]
    whole = len(staying) == len(passages)
    return [one for one in staying if not (whole and one.partly)]


def topics(text: str) -> Topics:
    """All topics that blocks are on, in lower case; none where a rendering has no blocks."""
    return frozenset().union(*blocks(passages(text)))


def chosen(text: str, topics: Collection[str]) -> str:
    """The text as a reader of these topics (in lower case) gets it: other blocks are out, the
    markers of blocks gone. Without topics, or with those of every block, it is whole."""
    return "".join(passage.text for passage in chosen_passages(text, topics))


def chosen_passages(text: str, topics: Collection[str]) -> list[Passage]:
    """The same, unjoined: no marker can come from what stood on both sides of a block."""
    found = passages(text)
    return shown(found, kept(blocks(found), frozenset(topics)))


def disarmed(text: str) -> str:
    """The text, from which no marker can come whatever stands before and after it."""
    return BEGUN.sub("_", text) if "__" in text else text


def _read(topics: str) -> Topics:
    return frozenset(unquote(topic) for topic in topics.split(",") if topic)


def _written(topic: str) -> str:
    return quote(topic.lower(), safe="").replace("_", "%5F")
