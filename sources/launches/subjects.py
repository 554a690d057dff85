"""What a blog post is about when it launches nothing. Tables: the first pattern that fits."""

import re
from collections.abc import Iterable

from sources.launches import titles

Subjects = tuple[tuple[re.Pattern[str], str], ...]


def _table(*rows: tuple[str, str]) -> Subjects:
    return tuple((re.compile(pattern, re.IGNORECASE), reason) for pattern, reason in rows)


# How no launch is worded.
SHAPES = _table(
    (r"\?$", "a question, not a tool"),
    (r"^(?:how|why|what|when|where|who|whose)(?:'s|’s)?\b", "an article, not a tool"),
    (r"^(?:inside|behind|beyond|from|toward|towards|lessons|journey|rethinking)\b", "an article"),
    (r":\s*(?:how|why|what|when|lessons|an? (?:better|new) way)\b", "an article, not a tool"),
    (r"\b(?:from scratch|step[- ]by[- ]step|tutorial|deep dive|explained|best practices|primer)\b"
     r"|\b(?:guide|introduction to)\b", "a tutorial"),
    (r"^(?:the\s+|top\s+)?\d+\+?\s+(?:\w+\s+){0,2}?(?:reasons|ways|things|tips|tools|lessons|steps"
     r"|ideas|examples|questions|trends|mistakes)\b|^(?:best|top)\s.*\b\d+\b", "a list of things"),
    (r"^(?:training|fine-tuning|using|building|designing|exploring|improving|understanding|scaling"
     r"|supporting|making|optimizing|accelerating|running|deploying|protecting|expanding)\b",
     "an article about doing something"),
)  # fmt: skip

# What a title is about, told before its colon or dash: behind it a tool may be for just that.
TOPICS = _table(
    (r"\b(?:pricing|price (?:cut|change)s?|billing|subscription plans?)\b", "about prices"),
    (r"\b(?:partner(?:s|ed|ing|ships?)?|collaborat\w+|alliance|teams? up|joins? forces)\b",
     "about a partnership"),
    (r"\b(?:program(?:me)?|fellowships?|residency|institute|council|advisory board|sponsors?"
     r"|grants?|scholarships?|foundation$|accelerator|cohort|academy)\b",
     "about a programme, not a tool"),
    (r"\b(?:raises|raised|funding|series [a-f]|seed round|valuation|invests?|investment|ipo)\b"
     r"|\$\s?\d+(?:\.\d+)?\s?(?:m|b|k|million|billion)\b", "about money"),
    (r"\b(?:joins|joined|joining|appoint\w*|hires|hired|hiring|welcomes|ambassador"
     r"|new (?:ceo|cto|cfo)|acquires?|acquired|acquisition|acquiring|office)\b",
     "about people"),
    (r"\b(?:benchmarks?|benchmarking|leaderboards?|evaluating)\b"
     r"|(?-i:\b\w*[A-Za-z]-?Bench\b)", "a benchmark"),
    (r"\b(?:webinar|conference|meetup|summit|hackathon|competition|contest|community event|course"
     r"|workshop|keynote|recap|highlights|awards?)\b", "about an event"),
    (r"\b(?:case study|customer (?:story|stories)|success story|year in review|anniversary"
     r"|milestones?|survey|(?:model|system) card|showcase|birthday|report"
     r"|economic index|manifesto|vision for)\b", "a report"),
    (r"\b(?:polic(?:y|ies)|terms of service|safeguards|statement|post-?mortem|incident|outage"
     r"|lawsuit|regulation|compliance|constitution)\b", "about rules and incidents"),
)  # fmt: skip

# A tool that is out already: a version, a place where it is offered, a feature, a better part.
OLD_TOOL = _table(
    (r"\b(?:available|live|supported|landing|lands|shipping)\s+(?:now\s+)?(?:in|on|inside|through|via"
     r"|within|across)\s+(?!(?:an?\s+)?(?:public|open|private|early|limited|research|beta|alpha"
     r"|preview|general)\b)\S", "offered in another place"),
    (r"\bis now (?:free|faster|cheaper|powered|open to|even|in (?:all|every))\b|\bpowered by\b",
     "a change of a tool that is out"),
    (r"\b(?:improvements?|enhancements?|updates?|updating|changelog|release notes|what(?:'|’)?s new"
     r"|new features?|new in|upgrade(?:s|d)?|deprecat\w+|migrat\w+)\b", "an update of a tool"),
    (r"\b(?:wave|part|chapter|episode|vol(?:ume)?\.?|week|day|edition|season)\s+\d+\b|^changelist\b"
     r"|\beol\b|\bend of life\b", "one of a series"),
    (r"\b\d+(?:\.\d+)+\b.*\b(?:release|released|is out|changes)\b"
     r"|\breleased?[.!]?$", "a new version"),
    (r"\b\d+(?:\.\d+)+:\s+(?:introducing|new|now|meet)\b", "a new version"),
    (r"\b(?:introducing|announcing)\s+(?:a (?:new )?way to|(?:(?:our|your|the) )?(?:new|next)\b"
     r"|more|better|support|faster|improved)\b|^[^:–—]*(?:'|’)s new\b", "a new feature of a tool"),
    (r"^(?:the )?new\b|\bnext generation of\b", "a new part of a tool"),
    (r"\bavailable to (?:all|any|every\w*|more|pro|plus|free|teams|enterprises?)\b",
     "offered to more people"),
    (r"^welcome\s.+\sto (?:the|our)\b", "a tool that came to another place"),
    (r"\((?:experimental|beta|preview|alpha)\)$", "a feature on trial"),
    (r"\b(?:comes? to|now supports?|support (?:for|in)|integrat(?:es|ion|ions|ing)"
     r"|arrives? (?:in|on))\b",
     "an addition to a tool"),
    (r"^(?!introducing|announcing|meet|welcome)[^:–—]+\s(?:on|in)\s+[A-Z][^:–—]*$",
     "offered in another place"),
)  # fmt: skip

_WEIGHING = re.compile(
    r"^(?:an?|the|our)\s+(?:[\w-]+\s+){0,5}?(?:benchmark|leaderboard)\b"
    r"|\b(?:is|as)\s+(?:an?|our)\s+(?:[\w-]+\s+){0,5}?(?:benchmark|leaderboard)\b",
    re.IGNORECASE,
)


def not_a_tool(title: str) -> str:
    """Why the title is about no tool at all; "" when it may be."""
    return _first(SHAPES, title) or _first(TOPICS, titles.halves(title)[0])


def old_tool(title: str) -> str:
    """Why the title is news of a tool that is out already; "" when it may be a new one."""
    return _first(OLD_TOOL, title)


def weighs_tools(tagline: str) -> bool:
    """Whether what was introduced is a benchmark by its own words."""
    return _WEIGHING.search(tagline) is not None


def _first(subjects: Iterable[tuple[re.Pattern[str], str]], title: str) -> str:
    return next((reason for pattern, reason in subjects if pattern.search(title)), "")
