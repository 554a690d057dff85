"""Two tools -> cards, decision table, scorecard: every text of a comparison, ready to show."""

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

NOT_REVIEWED = "Not reviewed yet"
NO_VOTES = "No community votes yet"
NOT_KNOWN = "Not known yet"
UNREVIEWED = "unreviewed"

ENTRY_WORDS = {EntryPrice.FREE: "Free", EntryPrice.FREEMIUM: "Freemium", EntryPrice.PAID: "Paid"}


def compare(pair: Pair) -> Comparison:
    """The side-by-side of a pair as its two tools stand now."""
    a, b = card(pair.challenger), card(pair.incumbent)
    outcome, tone = outcome_of(a, b)
    return Comparison(
        slug=pair.slug,
        title=f"{a.name} vs {b.name}",
        category=a.category or b.category,
        a=a,
        b=b,
        rows=decision_table(pair.challenger, pair.incumbent),
        scorecard=scorecard(pair.challenger, pair.incumbent),
        outcome=outcome,
        tone=tone,
        takeaway=takeaway(a, b),
        why=pair.why.sentence,
        published_at=pair.published_at,
        updated_at=pair.updated_at,
    )


def card(tool: Tool) -> Card:
    return Card(
        name=tool.name,
        slug=tool.slug,
        initial=initial(tool.name),
        category=tool.category,
        tagline=tool.tagline,
        description=tool.description,
        url=tool.url,
        entry=ENTRY_WORDS[tool.entry] if tool.entry else NOT_KNOWN,
        community=f"{tool.votes.percent_ship}% ship" if tool.votes.total else "No votes yet",
        verdict=tool.verdict,
        reviews=tool.reviews,
        votes=tool.votes,
    )


def decision_table(a: Tool, b: Tool) -> tuple[Row, ...]:
    return (
        Row("Panel verdict", panel_words(a.verdict), panel_words(b.verdict)),
        Row("Community", votes_words(a.votes), votes_words(b.votes)),
        Row("Pricing", a.pricing or NOT_KNOWN, b.pricing or NOT_KNOWN),
        Row("Best for", a.best_for or a.tagline or NOT_KNOWN, b.best_for or b.tagline or NOT_KNOWN),
        Row("Category", a.category or NOT_KNOWN, b.category or NOT_KNOWN),
    )


def panel_words(verdict: Verdict | None) -> str:
    if verdict is None:
        return NOT_REVIEWED
    return f"{verdict.call.capitalize()} · {verdict.ships} ship / {verdict.skips} skip"


def votes_words(votes: Votes) -> str:
    return f"{votes.ship:,} ship / {votes.skip:,} skip" if votes.total else NO_VOTES


def scorecard(a: Tool, b: Tool) -> tuple[Scored, ...]:
    """Each reviewer once: in the order of the challenger's reviews, then the incumbent's others."""
    ours = {review.reviewer: review for review in a.reviews}
    theirs = {review.reviewer: review for review in b.reviews}
    return tuple(Scored(name, ours.get(name), theirs.get(name)) for name in {**ours, **theirs})


def outcome_of(a: Card, b: Card) -> tuple[str, str]:
    """The chip over a comparison and its tone: ("Both ship", "ship"), ("Ship / Skip", "split")."""
    if a.verdict is None and b.verdict is None:
        return NOT_REVIEWED, UNREVIEWED
    if a.verdict is None or b.verdict is None:
        words = [c.verdict.call.capitalize() if c.verdict else "New" for c in (a, b)]
        return " / ".join(words), UNREVIEWED
    ours, theirs = a.verdict.call, b.verdict.call
    if ours == theirs:
        return f"Both {ours.value}", ours.value
    return f"{ours.capitalize()} / {theirs.capitalize()}", PanelCall.SPLIT.value


def takeaway(a: Card, b: Card) -> str:
    """One or two sentences from the facts alone; an editor may write a better one."""
    if a.verdict is None or b.verdict is None:
        return _unreviewed_takeaway(a, b)
    ahead, behind = (a, b) if a.verdict.average >= b.verdict.average else (b, a)
    gap = abs(a.verdict.average - b.verdict.average)
    lead = (
        f"The panel scores both {a.verdict.average} on average"
        if gap == 0
        else f"{ahead.name} leads by {gap} {'point' if gap == 1 else 'points'} on average"
    )
    return f"{_calls(a, b)} {lead}{_price_contrast(ahead, behind)}."


def _calls(a: Card, b: Card) -> str:
    assert a.verdict
    assert b.verdict
    if a.verdict.call == b.verdict.call:
        word = {"ship": "clear the panel", "skip": "fail the panel", "split": "split the panel"}
        return (
            f"Both {word[a.verdict.call.value]}: "
            f"{_tally(a.verdict)} for {a.name}, {_tally(b.verdict)} for {b.name}."
        )
    return f"{a.name} is a {_tally(a.verdict)}, {b.name} a {_tally(b.verdict)}."


def _tally(verdict: Verdict) -> str:
    high, low = max(verdict.ships, verdict.skips), min(verdict.ships, verdict.skips)
    return f"{high}\N{NON-BREAKING HYPHEN}{low} {verdict.call.value}"


def _price_contrast(ahead: Card, behind: Card) -> str:
    known = ENTRY_WORDS.values()
    if ahead.entry == behind.entry or ahead.entry not in known or behind.entry not in known:
        return ""
    return f"; to start, it is {ahead.entry.lower()} against {behind.entry.lower()}"


def _unreviewed_takeaway(a: Card, b: Card) -> str:
    if a.verdict is None and b.verdict is None:
        return f"Neither {a.name} nor {b.name} has been before the panel yet."
    new, known = (a, b) if a.verdict is None else (b, a)
    assert known.verdict
    return (
        f"{new.name} is new and not reviewed yet. The one to beat is {known.name}: "
        f"{_tally(known.verdict)}, {known.verdict.average} on average."
    )
