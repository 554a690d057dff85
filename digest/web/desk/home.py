"""The first page of the desk, what needs a hand today, and the settings as they were read."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from digest.desk import confirm_launches, looking, reject_launches, same_tool
from digest.desk.signing_in import Visitor
from digest.errors import DigestError
from digest.web.desk.guard import Act
from digest.web.desk.issues import STATES
from digest.web.desk.layout import HOME, Door, Number, back_to
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH

LAUNCHES = HOME + "/launches/{number}"


def router(site: Site, _: Pages, door: Door) -> APIRouter:
    routes = APIRouter()
    _looking(routes, site, door)
    _deciding(routes, site, door)
    return routes


def _shown(
    site: Site, door: Door, request: Request, who: Visitor, wrong: tuple[str, ...] = ()
) -> Response:
    told: dict[str, Any] = {"queue": looking.queue(site.sessions), "states": STATES}
    status = 422 if wrong else 200
    return door.page(request, who, "home.html", here=HOME, status=status, wrong=wrong, **told)


def _looking(routes: APIRouter, site: Site, door: Door) -> None:
    @routes.api_route(HOME, methods=BOTH)
    def home(request: Request, who: Annotated[Visitor, door.admits(Act.LOOK)]) -> Response:
        return _shown(site, door, request, who)

    @routes.api_route("/editor/settings", methods=BOTH)
    def settings(request: Request, who: Annotated[Visitor, door.admits(Act.SETTINGS)]) -> Response:
        return door.page(
            request, who, "settings.html", here="/editor/settings", seen=site.settings_seen
        )


def _deciding(routes: APIRouter, site: Site, door: Door) -> None:
    def done(request: Request, who: Visitor, act: Callable[[], object]) -> Response:
        try:
            act()
        except DigestError as error:
            reasons = getattr(error, "reasons", ()) or (str(error),)
            return _shown(site, door, request, who, reasons)
        return back_to(f"{HOME}#launches")

    @routes.post(LAUNCHES)
    def decide(
        request: Request,
        number: Number,
        who: Annotated[Visitor, door.admits(Act.EDIT)],
        word: Annotated[Literal["confirm", "reject"], Form()],
    ) -> Response:
        def act() -> object:
            if word == "confirm":
                return confirm_launches(site.sessions, [number], hand)
            reason = f"{who.editor.email} said that it is none"
            return reject_launches(site.sessions, [number], reason, hand)

        hand = door.hand(request, who)
        return done(request, who, act)

    @routes.post(LAUNCHES + "/same")
    def same(
        request: Request,
        number: Number,
        who: Annotated[Visitor, door.admits(Act.EDIT)],
        tool: Annotated[str, Form()],
    ) -> Response:
        hand = door.hand(request, who)
        return done(request, who, lambda: same_tool(site.sessions, number, tool.strip(), hand))
