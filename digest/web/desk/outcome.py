"""The outcome of an issue, beside how the readership grows."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from digest.desk import outcomes
from digest.desk.signing_in import Visitor
from digest.model import DeliveryState
from digest.web.desk import charts
from digest.web.desk.guard import Act
from digest.web.desk.layout import ISSUES, Door, Name
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH

BAD = (DeliveryState.FAILED, DeliveryState.UNKNOWN)


def router(site: Site, _: Pages, door: Door) -> APIRouter:
    routes = APIRouter()

    @routes.api_route(ISSUES + "/{name}/outcome", methods=BOTH)
    def look(
        request: Request, name: Name, who: Annotated[Visitor, door.admits(Act.LOOK)]
    ) -> Response:
        found = outcomes.outcome(site.sessions, name)
        weeks = outcomes.growth(site.sessions, site.clock)
        came, went = [week.came for week in weeks], [week.went for week in weeks]
        most = max(*came, *went)
        all_of_it = sum(found.states.values())
        told: dict[str, Any] = {
            "outcome": found,
            "weeks": weeks,
            "size": (charts.WIDTH, charts.HEIGHT),
            "came": charts.bars(came, most, 0.1, 0.4),
            "went": charts.bars(went, most, 0.5, 0.4),
            "most": most,
            "shares": [100 * count / all_of_it for count in found.states.values()],
            "bad": BAD,
        }
        return door.page(request, who, "outcome.html", here=ISSUES, **told)

    return routes
