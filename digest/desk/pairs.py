"""An editor's own choice of a head-to-head."""

from datetime import datetime

from sqlalchemy.orm import Session

from db.engine import Sessions
from db.store import comparisons, launches
from db.store import tools as store
from digest.errors import NotAllowedError
from digest.language import ENGLISH, Language, gettext_noop
from digest.model import LaunchState, Pair, Tool, Why
from digest.pairing.naming import announced, new_pair
from digest.ports import Clock

CHOSEN = gettext_noop("Our editors chose to read these two against each other.")


def compare_tools(
    sessions: Sessions, clock: Clock, a: str, b: str, language: Language = ENGLISH
) -> Pair:
    """Compare two tools by slug or exact name; raises NotAllowedError when they were already."""
    with sessions.begin() as session:
        challenger, incumbent = store.tool(session, a), store.tool(session, b)
        return pair_of_tools(session, clock(), challenger, incumbent, language)


def pair_launch(
    sessions: Sessions, clock: Clock, number: int, name: str, language: Language = ENGLISH
) -> Pair:
    """Compare a launch with the tool an editor names."""
    with sessions.begin() as session:
        launch = launches.launch(session, number)
        incumbent = store.tool(session, name)
        tools = {tool.slug: tool for tool in store.tools(session)}
        pair = _keep(session, clock(), announced(launch, tools), incumbent, number, language)
        launches.settle_launch(session, number, LaunchState.PAIRED, tool=pair.challenger.id)
        return pair


def pair_of_tools(
    session: Session, now: datetime, challenger: Tool, incumbent: Tool, language: Language
) -> Pair:
    """Pair two tools in the caller's transaction; raises NotAllowedError as `compare_tools`."""
    return _keep(session, now, challenger, incumbent, None, language)


def _keep(
    session: Session,
    now: datetime,
    challenger: Tool,
    incumbent: Tool,
    launch: int | None,
    language: Language,
) -> Pair:
    act = f"compare {challenger.name} with {incumbent.name}"
    if challenger.slug == incumbent.slug:
        raise NotAllowedError(act, ("a tool is not compared with itself",))
    if known := comparisons.pair_of(session, challenger.slug, incumbent.slug):
        raise NotAllowedError(act, (f"they are already, as {known.slug}",))
    why = Why(sentence=language.gettext(CHOSEN), ranker="editor")
    pair = new_pair(store.hold_tool(session, challenger, now), incumbent, why, now)
    comparisons.keep_pair(session, pair, launch)
    return pair
