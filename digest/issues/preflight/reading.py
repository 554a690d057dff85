"""Whether everybody can read a mail: by eye in light and dark, and by ear."""

import re
from collections.abc import Iterator
from itertools import groupby, pairwise

from digest.issues.painting import Painted
from digest.issues.preflight.finding import Finding, Mail, shortened

READABLE, READABLE_LARGE = 4.5, 3.0  # WCAG 2.2, 1.4.3
SMALLEST = 2.0  # pixels; smaller text is there for machines
WORD = re.compile(r"\w")
FEW = 20  # characters: a spacer or a counter is no hidden message
MOST_IMAGE = 40  # words beside its pictures that a mail needs to say anything without them


def names_its_language(mail: Mail) -> Iterator[Finding]:
    wanted, found = mail.publication.language, mail.outline
    if found.language != wanted.tag:
        what = f"the HTML says its language is {found.language or 'none'}"
        yield Finding("block", "HTML", what, f'write <mjml lang="{wanted.tag}">')
    if found.direction != wanted.dir:
        what = f"the HTML says its direction is {found.direction or 'none'}"
        yield Finding("block", "HTML", what, f'write <mjml dir="{wanted.dir}">')


def has_headings_in_order(mail: Mail) -> Iterator[Finding]:
    levels = mail.outline.headings
    if levels[:1] != [1] or levels.count(1) != 1:
        what = "the HTML does not start with its only h1"
        yield Finding("block", "HTML", what, "write one h1, first")
    if skip := next(((a, b) for a, b in pairwise(levels) if b > a + 1), None):
        what = f"an h{skip[1]} follows an h{skip[0]}"
        yield Finding("block", "HTML", what, f"write an h{skip[0] + 1}")


def describes_its_images(mail: Mail) -> Iterator[Finding]:
    for number, image in enumerate(mail.outline.images, 1):
        if image.get("alt") is None:
            what = f"an image has no alt text: {image.get('src')}"
            mend = 'write alt, or alt="" where it only decorates'
            yield Finding("block", f"HTML, image {number}", what, mend)


def says_something_without_images(mail: Mail) -> Iterator[Finding]:
    if mail.outline.images and len(mail.outline.text.split()) < MOST_IMAGE:
        what = "the mail is hardly more than its images"
        yield Finding("warn", "HTML", what, "write what they say as text, too")


def can_be_read(mail: Mail) -> Iterator[Finding]:
    """One finding a pair of colours and scheme, at the first text they paint."""
    for scheme, texts in mail.painted.items():
        faint = [one for one in texts if _is_faint(one)]
        for (color, background), group in groupby(sorted(faint, key=_colors), _colors):
            first = next(group)
            place = f"HTML, {shortened(first.text)} in {scheme}"
            ratio = first.paint.contrast
            what = f"{color} on {background} has a contrast of {ratio:.1f} to 1"
            yield Finding("block", place, what, f"take colours that have {READABLE} to 1")


def _is_faint(one: Painted) -> bool:
    needed = READABLE_LARGE if one.paint.large else READABLE
    seen = not one.paint.hidden and WORD.search(one.text)
    return bool(seen) and _apart(one) and one.paint.contrast < needed


def _apart(one: Painted) -> bool:
    return one.paint.color != one.paint.background


def _colors(one: Painted) -> tuple[str, str]:
    return one.paint.color, one.paint.background


def hides_nothing(mail: Mail) -> Iterator[Finding]:
    """But the preheader, the first text of the mail: spam filters take other hidden words ill."""
    seen: set[str] = set()
    for scheme, texts in mail.painted.items():
        for one in texts[_preheader(texts) :]:
            if one.text not in seen and _is_hidden(one):
                seen.add(one.text)
                place = f"HTML, {shortened(one.text)} in {scheme}"
                yield Finding("block", place, "text is hidden from readers", "show it, or drop it")


def _preheader(texts: list[Painted]) -> int:
    """Where the texts after a leading preheader begin."""
    return 1 if texts and texts[0].paint.hidden else 0


def _is_hidden(one: Painted) -> bool:
    words = WORD.search(one.text)
    tiny = one.paint.size < SMALLEST or not _apart(one)
    return bool(words) and (tiny or (one.paint.hidden and len(one.text) > FEW))
