"""The team: who is on it, as what, and where they are signed in."""

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from digest.desk import signing_in, team
from digest.desk.signing_in import Visitor
from digest.errors import InputError, NotAllowedError
from digest.language import gettext_noop
from digest.model import Editor, EditorSession, Role
from digest.readers.addresses import AddressError
from digest.web.desk.guard import Act
from digest.web.desk.layout import Door, Number, back_to
from digest.web.origin import origin
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH

TEAM = "/editor/team"
NO_ADDRESS = gettext_noop("That is no address we can send to.")
ON_IT = gettext_noop("That address is on the team already.")
LAST_ADMIN = gettext_noop("That is the last admin. Make somebody else one first.")


class Member(NamedTuple):
    editor: Editor
    sessions: list[EditorSession]


def router(site: Site, _: Pages, door: Door) -> APIRouter:
    routes = APIRouter()
    _looking(routes, site, door)
    _adding(routes, site, door)
    _changing(routes, site, door)
    return routes


def _shown(
    site: Site, door: Door, request: Request, who: Visitor, wrong: str = "", email: str = ""
) -> Response:
    open_now = signing_in.open_sessions(site.sessions, site.clock)
    members = [
        Member(editor, [one for one in open_now if one.editor_id == editor.id])
        for editor in team.team(site.sessions)
    ]
    said = site.publication.language.gettext(wrong) if wrong else ""
    status = 422 if wrong else 200
    told = {"members": members, "wrong": said, "email": email}
    return door.page(request, who, "team.html", status=status, here=TEAM, **told)


def _looking(routes: APIRouter, site: Site, door: Door) -> None:
    @routes.api_route(TEAM, methods=BOTH)
    def look(request: Request, who: Annotated[Visitor, door.admits(Act.TEAM)]) -> Response:
        return _shown(site, door, request, who)


def _adding(routes: APIRouter, site: Site, door: Door) -> None:
    @routes.post(TEAM)
    def add(
        request: Request,
        who: Annotated[Visitor, door.admits(Act.TEAM)],
        role: Annotated[Role, Form()],
        email: Annotated[str, Form()] = "",
    ) -> Response:
        try:
            team.add(site.sessions, site.clock, who.editor.email, email, role, origin(request))
        except InputError as error:
            wrong = NO_ADDRESS if isinstance(error, AddressError) else ON_IT
            return _shown(site, door, request, who, wrong, email)
        return back_to(TEAM)


def _changing(routes: APIRouter, site: Site, door: Door) -> None:
    @routes.post(TEAM + "/{number}/role")
    def change(
        request: Request,
        number: Number,
        who: Annotated[Visitor, door.admits(Act.TEAM)],
        role: Annotated[Role, Form()],
    ) -> Response:
        email = team.member(site.sessions, number).email
        given = (site.sessions, site.clock, who.editor.email, email)
        try:
            team.change_role(*given, role, origin(request))
        except NotAllowedError:
            return _shown(site, door, request, who, LAST_ADMIN)
        return back_to(TEAM)

    @routes.post(TEAM + "/{number}/remove")
    def remove(
        request: Request, number: Number, who: Annotated[Visitor, door.admits(Act.TEAM)]
    ) -> Response:
        email = team.member(site.sessions, number).email
        try:
            team.remove(site.sessions, site.clock, who.editor.email, email, origin(request))
        except NotAllowedError:
            return _shown(site, door, request, who, LAST_ADMIN)
        return back_to(TEAM)

    @routes.post(TEAM + "/{number}/sessions/revoke")
    def revoke(
        request: Request, number: Number, who: Annotated[Visitor, door.admits(Act.TEAM)]
    ) -> Response:
        signing_in.revoke_of(site.sessions, site.clock, who, origin(request), number)
        return back_to(TEAM)
