"""An editor's word on launches that the machine was not sure of."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from db.engine import Sessions, reading
from db.store import launches as store
from db.store import tools
from digest.desk.record import Hand
from digest.errors import NotAllowedError
from digest.model import Launch, LaunchState, Tool
from digest.pairing.naming import announced

CONFIRMABLE = (
    LaunchState.CANDIDATE,
    LaunchState.UNCLEAR,
    LaunchState.BACKLOG,
    LaunchState.REJECTED,
)
JOINABLE = (*CONFIRMABLE, LaunchState.NEW, LaunchState.UNMATCHED)
REJECTABLE = (
    LaunchState.CANDIDATE,
    LaunchState.UNCLEAR,
    LaunchState.BACKLOG,
    LaunchState.NEW,
    LaunchState.UNMATCHED,
)


def confirm_launches(
    sessions: Sessions, numbers: Sequence[int], hand: Hand | None = None
) -> list[Launch]:
    """Let launches go on to be paired, all or none; raises NotAllowedError for one that has gone
    on already. One whose name is like a known tool's is another tool from here on."""
    with sessions.begin() as session:
        for number in numbers:
            if store.launch(session, number).state is LaunchState.UNCLEAR:
                store.confirm_launch(session, number)
        settled = [
            _settled(session, number, "confirm", CONFIRMABLE, LaunchState.NEW) for number in numbers
        ]
        _note(session, hand, "confirm launch", settled)
        return settled


def same_tool(
    sessions: Sessions, number: int, name: str, hand: Hand | None = None
) -> tuple[Launch, Tool]:
    """Say that a launch is a tool we know: the tool gets its name as an alias, by which it is
    recognised from here on, and the launch goes on as that tool's."""
    with sessions.begin() as session:
        tool = tools.tool(session, name)
        launch = _settled(session, number, "join", JOINABLE, LaunchState.NEW)
        launch = replace(launch, url=tool.url or launch.url)  # its page speaks against it no more
        store.rewrite_launch(session, launch)
        tools.add_alias(session, tool.id, launch.name)
        _note(session, hand, "join launch", [launch], tool=tool.slug)
        return launch, tool


def make_tool(sessions: Sessions, number: int, hand: Hand) -> Tool:
    """Keep a launch as a tool that nobody has reviewed yet, so that its verdict can be written; it
    goes on to be paired. The tool we hold already, if it is known to be that one."""
    with sessions.begin() as session:
        launch = store.launch(session, number)
        if launch.state not in JOINABLE:
            why = (f"it is {launch.state.value}",)
            raise NotAllowedError(f"make a tool of {launch.name}", why)
        known = {tool.slug: tool for tool in tools.tools(session)}
        tool = tools.hold_tool(session, announced(launch, known), hand.at)
        if launch.state in CONFIRMABLE:
            store.confirm_launch(session, number)
            store.settle_launch(session, number, LaunchState.NEW)
        _note(session, hand, "make tool", [launch], tool=tool.slug)
        return tool


def by_state(
    sessions: Sessions, state: LaunchState, limit: int, start: int
) -> tuple[list[Launch], dict[LaunchState, int]]:
    """Launches in a state, the newest first, and how many there are in each."""
    with reading(sessions) as session:
        return store.newest(session, state, limit, start), store.counts(session)


def reject_launches(
    sessions: Sessions, numbers: Sequence[int], reason: str, hand: Hand | None = None
) -> list[Launch]:
    """Keep launches from going on, all or none; raises NotAllowedError for one that is paired."""
    with sessions.begin() as session:
        settled = [
            _settled(session, number, "reject", REJECTABLE, LaunchState.REJECTED, reason)
            for number in numbers
        ]
        _note(session, hand, "reject launch", settled)
        return settled


def _note(
    session: Session, hand: Hand | None, act: str, launches: Sequence[Launch], **detail: str
) -> None:
    if hand is None:
        return
    for launch in launches:
        hand.notes(session, act, f"launch {launch.id}", name=launch.name, **detail)


def _settled(
    session: Session,
    number: int,
    act: str,
    among: Sequence[LaunchState],
    state: LaunchState,
    reason: str = "",
) -> Launch:
    launch = store.launch(session, number)
    if launch.state not in among:
        raise NotAllowedError(f"{act} {launch.name}", (f"it is {launch.state.value}",))
    store.settle_launch(session, number, state, reason=reason)
    return replace(launch, state=state, reason=reason)
