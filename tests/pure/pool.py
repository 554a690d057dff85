"""A small pool, launches that meet it, and candidates: what the tests of pairing share."""

from typing import Any

from digest.model import Tool
from digest.pairing.matching import Candidate
from tests.makers import a_tool


def told(name: str, tagline: str, category: str = "", **fields: Any) -> Tool:
    """A judged tool of which only the tagline is told."""
    bare = {"description": "", "best_for": "", "tagline": tagline, "category": category}
    return a_tool(name, **(bare | fields))


def launched(name: str, tagline: str, category: str = "", **fields: Any) -> Tool:
    return told(name, tagline, category, reviews=(), entry=None, **fields)


def a_candidate(tool: Tool, **fields: Any) -> Candidate:
    """A candidate that may be published."""
    return Candidate(tool=tool, **({"score": 10.0, "confidence": 0.6} | fields))


CALLS = told("Callwise", "Transcribes phone calls in real-time and summarises them", "Voice")
DUBBING = told("Dubline", "Dubs videos into forty languages with a cloned voice", "Voice")
NOTES = told("Relnote", "Drafts release notes from merged changes", "Writing")
GRAMMAR = told("Commafix", "Corrects grammar and style in emails and essays", "Writing")
SEARCH = told("Vectorbay", "Vector database for semantic search over documents", "Search")
REVIEW = told("Diffsage", "Reviews pull requests and points out bugs in code", "Code")
POOL = (CALLS, DUBBING, NOTES, GRAMMAR, SEARCH, REVIEW)

MEETINGS = launched("Earmark", "Real-time transcription of meetings and calls")
HIKING = launched("Trailpost", "Offline hiking maps with water sources and campsites")
