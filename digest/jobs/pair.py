"""Give each new launch its head-to-head with a tool that holds a verdict."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from db.engine import Sessions, reading
from db.store import comparisons, launches
from db.store import tools as store
from digest.jobs.describe import describe
from digest.jobs.remember import remembering
from digest.language import ENGLISH, Language
from digest.model import Launch, LaunchState, Pair, Tool, Why
from digest.pairing import identity
from digest.pairing.choosing import MOST_USES, category_of, choose, why_none
from digest.pairing.matching import Candidate, rank
from digest.pairing.naming import announced, new_pair
from digest.pairing.near_names import near_misses
from digest.pairing.pool import Pool
from digest.pairing.saying import why, why_version
from digest.ports import Clock, Embed, Fetch

RECENT = timedelta(days=30)  # within which one tool is an opponent only so often
AGAIN = timedelta(days=1)  # until an opponent may be free that had its turns


@dataclass(frozen=True, slots=True)
class Paired:
    """What became of a launch: its pair, or the reason it has none."""

    launch: Launch
    state: LaunchState
    pair: Pair | None = None
    reason: str = ""


def pair(
    sessions: Sessions,
    fetch: Fetch,
    clock: Clock,
    *,
    embed: Embed | None = None,
    due: bool = False,
    language: Language = ENGLISH,
    tell: Callable[[Paired], None] = lambda _: None,
) -> list[Paired]:
    """Pair every open launch, oldest first; one report a launch. A launch is one transaction.

    A name alone says too little, so the pages of launches that brought no more are read before.
    Those an opponent was looked for in vain are only tried again, when `due`, if a verdict came
    since or a day went by. `language` is the one that the reasons for readers are written in.
    """
    describe(sessions, fetch, clock)
    with reading(sessions) as session:
        since = _worth_trying_again(session, clock()) if due else None
        waiting = launches.open_launches(session, since)
        tools = store.tools(session) if waiting else []
    bench = Bench(tools, remembering(embed, sessions, clock))
    reports = []
    for launch in waiting:
        asked = bench.question(launch)
        with sessions.begin() as session:
            report = _pair_one(session, asked, clock(), language)
        bench.learn(report.pair)
        tell(report)
        reports.append(report)
    return reports


def _worth_trying_again(session: Session, now: datetime) -> datetime:
    """What was tried at this moment or before may have an opponent by now."""
    newest = store.newest_verdict(session)
    return max(newest, now - AGAIN) if newest else now - AGAIN


class Question(NamedTuple):
    """All that is decided of a launch before a transaction opens: the tool it announces, the tools
    it may be under another spelling or a new version of, its rivals, and how these were ranked."""

    launch: Launch
    challenger: Tool
    unclear: tuple[Tool, ...]
    older: tuple[Tool, ...]
    ranked: tuple[Candidate, ...]
    ranker: str


class Bench:
    """The tools a run works with, read once and kept up to date as it adds some."""

    def __init__(self, tools: Iterable[Tool], embed: Embed | None) -> None:
        self.tools = {tool.slug: tool for tool in tools}
        self.pool = Pool(list(self.tools.values()), embed)

    def question(self, launch: Launch) -> Question:
        tools = self.tools.values()
        challenger = announced(launch, self.tools)
        older = tuple(identity.older_versions(launch.name, tools))
        return Question(
            launch=launch,
            challenger=challenger,
            unclear=self._unclear(launch, challenger, older),
            older=older,
            ranked=rank(challenger, self.pool),
            ranker=self.pool.ranker,
        )

    def _unclear(self, launch: Launch, challenger: Tool, older: Sequence[Tool]) -> tuple[Tool, ...]:
        """The tools that an editor must say the launch is, or is not."""
        if launch.confirmed or older:
            return ()
        if challenger.id:
            disagree = identity.makers_disagree(launch.url, challenger.url)
            return (challenger,) if disagree else ()
        return tuple(near_misses(launch.name, self.tools.values()))

    def learn(self, pair: Pair | None) -> None:
        if pair:
            self.tools[pair.challenger.slug] = pair.challenger


def candidates(
    sessions: Sessions, clock: Clock, number: int, embed: Embed | None = None
) -> tuple[Launch, tuple[Candidate, ...]]:
    """A launch and all its ranked opponents, for an editor who asks why."""
    with reading(sessions) as session:
        launch = launches.launch(session, number)
        tools = store.tools(session)
    bench = Bench(tools, remembering(embed, sessions, clock))
    return launch, rank(announced(launch, bench.tools), bench.pool)


def _pair_one(session: Session, asked: Question, now: datetime, language: Language) -> Paired:
    launch, challenger = asked.launch, asked.challenger
    if challenger.id in comparisons.challengers(session):
        reason = f"{challenger.name} has its comparison already"
        return _settled(session, launch, LaunchState.KNOWN, challenger.id, reason)
    if asked.unclear:
        return _settled(session, launch, LaunchState.UNCLEAR, None, _unclear(asked))
    for tool in asked.older if launch.state is LaunchState.NEW else ():
        store.want_review(session, tool.id, f"{launch.name} was launched (launch {launch.id})")
    choice = _choice(session, asked, now, language)
    if isinstance(choice, str):
        launches.note_tried(session, launch.id, now)
        return _settled(session, launch, LaunchState.UNMATCHED, None, choice)
    incumbent, said = choice
    if comparisons.pair_of(session, challenger.slug, incumbent.slug):
        reason = f"{challenger.name} and {incumbent.name} were compared already"
        return _settled(session, launch, LaunchState.KNOWN, challenger.id, reason)
    challenger = replace(challenger, category=category_of(challenger, asked.ranked))
    made = _keep(session, launch, challenger, incumbent, said, now)
    return Paired(launch, LaunchState.PAIRED, made)


def _choice(
    session: Session, asked: Question, now: datetime, language: Language
) -> tuple[Tool, Why] | str:
    """The opponent and why, or why there is none. A new version is read against the old one when
    nothing fits better."""
    uses = comparisons.uses(session, now - RECENT)
    best = choose(asked.ranked, uses)
    if best:
        category = category_of(asked.challenger, asked.ranked)
        challenger = replace(asked.challenger, category=category)
        return best.tool, why(challenger, best, asked.ranker, language)
    judged = next((tool for tool in asked.older if tool.verdict), None)
    if judged and judged.slug != asked.challenger.slug and uses[judged.slug] < MOST_USES:
        return judged, why_version(asked.challenger, judged, language)
    return why_none(asked.challenger, asked.ranked, uses)


def _unclear(asked: Question) -> str:
    names = " or ".join(tool.name for tool in asked.unclear[:3])
    return f"is it {names}? `digest launches same {asked.launch.id} TOOL`, or confirm it is another"


def _keep(
    session: Session, launch: Launch, challenger: Tool, incumbent: Tool, why: Why, now: datetime
) -> Pair:
    made = new_pair(store.hold_tool(session, challenger, now), incumbent, why, now)
    comparisons.keep_pair(session, made, launch.id)
    launches.settle_launch(session, launch.id, LaunchState.PAIRED, tool=made.challenger.id)
    return made


def _settled(
    session: Session, launch: Launch, state: LaunchState, tool: int | None, reason: str
) -> Paired:
    launches.settle_launch(session, launch.id, state, tool=tool, reason=reason)
    return Paired(launch, state, reason=reason)
