"""A verdict file at the desk: what it would change, and then the change."""

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import Response

from digest.desk import import_verdicts
from digest.desk.signing_in import Visitor
from digest.desk.verdicts import Preview, preview_verdicts
from digest.errors import InputError
from digest.web.desk.guard import Act
from digest.web.desk.layout import TOOLS, Door, back_to
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH

VERDICTS = "/editor/verdicts"
PASTED = "verdicts"  # what the messages call a text that came without a file's name
Text = Annotated[str, Form()]


def router(site: Site, _: Pages, door: Door) -> APIRouter:
    routes = APIRouter()
    _previewing(routes, site, door)
    _applying(routes, site, door)
    return routes


def _page(
    door: Door, request: Request, who: Visitor, *, status: int = 200, **told: Any
) -> Response:
    told = {"text": "", "named": "", "wrong": "", "preview": None, "moved": False, **told}
    return door.page(request, who, "verdict-file.html", here=TOOLS, status=status, **told)


def _previewing(routes: APIRouter, site: Site, door: Door) -> None:
    @routes.api_route(VERDICTS, methods=BOTH)
    def look(request: Request, who: Annotated[Visitor, door.admits(Act.EDIT)]) -> Response:
        return _page(door, request, who)

    @routes.post(VERDICTS + "/preview")
    def preview(
        request: Request,
        who: Annotated[Visitor, door.admits(Act.EDIT)],
        text: Text = "",
        file: Annotated[UploadFile | None, File()] = None,
    ) -> Response:
        name, body = PASTED, text.encode()
        if file is not None and file.filename:
            name, body = file.filename[-100:], file.file.read()
        try:
            would = preview_verdicts(site.sessions, site.clock, name, body)
        except InputError as error:
            return _page(door, request, who, status=422, wrong=str(error), text=text)
        return _page(door, request, who, preview=would, named=name, text=_decoded(body))


def _decoded(body: bytes) -> str:
    """A file that could be read, as the text that the second form hands back."""
    utf16 = body.startswith((b"\xff\xfe", b"\xfe\xff"))
    return body.decode("utf-16" if utf16 else "utf-8-sig")


def _applying(routes: APIRouter, site: Site, door: Door) -> None:
    @routes.post(VERDICTS)
    def apply(
        request: Request,
        who: Annotated[Visitor, door.admits(Act.EDIT)],
        text: Text = "",
        name: Text = PASTED,
        fingerprint: Text = "",
    ) -> Response:
        body, name = text.encode(), name[-100:]
        try:
            would: Preview = preview_verdicts(site.sessions, site.clock, name, body)
            if would.fingerprint != fingerprint:
                told: dict[str, Any] = {"preview": would, "named": name, "text": text}
                return _page(door, request, who, status=409, moved=True, **told)
            hand = door.hand(request, who)
            import_verdicts(site.sessions, site.clock, name, body, hand)
        except InputError as error:
            return _page(door, request, who, status=422, wrong=str(error), text=text)
        return back_to(TOOLS)
