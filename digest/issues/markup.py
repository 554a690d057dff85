"""HTML for mail: what may be linked, how text is escaped, and what MRML leaves to tidy."""

import re

from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

WEB_ADDRESS = re.compile(r"(https?)://([^\s/?#@\\]+)([/?#]\S*)?", re.IGNORECASE)
STYLE = re.compile(r'(?<=style=")[^"]*(?=")')
BACKGROUND = re.compile(r"(?<![\w-])background:(#[0-9a-fA-F]{6})(?=;|$)")
TWICE = re.compile(r"(background-color:#[0-9a-fA-F]{6};)\1")
STRAY_ATTRIBUTE = re.compile(r' vertical-align="\w+"(?=[ >])')
# MRML prints an attribute's value as Rust does to debug it: `\\` for a backslash, `\u{301}` for a
# combining accent or the tail of an emoji.
DEBUGGED = re.compile(r'(?<==")[^"\\]*(?:\\.[^"\\]*)+(?=")')
RUST_ESCAPE = re.compile(r"\\(?:u\{([0-9a-f]{1,6})\}|(.))")
RUST_SHORT = {"n": "\n", "r": "\r", "t": "\t", "0": "", '"': "&quot;"}
OUTLOOK_SEAM = "<![endif]--><!--[if mso | IE]>"
MJML_TAG = re.compile(r"</?(mj-[a-z-]+)")


@pass_eval_context
def inert(context: EvalContext, value: object) -> object:
    """A value as a template prints it, its braces as entities in HTML.

    Autoescape leaves braces alone; with this, a brace pair in finished HTML can only be a
    template's own mistake, and a tool that is called "{{ name }}" keeps its name.
    """
    if not context.autoescape or not isinstance(value, str) or isinstance(value, Markup):
        return value
    return Markup(str(escape(value)).replace("{", "&#123;").replace("}", "&#125;"))  # noqa: S704


def linkable(url: str) -> bool:
    """Whether a mail may link it: https, and no user or password before the host."""
    address = WEB_ADDRESS.fullmatch(url)
    return address is not None and address[1].lower() == "https"


def host(url: str) -> str:
    """The host of a web address as a reader knows it, or "" where the URL is no web address."""
    address = WEB_ADDRESS.fullmatch(url)
    return address[2].removeprefix("www.") if address else ""


def squeezed(source: str) -> str:
    """Without indentation and empty lines: each byte counts towards the size Gmail clips at."""
    return "\n".join(line for line in map(str.strip, source.splitlines()) if line)


def polished(html: str) -> str:
    """What MRML printed, without what validators and spam filters hold against it.

    Conditional comments that follow each other become one; SpamAssassin reads a background only
    from `background-color`; a `vertical-align` attribute exists on no cell; attributes hold what
    the template wrote.
    """
    html = STYLE.sub(_only_background_colors, html.replace(OUTLOOK_SEAM, ""))
    html = DEBUGGED.sub(lambda value: RUST_ESCAPE.sub(_undebugged, value[0]), html)
    return STRAY_ATTRIBUTE.sub("", html)


def _undebugged(escape: re.Match[str]) -> str:
    if escape[1]:
        return chr(int(escape[1], 16))
    return RUST_SHORT.get(escape[2], escape[2])


def _only_background_colors(style: re.Match[str]) -> str:
    return TWICE.sub(r"\1", BACKGROUND.sub(r"background-color:\1", style[0]))


def unread_mjml(html: str) -> tuple[str, ...]:
    """Names of MJML tags in finished HTML: MRML passes what it does not know, silently."""
    return tuple(sorted(set(MJML_TAG.findall(html))))
