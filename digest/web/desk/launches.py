"""Launches at the desk, by what became of them; and an editor's word on each."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from digest.desk import launches
from digest.desk.record import Hand
from digest.desk.signing_in import Visitor
from digest.errors import DigestError
from digest.language import gettext_noop
from digest.model import LaunchState
from digest.web.desk.guard import Act
from digest.web.desk.layout import TOOLS, Door, Number, back_to
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH, page_number

LAUNCHES = "/editor/launches"
AT_ONCE = 50
STATES = {
    LaunchState.CANDIDATE: gettext_noop("may be a launch"),
    LaunchState.UNCLEAR: gettext_noop("may be a tool we know"),
    LaunchState.NEW: gettext_noop("to be paired"),
    LaunchState.UNMATCHED: gettext_noop("without an opponent"),
    LaunchState.PAIRED: gettext_noop("paired"),
    LaunchState.KNOWN: gettext_noop("known already"),
    LaunchState.BACKLOG: gettext_noop("old news"),
    LaunchState.REJECTED: gettext_noop("rejected"),
}


def router(site: Site, _: Pages, door: Door) -> APIRouter:
    routes = APIRouter()
    _looking(routes, site, door)
    _deciding(routes, site, door)
    return routes


def _shown(
    site: Site,
    door: Door,
    request: Request,
    who: Visitor,
    state: LaunchState,
    page: int = 1,
    wrong: tuple[str, ...] = (),
) -> Response:
    start = (page - 1) * AT_ONCE
    found, counts = launches.by_state(site.sessions, state, AT_ONCE + 1, start)
    told: dict[str, Any] = {
        "launches": found[:AT_ONCE],
        "more": len(found) > AT_ONCE,
        "counts": counts,
        "state": state,
        "states": STATES,
        "page": page,
        "wrong": wrong,
        "confirmable": launches.CONFIRMABLE,
        "joinable": launches.JOINABLE,
        "rejectable": launches.REJECTABLE,
    }
    status = 422 if wrong else 200
    return door.page(request, who, "launches.html", here=LAUNCHES, status=status, **told)


def _looking(routes: APIRouter, site: Site, door: Door) -> None:
    @routes.api_route(LAUNCHES, methods=BOTH)
    def look(
        request: Request,
        who: Annotated[Visitor, door.admits(Act.LOOK)],
        state: LaunchState = LaunchState.UNMATCHED,
        page: str = "1",
    ) -> Response:
        return _shown(site, door, request, who, state, page_number(page))


def _deciding(routes: APIRouter, site: Site, door: Door) -> None:
    @routes.post(LAUNCHES + "/{number}/word")
    def decide(
        request: Request,
        number: Number,
        who: Annotated[Visitor, door.admits(Act.EDIT)],
        word: Annotated[Literal["confirm", "reject", "same", "tool"], Form()],
        tool: Annotated[str, Form()] = "",
        listed: Annotated[LaunchState, Form()] = LaunchState.UNMATCHED,
    ) -> Response:
        hand = door.hand(request, who)
        try:
            if word == "tool":
                made = launches.make_tool(site.sessions, number, hand)
                return back_to(f"{TOOLS}/{made.slug}")
            _say(site, number, word, tool.strip(), hand)
        except DigestError as error:
            reasons: tuple[str, ...] = getattr(error, "reasons", ()) or (str(error),)
            return _shown(site, door, request, who, listed, wrong=reasons)
        return back_to(f"{LAUNCHES}?state={listed.value}")


def _say(site: Site, number: int, word: str, tool: str, hand: Hand) -> None:
    if word == "confirm":
        launches.confirm_launches(site.sessions, [number], hand)
    elif word == "reject":
        launches.reject_launches(site.sessions, [number], f"{hand.who} said that it is none", hand)
    else:
        launches.same_tool(site.sessions, number, tool, hand)
