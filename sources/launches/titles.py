"""The anatomy of a title: a name, a tagline, a version, and the words that give them away."""

import re

from sources.launches.words import NEVER_FIRST

NAME_WORDS = 5
HAN_CHARACTERS = 4  # more than that is a sentence, which Chinese writes without spaces

# " - " needs its spaces, a colon only the one behind it; Chinese titles have a wide colon.
SEPARATOR = re.compile(r"\s+[–—|→-]\s+|\s*[–—]\s+|:\s+|\s*：\s*")
APPOSITION = re.compile(r",\s+(?=(?:an?|the|your)\s)", re.IGNORECASE)
# "Tarnfish, joins for CSV": after one capitalised word any comma will do.
ONE_WORD = re.compile(r"^[A-Z]\S+,\s+(?=[a-z])")
RUNNING_ON = re.compile(r"^(\S*[a-z]\S*[A-Z]\S*|[A-Z]\S+)\s+(?=an?\s)")

_HAN = re.compile(r"[\u3040-\u30FF\u3400-\u9FFF]")
_GERUND = re.compile(r"[A-Za-z]{4,}ing$")
_PARENTHESES = re.compile(r"\s*[(\[（【][^()\[\]（）【】]*[)\]）】]\s*")
_PICTURES = r"·•★☆\U0001F000-\U0001FAFF\u2600-\u27BF\u2B50\uFE0F"
_DECORATION = re.compile(rf"^[\s{_PICTURES}]+|[\s{_PICTURES}]+$")
_END_MARKS = re.compile(r"[\s!.,;:]+$")
_MATURITY = re.compile(
    r"\s+(?:GA|(?:public |private |open )?(?:beta|alpha|preview))$", re.IGNORECASE
)

# "2.0", "v6", "3.1.4-rc1", "version 2" at the end of a name. A year is no version.
VERSION = re.compile(
    r"(?:^|\s)(?:v(?:ersion)?\.?\s?\d+(?:\.\d+)*|\d{1,3}(?:\.\d+)+)(?:[-.]?(?:a|b|rc|dev|alpha|beta)\.?\d*)?$",
    re.IGNORECASE,
)


def undecorated(title: str) -> str:
    """The title without the stars and pictures around it."""
    return _DECORATION.sub("", title)


def tidy_name(name: str) -> str:
    """A name as its maker would write it: no "(Desktop)", no "GA", no trailing mark."""
    while (tidied := _less_untidy(name)) != name:
        name = tidied
    return name


def _less_untidy(name: str) -> str:
    bare = _END_MARKS.sub("", undecorated(_PARENTHESES.sub(" ", name)))
    return _MATURITY.sub("", bare).strip('"“” ') or undecorated(name)


def halves(title: str) -> tuple[str, str]:
    """What stands before and behind the first separator; all of it and "" where none is."""
    parts = SEPARATOR.split(title, maxsplit=1)
    return (parts[0].strip(), parts[1].strip()) if len(parts) == 2 else (title.strip(), "")


def named(title: str) -> tuple[str, str]:
    """Name and tagline of "Name – tagline", "Name: tagline", "Name, a tagline", "Name a tagline".

    Two empty texts where the title has no such form.
    """
    head, tail = halves(title)
    if tail and is_name(head):
        return tidy_name(head), tail
    for form in (APPOSITION, ONE_WORD, RUNNING_ON):
        if (found := form.search(title)) and is_name(title[: found.end()].rstrip(", ")):
            return tidy_name(title[: found.end()].rstrip(", ")), title[found.end() :].strip()
    return "", ""


def is_name(text: str) -> bool:
    """Whether a few words can be a name: no sentence, no command, no question."""
    words = text.split()
    if not words or len(tidy_name(text).split()) > NAME_WORDS or text.endswith("?"):
        return False
    if len(_HAN.findall(text)) > HAN_CHARACTERS:
        return False
    return not (words[0].lower() in NEVER_FIRST or opens_with_gerund(text))


def opens_with_gerund(text: str) -> bool:
    """ "Testing a model" and "Engineering trust" are doings; "Ring" may be a name."""
    words = text.split()
    return len(words) > 1 and bool(_GERUND.fullmatch(words[0])) and len(words[0]) > 6


def is_distinctive(word: str) -> bool:
    """Whether a word can only be a name: inner capitals, digits, or two parts under one hyphen."""
    inner = re.search(r"[a-z][A-Z]|[A-Z]{2,}[a-z]|[A-Za-z]\d", word)
    return bool(inner) or bool(re.fullmatch(r"[A-Z]\w+(?:-\w+)*-[A-Z]\w+", word))


def version(name: str) -> str:
    """The version a name ends in, or ""."""
    found = VERSION.search(_PARENTHESES.sub(" ", name).strip())
    return found[0].strip() if found else ""
