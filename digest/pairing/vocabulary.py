"""Texts as terms: what two tools can be said to share."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from bm25s.stopwords import STOPWORDS_EN_PLUS
from Stemmer import Stemmer

from digest.model import Tool

STOP_WORDS = frozenset(STOPWORDS_EN_PLUS)

# Words that stand on any product's page. They still count in the ranking, where their
# frequency makes them light; a sentence about what two tools share would be hollow with them.
# fmt: off
_HOLLOW_WORDS = (
    "ai", "allow", "already", "also", "app", "artificial", "based", "best", "better", "build",
    "built", "create", "designed", "easily", "easy", "effortlessly", "enable", "every", "fast",
    "faster", "first", "free", "generate", "get", "help", "high", "highly", "include",
    "intelligence", "let", "like", "made", "make", "many", "model", "need", "new", "offer", "one",
    "outside", "own", "people", "platform", "powered", "powerful", "provide", "quick", "quickly",
    "right", "run", "simple", "simply", "software", "solve", "start", "support", "thing", "time",
    "tool", "turn", "use", "user", "various", "way", "without", "work",
)
# fmt: on

_WORD = re.compile(r"\w\w+")
_CLITIC = re.compile(r"'(?:s|t|re|ve|ll|d|m)\b", re.IGNORECASE)
_WITHIN_A_PHRASE = re.compile(r"[ -]")
_SENTENCE_START = re.compile(r"(?:^|[.!?:]\s+)(?=\w)")


def text_of(tool: Tool) -> str:
    """All that says what a tool is for; prices and reviews say how good it is."""
    parts = (tool.name, tool.tagline, tool.description, tool.category, tool.best_for)
    return ". ".join(part for part in parts if part)


def meaning_of(tool: Tool) -> str:
    """What is encoded of a tool: not its category, which an editor may change."""
    said = ". ".join(part for part in (tool.tagline, tool.description, tool.best_for) if part)
    return f"{tool.name}: {said or tool.name}"


def terms(text: str) -> list[str]:
    """The stems of a text's words without stop words, in order, as often as they stand there."""
    return [placed.term for placed in _placed(_normal(text))]


def spellings(text: str) -> dict[str, str]:
    """For each term of a text, the word that first stands for it there, lower-cased."""
    normal = _normal(text)
    first: dict[str, str] = {}
    for term, start, end in _placed(normal):
        first.setdefault(term, normal[start:end].lower())
    return first


def stems(words: Iterable[str]) -> list[str]:
    # PyStemmer's objects are not thread-safe, and a new one costs two microseconds.
    stemmed: list[str] = Stemmer("english").stemWords([word.lower() for word in words])
    return stemmed


HOLLOW_TERMS = frozenset(stems(_HOLLOW_WORDS))


def shared_phrases(text: str, other: str, among: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The longest runs of given terms that stand alike in both texts: phrase -> its terms.

    A phrase is spelled as in `text`, without the capital that only begins a sentence.
    """
    normal = _normal(text)
    in_other = {(a.term, b.term) for a, b in _neighbours(_normal(other))}
    starts = {match.end() for match in _SENTENCE_START.finditer(normal)}
    phrases: dict[str, tuple[str, ...]] = {}
    for run in _runs(normal, in_other, among):
        phrase = normal[run[0].start : run[-1].end]
        if run[0].start in starts and phrase[1:2].islower():
            phrase = phrase[0].lower() + phrase[1:]
        phrases.setdefault(phrase, tuple(placed.term for placed in run))
    return phrases


class _Placed(NamedTuple):
    """A term, and where its word starts and ends."""

    term: str
    start: int
    end: int


def _runs(
    normal: str, in_other: set[tuple[str, str]], among: Collection[str]
) -> Iterator[list[_Placed]]:
    together = {(a.start, b.start) for a, b in _neighbours(normal) if (a.term, b.term) in in_other}
    run: list[_Placed] = []
    for placed in _placed(normal):
        if placed.term not in among:
            continue
        if run and (run[-1].start, placed.start) not in together:
            yield run
            run = []
        run.append(placed)
    if run:
        yield run


def _neighbours(normal: str) -> Iterator[tuple[_Placed, _Placed]]:
    """Terms that only a blank or a hyphen parts."""
    for a, b in pairwise(_placed(normal)):
        if _WITHIN_A_PHRASE.fullmatch(normal, a.end, b.start):
            yield a, b


def _placed(normal: str) -> list[_Placed]:
    found = [m for m in _WORD.finditer(normal) if m[0].lower() not in STOP_WORDS]
    stemmed = stems(match[0] for match in found)
    return [_Placed(stem, *match.span()) for stem, match in zip(stemmed, found, strict=True)]


def _normal(text: str) -> str:
    return _CLITIC.sub("", unicodedata.normalize("NFKC", text).replace("’", "'"))
