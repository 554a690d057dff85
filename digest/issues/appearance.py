"""A mail as a reader's screen shows it: in light or dark, at a width, without its styles. Pure."""

import re
from collections.abc import Iterable
from html import escape
from typing import Literal, NamedTuple

Scheme = Literal["light", "dark"]

ASKED = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)", re.IGNORECASE)
ALWAYS, NEVER = "(min-width:0)", "(max-width:0)"
DECLARED = re.compile(r"(?<![\w-])(color-scheme\s*:\s*)(?:light|dark)(?:\s+(?:light|dark))?")
META = re.compile(r'(<meta name="color-scheme" content=")[^"]*')
STYLES = re.compile(r"<style\b.*?</style>", re.DOTALL | re.IGNORECASE)


class View(NamedTuple):
    """A width in CSS pixels, and a colour scheme."""

    width: int
    scheme: Scheme

    @property
    def name(self) -> str:
        return f"{self.width}-{self.scheme}"


VIEWS = (View(640, "light"), View(640, "dark"), View(375, "light"), View(375, "dark"))


def in_colors(html: str, scheme: Scheme) -> str:
    """The mail as a client in this scheme shows it, whatever the machine's own scheme is.

    What asks for the scheme is answered in the style itself: a frame on a page cannot be given a
    scheme of its own.
    """
    html = ASKED.sub(lambda found: ALWAYS if found[1].lower() == scheme else NEVER, html)
    return META.sub(rf"\g<1>{scheme}", DECLARED.sub(rf"\g<1>{scheme}", html))


def unstyled(html: str) -> str:
    """The mail as a client shows it that drops every style block."""
    return STYLES.sub("", html)


def frame(html: str, view: View, height: int) -> str:
    """The mail in a frame of the view's width, in which none of its scripts would run."""
    shown = escape(in_colors(html, view.scheme))
    return (
        f'<iframe title="{view.name}" sandbox="allow-same-origin" srcdoc="{shown}" '
        f'width="{view.width}" height="{height}" style="border:0;display:block"></iframe>'
    )


def sheet(frames: Iterable[tuple[View, str]]) -> str:
    """A page that shows the frames beside each other, each under its name."""
    shown = "".join(
        f"<figure><figcaption>{view.width} px, {view.scheme}</figcaption>{inner}</figure>"
        for view, inner in frames
    )
    style = (
        f"body{{margin:0;padding:{MARGIN}px;background:#d6d8de;display:flex;gap:{MARGIN}px;"
        "align-items:flex-start;font:600 15px/24px system-ui,sans-serif;color:#2b2f3a}"
        "figure{margin:0;flex:none}"
        f"figcaption{{height:{CAPTION}px}}"
        "iframe{border-radius:6px;box-shadow:0 1px 3px #0003,0 12px 32px #0002}"
    )
    return _page(shown, style)


MARGIN, CAPTION = 40, 40  # CSS pixels around what a sheet shows, and above for its name


def alone(inner: str) -> str:
    """A page that shows one frame and nothing else."""
    return _page(inner, "body{margin:0}")


def _page(body: str, style: str) -> str:
    """Each frame is made as tall as its mail, and the page tells: `data-heights="5200 5200"`."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Preview</title>'
        f"<style>{style}</style></head><body>{body}<script>{FITTED}</script></body></html>"
    )


FITTED = """addEventListener("load", () => {
const heights = [...document.querySelectorAll("iframe")].map(frame => {
const height = frame.contentDocument.documentElement.scrollHeight;
frame.height = height; return height; });
document.documentElement.dataset.heights = heights.join(" "); });"""
