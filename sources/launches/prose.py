"""What an entry's paragraphs say of a tool: a tagline and a description, without the furniture."""

import re
from collections.abc import Iterable

TAGLINE = 200
DESCRIPTION = 1000

# Lines that feeds add to every entry.
FURNITURE = re.compile(
    r"^(?:article url|comments url|points|# comments)\s*:"
    r"|^(?:discussion\s*)?(?:\|\s*)?link$|^discussion\b.{0,12}$"
    r"|^(?:read (?:more|the full|on\b)|continue reading|learn more|comments?$|submitted by\b)"
    r"|^the post .+ appeared first on\b"
    r"|^https?://\S+$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s+")


def telling(paragraphs: Iterable[str], *said: str) -> list[str]:
    """The paragraphs that say something, and not again what was said."""
    known = {_key(text) for text in said}
    return [text for text in paragraphs if not FURNITURE.search(text) and _key(text) not in known]


def tagline(paragraphs: Iterable[str]) -> str:
    """The first sentence, when it is short enough to be one."""
    first = next(iter(paragraphs), "")
    return clip(_SENTENCE_END.split(first, maxsplit=1)[0], TAGLINE)


def description(paragraphs: Iterable[str]) -> str:
    return clip(" ".join(paragraphs), DESCRIPTION)


def clip(text: str, most: int) -> str:
    """The text, ended at a word with "…" where it is longer."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:–—-") + "…"


def _key(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
