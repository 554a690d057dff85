"""Webhooks, for admins: who is told of what, and how that went."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from digest.desk import webhooks
from digest.desk.signing_in import Visitor
from digest.errors import InputError
from digest.model import Event
from digest.web.desk.guard import Act
from digest.web.desk.layout import Door, Number, back_to
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH

WEBHOOKS = "/editor/webhooks"
ONE = WEBHOOKS + "/{number}"


def router(site: Site, _: Pages, door: Door) -> APIRouter:
    routes = APIRouter()
    for serve in (_looking, _changing, _replaying):
        serve(routes, site, door)
    return routes


def _shown(
    site: Site,
    door: Door,
    request: Request,
    who: Visitor,
    *,
    secret: str = "",
    wrong: str = "",
    url: str = "",
) -> Response:
    told: dict[str, Any] = {
        "hooks": webhooks.watched(site.sessions),
        "events": [event.value for event in Event],
        "secret": secret,
        "wrong": wrong,
        "url": url,
    }
    status = 422 if wrong else 200
    return door.page(request, who, "webhooks.html", here=WEBHOOKS, status=status, **told)


def _looking(routes: APIRouter, site: Site, door: Door) -> None:
    @routes.api_route(WEBHOOKS, methods=BOTH)
    def look(request: Request, who: Annotated[Visitor, door.admits(Act.TOKENS)]) -> Response:
        return _shown(site, door, request, who)


def _changing(routes: APIRouter, site: Site, door: Door) -> None:
    @routes.post(WEBHOOKS)
    def add(
        request: Request,
        who: Annotated[Visitor, door.admits(Act.TOKENS)],
        url: Annotated[str, Form()] = "",
        event: Annotated[tuple[Event, ...], Form()] = (),
    ) -> Response:
        """The page that follows shows the secret, this once, so it is no redirect."""
        try:
            hook = webhooks.add_webhook(site.sessions, url, event, door.hand(request, who))
        except InputError as error:
            return _shown(site, door, request, who, wrong=str(error), url=url)
        return _shown(site, door, request, who, secret=hook.secret)

    @routes.post(ONE + "/pause")
    def pause(
        request: Request,
        number: Number,
        who: Annotated[Visitor, door.admits(Act.TOKENS)],
        paused: Annotated[bool, Form()] = True,
    ) -> Response:
        webhooks.pause_webhook(site.sessions, number, paused, door.hand(request, who))
        return back_to(WEBHOOKS)

    @routes.post(ONE + "/remove")
    def remove(
        request: Request, number: Number, who: Annotated[Visitor, door.admits(Act.TOKENS)]
    ) -> Response:
        webhooks.remove_webhook(site.sessions, number, door.hand(request, who))
        return back_to(WEBHOOKS)


def _replaying(routes: APIRouter, site: Site, door: Door) -> None:
    @routes.post(WEBHOOKS + "/calls/{number}/replay")
    def replay(
        request: Request, number: Number, who: Annotated[Visitor, door.admits(Act.TOKENS)]
    ) -> Response:
        webhooks.replay_call(site.sessions, number, door.hand(request, who))
        return back_to(WEBHOOKS)
