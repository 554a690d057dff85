"""Two tools -> cards, decision table, scorecard: every text of a comparison, ready to show."""

from digest.language import ENGLISH, Language, gettext_noop, ngettext_noop, pgettext_noop
from digest.model import (
    Card,
    Comparison,
    EntryPrice,
    Pair,
    PanelCall,
    Row,
    Scored,
    Tool,
    Verdict,
    Votes,
    initial,
)

NOT_REVIEWED = gettext_noop("Not reviewed yet")
NO_VOTES = gettext_noop("No community votes yet")
NOT_KNOWN = gettext_noop("Not known yet")
UNREVIEWED = "unreviewed"

ENTRY_WORDS = {
    EntryPrice.FREE: gettext_noop("Free"),
    EntryPrice.FREEMIUM: gettext_noop("Freemium"),
    EntryPrice.PAID: gettext_noop("Paid"),
}
CALL_WORDS = {
    PanelCall.SHIP: pgettext_noop("verdict", "ship"),
    PanelCall.SKIP: pgettext_noop("verdict", "skip"),
    PanelCall.SPLIT: pgettext_noop("verdict", "split"),
}
CALL_LABELS = {
    PanelCall.SHIP: pgettext_noop("verdict", "Ship"),
    PanelCall.SKIP: pgettext_noop("verdict", "Skip"),
    PanelCall.SPLIT: pgettext_noop("verdict", "Split"),
}
BOTH = {
    PanelCall.SHIP: gettext_noop("Both ship"),
    PanelCall.SKIP: gettext_noop("Both skip"),
    PanelCall.SPLIT: gettext_noop("Both split"),
}
BOTH_TALLIES = {
    PanelCall.SHIP: gettext_noop(
        "Both clear the panel: %(tally_a)s for %(a)s, %(tally_b)s for %(b)s."
    ),
    PanelCall.SKIP: gettext_noop(
        "Both fail the panel: %(tally_a)s for %(a)s, %(tally_b)s for %(b)s."
    ),
    PanelCall.SPLIT: gettext_noop(
        "Both split the panel: %(tally_a)s for %(a)s, %(tally_b)s for %(b)s."
    ),
}


def compare(pair: Pair, language: Language = ENGLISH) -> Comparison:
    """The side-by-side of a pair as its two tools stand now."""
    a, b = card(pair.challenger, language), card(pair.incumbent, language)
    outcome, tone = outcome_of(a, b, language)
    return Comparison(
        slug=pair.slug,
        title=language.gettext("%(a)s vs %(b)s", a=a.name, b=b.name),
        category=a.category or b.category,
        a=a,
        b=b,
        rows=decision_table(pair.challenger, pair.incumbent, language),
        scorecard=scorecard(pair.challenger, pair.incumbent),
        outcome=outcome,
        tone=tone,
        takeaway=takeaway(a, b, language),
        why=pair.why.sentence,
        published_at=pair.published_at,
        updated_at=pair.updated_at,
    )


def card(tool: Tool, language: Language = ENGLISH) -> Card:
    return Card(
        name=tool.name,
        slug=tool.slug,
        initial=initial(tool.name),
        category=tool.category,
        tagline=tool.tagline,
        description=tool.description,
        url=tool.url,
        entry=language.gettext(ENTRY_WORDS[tool.entry] if tool.entry else NOT_KNOWN),
        community=_share_of_ship(tool.votes, language),
        verdict=tool.verdict,
        reviews=tool.reviews,
        votes=tool.votes,
    )


def _share_of_ship(votes: Votes, language: Language) -> str:
    if not votes.total:
        return language.gettext("No votes yet")
    return language.gettext("%(percent)s ship", percent=language.percent(votes.percent_ship))


def decision_table(a: Tool, b: Tool, language: Language = ENGLISH) -> tuple[Row, ...]:
    """One row a criterion; the panel's verdict is the first."""
    unknown = language.gettext(NOT_KNOWN)
    return (
        Row(
            language.gettext("Panel verdict"),
            panel_words(a.verdict, language),
            panel_words(b.verdict, language),
        ),
        Row(
            language.gettext("Community"),
            votes_words(a.votes, language),
            votes_words(b.votes, language),
        ),
        Row(language.gettext("Pricing"), a.pricing or unknown, b.pricing or unknown),
        Row(
            language.gettext("Best for"),
            a.best_for or a.tagline or unknown,
            b.best_for or b.tagline or unknown,
        ),
        Row(language.gettext("Category"), a.category or unknown, b.category or unknown),
    )


def panel_words(verdict: Verdict | None, language: Language = ENGLISH) -> str:
    if verdict is None:
        return language.gettext(NOT_REVIEWED)
    return language.gettext(
        "%(call)s · %(ships)s ship / %(skips)s skip",
        call=_label(verdict, language),
        ships=verdict.ships,
        skips=verdict.skips,
    )


def votes_words(votes: Votes, language: Language = ENGLISH) -> str:
    if not votes.total:
        return language.gettext(NO_VOTES)
    ships, skips = language.number(votes.ship), language.number(votes.skip)
    return language.gettext("%(ships)s ship / %(skips)s skip", ships=ships, skips=skips)


def scorecard(a: Tool, b: Tool) -> tuple[Scored, ...]:
    """Each reviewer once: in the order of the challenger's reviews, then the incumbent's others."""
    ours = {review.reviewer: review for review in a.reviews}
    theirs = {review.reviewer: review for review in b.reviews}
    return tuple(Scored(name, ours.get(name), theirs.get(name)) for name in {**ours, **theirs})


def outcome_of(a: Card, b: Card, language: Language = ENGLISH) -> tuple[str, str]:
    """The chip over a comparison and its tone: ("Both ship", "ship"), ("Ship / Skip", "split")."""
    if a.verdict is None and b.verdict is None:
        return language.gettext(NOT_REVIEWED), UNREVIEWED
    new = language.pgettext("verdict", "New")
    words = " / ".join(_label(one.verdict, language) if one.verdict else new for one in (a, b))
    if a.verdict is None or b.verdict is None:
        return words, UNREVIEWED
    if a.verdict.call == b.verdict.call:
        return language.gettext(BOTH[a.verdict.call]), a.verdict.call.value
    return words, PanelCall.SPLIT.value


def takeaway(a: Card, b: Card, language: Language = ENGLISH) -> str:
    """One or two sentences from the facts alone; an editor may write a better one."""
    if a.verdict is None or b.verdict is None:
        return _unreviewed_takeaway(a, b, language)
    sides = (a, a.verdict, b, b.verdict, language)
    return f"{_calls(*sides)} {_scores(*sides)}"


def _calls(a: Card, ours: Verdict, b: Card, theirs: Verdict, language: Language) -> str:
    message = (
        BOTH_TALLIES[ours.call]
        if ours.call == theirs.call
        else gettext_noop("%(a)s is a %(tally_a)s, %(b)s a %(tally_b)s.")
    )
    tallies = {"tally_a": _tally(ours, language), "tally_b": _tally(theirs, language)}
    return language.gettext(message, a=a.name, b=b.name, **tallies)


EVEN = {
    False: gettext_noop("The panel scores both %(average)s on average."),
    True: gettext_noop(
        "The panel scores both %(average)s on average; to start, it is %(mine)s against %(theirs)s."
    ),
}
LEADS = {
    False: ngettext_noop(
        "%(name)s leads by %(num)s point on average.",
        "%(name)s leads by %(num)s points on average.",
    ),
    True: ngettext_noop(
        "%(name)s leads by %(num)s point on average; to start, it is %(mine)s against %(theirs)s.",
        "%(name)s leads by %(num)s points on average; to start, it is %(mine)s against %(theirs)s.",
    ),
}
"""The panel's averages in a sentence, with and without what it costs to start."""


def _scores(a: Card, ours: Verdict, b: Card, theirs: Verdict, language: Language) -> str:
    ahead, behind = (a, b) if ours.average >= theirs.average else (b, a)
    gap, contrast = abs(ours.average - theirs.average), _differ_in_price(a, b, language)
    prices = {"mine": ahead.entry.lower(), "theirs": behind.entry.lower()}
    if not gap:
        return language.gettext(EVEN[contrast], average=ours.average, **prices)
    return language.ngettext(*LEADS[contrast], gap, name=ahead.name, **prices)


def _differ_in_price(ahead: Card, behind: Card, language: Language) -> bool:
    known = {language.gettext(words) for words in ENTRY_WORDS.values()}
    return ahead.entry != behind.entry and {ahead.entry, behind.entry} <= known


def _label(verdict: Verdict, language: Language) -> str:
    return language.pgettext("verdict", CALL_LABELS[verdict.call])


def _tally(verdict: Verdict, language: Language) -> str:
    high, low = max(verdict.ships, verdict.skips), min(verdict.ships, verdict.skips)
    call = language.pgettext("verdict", CALL_WORDS[verdict.call])
    return language.gettext(
        "%(high)s\N{NON-BREAKING HYPHEN}%(low)s %(call)s", high=high, low=low, call=call
    )


def _unreviewed_takeaway(a: Card, b: Card, language: Language) -> str:
    known = a.verdict or b.verdict
    if known is None:
        message = gettext_noop("Neither %(a)s nor %(b)s has been before the panel yet.")
        return language.gettext(message, a=a.name, b=b.name)
    new, old = (b, a) if a.verdict else (a, b)
    return language.gettext(
        "%(new)s is new and not reviewed yet. "
        "The one to beat is %(old)s: %(tally)s, %(average)s on average.",
        new=new.name,
        old=old.name,
        tally=_tally(known, language),
        average=known.average,
    )
