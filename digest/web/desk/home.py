"""The first page of the desk, and the settings as they were read."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from digest.desk.signing_in import Visitor
from digest.web.desk.guard import Act
from digest.web.desk.layout import HOME, Door
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH


def router(site: Site, _: Pages, door: Door) -> APIRouter:
    routes = APIRouter()

    @routes.api_route(HOME, methods=BOTH)
    def home(request: Request, who: Annotated[Visitor, door.admits(Act.LOOK)]) -> Response:
        return door.page(request, who, "home.html", here=HOME)

    @routes.api_route("/editor/settings", methods=BOTH)
    def settings(request: Request, who: Annotated[Visitor, door.admits(Act.SETTINGS)]) -> Response:
        return door.page(
            request, who, "settings.html", here="/editor/settings", seen=site.settings_seen
        )

    return routes
