"""Give each new launch its head-to-head with a tool that holds a verdict."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.engine import Sessions, reading
from db.store import comparisons, launches
from db.store import tools as tool_store
from digest.jobs.describe import describe
from digest.model import Launch, LaunchState, Pair, Tool, Why
from digest.pairing.matching import Candidate, category_of, choose, rank, why, why_none
from digest.pairing.naming import announced, pair_slug
from digest.pairing.pool import Pool
from digest.ports import Clock, Fetch

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
    due: bool = False,
    tell: Callable[[Paired], None] = lambda _: None,
) -> list[Paired]:
    """Pair every open launch, oldest first; one report a launch. A launch is one transaction.

    A name alone says too little, so the pages of launches that brought no more are read before.
    Those an opponent was looked for in vain are only tried again, when `due`, if a verdict came
    since or a day went by.
    """
    describe(sessions, fetch, clock)
    with reading(sessions) as session:
        since = _worth_trying_again(session, clock()) if due else None
        waiting = launches.open_launches(session, since)
        tools = tool_store.tools(session)
    bench = Bench(tools)
    reports = []
    for launch in waiting:
        with sessions.begin() as session:
            report = _pair_one(session, launch, bench, clock())
        bench.learn(report.pair)
        tell(report)
        reports.append(report)
    return reports


def _worth_trying_again(session: Session, now: datetime) -> datetime:
    """What was tried at this moment or before may have an opponent by now."""
    newest = tool_store.newest_verdict(session)
    return max(newest, now - AGAIN) if newest else now - AGAIN


class Bench:
    """The tools a run works with, read once and kept up to date as it adds some."""

    def __init__(self, tools: Iterable[Tool]) -> None:
        self.tools = {tool.slug: tool for tool in tools}
        self.pool = Pool([tool for tool in self.tools.values() if tool.verdict])

    def learn(self, pair: Pair | None) -> None:
        if pair:
            self.tools[pair.challenger.slug] = pair.challenger


def candidates(sessions: Sessions, number: int) -> tuple[Launch, tuple[Candidate, ...]]:
    """A launch and all its ranked opponents, for an editor who asks why."""
    with reading(sessions) as session:
        launch = launches.launch(session, number)
        bench = Bench(tool_store.tools(session))
    return launch, rank(announced(launch, bench.tools), bench.pool)


def _pair_one(session: Session, launch: Launch, bench: Bench, now: datetime) -> Paired:
    challenger = announced(launch, bench.tools)
    if challenger.id in comparisons.challengers(session):
        reason = f"{challenger.name} has its comparison already"
        return _settled(session, launch, LaunchState.KNOWN, challenger.id, reason)
    ranked = rank(challenger, bench.pool)
    choice = choose(ranked, comparisons.uses(session, now - RECENT))
    if choice is None:
        launches.note_tried(session, launch.id, now)
        return _settled(session, launch, LaunchState.UNMATCHED, None, why_none(ranked))
    if comparisons.pair_of(session, challenger.slug, choice.tool.slug):
        reason = f"{challenger.name} and {choice.tool.name} were compared already"
        return _settled(session, launch, LaunchState.KNOWN, challenger.id, reason)
    if not challenger.category:
        challenger = replace(challenger, category=category_of(challenger, ranked))
    made = _keep(session, launch, challenger, choice.tool, why(challenger, choice), now)
    return Paired(launch, LaunchState.PAIRED, made)


def _keep(
    session: Session, launch: Launch, challenger: Tool, incumbent: Tool, why: Why, now: datetime
) -> Pair:
    if not challenger.id:
        kept = tool_store.put_tool(session, challenger, now)
        challenger = replace(challenger, id=kept.id)
    made = Pair(
        slug=pair_slug(challenger, incumbent),
        challenger=challenger,
        incumbent=incumbent,
        why=why,
        published_at=now,
        updated_at=now,
    )
    comparisons.keep_pair(session, made, launch.id)
    launches.settle_launch(session, launch.id, LaunchState.PAIRED, tool=challenger.id)
    return made


def _settled(
    session: Session, launch: Launch, state: LaunchState, tool: int | None, reason: str
) -> Paired:
    launches.settle_launch(session, launch.id, state, tool=tool, reason=reason)
    return Paired(launch, state, reason=reason)
