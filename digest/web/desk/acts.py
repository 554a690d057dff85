"""What can be done to an issue at the desk. Each act is a form that posts, and leads back to the
issue: with what was done, or with why it was not."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from digest import desk
from digest.desk import looking
from digest.desk.record import Sessions
from digest.desk.signing_in import Visitor
from digest.issues.editing import Place
from digest.web.desk.guard import Act
from digest.web.desk.issues import ONE, Issues
from digest.web.desk.layout import ISSUES, Door, Name
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH

Text = Annotated[str, Form()]
Version = Annotated[int, Form()]
Fingerprint = Annotated[str, Form(pattern="^[0-9a-fA-F]{64}$")]


def router(site: Site, _: Pages, door: Door) -> APIRouter:
    routes, issues = APIRouter(), Issues(site, door)
    for serve in (_arranging, _adding, _opponents, _approving, _testing, _sending, _deciding):
        serve(routes, issues)
    return routes


def _arranging(routes: APIRouter, issues: Issues) -> None:
    pen, admits = issues.door.pen, issues.door.admits

    @routes.post(ONE + "/move")
    def move(
        request: Request,
        name: Name,
        who: Annotated[Visitor, admits(Act.EDIT)],
        version: Version,
        slug: Text,
        to: Annotated[Place, Form()],
    ) -> Response:
        def act(sessions: Sessions) -> object:
            basis = issues.basis(name, who, version)
            return desk.move_comparison(sessions, pen, basis, slug, to)

        return issues.do(request, who, name, act, "moved", f"c-{slug}")

    @routes.post(ONE + "/drop")
    def drop(
        request: Request,
        name: Name,
        who: Annotated[Visitor, admits(Act.EDIT)],
        version: Version,
        slug: Text,
        reason: Text = "",
    ) -> Response:
        def act(sessions: Sessions) -> object:
            basis = issues.basis(name, who, version)
            return desk.drop_comparison(sessions, pen, basis, slug, reason)

        return issues.do(request, who, name, act, "dropped", f"c-{slug}")


def _adding(routes: APIRouter, issues: Issues) -> None:
    pen, admits = issues.door.pen, issues.door.admits

    @routes.post(ONE + "/restore")
    def restore(
        request: Request,
        name: Name,
        who: Annotated[Visitor, admits(Act.EDIT)],
        version: Version,
        slug: Text,
    ) -> Response:
        def act(sessions: Sessions) -> object:
            return desk.bring_back(sessions, pen, issues.basis(name, who, version), slug)

        return issues.do(request, who, name, act, "restored", f"c-{slug}")

    @routes.post(ONE + "/add")
    def add(
        request: Request,
        name: Name,
        who: Annotated[Visitor, admits(Act.EDIT)],
        version: Version,
        a: Text = "",
        b: Text = "",
    ) -> Response:
        def act(sessions: Sessions) -> object:
            basis = issues.basis(name, who, version)
            return desk.add_comparison(sessions, pen, basis, a.strip(), b.strip())

        return issues.do(request, who, name, act, "added", "comparisons")


def _opponents(routes: APIRouter, issues: Issues) -> None:
    site, door = issues.site, issues.door

    @routes.api_route(ONE + "/opponents", methods=BOTH)
    def look(
        request: Request,
        name: Name,
        who: Annotated[Visitor, door.admits(Act.EDIT)],
        slug: str = "",
    ) -> Response:
        challenger, ranked = desk.opponents(site.sessions, slug, site.embed)
        told: dict[str, Any] = {
            "issue": looking.issue(site.sessions, name),
            "slug": slug,
            "challenger": challenger,
            "ranked": ranked[: looking.MOST],
        }
        return door.page(request, who, "opponents.html", here=ISSUES, **told)

    @routes.post(ONE + "/opponents")
    def pick(
        request: Request,
        name: Name,
        who: Annotated[Visitor, door.admits(Act.EDIT)],
        version: Version,
        slug: Text,
        tool: Text,
    ) -> Response:
        def act(sessions: Sessions) -> object:
            basis = issues.basis(name, who, version)
            return desk.pick_opponent(sessions, door.pen, basis, slug, tool)

        return issues.do(request, who, name, act, "opponent", "comparisons")


def _approving(routes: APIRouter, issues: Issues) -> None:
    door = issues.door

    @routes.post(ONE + "/submit")
    def submit(
        request: Request, name: Name, who: Annotated[Visitor, door.admits(Act.SUBMIT)]
    ) -> Response:
        def act(sessions: Sessions) -> object:
            return desk.submit(sessions, door.pen, door.house, name, who.editor.email)

        return issues.do(request, who, name, act, "submitted")

    @routes.post(ONE + "/approve")
    def approve(
        request: Request,
        name: Name,
        who: Annotated[Visitor, door.admits(Act.APPROVE)],
        fingerprint: Fingerprint,
    ) -> Response:
        def act(sessions: Sessions) -> object:
            given = (sessions, issues.site.clock, door.house, name, who.editor.email)
            return desk.approve(*given, fingerprint)

        return issues.do(request, who, name, act, "approved")

    @routes.post(ONE + "/send-back")
    def send_back(
        request: Request,
        name: Name,
        who: Annotated[Visitor, door.admits(Act.APPROVE)],
        reason: Text = "",
    ) -> Response:
        def act(sessions: Sessions) -> object:
            return desk.send_back(sessions, door.pen, name, who.editor.email, reason)

        return issues.do(request, who, name, act, "sent-back")


def _testing(routes: APIRouter, issues: Issues) -> None:
    site, door = issues.site, issues.door

    @routes.post(ONE + "/test")
    def test(
        request: Request,
        name: Name,
        who: Annotated[Visitor, door.admits(Act.EDIT)],
        to: Text = "",
    ) -> Response:
        def act(sessions: Sessions) -> object:
            addresses = to.replace(",", " ").split() or [who.editor.email]
            given = (sessions, door.pen, site.signing, name, who.editor.email)
            return desk.send_test(*given, addresses)

        return issues.do(request, who, name, act, "tested")


def _sending(routes: APIRouter, issues: Issues) -> None:
    clock, admits = issues.site.clock, issues.door.admits

    @routes.post(ONE + "/send")
    def now(request: Request, name: Name, who: Annotated[Visitor, admits(Act.SEND)]) -> Response:
        def act(sessions: Sessions) -> object:
            return desk.send_now(sessions, clock, name, who.editor.email)

        return issues.do(request, who, name, act, "now")

    @routes.post(ONE + "/pause")
    def pause(request: Request, name: Name, who: Annotated[Visitor, admits(Act.PAUSE)]) -> Response:
        def act(sessions: Sessions) -> object:
            return desk.pause(sessions, clock, name, who.editor.email)

        return issues.do(request, who, name, act, "paused")

    @routes.post(ONE + "/resume")
    def resume(
        request: Request, name: Name, who: Annotated[Visitor, admits(Act.PAUSE)]
    ) -> Response:
        def act(sessions: Sessions) -> object:
            return desk.resume(sessions, clock, name, who.editor.email)

        return issues.do(request, who, name, act, "resumed")


def _deciding(routes: APIRouter, issues: Issues) -> None:
    clock, admits = issues.site.clock, issues.door.admits

    @routes.post(ONE + "/cancel")
    def cancel(
        request: Request, name: Name, who: Annotated[Visitor, admits(Act.CANCEL)]
    ) -> Response:
        def act(sessions: Sessions) -> object:
            return desk.cancel(sessions, clock, name, who.editor.email)

        return issues.do(request, who, name, act, "cancelled")

    @routes.post(ONE + "/resolve")
    def resolve(
        request: Request,
        name: Name,
        who: Annotated[Visitor, admits(Act.SEND)],
        unknown: Annotated[Literal["resend", "give-up"], Form()],
    ) -> Response:
        def act(sessions: Sessions) -> object:
            resend = unknown == "resend"
            return desk.resolve(sessions, clock, name, who.editor.email, resend=resend)

        return issues.do(request, who, name, act, "resolved")
