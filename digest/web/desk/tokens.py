"""Tokens of programs, for admins: what each may do, when it was last used."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from digest.desk import tokens
from digest.desk.signing_in import Visitor
from digest.errors import InputError
from digest.language import gettext_noop
from digest.model import Scope
from digest.web.desk.guard import Act
from digest.web.desk.layout import Door, Number, back_to
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH

TOKENS = "/editor/tokens"
SCOPES = {
    Scope.READ: gettext_noop("read how deliveries stand"),
    Scope.TOOLS: gettext_noop("write tools and verdicts"),
}


def router(site: Site, _: Pages, door: Door) -> APIRouter:
    routes = APIRouter()
    for serve in (_looking, _changing):
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
    name: str = "",
) -> Response:
    told: dict[str, Any] = {
        "tokens": tokens.tokens(site.sessions),
        "scopes": SCOPES,
        "secret": secret,
        "wrong": wrong,
        "typed": name,
    }
    status = 422 if wrong else 200
    return door.page(request, who, "tokens.html", here=TOKENS, status=status, **told)


def _looking(routes: APIRouter, site: Site, door: Door) -> None:
    @routes.api_route(TOKENS, methods=BOTH)
    def look(request: Request, who: Annotated[Visitor, door.admits(Act.TOKENS)]) -> Response:
        return _shown(site, door, request, who)


def _changing(routes: APIRouter, site: Site, door: Door) -> None:
    @routes.post(TOKENS)
    def issue(
        request: Request,
        who: Annotated[Visitor, door.admits(Act.TOKENS)],
        name: Annotated[str, Form()] = "",
        scope: Annotated[tuple[Scope, ...], Form()] = (),
    ) -> Response:
        """The page that follows shows the secret, this once, so it is no redirect."""
        try:
            _, secret = tokens.issue_token(site.sessions, name, scope, door.hand(request, who))
        except InputError as error:
            return _shown(site, door, request, who, wrong=str(error), name=name)
        return _shown(site, door, request, who, secret=secret)

    @routes.post(TOKENS + "/{number}/revoke")
    def revoke(
        request: Request, number: Number, who: Annotated[Visitor, door.admits(Act.TOKENS)]
    ) -> Response:
        tokens.revoke_token(site.sessions, number, door.hand(request, who))
        return back_to(TOKENS)
