"""The record of what was done at the desk."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from digest.desk import record
from digest.desk.record import Search
from digest.desk.signing_in import Visitor
from digest.web.desk.guard import Act
from digest.web.desk.layout import Door
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH

AUDIT = "/editor/audit"
AT_ONCE = 100  # lines on a page


def router(site: Site, _: Pages, door: Door) -> APIRouter:
    routes = APIRouter()

    @routes.api_route(AUDIT, methods=BOTH)
    def look(
        request: Request,
        visitor: Annotated[Visitor, door.admits(Act.AUDIT)],
        who: str = "",
        act: str = "",
        what: str = "",
        since: str = "",
        until: str = "",
        before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    ) -> Response:
        first, end = _day(since), _day(until, after=1)
        wanted = Search(who.strip(), act, what.strip(), first, end, before)
        lines = record.search(site.sessions, wanted, AT_ONCE + 1)
        return door.page(
            request,
            visitor,
            "audit.html",
            here=AUDIT,
            lines=lines[:AT_ONCE],
            older=lines[AT_ONCE - 1].id if len(lines) > AT_ONCE else None,
            acts=record.acts(site.sessions),
            asked={"who": who, "act": act, "what": what, "since": since, "until": until},
        )

    return routes


def _day(text: str, after: int = 0) -> datetime | None:
    """The beginning of a day in UTC, or of one so many after it; None for what is none."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC) + timedelta(days=after)
    except (ValueError, OverflowError):
        return None
