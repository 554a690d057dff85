"""Why two tools are read against each other: one sentence for readers, the evidence for editors."""

from collections.abc import Collection, Mapping, Sequence

from digest.language import ENGLISH, Language, gettext_noop
from digest.model import Tool, Why
from digest.pairing.matching import Candidate
from digest.pairing.vocabulary import HOLLOW_TERMS, shared_phrases, stems, terms

MOST_PHRASES = 3


def why(challenger: Tool, candidate: Candidate, ranker: str, language: Language = ENGLISH) -> Why:
    """One sentence from what both texts say, and the numbers behind the choice."""
    return Why(
        sentence=_sentence(challenger, candidate, language),
        evidence=_evidence(candidate),
        ranker=ranker,
        score=candidate.score,
    )


def why_version(challenger: Tool, older: Tool, language: Language = ENGLISH) -> Why:
    """Why a new version is read against the tool it follows."""
    message = gettext_noop("%(new)s is a new version of %(old)s, on which our verdict stands.")
    sentence = language.gettext(message, new=challenger.name, old=older.name)
    return Why(sentence=sentence, evidence=("the names differ by a release",), ranker="version")


def _sentence(challenger: Tool, candidate: Candidate, language: Language) -> str:
    said = language.listing(_telling_phrases(challenger, candidate))
    category = candidate.tool.category
    if challenger.category.casefold() != category.casefold():
        category = ""
    match (category, said):
        case ("", ""):
            message = gettext_noop("%(name)s is the nearest tool with a verdict.")
        case ("", _):
            message = gettext_noop("Both mention %(said)s.")
        case (_, ""):
            message = gettext_noop("Both are in %(category)s.")
        case _:
            message = gettext_noop("Both are in %(category)s and mention %(said)s.")
    return language.gettext(message, name=candidate.tool.name, category=category, said=said)


def _telling_phrases(challenger: Tool, candidate: Candidate) -> list[str]:
    """The rarest shared phrases in the order of the text, no term twice.

    Names tell nothing, unless they are all that is shared; hollow words, only beside others.
    """
    weight = {term: -place for place, term in enumerate(stems(candidate.shared))}
    untold = set(terms(candidate.tool.category))
    named = set(terms(f"{challenger.name} {candidate.tool.name}"))
    found = _phrases(challenger, candidate, weight.keys() - untold - named) or _phrases(
        challenger, candidate, weight.keys() - untold
    )
    chosen: dict[str, tuple[str, ...]] = {}
    for phrase in sorted(found, key=lambda phrase: _rarity(found[phrase], weight), reverse=True):
        told = {term for chosen_terms in chosen.values() for term in chosen_terms}
        if len(chosen) < MOST_PHRASES and not told.intersection(found[phrase]):
            chosen[phrase] = found[phrase]
    return [phrase for phrase in found if phrase in chosen]


def _phrases(
    challenger: Tool, candidate: Candidate, among: Collection[str]
) -> dict[str, tuple[str, ...]]:
    found = shared_phrases(_prose(challenger), _prose(candidate.tool), among)
    return {phrase: said for phrase, said in found.items() if not HOLLOW_TERMS.issuperset(said)}


def _rarity(phrase: Sequence[str], weight: Mapping[str, int]) -> tuple[int, int]:
    return max(weight[term] for term in phrase), len(phrase)


def _prose(tool: Tool) -> str:
    return ". ".join((tool.tagline, tool.description, tool.best_for))


def _evidence(candidate: Candidate) -> tuple[str, ...]:
    agrees = ", named for both" if candidate.category_agrees else ""
    return (
        f"shared: {', '.join(candidate.shared) or 'nothing'}",
        f"category: {candidate.tool.category or 'none'}{agrees}",
        *(f"{name} {value}" for name, value in components(candidate).items()),
    )


def components(candidate: Candidate) -> dict[str, str]:
    """Every number behind a candidate, by name, as an editor reads it."""
    cosine = "none" if candidate.cosine is None else f"{candidate.cosine:.2f}"
    return {
        "score": f"{candidate.score:.2f}",
        "confidence": f"{candidate.confidence:.2f}",
        "words": f"{candidate.words:+.2f}",
        "meaning": f"{candidate.meaning:+.2f}",
        "category pull": f"{candidate.category_pull:+.2f}",
        "bm25": f"{candidate.bm25:.2f}",
        "cosine": cosine,
        "closeness": f"{candidate.closeness:.2f}",
        "familiarity": f"{candidate.familiarity:.2f}",
    }
