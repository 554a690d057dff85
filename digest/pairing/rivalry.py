"""Who is no rival, however alike the texts are: readers choose between makers and between tools."""

import re

from digest.model import Tool
from digest.pairing.names import VENDORS

NEAR_DUPLICATE = 0.95  # cosine: one text under two names
LEAST_WORDS = 4  # that carry meaning; less says too little to be compared

# A text that names another tool so speaks of a rival, any other way of one it belongs to.
_RIVAL = re.compile(
    r"(?:alternatives?(?: to| of| for)?|instead of|vs\.?|versus|unlike|than|replac\w+(?: for)?"
    r"|compet\w+(?: to| of| with)?|rival\w*(?: to| of)?|switch\w* from|beats|not)\s*(?:the\s+)?$",
    re.IGNORECASE,
)
_ITS_RIVAL = re.compile(
    r"[\s-]*(?:alternative|clone|competitor|killer|replacement|rival)", re.IGNORECASE
)
LEAST_LETTERS = 3
LONGEST_LEAD = 30  # characters before a name that are looked at


def is_rival(challenger: Tool, other: Tool, cosine: float = 0.0) -> bool:
    """Whether readers may be asked to choose between the two: not where one is built on the other,
    or where both are one text."""
    if cosine >= NEAR_DUPLICATE or _same_text(challenger, other):
        return False
    return not (_belongs_to(challenger, other) or _belongs_to(other, challenger))


def _same_text(a: Tool, b: Tool) -> bool:
    texts = [" ".join(f"{one.tagline} {one.description}".casefold().split()) for one in (a, b)]
    return texts[0] == texts[1] != ""


def _belongs_to(tool: Tool, other: Tool) -> bool:
    """Whether a tool's own words name the other ("a sidebar for Claude"), and not as its rival."""
    said = f"{tool.name}. {tool.tagline}. {tool.description}"
    names = [re.escape(name) for name in _spellings(other.name) if name in said]
    if not names:
        return False
    named = re.compile(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)")
    return any(not _speaks_of_a_rival(said, *at.span()) for at in named.finditer(said))


def _speaks_of_a_rival(said: str, start: int, end: int) -> bool:
    lead = said[max(0, start - LONGEST_LEAD) : start]
    return bool(_RIVAL.search(lead) or _ITS_RIVAL.match(said, end))


def _spellings(name: str) -> list[str]:
    """A name with its vendor and without, if it has a capital: "bark" is a word, too."""
    bare = " ".join(word for word in name.split() if word.casefold() not in VENDORS)
    named = (one for one in (name, bare) if len(one) >= LEAST_LETTERS)
    return [one for one in dict.fromkeys(named) if one != one.lower()]
