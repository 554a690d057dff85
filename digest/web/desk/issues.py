"""Issues at the desk: the list, one with its words, and its preview in a frame; `acts` holds what
else can be done to one."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from digest import desk
from digest.desk import looking, preview
from digest.desk.editing import Basis
from digest.desk.preview import Look, Values
from digest.desk.record import Sessions
from digest.desk.signing_in import Visitor
from digest.errors import DigestError, NotFoundError, StaleRenderingError
from digest.issues import rules
from digest.issues.editing import EDITABLE, LONGEST, TAKEAWAY, Conflict, Save
from digest.issues.trial import MOST
from digest.language import gettext_noop
from digest.model import Issue, IssueState, Rendering
from digest.web.desk.guard import Act
from digest.web.desk.layout import ISSUES, Door, Name, back_to
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH, page_number

ONE = ISSUES + "/{name}"
LIVE_SECONDS = 5  # between two looks at an issue that is going out
GMAIL_CLIPS = 102_400  # bytes of HTML, after which Gmail hides the rest
FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; "
    "frame-ancestors 'self'; sandbox"
)
LOOK = {"view": "phone", "scheme": "light", "part": "html", "styles": "on", "topic": ""}
STATES: Mapping[IssueState, str] = {
    IssueState.DRAFT: gettext_noop("draft"),
    IssueState.REVIEW: gettext_noop("waits for approval"),
    IssueState.APPROVED: gettext_noop("approved"),
    IssueState.SENDING: gettext_noop("going out"),
    IssueState.SENT: gettext_noop("sent"),
    IssueState.PAUSED: gettext_noop("paused"),
    IssueState.CANCELLED: gettext_noop("cancelled"),
    IssueState.SKIPPED: gettext_noop("skipped"),
}
DONE: Mapping[str, str] = {
    "saved": gettext_noop("Saved."),
    "moved": gettext_noop("Moved."),
    "dropped": gettext_noop("It lies in the tray."),
    "restored": gettext_noop("It is back, at the end."),
    "added": gettext_noop("Added, at the end."),
    "opponent": gettext_noop("Another opponent it is; the old comparison lies in the tray."),
    "submitted": gettext_noop("Handed in. Those who publish were told by mail."),
    "approved": gettext_noop("Approved. There are ten minutes to take it back."),
    "sent-back": gettext_noop("It is a draft again, and its writer was told why."),
    "now": gettext_noop("It goes out now."),
    "paused": gettext_noop("Paused. What was on the wire still arrives."),
    "resumed": gettext_noop("It goes on."),
    "cancelled": gettext_noop("Cancelled. Who has it keeps it."),
    "tested": gettext_noop("The test is on its way."),
    "resolved": gettext_noop("Decided."),
}


def router(site: Site, _: Pages, door: Door) -> APIRouter:
    routes = APIRouter()
    desk_of_issues = Issues(site, door)
    for serve in (_list, _one, _words, _preview):
        serve(routes, desk_of_issues)
    return routes


class Issues:
    """What the routes of issues share."""

    def __init__(self, site: Site, door: Door) -> None:
        self.site, self.door = site, door

    def show(
        self,
        request: Request,
        who: Visitor,
        name: str,
        *,
        wrong: tuple[str, ...] = (),
        conflict: Conflict | None = None,
        status: int = 200,
    ) -> Response:
        sheet = looking.sheet(
            self.site.sessions, self.site.clock, self.door.house, name, who.editor
        )
        asked = request.query_params
        told: dict[str, Any] = {
            "sheet": sheet,
            "issue": sheet.issue,
            "states": STATES,
            "editable": sheet.issue.state in EDITABLE,
            "limits": LONGEST,
            "takeaway": TAKEAWAY,
            "wrong": wrong,
            "conflict": conflict,
            "done": DONE.get(asked.get("done", ""), ""),
            "look": LOOK | dict(asked),
            "topics": preview.topics(sheet.issue.rendering) if sheet.issue.rendering else (),
            "rules": [(one.__name__.replace("_", " "), rules.reason(one)) for one in rules.RULES],
            "clips_at": GMAIL_CLIPS,
            "most_tests": MOST,
            "refresh": LIVE_SECONDS if sheet.issue.state is IssueState.SENDING else 0,
            "zone": self.site.zone,
            "now": self.site.clock(),
        }
        return self.door.page(request, who, "issue.html", status=status, here=ISSUES, **told)

    def refused(self, request: Request, who: Visitor, name: str, error: DigestError) -> Response:
        """The page again, with why it was not done."""
        if isinstance(error, NotFoundError) and error.what == "issue":
            raise error
        reasons: tuple[str, ...] = getattr(error, "reasons", ()) or (str(error),)
        status = 409 if isinstance(error, StaleRenderingError) else 422
        return self.show(request, who, name, wrong=reasons, status=status)

    def do(
        self,
        request: Request,
        who: Visitor,
        name: str,
        act: Callable[[Sessions], object],
        done: str,
        place: str = "",
    ) -> Response:
        """Back to the issue, which says what was `done`, at the `place` where it was; or the issue
        with the reasons why it was not."""
        try:
            act(self.door.sessions(request))
        except DigestError as error:
            return self.refused(request, who, name, error)
        return back_to(f"{ISSUES}/{name}?done={done}" + (f"#{place}" if place else ""))

    def basis(self, name: str, who: Visitor, version: int) -> Basis:
        return Basis(name, who.editor.email, version)


def _list(routes: APIRouter, desk_of: Issues) -> None:
    @routes.api_route(ISSUES, methods=BOTH)
    def issues(
        request: Request,
        who: Annotated[Visitor, desk_of.door.admits(Act.LOOK)],
        page: str = "1",
    ) -> Response:
        number = page_number(page)
        found = looking.archive(desk_of.site.sessions, number)
        told: dict[str, Any] = {
            "issues": found[: looking.PER_PAGE],
            "more": len(found) > looking.PER_PAGE,
        }
        return desk_of.door.page(
            request, who, "issues.html", here=ISSUES, states=STATES, page=number, **told
        )


def _one(routes: APIRouter, desk_of: Issues) -> None:
    @routes.api_route(ONE, methods=BOTH)
    def issue(
        request: Request, name: Name, who: Annotated[Visitor, desk_of.door.admits(Act.LOOK)]
    ) -> Response:
        return desk_of.show(request, who, name)


def _words(routes: APIRouter, desk_of: Issues) -> None:
    @routes.post(ONE + "/words")
    def save(
        request: Request,
        name: Name,
        who: Annotated[Visitor, desk_of.door.admits(Act.EDIT)],
        version: Annotated[int, Form()],
        field: Annotated[tuple[str, ...], Form()] = (),
        now: Annotated[tuple[str, ...], Form()] = (),
        was: Annotated[tuple[str, ...], Form()] = (),
    ) -> Response:
        words = Save(
            version=version,
            now=dict(zip(field, now, strict=False)),
            was=dict(zip(field, was, strict=False)),
        )
        try:
            done = desk.save_words(
                desk_of.door.sessions(request), desk_of.door.pen, name, who.editor.email, words
            )
        except DigestError as error:
            return desk_of.refused(request, who, name, error)
        if isinstance(done, Conflict):
            return desk_of.show(request, who, name, conflict=done, status=409)
        return back_to(f"{ISSUES}/{name}?done=saved#words")


def _preview(routes: APIRouter, desk_of: Issues) -> None:
    site = desk_of.site

    @routes.api_route(ONE + "/preview", methods=BOTH)
    def frame(
        name: Name,
        _: Annotated[Visitor, desk_of.door.admits(Act.LOOK)],
        scheme: Literal["light", "dark"] = "light",
        part: Literal["html", "text"] = "html",
        styles: Literal["on", "off"] = "on",
        topic: str = "",
    ) -> Response:
        """The mail as a reader sees it, for the frame beside the issue: no script of it runs, and
        nothing frames it but the desk."""
        rendering = _rendering(desk_of, name)
        values = Values(site.signing, site.publication, site.clock())
        topics = frozenset([topic]) if topic else frozenset()
        headers = {"Content-Security-Policy": FRAME_POLICY, "Cache-Control": "no-store"}
        if part == "text":
            return PlainTextResponse(preview.text(rendering, values, topics), headers=headers)
        look = Look(topics, scheme, styles == "on")
        return HTMLResponse(preview.html(rendering, values, look), headers=headers)


def _rendering(desk_of: Issues, name: str) -> Rendering:
    issue: Issue = looking.issue(desk_of.site.sessions, name)
    if issue.rendering is None:
        raise NotFoundError("rendering", name)
    return issue.rendering
