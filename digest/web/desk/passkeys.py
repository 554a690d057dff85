"""Passkeys: the questions and answers of `static/passkeys.js`. Everything is a form, as elsewhere;
the answers are JSON."""

import logging
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import JSONResponse, Response

from digest.desk import passkeys
from digest.desk.passkeys import Ceremonies, PasskeyError
from digest.desk.signing_in import Visitor
from digest.web.desk.door import WantedField
from digest.web.desk.guard import Act, Anyone, Cookie
from digest.web.desk.layout import HOME, Door, Number, back_to, onward
from digest.web.origin import origin
from digest.web.pages import Pages, Site

log = logging.getLogger(__name__)

PASSKEYS = "/editor/passkeys"
SIGN_IN = "/editor/passkey-sign-in"
ACCOUNT = "/editor/account"
FRESH = {"Cache-Control": "no-store"}


def router(site: Site, _: Pages, door: Door) -> APIRouter:
    routes = APIRouter()
    ceremonies = Ceremonies(site.clock, site.signing, site.publication)
    _registering(routes, site, door, ceremonies)
    _entering(routes, site, ceremonies)
    return routes


def _registering(routes: APIRouter, site: Site, door: Door, ceremonies: Ceremonies) -> None:
    @routes.post(PASSKEYS + "/options")
    def options(who: Annotated[Visitor, door.admits(Act.LOOK)]) -> Response:
        return _json(passkeys.registration(site.sessions, ceremonies, who))

    @routes.post(PASSKEYS)
    def register(
        request: Request,
        who: Annotated[Visitor, door.admits(Act.LOOK)],
        credential: Annotated[str, Form()] = "",
        name: Annotated[str, Form()] = "",
    ) -> Response:
        try:
            passkeys.register(site.sessions, ceremonies, who, credential, name, origin(request))
        except PasskeyError as error:
            return _refused(error)
        return JSONResponse({"next": ACCOUNT}, headers=FRESH)

    @routes.post(PASSKEYS + "/{number}/remove")
    def remove(
        request: Request, number: Number, who: Annotated[Visitor, door.admits(Act.LOOK)]
    ) -> Response:
        passkeys.remove(site.sessions, site.clock, who, number, origin(request))
        return back_to(ACCOUNT)


def _entering(routes: APIRouter, site: Site, ceremonies: Ceremonies) -> None:
    cookie = Cookie(site.publication.base_url)

    @routes.post(SIGN_IN + "/options", dependencies=[Depends(Anyone())])
    def options() -> Response:
        return _json(passkeys.invitation(ceremonies))

    @routes.post(SIGN_IN, dependencies=[Depends(Anyone())])
    def enter(
        request: Request, credential: Annotated[str, Form()] = "", wanted: WantedField = HOME
    ) -> Response:
        try:
            secret = passkeys.enter(site.sessions, ceremonies, credential, origin(request))
        except PasskeyError as error:
            return _refused(error)
        answer = JSONResponse({"next": onward(wanted)}, headers=FRESH)
        answer.headers["Set-Cookie"] = cookie.set(secret)
        return answer


def _json(text: str) -> Response:
    return Response(text, media_type="application/json", headers=FRESH)


def _refused(error: PasskeyError) -> Response:
    """The same for whatever was wrong; what it was is for our log."""
    log.warning("a passkey was refused: %s", error)
    return JSONResponse({}, 422, FRESH)
