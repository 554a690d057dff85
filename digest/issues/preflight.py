"""Checks on the very bytes that would go out. Pure: one function each, all of them in CHECKS."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from itertools import pairwise
from typing import Literal
from urllib.parse import urlsplit

from digest.issues.markup import unread_mjml
from digest.issues.outline import Outline, outline
from digest.markers import Marker
from digest.model import Publication, Rendering

# Gmail cuts a message short somewhere between 99,500 and 105,000 decoded bytes.
CLIPPED_AT = 99_000
SIZE_BUDGET = 90 * 1024
# Gmail drops a style block over 8,192 characters, and all of them past 16,384 in sum.
STYLE_BLOCK_LIMIT = 8_192
STYLES_LIMIT = 16_384
SUBJECT_LENGTHS = range(10, 79)
PREHEADER_LENGTHS = range(40, 111)

JINJA = re.compile(r"\{\{|\}\}|\{%|%\}")
ENTITY = re.compile(r"&#?\w+;")
REMOTE_STYLE = re.compile(r"@import|@font-face|url\(", re.IGNORECASE)
NO_VALUE = re.compile(r">\s*(None|Undefined|nan|NaN)\s*<")
OUTLOOK_OPENS, OUTLOOK_CLOSES = "<!--[if", "<![endif]-->"
ACTIVE = frozenset({"script", "iframe", "form", "object", "embed", "video", "audio", "svg"})

Level = Literal["block", "warn"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` is wrong and how to `mend` it; a "block" keeps the issue from being approved."""

    level: Level
    what: str
    mend: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A rendering with its HTML already read."""

    rendering: Rendering
    publication: Publication
    outline: Outline


Check = Callable[[Mail], Iterable[Finding]]


def findings(rendering: Rendering, publication: Publication) -> tuple[Finding, ...]:
    """Everything that is wrong with a mail; none for a mail that may go."""
    mail = Mail(rendering, publication, outline(rendering.html))
    return tuple(finding for check in CHECKS for finding in check(mail))


def fits_its_size(mail: Mail) -> Iterator[Finding]:
    size, mend = len(mail.rendering.html.encode()), "take a comparison out or shorten the texts"
    if size > CLIPPED_AT:
        yield Finding("block", f"the HTML has {size:,} bytes; Gmail would cut it short", mend)
    elif size > SIZE_BUDGET:
        yield Finding("warn", f"the HTML has {size:,} bytes, near where Gmail cuts", mend)


def leaves_no_template_behind(mail: Mail) -> Iterator[Finding]:
    html, mend = mail.rendering.html, "correct the template"
    if leftovers := unread_mjml(html):
        yield Finding("block", f"MJML that was not read: {', '.join(leftovers)}", mend)
    for style in mail.outline.styles:
        html = html.replace(style, "")
    if leftover := JINJA.search(html):
        yield Finding("block", f"a piece of template is left: {leftover[0]}", mend)


def lets_a_reader_leave(mail: Mail) -> Iterator[Finding]:
    link = f"{mail.publication.base_url}/unsubscribe/{Marker.READER}"
    mend = "give the template its link to {{ unsubscribe_url }}"
    if link not in mail.outline.links:
        yield Finding("block", "the HTML has no unsubscribe link", mend)
    if link not in mail.rendering.text.split():
        yield Finding("block", "the text has no unsubscribe link", mend)


def says_where_we_live(mail: Mail) -> Iterator[Finding]:
    address = _folded(mail.publication.postal_address)
    if not address:
        yield Finding("block", "there is no postal address", "set DIGEST_POSTAL_ADDRESS")
        return
    parts = (("HTML", mail.outline.text), ("text", mail.rendering.text))
    for part, text in parts:
        if address not in _folded(text):
            mend = "give the template its {{ publication.postal_address }}"
            yield Finding("block", f"the {part} lacks the postal address", mend)


def names_its_language(mail: Mail) -> Iterator[Finding]:
    if mail.outline.language in ("", "und"):
        yield Finding("block", "the HTML names no language", 'write <mjml lang="en">')


def has_a_title(mail: Mail) -> Iterator[Finding]:
    if not mail.outline.title.strip():
        yield Finding("block", "the HTML has no title", "give the template an <mj-title>")


def has_headings_in_order(mail: Mail) -> Iterator[Finding]:
    levels = mail.outline.headings
    if levels[:1] != [1] or levels.count(1) != 1:
        yield Finding("block", "the HTML does not start with its only h1", "write one h1, first")
    if skip := next(((a, b) for a, b in pairwise(levels) if b > a + 1), None):
        yield Finding("block", f"an h{skip[1]} follows an h{skip[0]}", f"write an h{skip[0] + 1}")


def describes_its_images(mail: Mail) -> Iterator[Finding]:
    for image in mail.outline.images:
        if image.get("alt") is None:
            what = f"an image has no alt text: {image.get('src')}"
            yield Finding("block", what, 'write alt, or alt="" where it only decorates')


def links_are_safe(mail: Mail) -> Iterator[Finding]:
    own = mail.publication.base_url
    for link in dict.fromkeys(mail.outline.links):
        if not link.startswith(("https://", "mailto:")) and not _is_local(link, own):
            yield Finding("block", f"a link is not https: {link or 'it is empty'}", "correct it")


def runs_nothing(mail: Mail) -> Iterator[Finding]:
    for tag in sorted(mail.outline.tags & ACTIVE):
        yield Finding("block", f"the HTML holds a <{tag}>", "mail clients drop it; take it out")
    for name in sorted(mail.outline.attributes):
        if name.startswith("on"):
            yield Finding("block", f"the HTML handles an event: {name}", "take it out")


def fetches_no_styles(mail: Mail) -> Iterator[Finding]:
    styles = "".join(mail.outline.styles)
    if "link" in mail.outline.tags or REMOTE_STYLE.search(styles):
        yield Finding("warn", "the HTML fetches a style or a font", "use the fonts readers have")


def keeps_ids_apart(mail: Mail) -> Iterator[Finding]:
    ids = mail.outline.ids
    for identity in sorted({identity for identity in ids if ids.count(identity) > 1}):
        yield Finding("warn", f"two elements have the id {identity!r}", "rename one")


def has_styles_gmail_keeps(mail: Mail) -> Iterator[Finding]:
    sizes = [len(style) for style in mail.outline.styles]
    if max(sizes, default=0) > STYLE_BLOCK_LIMIT:
        yield Finding("warn", f"a style block has {max(sizes):,} characters", "split it")
    if sum(sizes) > STYLES_LIMIT:
        yield Finding("warn", f"the styles have {sum(sizes):,} characters", "shorten them")


def has_styles_that_work(mail: Mail) -> Iterator[Finding]:
    if entity := ENTITY.search("".join(mail.outline.styles)):
        what = f"a style block holds {entity[0]}, which voids its rule"
        yield Finding("warn", what, "write no quotes in style blocks")


def shows_values(mail: Mail) -> Iterator[Finding]:
    if value := NO_VALUE.search(mail.rendering.html):
        yield Finding("warn", f"the HTML shows {value[1]!r}", "see if a value is missing there")


def closes_what_outlook_reads(mail: Mail) -> Iterator[Finding]:
    html = mail.rendering.html
    if html.count(OUTLOOK_OPENS) != html.count(OUTLOOK_CLOSES):
        yield Finding("block", "a comment for Outlook is not closed", "correct the template")


def has_a_fit_subject(mail: Mail) -> Iterator[Finding]:
    subject = mail.rendering.subject.strip()
    if not subject:
        yield Finding("block", "there is no subject", "write one")
    elif len(subject) not in SUBJECT_LENGTHS:
        yield Finding("warn", f"the subject has {len(subject)} characters", "aim for 30 to 60")


def has_a_fit_preheader(mail: Mail) -> Iterator[Finding]:
    length = len(mail.rendering.preheader.strip())
    if length not in PREHEADER_LENGTHS:
        yield Finding("warn", f"the preheader has {length} characters", "aim for 40 to 90")


CHECKS: tuple[Check, ...] = (
    fits_its_size,
    leaves_no_template_behind,
    lets_a_reader_leave,
    says_where_we_live,
    names_its_language,
    has_a_title,
    has_headings_in_order,
    describes_its_images,
    links_are_safe,
    runs_nothing,
    fetches_no_styles,
    keeps_ids_apart,
    has_styles_gmail_keeps,
    has_styles_that_work,
    shows_values,
    closes_what_outlook_reads,
    has_a_fit_subject,
    has_a_fit_preheader,
)


def _folded(text: str) -> str:
    return " ".join(text.split())


def _is_local(link: str, own: str) -> bool:
    """Whether it leads to our own site while that runs on this machine, where http will do."""
    return _is_loopback(urlsplit(own).hostname or "") and (link + "/").startswith(own + "/")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
