"""An editor's word on launches that the machine was not sure of."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from db.engine import Sessions
from db.store import launches as store
from db.store import tools
from digest.errors import NotAllowedError
from digest.model import Launch, LaunchState, Tool

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


def confirm_launches(sessions: Sessions, numbers: Sequence[int]) -> list[Launch]:
    """Let launches go on to be paired, all or none; raises NotAllowedError for one that has gone
    on already. One whose name is like a known tool's is another tool from here on."""
    with sessions.begin() as session:
        for number in numbers:
            if store.launch(session, number).state is LaunchState.UNCLEAR:
                store.confirm_launch(session, number)
        return [
            _settled(session, number, "confirm", CONFIRMABLE, LaunchState.NEW) for number in numbers
        ]


def same_tool(sessions: Sessions, number: int, name: str) -> tuple[Launch, Tool]:
    """Say that a launch is a tool we know: the tool gets its name as an alias, by which it is
    recognised from here on, and the launch goes on as that tool's."""
    with sessions.begin() as session:
        tool = tools.tool(session, name)
        launch = _settled(session, number, "join", JOINABLE, LaunchState.NEW)
        launch = replace(launch, url=tool.url or launch.url)  # its page speaks against it no more
        store.rewrite_launch(session, launch)
        tools.add_alias(session, tool.id, launch.name)
        return launch, tool


def reject_launches(sessions: Sessions, numbers: Sequence[int], reason: str) -> list[Launch]:
    """Keep launches from going on, all or none; raises NotAllowedError for one that is paired."""
    with sessions.begin() as session:
        return [
            _settled(session, number, "reject", REJECTABLE, LaunchState.REJECTED, reason)
            for number in numbers
        ]


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
