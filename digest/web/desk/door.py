"""The way in and out of the desk.

The link in the mail shows a button and changes nothing: mail scanners fetch every link, and a link
that they used up would let nobody in. Pressing the button signs in, once.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.background import BackgroundTask
from starlette.responses import Response

from digest.desk import signing_in
from digest.desk.signing_in import Visitor
from digest.web.desk.guard import Act, Anyone, Cookie
from digest.web.desk.layout import HOME, SIGN_IN, Door, back_to, onward
from digest.web.origin import origin
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH

Wanted = Annotated[str, Query(alias="next")]
WantedField = Annotated[str, Form(alias="next")]
ANYONE = [Depends(Anyone())]


def router(site: Site, pages: Pages, door: Door) -> APIRouter:
    routes = APIRouter()
    _asking(routes, site, pages, door)
    _entering(routes, site, pages)
    _leaving(routes, site, door)
    return routes


def _asking(routes: APIRouter, site: Site, pages: Pages, door: Door) -> None:
    cookie = Cookie(site.publication.base_url)

    @routes.api_route(SIGN_IN, methods=BOTH, dependencies=ANYONE)
    def form(request: Request, wanted: Wanted = HOME) -> Response:
        if signing_in.visitor(site.sessions, site.clock, cookie.of(request)):
            return back_to(onward(wanted))
        return pages.page("desk/sign-in.html", next=onward(wanted))

    @routes.post(SIGN_IN, dependencies=ANYONE)
    def ask(
        request: Request, email: Annotated[str, Form()] = "", wanted: WantedField = HOME
    ) -> Response:
        answer = pages.page("desk/mailed.html")
        asked = (email, origin(request), onward(wanted))
        answer.background = BackgroundTask(signing_in.ask, site.sessions, door.pen, *asked)
        return answer


def _entering(routes: APIRouter, site: Site, pages: Pages) -> None:
    cookie = Cookie(site.publication.base_url)

    @routes.api_route(SIGN_IN + "/{token}", methods=BOTH, dependencies=ANYONE)
    def look(token: str, wanted: Wanted = HOME) -> Response:
        if not signing_in.may_enter(site.sessions, site.clock, token):
            return pages.page("desk/used-up.html", status=404)
        return pages.page("desk/enter.html", token=token, next=onward(wanted))

    @routes.post(SIGN_IN + "/{token}", dependencies=ANYONE)
    def enter(request: Request, token: str, wanted: WantedField = HOME) -> Response:
        secret = signing_in.enter(site.sessions, site.clock, token, origin(request))
        if secret is None:
            return pages.page("desk/used-up.html", status=404)
        answer = back_to(onward(wanted))
        answer.headers["Set-Cookie"] = cookie.set(secret)
        return answer


def _leaving(routes: APIRouter, site: Site, door: Door) -> None:
    cookie = Cookie(site.publication.base_url)

    @routes.post("/editor/sign-out")
    def leave(request: Request, who: Annotated[Visitor, door.admits(Act.LOOK)]) -> Response:
        signing_in.sign_out(site.sessions, site.clock, who, origin(request))
        answer = back_to(SIGN_IN)
        answer.headers["Set-Cookie"] = cookie.clear()
        return answer
