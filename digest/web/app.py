"""Put the site together."""

from functools import partial
from urllib.parse import unquote

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp

from digest.errors import NotFoundError
from digest.web import api, choosing, feeds, hooks, joining, leaving, operations, routes, votes
from digest.web.pages import Pages, Site
from digest.web.security import guarded


def create_app(site: Site) -> ASGIApp:
    """The ASGI application of the whole site, behind its guards."""
    pages = Pages(site)
    refusal = partial(pages.page, "elsewhere.html", status=403)
    return guarded(application(site, pages), site.publication, site.trust, refusal)


def application(site: Site, pages: Pages) -> FastAPI:
    """The site without its guards: every route, and pages for what goes wrong."""
    app = FastAPI(
        title=site.publication.name,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,  # RFC 8058: no redirect on the way to leave
        dependencies=[Depends(_can_be_named)],
    )
    for room in (routes, joining, choosing, leaving, votes, feeds, operations, hooks):
        app.include_router(room.router(site, pages), include_in_schema=False)
    app.include_router(api.router(site))
    _explain_failures(app, pages)
    return app


async def _can_be_named(request: Request) -> None:
    """Nothing has a name with NUL in it, and PostgreSQL will not even look for one."""
    if "\0" in unquote(f"{request.url.path}?{request.url.query}"):
        raise HTTPException(404)


def _explain_failures(app: FastAPI, pages: Pages) -> None:
    def not_found(_: Request, __: Exception) -> Response:
        return pages.page("404.html", status=404)

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if request.url.path.startswith(api.PREFIX):
            return api.refusal(error)
        if error.status_code == 404:
            return pages.page("404.html", status=404)
        return PlainTextResponse(str(error.detail), error.status_code, error.headers)

    def unreadable(request: Request, error: Exception) -> Response:
        if request.url.path.startswith(api.PREFIX):
            return api.fault(error)
        return PlainTextResponse("That form is not one of ours.", 422)

    def crashed(_: Request, __: Exception) -> Response:  # the server logs what went wrong
        return pages.page("500.html", status=500)

    app.add_exception_handler(NotFoundError, not_found)
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(RequestValidationError, unreadable)
    app.add_exception_handler(Exception, crashed)
