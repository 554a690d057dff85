"""Every route of the desk, asked by every role and by nobody: one table decides."""

from collections.abc import Iterator
from typing import Annotated, NamedTuple

import pytest
from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.responses import Response

from db.engine import open_engine, open_sessions
from digest.desk import signing_in
from digest.desk.signing_in import Visitor
from digest.model import Editor, Origin, Role
from digest.web import desk
from digest.web.app import application
from digest.web.desk.guard import MAY, Act, Anyone, declared, form_token
from digest.web.desk.layout import Door
from digest.web.pages import Pages
from tests.doors.desk import Browser, hires
from tests.doors.site import LiveSite, serve

NOBODY = "nobody"
FREE = {
    "/editor/sign-in",
    "/editor/sign-in/{token}",
    "/editor/passkey-sign-in",
    "/editor/passkey-sign-in/options",
}
ROLES_DECIDE = {
    Role.WRITER: "look edit submit",
    Role.PUBLISHER: "look edit submit approve send pause cancel readers",
    Role.ADMIN: "look edit submit approve send pause cancel readers team tokens settings audit",
}


FIELDS = {
    "role": "writer",
    "email": "new@shiporskip.example",
    "version": "1",
    "slug": "a-vs-b",
    "to": "up",
    "reason": "why",
    "tool": "a",
    "a": "a",
    "b": "b",
    "fingerprint": "0" * 64,
    "unknown": "give-up",
    "word": "confirm",
    "scope": "read",
    "event": "issue.sent",
    "paused": "true",
}
"""All that any form of the desk asks for."""


class Asked(NamedTuple):
    method: str
    path: str
    act: Act | None


@pytest.fixture
def site(sqlite_url: str) -> Iterator[LiveSite]:
    engine = open_engine(sqlite_url)
    with serve(open_sessions(engine)) as site:
        yield site
    engine.dispose()


def routes(site: LiveSite) -> list[Asked]:
    found = iter_route_contexts(application(site.parts, Pages(site.parts)).routes)
    ours = [one.original_route for one in found if str(one.path).startswith("/editor")]
    assert all(isinstance(route, APIRoute) for route in ours)
    return [
        Asked(method, route.path, *declared(route))
        for route in ours
        if isinstance(route, APIRoute)
        for method in sorted(route.methods or ())
    ]


def signed_in(site: LiveSite, editor: Editor) -> Browser:
    browser = Browser(site)
    with site.sessions.begin() as session:
        browser.secret = signing_in.begin(session, editor, "the test", site.clock(), Origin())
    return browser


def status(browser: Browser, asked: Asked) -> int:
    """Of a request as well made as anybody can craft it."""
    path = asked.path.replace("{number}", "987654321").replace("{token}", "none")
    path = path.replace("{name}", "2026-W01")
    if asked.method != "POST":
        return browser.get(path).status
    csrf = form_token(browser.secret) if browser.secret else ""
    return browser.post(path, csrf=csrf, **FIELDS).status


def test_the_table_is_what_the_roles_are_for() -> None:
    assert {role: set(MAY[role]) for role in Role} == {
        role: {Act(act) for act in acts.split()} for role, acts in ROLES_DECIDE.items()
    }


def test_every_route_answers_every_role_as_the_table_says(site: LiveSite) -> None:
    team = {role: hires(site, f"{role}@shiporskip.example", role) for role in Role}
    asked = [one for one in routes(site) if one.act is not None]
    assert {one.act for one in asked} >= {Act.LOOK, Act.TEAM, Act.AUDIT, Act.SETTINGS}
    for one in asked:
        for role, editor in team.items():
            answered = status(signed_in(site, editor), one)
            assert (answered == 403) == (one.act not in MAY[role]), (one, role, answered)
            assert answered < 500, (one, role, answered)


def test_every_route_but_the_way_in_turns_who_is_signed_out_away(site: LiveSite) -> None:
    for one in routes(site):
        if one.act is not None:
            assert status(Browser(site), one) == (401 if one.method == "POST" else 303), one
    assert {one.path for one in routes(site) if one.act is None} == FREE


def test_every_form_needs_the_token_of_its_session(site: LiveSite) -> None:
    admin = hires(site, "admin@shiporskip.example", Role.ADMIN)
    for one in routes(site):
        if one.method == "POST" and one.act is not None:
            browser = signed_in(site, admin)
            path = one.path.replace("{number}", "1").replace("{name}", "2026-W01")
            assert browser.post(path, csrf="forged", role="writer").status == 403, one


def test_a_route_that_declares_no_act_does_not_start(
    site: LiveSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Careless:
        @staticmethod
        def router(*_: object) -> APIRouter:
            room = APIRouter()

            @room.get("/editor/secrets")
            def look() -> Response:
                return Response("all of them")

            return room

    monkeypatch.setattr(desk, "ROOMS", (*desk.ROOMS, Careless))
    with pytest.raises(AssertionError, match="/editor/secrets declares no act"):
        desk.router(site.parts, Pages(site.parts))


def test_what_a_route_declares_is_told_from_its_dependencies(site: LiveSite) -> None:
    room, door = APIRouter(), Door(site.parts, Pages(site.parts))

    @room.get("/one")
    def one(request: Request, who: Annotated[Visitor, door.admits(Act.APPROVE)]) -> Response:
        return Response()

    @room.get("/two", dependencies=[Depends(Anyone())])
    def two() -> Response:
        return Response()

    found = [declared(route) for route in room.routes if isinstance(route, APIRoute)]
    assert found == [[Act.APPROVE], [None]]
