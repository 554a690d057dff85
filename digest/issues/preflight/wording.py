"""Whether a mail's words are fit to be sent: subject, preheader, address, and both parts alike."""

import re
from collections.abc import Iterable, Iterator

from digest.issues.preflight.finding import Finding, Mail, shortened

SUBJECT_LENGTHS = range(10, 79)
PREHEADER_LENGTHS = range(40, 111)
ANSWER = re.compile(r"(?:re|aw|fwd?|wg)\s*:", re.IGNORECASE)
WORD = re.compile(r"\w{3,}")
LINK = re.compile(r"https?://[\w\[]\S*")  # with a host, or it leads nowhere
# Shares of the words of one part that the other holds too, as a mail of ours has them at least.
TEXT_IN_HTML, HTML_IN_TEXT = 0.9, 0.7


def has_a_fit_subject(mail: Mail) -> Iterator[Finding]:
    subject = mail.rendering.subject.strip()
    if not subject:
        yield Finding("block", "subject", "there is no subject", "write one")
        return
    if len(subject) not in SUBJECT_LENGTHS:
        what = f"the subject has {len(subject)} characters"
        yield Finding("warn", "subject", what, "aim for 30 to 60")
    if (subject.isupper() and len(subject) > 10) or "!!" in subject:
        yield Finding("warn", "subject", "the subject shouts", "say it calmly")
    if ANSWER.match(subject):
        what = "the subject pretends to be an answer"
        yield Finding("warn", "subject", what, "begin with what it is about")


def has_a_fit_preheader(mail: Mail) -> Iterator[Finding]:
    length = len(mail.rendering.preheader.strip())
    if length not in PREHEADER_LENGTHS:
        what = f"the preheader has {length} characters"
        yield Finding("warn", "preheader", what, "aim for 40 to 90")


def says_where_we_live(mail: Mail) -> Iterator[Finding]:
    address = _folded(mail.publication.postal_address)
    if not address:
        what = "there is no postal address"
        yield Finding("block", "HTML and text", what, "set DIGEST_POSTAL_ADDRESS")
        return
    for part, text in (("HTML", mail.outline.text), ("text", mail.text)):
        if address not in _folded(text):
            mend = "give the template its {{ publication.postal_address }}"
            yield Finding("block", part, f"the {part} lacks the postal address", mend)


def says_the_same_in_both_parts(mail: Mail) -> Iterator[Finding]:
    text, html = _words(mail.text), _words(" ".join(_shown(mail)))
    mend = "write the text part from the same words"
    if _share(text, html) < TEXT_IN_HTML:
        missing = shortened(" ".join(sorted(text - html)))
        yield Finding("block", "text", f"the text says what the HTML does not: {missing}", mend)
    if _share(html, text) < HTML_IN_TEXT:
        missing = shortened(" ".join(sorted(html - text)))
        yield Finding("block", "text", f"the text lacks what the HTML says: {missing}", mend)


def links_to_the_same_in_both_parts(mail: Mail) -> Iterator[Finding]:
    shown = LINK.findall(" ".join(one.text for one in mail.painted["light"]))
    known = {link.partition(" ")[0].rstrip("/") for link in (*mail.outline.links, *shown)}
    for number, line in enumerate(mail.text.splitlines(), 1):
        for link in LINK.findall(line):
            if link.rstrip("/") not in known and link.rstrip(".,;)/") not in known:
                what = f"the text links what the HTML does not: {link}"
                yield Finding("block", f"text, line {number}", what, "give both the same links")


def _shown(mail: Mail) -> Iterator[str]:
    """What eyes see of the HTML and ears hear."""
    yield from (one.text for one in mail.painted["light"] if not one.paint.hidden)
    yield from (anchor.label for anchor in mail.outline.anchors)
    yield from mail.outline.links  # the text part spells them out


def _words(text: str) -> set[str]:
    return {word.casefold() for word in WORD.findall(text)}


def _share(words: Iterable[str], among: set[str]) -> float:
    wanted = set(words)
    return len(wanted & among) / len(wanted) if wanted else 1.0


def _folded(text: str) -> str:
    return " ".join(text.split())
