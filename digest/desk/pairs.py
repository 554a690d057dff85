"""An editor's own choice of a head-to-head."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from db.engine import Sessions
from db.store import comparisons, launches
from db.store import tools as store
from digest.errors import NotAllowedError
from digest.model import LaunchState, Pair, Tool, Why
from digest.pairing.naming import announced, pair_slug
from digest.ports import Clock

CHOSEN = "Our editors chose to read these two against each other."


def compare_tools(sessions: Sessions, clock: Clock, a: str, b: str) -> Pair:
    """Compare two tools by slug or exact name; raises NotAllowedError when they were already."""
    with sessions.begin() as session:
        challenger, incumbent = store.tool(session, a), store.tool(session, b)
        return _keep(session, clock(), challenger, incumbent, None)


def pair_launch(sessions: Sessions, clock: Clock, number: int, name: str) -> Pair:
    """Compare a launch with the tool an editor names."""
    with sessions.begin() as session:
        launch = launches.launch(session, number)
        incumbent = store.tool(session, name)
        tools = {tool.slug: tool for tool in store.tools(session)}
        pair = _keep(session, clock(), announced(launch, tools), incumbent, number)
        launches.settle_launch(session, number, LaunchState.PAIRED, tool=pair.challenger.id)
        return pair


def _keep(
    session: Session, now: datetime, challenger: Tool, incumbent: Tool, launch: int | None
) -> Pair:
    act = f"compare {challenger.name} with {incumbent.name}"
    if challenger.slug == incumbent.slug:
        raise NotAllowedError(act, ("a tool is not compared with itself",))
    if known := comparisons.pair_of(session, challenger.slug, incumbent.slug):
        raise NotAllowedError(act, (f"they are already, as {known.slug}",))
    if challenger.id:
        store.fill_tool(session, challenger)
    else:
        challenger = replace(challenger, id=store.put_tool(session, challenger, now).id)
    pair = Pair(
        slug=pair_slug(challenger, incumbent),
        challenger=challenger,
        incumbent=incumbent,
        why=Why(sentence=CHOSEN, ranker="editor"),
        published_at=now,
        updated_at=now,
    )
    comparisons.keep_pair(session, pair, launch)
    return pair
