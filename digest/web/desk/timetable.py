"""The page of what is to come: issues by the clock, and the jobs."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from digest.desk.signing_in import Visitor
from digest.desk.timetable import timetable
from digest.web.desk.guard import Act
from digest.web.desk.issues import STATES
from digest.web.desk.layout import SCHEDULE, Door
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH


def router(site: Site, _: Pages, door: Door) -> APIRouter:
    routes = APIRouter()

    @routes.api_route(SCHEDULE, methods=BOTH)
    def look(request: Request, who: Annotated[Visitor, door.admits(Act.LOOK)]) -> Response:
        told = timetable(site.sessions, site.clock, site.rule, site.zone)
        return door.page(
            request,
            who,
            "schedule.html",
            here=SCHEDULE,
            told=told,
            zone=site.zone,
            rule=str(site.rule),
            states=STATES,
        )

    return routes
