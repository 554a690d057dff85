"""Whether mail clients take the HTML as it is meant."""

import re
from collections.abc import Iterator

from digest.issues.lint import html_lint
from digest.issues.preflight.finding import Finding, Mail, shortened
from digest.markers import MARKERS, Marker

JINJA = re.compile(r"\{\{|\}\}|\{%|%\}")
LEFT_OVER = re.compile(r"__(?:FOR:\S*?|[A-Z]+(?:_[A-Z]+)*)__")
REMOTE_STYLE = re.compile(r"@import|@font-face|url\(", re.IGNORECASE)
NO_VALUE = re.compile(r">\s*(None|Undefined|nan|NaN)\s*<")
ACTIVE = frozenset({"script", "iframe", "form", "object", "embed", "video", "audio", "svg"})
# Layout that Outlook for Windows or Gmail leave out, and with it whatever relies on it.
LOST = re.compile(r"(?:^|;)\s*(position|float)\s*:|display\s*:\s*(flex|grid|inline-flex)")
WIDE = re.compile(r"(?:^|;)\s*(?:min-)?width\s*:\s*(\d+)px")
WIDEST = 640  # pixels: the frame of every mail


def is_whole(mail: Mail) -> Iterator[Finding]:
    for problem in html_lint.problems(mail.rendering.html):
        where = f" <{problem.element}>" if problem.element else ""
        place = f"HTML, line {problem.line}{where}"
        yield Finding("block", place, problem.said, "correct the template")


def leaves_no_template_behind(mail: Mail) -> Iterator[Finding]:
    html, mend = mail.html, "correct the template"
    for style in mail.outline.styles:
        html = html.replace(style, "")
    if leftover := JINJA.search(html):
        what = f"a piece of template is left: {leftover[0]}"
        yield Finding("block", f"HTML, {_around(html, leftover)}", what, mend)
    for part, text in (("HTML", mail.html), ("text", mail.text)):
        if marker := LEFT_OVER.search(MARKERS.sub("", text)):
            what = f"a marker is left that nothing fills: {marker[0]}"
            yield Finding("block", part, what, mend)


def leaves_nothing_to_fill(mail: Mail) -> Iterator[Finding]:
    """For a letter: it goes out as it is."""
    for part, text in (("HTML", mail.html), ("text", mail.text)):
        for marker in Marker:
            if marker in text:
                what = f"a marker stands in a mail to one person: {marker}"
                yield Finding("block", part, what, "hand the template the value itself")


def runs_nothing(mail: Mail) -> Iterator[Finding]:
    for tag in sorted(mail.outline.tags & ACTIVE):
        mend = "mail clients drop it; take it out"
        yield Finding("block", f"HTML, <{tag}>", f"the HTML holds a <{tag}>", mend)
    for name in sorted(mail.outline.attributes):
        if name.startswith("on"):
            yield Finding("block", "HTML", f"the HTML handles an event: {name}", "take it out")


def fetches_no_styles(mail: Mail) -> Iterator[Finding]:
    styles = "".join(mail.outline.styles)
    if "link" in mail.outline.tags or REMOTE_STYLE.search(styles):
        what = "the HTML fetches a style or a font"
        yield Finding("warn", "style blocks", what, "use the fonts readers have")


def keeps_ids_apart(mail: Mail) -> Iterator[Finding]:
    ids = mail.outline.ids
    for identity in sorted({identity for identity in ids if ids.count(identity) > 1}):
        yield Finding("warn", "HTML", f"two elements have the id {identity!r}", "rename one")


def keeps_to_what_clients_lay_out(mail: Mail) -> Iterator[Finding]:
    for style in mail.outline.inline_styles:
        if lost := LOST.search(style):
            what = f"{(lost[1] or lost[2])} is lost in some mail clients"
            yield Finding("warn", f"HTML, style {shortened(style)}", what, "use a table")
        if (wide := WIDE.search(style)) and int(wide[1]) > WIDEST:
            what = f"an element is {wide[1]} pixels wide, more than the mail's {WIDEST}"
            yield Finding("block", f"HTML, style {shortened(style)}", what, "make it narrower")


def shows_values(mail: Mail) -> Iterator[Finding]:
    if value := NO_VALUE.search(mail.html):
        place = f"HTML, {_around(mail.html, value)}"
        yield Finding(
            "warn", place, f"the HTML shows {value[1]!r}", "see if a value is missing there"
        )


def _around(html: str, found: re.Match[str]) -> str:
    line = html.count("\n", 0, found.start()) + 1
    return f"line {line} near {shortened(html[max(0, found.start() - 20) : found.end() + 20])}"
