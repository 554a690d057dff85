"""What an editor sees of themselves: where they are signed in, and what they sign in with."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from digest.desk import passkeys, signing_in
from digest.desk.signing_in import Visitor
from digest.web.desk.guard import Act
from digest.web.desk.layout import SIGN_IN, Door, Number, back_to
from digest.web.origin import origin
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH

ACCOUNT = "/editor/account"


def router(site: Site, _: Pages, door: Door) -> APIRouter:
    routes = APIRouter()

    @routes.api_route(ACCOUNT, methods=BOTH)
    def account(request: Request, who: Annotated[Visitor, door.admits(Act.LOOK)]) -> Response:
        own = signing_in.open_sessions(site.sessions, site.clock, who.editor.id)
        keys = passkeys.own(site.sessions, who)
        told: dict[str, Any] = {"sessions": own, "passkeys": keys}
        return door.page(request, who, "account.html", here=ACCOUNT, **told)

    @routes.post("/editor/sessions/{number}/revoke")
    def revoke(
        request: Request, number: Number, who: Annotated[Visitor, door.admits(Act.LOOK)]
    ) -> Response:
        signing_in.revoke(site.sessions, site.clock, who, origin(request), number)
        return back_to(ACCOUNT)

    @routes.post("/editor/sessions/revoke")
    def revoke_all(request: Request, who: Annotated[Visitor, door.admits(Act.LOOK)]) -> Response:
        signing_in.revoke(site.sessions, site.clock, who, origin(request))
        return back_to(SIGN_IN)

    return routes
