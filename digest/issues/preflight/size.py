"""Whether Gmail shows a mail whole."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from digest.issues.outline import outline
from digest.issues.preflight.finding import Finding, Mail
from digest.markers import Marker, passages

# Gmail cuts a message short somewhere between 99,500 and 105,000 decoded bytes.
CLIPPED_AT = 99_000
SIZE_BUDGET = 90 * 1024
# Gmail drops a style block over 8,192 characters, and all of them past 16,384 in sum.
STYLE_BLOCK_LIMIT = 8_192
STYLES_LIMIT = 16_384
LONGEST_VALUES = dict.fromkeys(Marker, "r" * 80) | {Marker.CONFIRMED_ON: "d" * 30}
HEADING = re.compile(r"<h[12]\b.*?</h[12]>", re.DOTALL)


class Block(NamedTuple):
    """A comparison's part of a mail, by its heading."""

    name: str
    size: int


def fits_its_size(mail: Mail) -> Iterator[Finding]:
    size = len(filled(mail.html).encode())
    if size > CLIPPED_AT:
        what = f"the HTML has {size:,} bytes; Gmail would cut it short"
        yield Finding("block", "HTML", what, _mend(mail, size - CLIPPED_AT))
    elif size > SIZE_BUDGET:
        what = f"the HTML has {size:,} bytes, near where Gmail cuts"
        yield Finding("warn", "HTML", what, _mend(mail, size - SIZE_BUDGET))


def filled(html: str) -> str:
    """As the reader with the longest values gets it."""
    for marker, value in LONGEST_VALUES.items():
        html = html.replace(marker, value)
    return html


def blocks(html: str) -> list[Block]:
    """The comparisons of an issue's HTML in their order, those that readers' topics select."""
    found = (
        (HEADING.search(passage.text), len(passage.text.encode()))
        for passage in passages(html)
        if passage.topics
    )
    return [
        Block(" ".join(outline(heading[0]).text.split()), size)
        for heading, size in found
        if heading
    ]


def _mend(mail: Mail, excess: int) -> str:
    moved = too_much(blocks(mail.rendering.html), excess)
    if not moved:
        return "shorten the texts"
    names = ", ".join(f"{block.name} ({block.size / 1024:.1f} KB)" for block in moved)
    return f"take these out of the mail, to be read on the web: {names}"


def too_much(blocks: Sequence[Block], excess: int) -> list[Block]:
    """The last of the blocks that together hold so many bytes; the first one always stays."""
    moved: list[Block] = []
    for block in reversed(blocks[1:]):
        if excess <= 0:
            break
        moved.append(block)
        excess -= block.size
    return moved[::-1]


def has_styles_gmail_keeps(mail: Mail) -> Iterator[Finding]:
    sizes = [len(style) for style in mail.outline.styles]
    for number, size in enumerate(sizes, 1):
        if size > STYLE_BLOCK_LIMIT:
            what = f"a style block has {size:,} characters; Gmail drops it"
            yield Finding("warn", f"style block {number}", what, "split it")
    if sum(sizes) > STYLES_LIMIT:
        what = f"the styles have {sum(sizes):,} characters; Gmail drops the last of them"
        yield Finding("warn", "style blocks", what, "shorten them")
