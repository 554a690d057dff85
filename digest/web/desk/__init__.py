"""The editors' desk.

A page is added in five lines: a module here with `router(site, pages, door)`, its name in ROOMS,
its entry in `layout.MENU`; and in it `@routes.api_route(PATH, methods=BOTH)` over
`def look(request: Request, who: Annotated[Visitor, door.admits(Act.EDIT)]) -> Response:` with
`return door.page(request, who, "page.html", here=PATH)`. The template extends `desk/base.html` and
fills the blocks `heading` and `content`; each of its forms starts with `{{ m.own(csrf) }}`, or is
`{{ m.press(path, csrf, _("Says")) }}`. A route that names no act does not start.
"""

from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from digest.web.desk import (
    account,
    acts,
    audit,
    door,
    feeds,
    home,
    issues,
    launches,
    outcome,
    passkeys,
    subscribers,
    team,
    timetable,
    tokens,
    tools,
    verdict_file,
    webhooks,
)
from digest.web.desk.guard import ForbiddenError, ForgedFormError, SignedOutError, declared
from digest.web.desk.layout import HOME, SIGN_IN, Door, back_to, onward
from digest.web.pages import Pages, Site

ROOMS = (
    *(door, passkeys, home, issues, acts, timetable, account, team, tokens, webhooks, audit),
    *(tools, verdict_file, launches, feeds, subscribers, outcome),
)


def router(site: Site, pages: Pages) -> APIRouter:
    """Every route of the desk; each of them declares its act."""
    desk, way_in = APIRouter(), Door(site, pages)
    for room in ROOMS:
        routes = room.router(site, pages, way_in)
        for route in routes.routes:
            assert isinstance(route, APIRoute)
            assert declared(route), f"{route.path} declares no act"
        desk.routes.extend(routes.routes)
    return desk


def explain_refusals(app: FastAPI, pages: Pages) -> None:
    """Answer who is not let in with a page that says why."""

    def signed_out(request: Request, _: Exception) -> Response:
        if request.method in {"GET", "HEAD"}:
            wanted = onward(f"{request.url.path}?{request.url.query}".rstrip("?"))
            return back_to(SIGN_IN if wanted == HOME else f"{SIGN_IN}?next={quote(wanted)}")
        return pages.page("desk/signed-out.html", status=401)

    def forbidden(_: Request, __: Exception) -> Response:
        return pages.page("desk/forbidden.html", status=403)

    def forged(_: Request, __: Exception) -> Response:
        return pages.page("desk/forged.html", status=403)

    app.add_exception_handler(SignedOutError, signed_out)
    app.add_exception_handler(ForbiddenError, forbidden)
    app.add_exception_handler(ForgedFormError, forged)
