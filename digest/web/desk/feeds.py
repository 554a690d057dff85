"""The feeds that are followed: how each does, and what is to become of it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from digest.desk import following
from digest.desk.signing_in import Visitor
from digest.errors import InputError
from digest.web.desk.guard import Act
from digest.web.desk.layout import FEEDS, Door, Number, back_to
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH


def router(site: Site, _: Pages, door: Door) -> APIRouter:
    routes = APIRouter()
    _looking(routes, site, door)
    _changing(routes, site, door)
    return routes


def _shown(site: Site, door: Door, request: Request, who: Visitor, wrong: str = "") -> Response:
    found, status = following.followed(site.sessions), 422 if wrong else 200
    return door.page(
        request, who, "feeds.html", here=FEEDS, status=status, followed=found, wrong=wrong
    )


def _looking(routes: APIRouter, site: Site, door: Door) -> None:
    @routes.api_route(FEEDS, methods=BOTH)
    def look(request: Request, who: Annotated[Visitor, door.admits(Act.LOOK)]) -> Response:
        return _shown(site, door, request, who)

    @routes.api_route(FEEDS + "/list.opml", methods=BOTH)
    def export(_: Annotated[Visitor, door.admits(Act.LOOK)]) -> Response:
        headers = {
            "Content-Disposition": 'attachment; filename="feeds.opml"',
            "Cache-Control": "no-store",
        }
        return Response(following.as_opml(site.sessions), media_type="text/x-opml", headers=headers)


def _changing(routes: APIRouter, site: Site, door: Door) -> None:
    @routes.post(FEEDS + "/{number}")
    def change(
        request: Request,
        number: Number,
        who: Annotated[Visitor, door.admits(Act.EDIT)],
        wish: Annotated[Literal["pause", "resume", "category"], Form()] = "category",
        category: Annotated[str, Form()] = "",
    ) -> Response:
        hand = door.hand(request, who)
        try:
            if wish == "category":
                following.categorise(site.sessions, number, category, hand)
            else:
                following.pause(site.sessions, number, hand, paused=wish == "pause")
        except InputError as error:
            return _shown(site, door, request, who, str(error))
        return back_to(f"{FEEDS}#feed-{number}")
