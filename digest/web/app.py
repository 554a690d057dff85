"""Put the site together."""

from functools import partial
from types import ModuleType

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

import digest.desk
import digest.subscriptions
from digest import __version__
from digest.errors import NotFoundError
from digest.web import (
    api,
    archive_api,
    choosing,
    desk,
    feeds,
    finding,
    hooks,
    joining,
    leaving,
    operations,
    programs,
    routes,
    votes,
)
from digest.web.pages import Pages, Site
from digest.web.security import guarded

NO_SUCH = JSONResponse({"detail": "Not Found"}, 404, {"Cache-Control": "no-store"})
PAGES = (feeds, routes, finding, joining, choosing, leaving, votes, operations, hooks)
"""Asked in this order which of them has a path: what is asked for most stands first."""


def create_app(site: Site) -> ASGIApp:
    """The ASGI application of the whole site, behind its guards."""
    _load(digest.desk, digest.subscriptions)
    pages = Pages(site)
    refusal = partial(pages.page, "elsewhere.html", status=403)
    named = _CanBeNamed(application(site, pages), pages)
    return guarded(named, site.publication, site.trust, refusal)


def _load(*rooms: ModuleType) -> None:
    """All parts of rooms that load a part when it is asked for: a reader should not wait for that,
    and what is broken shows at the start."""
    for room in rooms:
        for name in dir(room):
            getattr(room, name)


def application(site: Site, pages: Pages) -> FastAPI:
    """The site without its guards: every route, and pages for what goes wrong."""
    app = FastAPI(
        title=site.publication.name,
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{api.PREFIX}/openapi.json",  # of the API alone: pages stay out of the schema
        redirect_slashes=False,  # RFC 8058: no redirect on the way to leave
    )
    rooms = [page.router(site, pages) for page in PAGES]
    for room in (*rooms, desk.router(site, pages)):
        _take(app, room, in_schema=False)
    for room in (archive_api.router(site, pages), api.router(site), programs.router(site)):
        _take(app, room, in_schema=True)
    _explain_failures(app, site, pages)
    desk.explain_refusals(app, pages)
    return app


def _take(app: FastAPI, room: APIRouter, *, in_schema: bool) -> None:
    """Put a room's routes beside all others. `include_router` would keep the rooms apart, and ask
    each of them anew at every request what routes it has: a tenth of what a 304 costs."""
    for route in room.routes:
        assert isinstance(route, APIRoute)
        route.include_in_schema = in_schema
        app.router.routes.append(route)


class _CanBeNamed:
    """ASGI middleware: nothing has a name with NUL in it, and PostgreSQL will not even look for
    one. What is searched for is no name."""

    def __init__(self, app: ASGIApp, pages: Pages) -> None:
        self._app, self._pages = app, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] != "/search" and _holds_nul(scope):
            answer = NO_SUCH if _is_api(scope) else self._pages.page("404.html", status=404)
            await answer(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _holds_nul(scope: Scope) -> bool:
    return "\0" in scope["path"] or b"%00" in scope["query_string"]


def _explain_failures(app: FastAPI, site: Site, pages: Pages) -> None:
    """To people in pages and words, to programs that ask the API in JSON."""

    def not_found(request: Request, error: Exception) -> Response:
        if _is_api(request.scope):
            return JSONResponse({"detail": str(error)}, 404, {"Cache-Control": "no-store"})
        return finding.not_here(site, pages, error)

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if _is_api(request.scope):
            return api.refusal(error)
        if error.status_code == 404:
            return finding.not_here(site, pages)
        return PlainTextResponse(str(error.detail), error.status_code, error.headers)

    def crashed(_: Request, __: Exception) -> Response:  # the server logs what went wrong
        return pages.page("500.html", status=500)

    app.add_exception_handler(NotFoundError, not_found)
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(Exception, crashed)


def _unreadable(request: Request, error: Exception) -> Response:
    if _is_api(request.scope):
        return api.fault(error)
    return PlainTextResponse("That form is not one of ours.", 422)


def _is_api(scope: Scope) -> bool:
    path: str = scope["path"]
    return path.startswith("/api/")
