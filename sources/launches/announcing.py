"""How titles announce a new tool: by saying so, by describing it, or by its bare name."""

import re

from sources.launches import titles

_ANNOUNCED = re.compile(
    r"(?:^|:\s+)(?:introducing|announcing|meet|welcome|launching|unveiling|presenting|open-sourcing"
    r"|say hello to)\s+(?P<name>\S.*)$"
    r"|^[A-Z]\S*(?:\s[A-Z]\S*){0,2}\s(?:is\s|are\s)?(?:launches|unveils|introduces|announces"
    r"|open-sources|open-sourcing|launching)\s+(?P<other>\S.*)$",
    re.IGNORECASE,
)
_AVAILABLE = re.compile(
    r",?\s+(?:is|are)\s+(?:now\s+)?(?:(?:generally\s+)?available|here|live|open[- ]source)\b.*$",
    re.IGNORECASE,
)
_NOW_MATURE = re.compile(r"\s(?:GA|(?:public |open )?(?:beta|preview))$", re.IGNORECASE)
_OWNED = re.compile(r"^(?:the|our)\s+|^an?\s+(?=\S*-?[A-Z])", re.IGNORECASE)
_SETTING = re.compile(
    r"\s+(?:on|to|at|from|with|by|in (?:public |open )?(?:beta|preview))\b.*$", re.I
)
_PLACE = re.compile(r"\s+on\s+[A-Z].*$")
_AUDIENCE = re.compile(r"\s+for\s.*$")
_SUITE = re.compile(
    r"^the\s+((?:[A-Z][\w-]*\s+){1,3}(?:Suite|Family|Collection|Toolkit|Stack|Framework|Engine))\b"
)
_COMPARES = re.compile(r"\s(?:vs\.?|\+|or|versus)\s", re.IGNORECASE)
_NO_TAGLINE = re.compile(
    r"^(?:how|why|what|when|it(?:'|’)s time|all|now|one year|day|part|year|up and running|expanding"
    r"|scaling|getting|understanding|exploring|inside|behind|from|lessons|\d)\b|\?$",
    re.IGNORECASE,
)
_MODEL_FAMILY = re.compile(r"^[A-Z]{3,}[\w-]*\s\d+(?:\.\d+)?$")
# What a tagline calls a tool.
_TOOL = re.compile(
    r"\bopen[- ]?source\b|\bopen-weights?\b"
    r"|^(?:an?|the|our|your|one|\w+['’]s)\s+(?:[\w'’/.-]+,?\s+){0,7}?(?:agents?|ai|api|app"
    r"|assistant|browser"
    r"|client|compiler|copilot|database|debugger|editor|engine|extension|framework|gateway|ide"
    r"|language|library|model|models|platform|plugin|robot|runtime|sdk|server|service|stack|studio"
    r"|suite|system|tool|toolkit|workbench|workspace)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^v?\d{1,2}(?:\.\d+)?$")
_CODE = re.compile(r"^[A-Z][A-Za-z]*-?\d+(?:\.\d+)*[A-Za-z]*$")  # "M2", "QLM-4.1", "Quill3b"
_PRODUCT_WORD = re.compile(r"^(?:API|SDK|CLI|IDE|Studio|Desktop|Copilot|Assistant|Browser|Agent)$")


def is_next_version(name: str, tagline: str) -> bool:
    """ "Orrery 1.7: Love Plus One" is Orrery again; "ORR 3.1" is how models are called."""
    return bool(titles.version(name) and tagline) and not (
        _MODEL_FAMILY.match(name) or _TOOL.search(tagline)
    )


def announced(title: str) -> tuple[str, str]:
    """Name and tagline of the tool a title announces; two empty texts where it announces none."""
    for form in (_said, _available, _described, _bare):
        name, tagline = form(title)
        if name:
            return name, tagline
    return "", ""


def _said(title: str) -> tuple[str, str]:
    """ "Introducing X", "Meet X, a y", "Vendor is open-sourcing X: y"."""
    found = _ANNOUNCED.search(title)
    if not found:
        return "", ""
    rest = _OWNED.sub("", found["name"] or found["other"])
    head, tagline = titles.halves(rest)
    if not tagline:
        head, _, tagline = _apposed(rest)
    name = _one(titles.tidy_name(_SETTING.sub("", head)))
    if not titles.is_name(name):
        name = titles.tidy_name(_AUDIENCE.sub("", name))
    return (name, tagline) if titles.is_name(name) else ("", "")


def _apposed(text: str) -> tuple[str, str, str]:
    found = titles.APPOSITION.search(text)
    return (text[: found.start()], ",", text[found.end() :]) if found else (text, "", "")


def _one(name: str) -> str:
    """Of "Orrery Home and Orrery Work" the first; "Salt & Pepper" is one name."""
    first, _, second = name.partition(" and ")
    return first if second and second.split()[0] == first.split()[0] else name


def _available(title: str) -> tuple[str, str]:
    """ "X is now available", "X, a y, is here"."""
    found = _AVAILABLE.search(title)
    if not found or re.search(r":\s", title):
        return "", ""
    name, _, tagline = _apposed(title[: found.start()])
    return (titles.tidy_name(name), tagline) if titles.is_name(name) else ("", "")


def _described(title: str) -> tuple[str, str]:
    """ "X: an open-source y", "X – the y for z", where X can be a name."""
    head, tail = titles.halves(title)
    if suite := _SUITE.match(tail):
        return suite[1], tail
    if not tail or not titles.is_name(head) or _COMPARES.search(head) or _NO_TAGLINE.search(tail):
        return "", ""
    if not (_names_itself(head) or _TOOL.search(tail)):
        return "", ""
    return titles.tidy_name(_PLACE.sub("", head)), _AVAILABLE.sub("", tail)


def _names_itself(head: str) -> bool:
    """Whether the words before the colon are a name whatever follows."""
    if _NOW_MATURE.search(head) or _MODEL_FAMILY.match(head):
        return True
    return any(map(titles.is_distinctive, head.split())) and not titles.version(head)


def _bare(title: str) -> tuple[str, str]:
    """ "Orrery M2", "Orrery Draw API", "Orrery 3.5 Light": capitals that make a product."""
    name = titles.tidy_name(title)
    words = name.split()
    capital = all(word[0].isupper() or word[0].isdigit() for word in words)
    if titles.halves(title)[1] or not (capital and titles.is_name(name)):
        return "", ""
    numbered = any(_NUMBER.match(word) for word in words[1:-1])
    product = len(words) > 1 and _PRODUCT_WORD.match(words[-1])
    return (name, "") if numbered or product or _CODE.match(words[-1]) else ("", "")
