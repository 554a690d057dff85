"""Planted defects: what can go wrong with a mail, and the judge that must catch it.

A row spoils a good mail in one way. `preflight` and the lints see the mail before it goes
(tests/pure/test_planted_defects.py); the others sit in CI (tests/email).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from digest.markers import Marker
from digest.model import Rendering

Judge = Literal[
    "preflight",  # on the rendering
    "wire",  # preflight on the bytes of a message
    "mjml lint",  # on the source
    "html lint",
    "caniemail",
    "html-validate",
    "axe",
    "outlook",
    "spamassassin",
]


@dataclass(frozen=True, slots=True)
class Defect:
    """`spoil` changes what its judge is given: the rendering, or one text of it.

    `said` is a part of what the judge says; "" where the judge has words of its own.
    """

    name: str
    judge: Judge
    spoil: Callable[[Rendering], Rendering]
    said: str = ""


def html(old: str, new: str) -> Callable[[Rendering], Rendering]:
    """The HTML with the first place that a pattern finds put otherwise."""

    def spoil(rendering: Rendering) -> Rendering:
        spoiled, count = re.subn(old, new, rendering.html, count=1, flags=re.DOTALL)
        assert count, old
        return replace(rendering, html=spoiled)

    return spoil


def body(markup: str) -> Callable[[Rendering], Rendering]:
    """The HTML with something at the end of its body."""
    return html("</body>", markup.replace("\\", r"\\") + "</body>")


def text(old: str, new: str) -> Callable[[Rendering], Rendering]:
    def spoil(rendering: Rendering) -> Rendering:
        assert old in rendering.text
        return replace(rendering, text=rendering.text.replace(old, new))

    return spoil


def words(**said: str) -> Callable[[Rendering], Rendering]:
    return lambda rendering: replace(rendering, **said)


def other_text(rendering: Rendering) -> Rendering:
    """The text part of another mail, with the links of this one."""
    links = re.findall(r"https?://\S+", rendering.text)
    prose = "Our gardeners wish you a calm winter among apples, hedges and well kept tools. " * 9
    return replace(rendering, text="\n".join([prose, "Springfield, EX 00000", *links]))


SPAM = (
    "<p>Act now! Buy cheap viagra online, no prescription needed, 100% guaranteed winner. You have"
    " been selected to receive $1,000,000 cash bonus. Click here, risk free, limited time, double"
    " your income, work from home, lose weight fast, lowest price, order now, dear friend, this is"
    " not spam, million dollars inheritance transfer, Nigerian prince, bank account.</p>"
)
STYLES = "<style>" + ".a{color:red}" * 700 + "</style>"

DEFECTS: tuple[Defect, ...] = (
    Defect("a mail Gmail cuts", "preflight", body("<p>" + "x" * 99_000 + "</p>"), "cut it short"),
    Defect("an http link", "preflight", body('<a href="http://a.example/">a b</a>'), "not https"),
    Defect(
        "a script for a link", "preflight", body('<a href="javascript:x()">a b</a>'), "not https"
    ),
    Defect("Jinja left over", "preflight", body("<p>{{ name }}</p>"), "piece of template"),
    Defect("a marker left over", "preflight", body("<p>__FOR:coding__ a</p>"), "marker is left"),
    Defect(
        "MJML left over", "html lint", body("<mj-text>a</mj-text>"), "MJML that nothing has read"
    ),
    Defect("no language", "preflight", html('<html lang="en"', "<html"), "its language is none"),
    Defect("no direction", "preflight", html(' dir="ltr"', ""), "its direction is none"),
    Defect("no title", "html lint", html("<title>.*?</title>", "<title></title>"), "is empty"),
    Defect("no way out", "preflight", html(Marker.READER, "x"), "no unsubscribe link"),
    Defect("no way out of the text", "preflight", text(Marker.READER, "x"), "no unsubscribe link"),
    Defect("no postal address", "preflight", text("Springfield", ""), "lacks the postal address"),
    Defect(
        "faint text in light",
        "preflight",
        body('<p style="color:#bbbbbb;background-color:#ffffff">Faint words</p>'),
        "contrast of 1.9 to 1",
    ),
    Defect(
        "faint text in dark",
        "preflight",
        html(
            "</head>",
            "<style>@media (prefers-color-scheme:dark){.ink h1{color:#333333 !important}}"
            "</style></head>",
        ),
        "contrast of",
    ),
    Defect(
        "a table of 700 pixels",
        "outlook",
        body('<table width="700" role="presentation"><tbody><tr><td>a</td></tr></tbody></table>'),
    ),
    Defect(
        "a style of 700 pixels", "preflight", body('<div style="width:700px">a</div>'), "700 pixels"
    ),
    Defect(
        "a flexible box", "preflight", body('<div style="display:flex">a</div>'), "lost in some"
    ),
    Defect("a flexible box in a style", "caniemail", html("</style>", ".a{display:flex}</style>")),
    Defect(
        "a place of its own",
        "preflight",
        body('<p style="position:absolute">a</p>'),
        "lost in some",
    ),
    Defect("a filter", "caniemail", body('<p style="filter:blur(2px)">a</p>')),
    Defect("a table left open", "html lint", body("<table><tbody><tr><td>a"), "is still open"),
    Defect("an old element", "html-validate", body("<p><big>a</big></p>")),
    Defect(
        "an image without words", "preflight", body('<img src="https://a.example/b.png">'), "alt"
    ),
    Defect(
        "an image over http",
        "preflight",
        body('<img alt="a" src="http://a.example/b.png">'),
        "mail clients do not show",
    ),
    Defect(
        "an image in the mail",
        "preflight",
        body('<img alt="a" src="data:image/png;base64,AAAA">'),
        "mail clients do not show",
    ),
    Defect("an id twice", "preflight", body('<p id="a">a</p><p id="a">b</p>'), "have the id 'a'"),
    Defect(
        "a link without words",
        "preflight",
        body('<a href="https://a.example/"></a>'),
        "says nothing",
    ),
    Defect(
        "a link that says here",
        "preflight",
        body('<a href="https://a.example/">Click here</a>'),
        "says no more than",
    ),
    Defect(
        "a link that hides its host",
        "preflight",
        body('<a href="https://shiporskip.example@evil.example/">Our site</a>'),
        "behind a user",
    ),
    Defect(
        "a link to a bare address",
        "preflight",
        body('<a href="https://192.0.2.7/login">Our site</a>'),
        "bare address",
    ),
    Defect("a heading skipped", "preflight", body("<h4>a</h4>"), "an h4 follows an h2"),
    Defect("a second title", "preflight", body("<h1>a</h1>"), "only h1"),
    Defect(
        "an entity in a style",
        "html lint",
        html("</style>", ".a{font-family:&#39;Arial&#39;}</style>"),
        "voids the rule",
    ),
    Defect(
        "a style Gmail drops", "preflight", html("</head>", STYLES + "</head>"), "Gmail drops it"
    ),
    Defect(
        "a font from elsewhere",
        "preflight",
        html("</style>", "@font-face{font-family:A;src:url(https://a.example/b)}</style>"),
        "fetches a style or a font",
    ),
    Defect("a script", "preflight", body("<script>x()</script>"), "holds a <script>"),
    Defect("an event", "preflight", body('<p onclick="x()">a</p>'), "handles an event"),
    Defect(
        "words of no size",
        "preflight",
        body('<span style="font-size:0">many hidden words for filters</span>'),
        "hidden from readers",
    ),
    Defect(
        "words in their background's colour",
        "preflight",
        body('<p style="color:#ffffff;background-color:#ffffff">hidden words</p>'),
        "hidden from readers",
    ),
    Defect("another mail's text", "preflight", other_text, "the text"),
    Defect(
        "a link of the text alone",
        "preflight",
        text("--\n", "https://elsewhere.example/\n--\n"),
        "links what the HTML does not",
    ),
    Defect("a missing value", "preflight", body("<p>None</p>"), "shows 'None'"),
    Defect("a comment for Outlook left open", "html lint", body("<!--[if mso]>"), "never closed"),
    Defect("no subject", "preflight", words(subject=""), "there is no subject"),
    Defect("a subject that shouts", "preflight", words(subject="BUY THIS TOOL TODAY"), "shouts"),
    Defect("a false answer", "preflight", words(subject="Re: our talk of today"), "answer"),
    Defect("a preheader too short", "preflight", words(preheader="Short."), "6 characters"),
    Defect("a role that is none", "axe", body('<p role="buton">a</p>')),
    Defect("words of spam", "spamassassin", body(SPAM)),
)


@dataclass(frozen=True, slots=True)
class WireDefect:
    """The same for the bytes of a message."""

    name: str
    old: bytes
    new: bytes
    said: str


WIRE: tuple[WireDefect, ...] = (
    WireDefect("two recipients", b"\r\nTo: ", b"\r\nTo: a@b.example\r\nTo: ", "2 times"),
    WireDefect("no date", b"\r\nDate: ", b"\r\nX-Date: ", "0 times"),
    WireDefect(
        "a way out that is encoded",
        b"List-Unsubscribe: <https://",
        b"List-Unsubscribe: =?utf-8?q?=3Chttps=3A//?= <",
        "no plain link",
    ),
    WireDefect("no one-click", b"List-Unsubscribe=One-Click", b"One-Click", "One-Click"),
    WireDefect("a line too long", b"\r\nTo: ", b"\r\nX-A: " + b"a" * 1_000 + b"\r\nTo: ", "octets"),
    WireDefect("a bare line feed", b"\r\nTo: ", b"\nTo: ", "CRLF"),
    WireDefect("bytes beyond ASCII", b"\r\nTo: ", b"\r\nX-A: \xc3\xa9\r\nTo: ", "beyond ASCII"),
    WireDefect("another list", b"List-Id: ", b"X-List-Id: ", "it is not weekly"),
    WireDefect("HTML before the text", b"multipart/alternative", b"multipart/mixed", "its parts"),
    WireDefect(
        "words nobody approved", b"Read on the web", b"Read in the web", "not what was approved"
    ),
    WireDefect("another charset", b"charset=utf-8", b"charset=latin-1", "charset"),
)


@dataclass(frozen=True, slots=True)
class SourceDefect:
    """The same for the MJML of a mail: a pattern, put otherwise where it is first found."""

    name: str
    old: str
    new: str
    said: str


SOURCES: tuple[SourceDefect, ...] = (
    SourceDefect(
        "a number without px", 'padding="28px 0px 20px 0px"', 'padding="28px 0 20px 0px"', "px"
    ),
    SourceDefect("an unknown element", "</mj-body>", "<mj-foo></mj-foo></mj-body>", "mj-foo"),
    SourceDefect("an unknown attribute", "<mj-section ", '<mj-section colour="#fff" ', "colour"),
    SourceDefect("a colour that is none", 'background-color="#', 'background-color="grey-', "colo"),
    SourceDefect(
        "text in a section", "</mj-column></mj-section>", "</mj-column>a</mj-section>", "a"
    ),
    SourceDefect("two classes at once", "<mj-section ", '<mj-section mj-class="a b" ', "mj-class"),
    SourceDefect("quotes in a style", "a{color:inherit}", "a{font-family:'A'}", "'"),
    SourceDefect("a style to put in line", "<mj-style>", '<mj-style inline="inline">', "inline"),
)
