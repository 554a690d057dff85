"""Hacker News: "Show HN" and "Launch HN" are launches, unless somebody shows what is no tool."""

import re

from digest.model import Entry, Launch, NotALaunch
from sources.launches import naming, prose, titles

_PREFIX = re.compile(r"^\s*(?:show|launch)\s+hn\s*[:–—-]\s*", re.IGNORECASE)
_BATCH = re.compile(r"\s*\(YC [A-Z]\d{2}\)", re.IGNORECASE)
_MAKING = re.compile(
    r"^(?:I|we)(?:'ve|’ve| have)?(?: just| finally)?"
    r" (?:made|built|created|developed|open-sourced)\s+",
    re.IGNORECASE,
)
# "Tarnfish filters long threads": one word, then what it does.
_DOING = re.compile(
    r"^([A-Z]\w+)\s+(?=(?:brings|builds|converts|creates|filters|finds|fixes|generates|gives|helps"
    r"|keeps|lets|makes|maps|reads|runs|shows|tells|tracks|translates|turns|watches|writes)\s)"
)

# What people show that is no tool. The first that fits is the reason.
SHOWN_OTHERWISE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), reason)
    for pattern, reason in (
        (r"\b(?:book|e-?book|novel|zine|newsletter issue)\b(?!mark)", "a book, not a tool"),
        (r"\b(?:competition|hackathon|contest)\b", "a competition, not a tool"),
        (r"\b\d+(?:\.\d+)?x\s+(?:faster|slower|speed-?up|smaller)\b.*\b(?:by|after|in|than)\b"
         r"|^\d+(?:\.\d+)?x\s+(?:speed-?up|faster)\b", "a measurement, not a tool"),
        (r"^(?:(?:an?|the)\s+)?(?:\w+\s+){0,2}(?:comparison|analysis|history|study)\s+of\b",
         "findings, not a tool"),
        (r"^(?:data|results|lessons|notes|findings|statistics)\s+(?:from|on|of)\b",
         "findings, not a tool"),
        (r"^(?:I|we)(?:'ve|’ve)?\s+(?!made|built|created|developed|open-sourced|have|just|finally)"
         r"\w+", "somebody's story, not a tool"),
        (r"^(?:how|why|what|when)\b.*\b(?:I|we|you|to)\b", "an article, not a tool"),
    )
)  # fmt: skip
_OLD = re.compile(
    r"\b(?:maintaining|running|working on \w+)\b.*\bsince (?:19|20)\d\d\b", re.IGNORECASE
)


def recognise(entry: Entry) -> Launch | NotALaunch:
    prefix = _PREFIX.match(entry.title)
    shown = _BATCH.sub("", entry.title[prefix.end() :]).strip() if prefix else ""
    if not shown:
        return NotALaunch("a story on Hacker News that shows no tool")
    if reason := _why_no_tool(shown):
        return NotALaunch(reason)
    if _OLD.search(shown):
        return NotALaunch("a tool that has been out for years", "update")
    return _launch(entry, *_name_and_tagline(shown, entry.link))


def _why_no_tool(shown: str) -> str:
    if titles.opens_with_gerund(shown):
        return "an article about doing something, not a tool"
    return next((reason for pattern, reason in SHOWN_OTHERWISE if pattern.search(shown)), "")


def _name_and_tagline(shown: str, link: str) -> tuple[str, str]:
    name, tagline = titles.named(shown)
    if name:
        return name, tagline
    if found := _DOING.match(shown):
        return found[1], shown[found.end() :]
    tagline = _MAKING.sub("", shown)
    return naming.from_address(link) or _described(tagline), tagline


def _described(tagline: str) -> str:
    """Where nothing names it, a tool goes by what it is until an editor knows better."""
    head = re.split(r"[,;(]|\s[–—-]\s", tagline, maxsplit=1)[0]
    return prose.clip(titles.tidy_name(re.sub(r"^(?:an?|the)\s+", "", head, flags=re.I)), 60)


def _launch(entry: Entry, name: str, tagline: str) -> Launch:
    paragraphs = prose.telling(entry.paragraphs, tagline, entry.title)
    return Launch(
        name=name,
        tagline=prose.clip(tagline, prose.TAGLINE),
        description=prose.description(paragraphs),
        url=entry.link,
        published=entry.published,
    )
